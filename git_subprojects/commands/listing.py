"""The list of projects, as ``git clone-project --list`` and ``git subprojects list`` show it."""

import argparse
import shutil

from git_subprojects import render
from git_subprojects.commands.surroundings import surroundings
from git_subprojects.errors import FAILED
from git_subprojects.ui import Screen
from git_subprojects.workspace import gather
from git_subprojects.workspace.plan import select


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Answer with the projects of the manifest, or of its groups; return the exit status."""
    around = surroundings(arguments.manifest, screen, outside=True)
    wanted, unknown = select(around.manifest, (), arguments.group, everything=not arguments.group)
    projects = [around.manifest.projects[name] for name in wanted]
    states = gather.states(around.host, around.manifest, projects, is_host=around.is_host)
    if getattr(arguments, "format", None) == "markdown":
        screen.answer(render.listed_markdown(projects))
    elif arguments.json:
        screen.answer(render.listed_json(projects, states))
    elif projects:
        width = shutil.get_terminal_size().columns if screen.out.isatty() else None
        screen.answer(render.listed(projects, states, width=width))
    for one in unknown:
        screen.error(one.message, one.hint)
    return FAILED if unknown else 0
