"""``git route-patch`` without a mode: who gets the patches, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_subprojects.commands.route_patch.several_projects import sessions

if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.options import Show
    from git_subprojects.commands.route_patch.session import Session
    from git_subprojects.output.routes import Answer, View


def run(options: Show, screen: Screen) -> int:
    """Show where patches go; return the exit status: FAILED if they cannot go to all."""
    with sessions(options, screen) as routed:
        from git_subprojects.commands.route_patch.problems import report
        from git_subprojects.output import forms, routes

        answers = [_answer(options, session) for session in routed]
        screen.show(forms.render(options.form, routes, answers))
        return max(
            report(answer.destinations, session, options, screen)
            for answer, session in zip(answers, routed, strict=True)
        )


def _answer(options: Show, session: Session) -> Answer:
    from git_subprojects.output.routes import Answer, Group

    patches = session.patches
    groups = []
    for group in [[patch] for patch in patches if patch.paths] if options.per_patch else [list(patches)]:
        destinations = session.route(group)
        groups.append(Group(group, destinations, session.router.roles(group) if options.roles else ()))
    # Where the operands name projects, each part of the answer says which.
    project = session.project if options.project is None else None
    return Answer(groups, _view(options), options.per_patch, project)


def _view(options: Show) -> View:
    if options.to:
        return "to"
    if options.cc:
        return "cc"
    if options.roles:
        return "roles"
    if options.uncovered:
        return "uncovered"
    return "explain" if options.explain else "routes"
