"""Fetches for clones, and updates them: what ``update`` and ``follow`` share."""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from git_subprojects.cli.screen import Screen
from git_subprojects.commands.fetching import fetch_all, report_failures, with_password
from git_subprojects.context.context import Context
from git_subprojects.context.network import transport
from git_subprojects.context.selection import cloned, look
from git_subprojects.errors import FAILED, Error
from git_subprojects.git.process import FastGit
from git_subprojects.manifest.nesting import Nesting
from git_subprojects.output import forms
from git_subprojects.output import update as update_output
from git_subprojects.plural import counted
from git_subprojects.workspace import shape, update_run
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.nested import in_the_way_of
from git_subprojects.workspace.plan import left_out_by_default, names_any
from git_subprojects.workspace.strays import remember
from git_subprojects.workspace.update_plan import (
    Update,
    UpdateFacts,
    UpdateOutcome,
    in_the_way,
    nothing_new,
    plan_update,
)

if TYPE_CHECKING:
    from git_subprojects.workspace.fetch_clone import Fetched


def update_clones(
    context: Context,
    screen: Screen,
    names: Sequence[str] = (),
    groups: Sequence[str] = (),
    excluded: Sequence[str] = (),
    *,
    jobs: int | None = None,
    dry_run: bool = False,
    rebase: bool = False,
    prune: bool = False,
    form: str = "text",
) -> int:
    """Fetch in the clones of these projects, or in all, and update each; return the exit status.

    Those that ``workspace.groups`` leaves out are in none of "all", and are named.

    The caller holds the lock for updates, where one is needed. What is not done is reported, with its reason and the
    command that would do it.
    """
    chosen = cloned(context, names, groups, excluded, by_default=True)
    _say_what_is_left_out(context, names, groups, excluded, screen)
    clones, projects = chosen.clones, context.manifest.projects
    remember(context.the_host(), [state.path for state in clones])
    followed = {state.name: update_run.followed_branch(context.git, projects[state.name], state) for state in clones}
    outcomes: dict[str, UpdateOutcome] = {}
    gone: set[str] = set()
    failed: list[Fetched] = []
    if not dry_run:
        for fetched in fetch_all(context, clones, jobs, screen, follow=True, prune=prune):
            name = fetched.state.name
            if fetched.gone:
                gone.add(name)
            if fetched.error is not None:
                failed.append(fetched)
                refused = Update(name, fetched.state.path, "refused", "it cannot be fetched")
                outcomes[name] = UpdateOutcome(refused, (fetched.error.message, fetched.error.hint))
    rest = [state.name for state in clones if state.name not in outcomes]
    updated, differing = _updated(context, screen, rest, followed, gone, dry_run=dry_run, rebase=rebase)
    outcomes |= updated
    answer = [outcomes[state.name] for state in clones]
    answer += [UpdateOutcome(left) for state in chosen.others if (left := in_the_way(state)) is not None]
    if form != "text":
        screen.show(forms.render(form, update_output, answer))
    elif answer or chosen.refused:
        report_failures(failed, len(rest), screen)
        unreached = {fetched.state.name for fetched in failed}
        _report([outcome for outcome in answer if outcome.update.name not in unreached], screen, dry_run=dry_run)
    else:
        screen.note("no project is cloned; git subprojects list shows what there is")
    for state in differing:
        for what, command in state.differences:
            screen.warning(f"{state.name}: {what}")
            screen.note(f"hint: {command}")
    for missing in chosen.refused:
        screen.error(missing.message, missing.hint)
    undone = any(outcome.error is not None or outcome.update.kind == "refused" for outcome in answer)
    return FAILED if chosen.refused or undone else 0


def _say_what_is_left_out(
    context: Context, names: Sequence[str], groups: Sequence[str], excluded: Sequence[str], screen: Screen
) -> None:
    """Say which clones ``workspace.groups`` leaves out, where neither projects nor groups are named."""
    if names_any(names, groups):
        return
    left = [context.manifest.projects[name] for name in left_out_by_default(context.manifest) if name not in excluded]
    clones = [state.name for state in look(context, left, is_brief=True) if state.sibling.is_own] if left else []
    if clones:
        screen.note(f"left out, as workspace.groups says: {' '.join(clones)}")


def _updated(
    context: Context,
    screen: Screen,
    names: Sequence[str],
    followed: Mapping[str, str | None],
    gone: set[str],
    *,
    dry_run: bool,
    rebase: bool,
) -> tuple[dict[str, UpdateOutcome], list[State]]:
    """Update each clone to what was last fetched; return also those that the manifest wants otherwise than they are.

    ``followed`` are the branches in which projects were developed before, ``gone`` those whose upstream is gone.
    """
    projects = context.manifest.projects
    git = FastGit(os.environ)
    outcomes = {}
    rest = []
    states = look(context, [projects[name] for name in names], is_brief=True)
    for state in states:
        if not dry_run:
            shape.keep(git, state)
        goes_on = followed[state.name] == update_run.project_branch(git, projects[state.name], state.path)
        is_followed = state.pin is None and state.put is not None and state.put.revision is None
        is_whole = is_followed and not projects[state.name].submodules
        if state.is_current and is_whole and goes_on and state.name not in gone:
            outcomes[state.name] = UpdateOutcome(nothing_new(state))
        else:
            rest.append(projects[state.name])
    nesting = Nesting(projects)
    for state in look(context, rest):
        name, directory = state.name, projects[state.name].directory
        facts = update_run.update_facts(git, projects[name], state, followed[name], gone=name in gone, rebases=rebase)
        decided = plan_update(state, facts)
        inner = look(context, [projects[other] for other in nesting.inside(directory)], is_brief=True)
        paths = [inside.path for inside in inner if inside.sibling.kind == "clone"]
        decided = in_the_way_of(git, decided, paths) or decided
        outcomes[name] = UpdateOutcome(decided)
        try:
            if not dry_run and _run(context, screen, decided, state, facts):
                outcomes[name] = UpdateOutcome(decided._replace(kind="submodules", why="its submodules"))
        except Error as error:
            outcomes[name] = UpdateOutcome(decided, (error.message, error.hint))
    return outcomes, [state for state in states if state.differences]


def _run(context: Context, screen: Screen, update: Update, state: State, facts: UpdateFacts) -> bool:
    """Execute an update, as ``run_update``; where a submodule needs a password, the user is asked for it."""

    def say(text: str) -> None:
        screen.warning(f"{state.name}: {text}")

    def attempt(foreground: bool) -> bool:  # noqa: FBT001 - as with_password has it
        # HEAD has been moved by then: what is left are the submodules.
        rest = nothing_new(state) if foreground else update
        return update_run.run_update(transport(context, say, foreground=foreground), rest, state, facts)

    return with_password(screen, state.name, attempt)


def _report(outcomes: Sequence[UpdateOutcome], screen: Screen, *, dry_run: bool) -> None:
    nothing = 0
    for decided, error in outcomes:
        if error is not None:
            screen.error(f"{decided.name}: {error[0]}", error[1])
        elif decided.kind == "refused":
            screen.warning(f"{decided.name}: not updated: {decided.why}")
            screen.note(f"hint: {decided.hint}")
        elif decided.kind != "nothing":
            screen.note(update_output.line(decided, dry_run=dry_run))
        else:
            nothing += 1
            screen.detail(update_output.line(decided, dry_run=dry_run))
    if nothing:
        screen.note(f"nothing new in {counted(nothing, 'project')}")
