"""``git subprojects adopt``: takes a clone that is there already for a project's."""

import argparse
import os

from git_subprojects.answers import as_json
from git_subprojects.commands.surroundings import Surroundings, surroundings
from git_subprojects.ui import Screen
from git_subprojects.workspace import adopt


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Take the clone that is asked for, and name its project in the manifest where there is none; return the status."""
    around = surroundings(arguments.manifest, screen)
    path = os.path.abspath(arguments.folder)
    if adopt.project_at(around.the_host(), around.manifest, path) is None:
        status = _add(around, path, arguments, screen)
        if status:
            return status
        around = surroundings(arguments.manifest, screen)
    adopted = adopt.adopt(around.the_host(), around.manifest, path)
    if arguments.json:
        screen.answer(as_json(project=adopted.name, path=adopted.path))
    screen.note(f"{adopted.name}: adopted {os.path.relpath(adopted.path)}")
    if adopted.note is not None:
        screen.warning(f"{adopted.name}: {adopted.note}")
    return 0


def _add(around: Surroundings, path: str, arguments: argparse.Namespace, screen: Screen) -> int:
    """Name the project of a clone in the manifest, by its origin and its tree; return the exit status."""
    from git_subprojects.commands.add import checked_name, write
    from git_subprojects.commands.editing import Editable
    from git_subprojects.manifest.proposal import proposed
    from git_subprojects.workspace.survey import tree_of

    manifest = Editable(around)
    url, directory, repository = adopt.new_entry(around.the_host(), around.manifest, path)
    name = checked_name(getattr(arguments, "name", None), directory, around.manifest.projects)
    table = {"url": url} | ({} if directory == name else {"directory": directory})
    return write(manifest, name, table | proposed(url, tree_of(repository.git)), arguments, screen)
