"""``git subprojects list``: the projects of the manifest."""

from __future__ import annotations

from git_subprojects.cli.options import WithManifest, form
from git_subprojects.commands.subprojects.options import EXCLUDE, GROUP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen

DESCRIPTION = "Show the projects."


class Options(WithManifest):
    """Of which projects, and how."""

    group: tuple[str, ...] = GROUP
    exclude: tuple[str, ...] = EXCLUDE
    form: str = form("markdown")


def run(options: Options, screen: Screen) -> int:
    """Show them; return the exit status."""
    from git_subprojects.commands.listing import show

    return show(options.manifest, options.group, options.exclude, options.form, screen)
