"""``git route-patch``: who gets patches, and why."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from git_subprojects.cli.screen import Screen


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Answer who gets the patches; return the exit status."""
    from git_subprojects.commands.route_patch.namespace import namespace

    arguments = namespace(arguments)
    if ":" in "".join(arguments.revisions):
        from git_subprojects.commands.route_patch import several_projects

        if several_projects.is_linked(arguments.revisions):
            return several_projects.run(arguments, screen)
    from git_subprojects.commands.route_patch.prefetch import begin
    from git_subprojects.commands.route_patch.session import route_once

    return route_once(arguments, screen, begin(arguments))
