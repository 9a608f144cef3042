"""``git subprojects update``: brings siblings to what is new, as far as that costs the user nothing."""

import argparse
import os
from collections.abc import Iterator, Mapping

from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import Context, current_context
from git_subprojects.context.network import FETCHES_AT_LEAST, jobs, settings
from git_subprojects.context.selection import cloned, look
from git_subprojects.errors import FAILED, Error
from git_subprojects.git.fast import Quick
from git_subprojects.output import update as render_updates
from git_subprojects.output.update import Outcome
from git_subprojects.plural import counted
from git_subprojects.workspace import update_run as updating
from git_subprojects.workspace.facts import HostFacts, State
from git_subprojects.workspace.fetch import Fetched, fetch, source_of
from git_subprojects.workspace.follow import Background
from git_subprojects.workspace.update_plan import Update, in_the_way, nothing_new, update


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Fetch in all clones that are asked for, and bring each forward; return the exit status.

    What is not done is named, with its reason and the command that would do it.
    """
    context = current_context(arguments.manifest, screen, kept=True)
    background = Background(context.the_host().common_dir)
    with background.alone(lambda: screen.say("waiting for the update in the background")):
        status = bring(context, arguments, screen)
        dry_run = getattr(arguments, "dry_run", False)
        if not (dry_run or getattr(arguments, "projects", []) or getattr(arguments, "group", [])):
            # What is undone has just been said of all.
            background.forget()
    return status


def bring(context: Context, arguments: argparse.Namespace, screen: Screen) -> int:
    """Do it with no lock held but the caller's; return the exit status."""
    names, groups = getattr(arguments, "projects", []), getattr(arguments, "group", [])
    dry_run = getattr(arguments, "dry_run", False)
    chosen = cloned(context, names, groups)
    there = chosen.clones
    followed = {one.name: updating.followed(context.manifest.projects[one.name], one) for one in there}
    found: dict[str, Outcome] = {}
    gone: set[str] = set()
    if not dry_run:
        for one in _fetched(context, there, getattr(arguments, "jobs", None), screen):
            if one.gone:
                gone.add(one.state.name)
            if one.moved_from is not None:
                screen.note(f"{one.state.name}: its URL was {one.moved_from}, and is what the manifest says now")
            if one.error is not None:
                failed = Update(one.state.name, one.state.path, "refused", "it cannot be fetched")
                found[one.state.name] = Outcome(failed, (one.error.message, one.error.hint))
    found |= _brought(context, [one for one in there if one.name not in found], followed, gone, dry_run=dry_run)
    outcomes = [found[one.name] for one in there]
    outcomes += [Outcome(left) for one in chosen.others if (left := in_the_way(one)) is not None]
    if arguments.json:
        screen.answer(render_updates.as_answer(outcomes))
    else:
        _tell(outcomes, screen, dry_run=dry_run)
    if not outcomes and not chosen.refused and not arguments.json:
        screen.note("no project is cloned; git subprojects list shows what there is")
    for refused in chosen.refused:
        screen.error(refused.message, refused.hint)
    undone = [one for one in outcomes if one.error is not None or one.update.kind == "refused"]
    return FAILED if chosen.refused or undone else 0


def _fetched(context: Context, there: list[State], asked: int | None, screen: Screen) -> Iterator[Fetched]:
    host = context.the_host()
    about = HostFacts(host.anchor, host.base_url)
    sources = {one.name: source_of(context.manifest.projects[one.name], about) for one in there}

    def say(name: str, text: str) -> None:
        screen.warning(f"{name}: {text}")

    return fetch(there, sources, context.git, settings(context), say, jobs(asked, context, FETCHES_AT_LEAST))


def _brought(
    context: Context, there: list[State], followed: Mapping[str, str | None], gone: set[str], *, dry_run: bool
) -> dict[str, Outcome]:
    """Bring each clone forward, by what was last fetched; ``followed`` and ``gone`` are as in ``Known``."""
    projects = context.manifest.projects
    git = Quick(os.environ)
    found = {}
    rest = []
    for one in look(context, [projects[one.name] for one in there], is_brief=True):
        goes_on = followed[one.name] == updating.branch_of(projects[one.name], one.path)
        if one.is_current and goes_on and one.name not in gone:
            found[one.name] = Outcome(nothing_new(one))
        else:
            rest.append(projects[one.name])
    for one in look(context, rest):
        known = updating.known(git, projects[one.name], one, followed[one.name], gone=one.name in gone)
        decided = update(one, known)
        found[one.name] = Outcome(decided)
        try:
            if not dry_run:
                updating.carry_out(context.git, decided)
        except Error as error:
            found[one.name] = Outcome(decided, (error.message, error.hint))
    return found


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
    if nothing:
        screen.note(f"nothing new in {counted(len(nothing), 'project')}")
