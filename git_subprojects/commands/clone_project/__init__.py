"""``git clone-project``: clone the neighbours of this repository that its manifest names."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.cli.modes import Command

NAME = "clone-project"

DESCRIPTION = """Clone the projects that this repository's manifest (subprojects.toml) names, beside it,
each at the revision that fits this repository's version."""

EPILOG = """Safe to repeat: what already exists is reported and left as it is.
Run it in the repository itself, in a clone made by it, or with git -C."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the command with ``words`` (None: those of the process) and return its exit status."""
    if "_ARGCOMPLETE" in os.environ:
        from git_subprojects.cli.completion import complete
        from git_subprojects.context.names import candidates

        return complete(NAME, command().parser, candidates, os.environ)
    from git_subprojects.cli.run import run

    return run(command().read, words)


def command() -> Command:
    """Return the modes, and what help says."""
    from git_subprojects.cli.modes import Command
    from git_subprojects.commands.clone_project.options import MODES

    return Command(NAME, DESCRIPTION, EPILOG, MODES)
