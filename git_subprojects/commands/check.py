"""``git subprojects check``: every problem of the manifest."""

import argparse

from git_subprojects import render
from git_subprojects.answers import counted
from git_subprojects.commands.surroundings import surroundings
from git_subprojects.errors import FAILED
from git_subprojects.manifest.reader import ManifestError
from git_subprojects.ui import Screen


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Report the problems; return the exit status."""
    try:
        around = surroundings(arguments.manifest, screen, outside=True)
    except ManifestError as error:
        if arguments.json:
            screen.answer(render.problems_json(error.problems))
        else:
            screen.error(error.message)
        return FAILED
    if arguments.json:
        screen.answer(render.problems_json([]))
    projects = counted(len(around.manifest.projects), "project")
    screen.note(f"{around.manifest_name}: {projects}, no problems")
    return 0
