"""``git clone-project --list``: the projects that can be cloned."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.clone_project.options import List


def run(options: List, screen: Screen) -> int:
    """Show them; return the exit status."""
    from git_subprojects.commands.listing import show

    return show(options.manifest, options.group, options.exclude, options.form, screen)
