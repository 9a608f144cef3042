"""Trailers that are to name somebody, and hold no address. Pure."""

from collections.abc import Iterator

from git_subprojects.people.trailers import unreachable
from git_subprojects.preflight.base import AMEND, Facts, Finding
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, _: Facts) -> Iterator[Finding]:
    """Yield the trailers whose people get no mail because they have no address that mail can reach."""
    for written in outgoing.written:
        for trailer in unreachable(written.patch.message):
            yield Finding(
                "warning", f"'{trailer.key}: {trailer.value}' names nobody that mail can reach", AMEND, written
            )
