"""New versions that come before the last one can have been read. Pure."""

from collections.abc import Iterator

from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing

HOURS = 24


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield that the version before was sent less than a day ago."""
    hours = facts.hours_since_last(outgoing)
    if hours is not None and hours < HOURS:
        message = f"the version before was sent {hours:.0f} hours ago, and reviewers want at least {HOURS}"
        yield Finding("warning", message, "wait, unless the first one was wrong")
