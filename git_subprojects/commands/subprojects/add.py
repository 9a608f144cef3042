"""``git subprojects add``: adds a project to the manifest, and how it takes patches, as far as its tree tells."""

from __future__ import annotations

from git_subprojects.cli.options import form, many, operand, option
from git_subprojects.commands.subprojects.options import Confirmed
from git_subprojects.errors import FAILED, USAGE, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from git_subprojects.cli.screen import Screen

DESCRIPTION = "Add a project to the manifest, and how it takes patches, as far as its tree tells."


class Options(Confirmed):
    """What is added."""

    name: str | None = option("--name", metavar="NAME", about="the project's name (default: the last part of the URL)")
    description: str | None = option("--description", metavar="TEXT", about="what it is, in a line")
    branch: str | None = option("--branch", metavar="BRANCH", about="the branch to follow (default: the remote's HEAD)")
    directory: str | None = option(
        "--directory", metavar="FOLDER", about="the folder to clone it to (default: its name)"
    )
    group: tuple[str, ...] = many("--group", metavar="G", words="group", about="a group that it is in")
    form: str = form()
    url: str = operand("URL", about="where it can be cloned from")


def run(options: Options, screen: Screen) -> int:
    """Add the project at a URL to the manifest, after the user has seen what is written; return the exit status.

    Raises:
        Error: the URL or the name will not do, or nobody answers there.
    """
    from git_subprojects.commands.fetching import with_password
    from git_subprojects.context.context import current_context
    from git_subprojects.context.manifest_file import Editable, new_name
    from git_subprojects.context.network import transport
    from git_subprojects.manifest import values
    from git_subprojects.manifest.editing import Added
    from git_subprojects.manifest.proposal import proposed
    from git_subprojects.output import edits, forms
    from git_subprojects.workspace.inspect_tree import far_away
    from git_subprojects.workspace.urls import resolve_url

    context = current_context(options.manifest, screen)
    manifest = Editable(context)
    expected = values.url(options.url)
    if expected is not None:
        raise Error(f"expected {expected}, found '{options.url}'", code=USAGE)
    name = new_name(options.name, options.url, context.manifest.projects)
    url = resolve_url(context.the_host().base_url, options.url)
    # The user has given the URL, so it may be a local one.
    branch, tree = with_password(
        screen,
        name,
        lambda foreground: far_away(
            transport(context, screen.warning, foreground=foreground).for_url(url, relative=True), url
        ),
    )
    given = {"description": options.description, "branch": options.branch, "directory": options.directory}
    table: dict[str, Any] = {"url": options.url} | {key: value for key, value in given.items() if value is not None}
    if options.group:
        table["groups"] = list(options.group)
    table |= proposed(url, tree)
    screen.note(f"{name}: its default branch is {branch or 'none'}")
    added = manifest.add(name, table, screen, yes=options.yes)
    screen.show(forms.render(options.form, edits, Added(name, table, added)))
    return 0 if added else FAILED
