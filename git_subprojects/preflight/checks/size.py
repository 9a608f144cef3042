"""A message that is longer than the list takes. Pure."""

from collections.abc import Iterator

from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, _: Facts) -> Iterator[Finding]:
    """Yield the patches that are too long for the list, if its limit is known."""
    venue = outgoing.destination.venue
    for written in outgoing.written if venue.takes_mail else ():
        if venue.size_limit is not None and written.size > venue.size_limit:
            yield Finding(
                "error",
                f"it has {written.size:,} bytes, and the list takes {venue.size_limit:,}",
                "split it, or put it where it can be fetched and send a link",
                written,
            )
