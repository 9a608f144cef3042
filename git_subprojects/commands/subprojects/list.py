"""The list of projects, as ``git clone-project --list`` and ``git subprojects list`` show it."""

import argparse
import shutil

from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import current_context
from git_subprojects.errors import FAILED
from git_subprojects.output import clone as render
from git_subprojects.workspace import inspect as gather
from git_subprojects.workspace.plan import select


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Answer with the projects of the manifest, or of its groups; return the exit status."""
    context = current_context(arguments.manifest, screen, outside=True)
    wanted, unknown = select(context.manifest, (), arguments.group, everything=not arguments.group)
    projects = [context.manifest.projects[name] for name in wanted]
    states = gather.states(context.host, context.manifest, projects, is_host=context.is_host)
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
