"""``git subprojects adopt``: takes a clone that is there already for a project's."""

import argparse
import os

from git_subprojects.answers import as_json
from git_subprojects.commands.surroundings import surroundings
from git_subprojects.ui import Screen
from git_subprojects.workspace import adopt


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Take the clone that is asked for; return the exit status."""
    around = surroundings(arguments.manifest, screen)
    adopted = adopt.adopt(around.the_host(), around.manifest, os.path.abspath(arguments.folder))
    if arguments.json:
        screen.answer(as_json(project=adopted.name, path=adopted.path))
    screen.note(f"{adopted.name}: adopted {os.path.relpath(adopted.path)}")
    if adopted.note is not None:
        screen.warning(f"{adopted.name}: {adopted.note}")
    return 0
