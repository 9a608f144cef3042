"""``git subprojects adopt``: registers an existing clone as a project's."""

from __future__ import annotations

import os

from git_subprojects.cli.options import form, operand, option
from git_subprojects.commands.subprojects.options import Confirmed
from git_subprojects.errors import FAILED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.context.context import Context

DESCRIPTION = """Register an existing clone as that of the project that belongs in its folder.
Where there is none, it is added to the manifest. Of the clone, only its config changes."""


class Options(Confirmed):
    """Which clone."""

    name: str | None = option("--name", metavar="NAME", about="a new project's name (default: that of the folder)")
    form: str = form()
    folder: str = operand("FOLDER", words="folder", about="the clone")


def run(options: Options, screen: Screen) -> int:
    """Register the clone, and add its project to the manifest where there is none; return the exit status."""
    from git_subprojects.context.context import current_context
    from git_subprojects.output import edits, forms
    from git_subprojects.workspace import adopt

    context = current_context(options.manifest, screen)
    path = os.path.abspath(options.folder)
    if adopt.project_at(context.the_host(), context.manifest, path) is None:
        if not _add(context, path, options, screen):
            return FAILED
        context = current_context(options.manifest, screen)
    adopted, note = adopt.adopt(context.the_host(), context.manifest, path)
    screen.show(forms.render(options.form, edits, adopted))
    screen.note(f"{adopted.project}: adopted {os.path.relpath(adopted.path)}")
    if note is not None:
        screen.warning(f"{adopted.project}: {note}")
    return 0


def _add(context: Context, path: str, options: Options, screen: Screen) -> bool:
    """Add the project of a clone to the manifest, by its origin and its tree; return whether the user agreed."""
    from git_subprojects.context.manifest_file import Editable, new_name
    from git_subprojects.manifest.proposal import proposed
    from git_subprojects.workspace.adopt import new_entry
    from git_subprojects.workspace.inspect_tree import tree_of

    manifest = Editable(context)
    url, directory, repository = new_entry(context.the_host(), context.manifest, path)
    name = new_name(options.name, directory, context.manifest.projects)
    table = {"url": url} | ({} if directory == name else {"directory": directory})
    return manifest.add(name, table | proposed(url, tree_of(repository.git)), screen, yes=options.yes)
