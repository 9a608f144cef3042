"""``git subprojects status``: how it stands with every sibling, on one line each."""

import argparse
from collections.abc import Sequence

from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import Context, current_context
from git_subprojects.context.network import FETCHES_AT_LEAST, jobs
from git_subprojects.context.selection import look
from git_subprojects.errors import FAILED
from git_subprojects.manifest.model import Project
from git_subprojects.output import status as render_status
from git_subprojects.workspace.follow import Background
from git_subprojects.workspace.plan import select

_MOST_COMMITS = 10


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Answer with the state of the projects that are asked for; return the exit status.

    Without names and groups: of all that are cloned, or in the way.
    """
    context = current_context(arguments.manifest, screen, kept=True)
    names, groups = getattr(arguments, "projects", []), getattr(arguments, "group", [])
    wanted, unknown = select(context.manifest, names, groups, everything=not (names or groups))
    projects = [context.manifest.projects[name] for name in wanted]
    commits = _MOST_COMMITS if screen.verbose else 0
    failed = getattr(arguments, "fetch", False) and _fetch(context, projects, arguments, screen)
    found = look(context, projects, commits)
    if not (names or groups):
        found = [one for one in found if render_status.kind(one) in ("clone", "other", "problem")]
    if arguments.json:
        screen.answer(render_status.as_answer(found))
    elif getattr(arguments, "porcelain", None):
        if found:
            screen.data(render_status.porcelain(found))
    elif found:
        screen.answer(render_status.table(found))
    else:
        screen.note("no project is cloned; git subprojects list shows what there is")
    for one in unknown:
        screen.error(one.message, one.hint)
    undone = Background(context.the_host().common_dir).undone()
    if undone is not None:
        screen.warning(undone)
    return FAILED if unknown or failed or any(one.problem is not None for one in found) else 0


def _fetch(context: Context, projects: Sequence[Project], arguments: argparse.Namespace, screen: Screen) -> bool:
    """Fetch for all that are cloned; return whether any could not be."""
    from git_subprojects.context.network import settings
    from git_subprojects.workspace.fetch import fetch

    # Only what is known to be a project's sibling is entered.
    there = [one for one in look(context, projects, is_brief=True) if one.sibling.is_own]
    failed = False
    asked = jobs(getattr(arguments, "jobs", None), context, FETCHES_AT_LEAST)
    for one in fetch(
        there, {}, context.git, settings(context), lambda name, text: screen.warning(f"{name}: {text}"), asked
    ):
        if one.error is not None:
            screen.error(f"{one.state.name}: {one.error.message}", one.error.hint)
            failed = True
    return failed
