"""A Change-Id: line, where the site needs one. Pure."""

from collections.abc import Iterator

from git_subprojects.people.trailers import trailers
from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.registries import VENUES
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, _: Facts) -> Iterator[Finding]:
    """Yield the patches without such a line."""
    kind = VENUES[outgoing.destination.venue.kind]
    for written in outgoing.written if kind.needs_change_id else ():
        if not any(trailer.key == "Change-Id" for trailer in trailers(written.patch.message)):
            yield Finding(
                "error",
                f"it has no Change-Id: line, by which {kind.site} recognises new versions of a {kind.noun}",
                f"install {kind.site}'s commit-msg hook, then git commit --amend --no-edit",
                written,
            )
