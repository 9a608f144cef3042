"""Series that are too long to be read. Pure."""

from collections.abc import Iterator

from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing

MOST = 15
"""Patches that a list takes at a time (Linux: Documentation/process/submitting-patches.rst)."""


def find(outgoing: Outgoing, _: Facts) -> Iterator[Finding]:
    """Yield that there are more patches than reviewers want at a time."""
    number = len(outgoing.written)
    if number > MOST and outgoing.destination.venue.takes_mail:
        yield Finding(
            "note", f"{number} patches are more than most lists want at a time", f"send {MOST} or fewer first"
        )
