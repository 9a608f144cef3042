"""What an answer of ``git route-patch`` lacks: rules that are broken, and patches that nobody would get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_subprojects.errors import FAILED, Error
from git_subprojects.output.routes import quoted
from git_subprojects.registries import VENUES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.options import Show
    from git_subprojects.commands.route_patch.session import Session
    from git_subprojects.routing.model import Destination

_MOST_PROBLEMS = 10


def report(destinations: Sequence[Destination], session: Session, options: Show, screen: Screen) -> int:
    """Say what the answer lacks; return the exit status: FAILED if somebody who sends by it would send to nobody."""
    if not destinations:
        error = not_touched(session)
        screen.error(error.message, error.hint)
        return FAILED
    for name in _of_several_projects(destinations):
        screen.warning(f"{name} touches several projects, and each would get all of it; better split it")
    has_problems = report_rules(session, screen)
    if options.to or options.cc or options.roles:
        paths = list(
            dict.fromkeys(path for destination in destinations if destination.to for path in destination.uncovered)
        )
        for path in paths[:_MOST_PROBLEMS]:
            screen.warning(f"no rule covers {quoted(path)}")
        if len(paths) > _MOST_PROBLEMS:
            screen.warning(f"nor {len(paths) - _MOST_PROBLEMS} more paths; see git route-patch --uncovered")
    unreachable = [
        destination for destination in destinations if _report_unreachable(destination, session, options, screen)
    ]
    strict = options.strict and (has_problems or any(destination.uncovered for destination in destinations))
    return FAILED if unreachable or strict else 0


def not_touched(session: Session) -> Error:
    """Return an error that says that the patches are for other projects than the one that was asked for."""
    return Error(
        f"these patches touch nothing of {session.project}", "leave --project out to see whose they are", FAILED
    )


def report_rules(session: Session, screen: Screen) -> bool:
    """Say what is wrong with the rules that have been read; return whether anything is."""
    problems = session.trees.all_problems()
    for problem in problems[:_MOST_PROBLEMS]:
        screen.warning(problem)
    if len(problems) > _MOST_PROBLEMS:
        screen.warning(f"and {len(problems) - _MOST_PROBLEMS} more like these; see git route-patch --lint")
    for address in sorted(session.router.excluded - session.router.left_out):
        screen.warning(f"--exclude {address}: no recipient has this address")
    if session.limit.exhausted:
        screen.warning("the patch takes too long to search for all K: and N: expressions: some were left out")
    return bool(problems)


def _of_several_projects(destinations: Iterable[Destination]) -> list[str]:
    """Return the names of the patches that touch several projects."""
    projects: dict[tuple[str, str], set[str]] = {}
    names: dict[tuple[str, str], str] = {}
    for destination in destinations:
        for patch, _ in destination.parts:
            key = (patch.path, patch.name) if patch.is_file else (patch.commit, "")
            projects.setdefault(key, set()).add(destination.project)
            names[key] = patch.commit[:12] or patch.name or patch.subject
    return [names[key] for key, touched in projects.items() if len(touched) > 1]


def _report_unreachable(destination: Destination, session: Session, options: Show, screen: Screen) -> bool:
    """Say if nobody would get patches to this destination; return whether that is so."""
    if not destination.venue.takes_mail:
        if options.to or options.cc:
            noun = VENUES[destination.venue.kind].noun
            where = "" if destination.url is None else f", at {destination.url}"
            screen.error(f"{destination.project} takes no mail but {noun}s{where}", destination.venue.guide)
            return True
        return False
    if destination.to or options.uncovered:
        return False
    if session.router.left_out:
        screen.error(f"nobody is left to get patches to {destination.project}", "leave out fewer with --exclude")
        return True
    context = session.context
    what = f"{context.manifest_name} does not say where patches to {destination.project} go"
    if not context.is_host and context.sibling is None and session.target.project is None:
        what = f"{context.manifest_name} is not about this repository, which has no MAINTAINERS for these paths"
    path = destination.uncovered[0] if destination.uncovered else destination.parts[0].paths[0]
    screen.error(what, f"add rules for {quoted(path)} to a manifest; see gitsubprojects(5)")
    return True
