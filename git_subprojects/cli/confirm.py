"""Asks for confirmation before something is written."""

from git_subprojects.cli.screen import Screen


def agreed(shown: str, question: str, screen: Screen, *, yes: bool) -> bool:
    """Show what would be done, and return whether the user wants it: by ``--yes``, or by the answer to a question."""
    screen.note(shown)
    if yes:
        return True
    if not screen.can_confirm:
        screen.error("nothing is written, for nobody can be asked here", "--yes writes it")
        return False
    return screen.confirm(question)
