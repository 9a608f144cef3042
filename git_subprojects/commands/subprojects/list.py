"""``git subprojects list``: the projects of the manifest."""

from __future__ import annotations

from git_subprojects.cli.options import WithManifest, form, many

TYPE_CHECKING = False
if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen

DESCRIPTION = "Show the projects."


class Options(WithManifest):
    """Of which projects, and how."""

    group: tuple[str, ...] = many("--group", metavar="G", words="group", about="only projects of this group")
    form: str = form("markdown")


def run(options: Options, screen: Screen) -> int:
    """Show them; return the exit status."""
    from git_subprojects.commands.listing import show

    return show(options.manifest, options.group, options.form, screen)
