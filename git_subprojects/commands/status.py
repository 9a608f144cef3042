"""``git subprojects status``: how it stands with every sibling, on one line each."""

import argparse
import os

from git_subprojects import render_status
from git_subprojects.commands.surroundings import surroundings
from git_subprojects.errors import FAILED
from git_subprojects.git import Quick
from git_subprojects.ui import Screen
from git_subprojects.workspace.plan import select
from git_subprojects.workspace.states import states

_JOBS_AT_LEAST = 4
"""A look mostly waits for git, and git for the disk."""


def show(arguments: argparse.Namespace, screen: Screen) -> int:
    """Answer with the state of the projects that are asked for; return the exit status.

    Without names and groups: of all that are cloned, or in the way.
    """
    around = surroundings(arguments.manifest, screen, kept=True)
    names, groups = getattr(arguments, "projects", []), getattr(arguments, "group", [])
    wanted, unknown = select(around.manifest, names, groups, everything=not (names or groups))
    projects = [around.manifest.projects[name] for name in wanted]
    jobs = around.config.number("subprojects.jobs", max(os.cpu_count() or 1, _JOBS_AT_LEAST), least=1)
    found = list(
        states(around.the_host(), around.manifest, projects, Quick(os.environ), is_host=around.is_host, jobs=jobs)
    )
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
    return FAILED if unknown or any(one.problem is not None for one in found) else 0
