"""``git subprojects update``: brings siblings to what is new, as far as that costs the user nothing."""

import argparse
import os

from git_subprojects import render_updates
from git_subprojects.answers import counted
from git_subprojects.commands.network import jobs, settings
from git_subprojects.commands.status import look
from git_subprojects.commands.surroundings import surroundings
from git_subprojects.errors import FAILED, Error
from git_subprojects.git import Quick
from git_subprojects.render_updates import Outcome
from git_subprojects.ui import Screen
from git_subprojects.workspace import updating
from git_subprojects.workspace.fetching import fetch
from git_subprojects.workspace.plan import select
from git_subprojects.workspace.updates import Update, nothing_new, update


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Fetch in all clones that are asked for, and bring each forward; return the exit status.

    What is not done is named, with its reason and the command that would do it.
    """
    around = surroundings(arguments.manifest, screen, kept=True)
    names, groups = getattr(arguments, "projects", []), getattr(arguments, "group", [])
    dry_run = getattr(arguments, "dry_run", False)
    wanted, unknown = select(around.manifest, names, groups, everything=not (names or groups))
    projects = {name: around.manifest.projects[name] for name in wanted}
    there = [one for one in look(around, list(projects.values()), is_brief=True) if one.sibling.is_own]
    found: dict[str, Outcome] = {}
    if not dry_run:
        asked = jobs(getattr(arguments, "jobs", None), around)
        for one, error in fetch(
            there, around.git, settings(around), lambda name, said: screen.warning(f"{name}: {said}"), asked
        ):
            if error is not None:
                failed = Update(one.name, one.path, "refused", "it cannot be fetched")
                found[one.name] = Outcome(failed, (error.message, error.hint))
    git = Quick(os.environ)
    fetched = look(around, [projects[one.name] for one in there if one.name not in found], is_brief=True)
    found |= {one.name: Outcome(nothing_new(one)) for one in fetched if one.is_current}
    for one in look(around, [projects[one.name] for one in fetched if not one.is_current]):
        project = projects[one.name]
        decided = update(one, updating.branch_of(git, project, one), updating.pin_at(git, project, one))
        found[one.name] = Outcome(decided)
        try:
            if not dry_run:
                updating.carry_out(around.git, decided)
        except Error as error:
            found[one.name] = Outcome(decided, (error.message, error.hint))
    outcomes = [found[one.name] for one in there]
    if arguments.json:
        screen.answer(render_updates.as_answer(outcomes))
    else:
        _tell(outcomes, screen, dry_run=dry_run)
    for refused in unknown:
        screen.error(refused.message, refused.hint)
    undone = [one for one in outcomes if one.error is not None or one.update.kind == "refused"]
    return FAILED if unknown or undone else 0


def _tell(outcomes: list[Outcome], screen: Screen, *, dry_run: bool) -> None:
    nothing = [one for one in outcomes if one.error is None and one.update.kind == "nothing"]
    for one in outcomes:
        if one.error is not None:
            screen.error(f"{one.update.name}: {one.error[0]}", one.error[1])
        elif one.update.kind == "refused":
            screen.warning(f"{one.update.name}: not updated: {one.update.why}")
            screen.note(f"hint: {one.update.hint}")
        elif one.update.kind != "nothing":
            screen.note(render_updates.text(one.update, dry_run=dry_run))
        else:
            screen.detail(render_updates.text(one.update, dry_run=dry_run))
    if not outcomes:
        screen.note("no project is cloned; git subprojects list shows what there is")
    elif nothing:
        screen.note(f"nothing new in {counted(len(nothing), 'project')}")
