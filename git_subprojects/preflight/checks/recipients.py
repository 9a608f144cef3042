"""Whether anybody gets the patches, and mail can reach them. Pure."""

from collections.abc import Iterator

from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, _: Facts) -> Iterator[Finding]:
    """Yield who is missing from a mail, or cannot be reached by it."""
    destination = outgoing.destination
    if not destination.venue.takes_mail:
        return
    if not destination.to:
        yield Finding("error", "nobody gets these patches", "see git route-patch --explain, and --exclude")
    for person in (*destination.to, *destination.cc):
        if not person.address.rpartition("@")[0].isascii():
            message = f"git send-email cannot reach {person.address}: it speaks no SMTPUTF8"
            yield Finding("error", message, f"--exclude {person.address}")
