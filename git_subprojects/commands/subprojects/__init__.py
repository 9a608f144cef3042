"""``git subprojects``: tend the siblings and the manifest."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from git_subprojects.cli.parser import Parser
    from git_subprojects.cli.screen import Screen

NAME = "subprojects"

DESCRIPTION = "Tend the clones of the projects that this repository's manifest names, and the manifest."


def main(words: Sequence[str] | None = None) -> int:
    """Run the command with ``words`` (None: those of the process) and return its exit status."""
    if "_ARGCOMPLETE" in os.environ:
        from git_subprojects.cli.completion import complete

        return complete(NAME, parser, os.environ)
    from git_subprojects.cli.run import run

    return run(parser, _run, words)


def parser() -> Parser:
    """Return the parser of the command line."""
    from git_subprojects.cli import parser as common
    from git_subprojects.commands.subprojects import verbs

    made = common.parser(f"git {NAME}", verbs.usage(f"git {NAME}"), DESCRIPTION)
    verbs.add(made)
    return made


def _run(arguments: argparse.Namespace, screen: Screen) -> int:
    from importlib import import_module

    from git_subprojects.commands.subprojects.verbs import VERBS

    module = import_module(f"git_subprojects.commands.subprojects.{VERBS[arguments.command].module}")
    status: int = module.run(arguments, screen)
    return status
