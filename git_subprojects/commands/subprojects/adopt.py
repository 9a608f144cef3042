"""``git subprojects adopt``: takes a clone that is there already for a project's."""

import argparse
import os

from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import Context, current_context
from git_subprojects.output.forms import as_json
from git_subprojects.workspace import adopt


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Take the clone that is asked for, and name its project in the manifest where there is none; return the status."""
    context = current_context(arguments.manifest, screen)
    path = os.path.abspath(arguments.folder)
    if adopt.project_at(context.the_host(), context.manifest, path) is None:
        status = _add(context, path, arguments, screen)
        if status:
            return status
        context = current_context(arguments.manifest, screen)
    adopted = adopt.adopt(context.the_host(), context.manifest, path)
    if arguments.json:
        screen.answer(as_json(project=adopted.name, path=adopted.path))
    screen.note(f"{adopted.name}: adopted {os.path.relpath(adopted.path)}")
    if adopted.note is not None:
        screen.warning(f"{adopted.name}: {adopted.note}")
    return 0


def _add(context: Context, path: str, arguments: argparse.Namespace, screen: Screen) -> int:
    """Name the project of a clone in the manifest, by its origin and its tree; return the exit status."""
    from git_subprojects.commands.subprojects.add import checked_name, write
    from git_subprojects.context.manifest_file import Editable
    from git_subprojects.manifest.proposal import proposed
    from git_subprojects.workspace.inspect_tree import tree_of

    manifest = Editable(context)
    url, directory, repository = adopt.new_entry(context.the_host(), context.manifest, path)
    name = checked_name(getattr(arguments, "name", None), directory, context.manifest.projects)
    table = {"url": url} | ({} if directory == name else {"directory": directory})
    return write(manifest, name, table | proposed(url, tree_of(repository.git)), arguments, screen)
