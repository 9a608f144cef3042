"""The user's word before something is written."""

import argparse

from git_subprojects.cli.screen import Screen


def agreed(shown: str, question: str, arguments: argparse.Namespace, screen: Screen) -> bool:
    """Show what would be done, and return whether the user wants it: by ``--yes``, or by the answer to a question."""
    screen.note(shown)
    if getattr(arguments, "yes", False):
        return True
    if not screen.can_confirm:
        screen.error("nothing is written, for nobody can be asked here", "--yes writes it")
        return False
    return screen.confirm(question)
