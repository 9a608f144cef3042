"""Patches for stable trees that do not say what they fix. Pure."""

from collections.abc import Iterator

from git_subprojects.people.trailers import people, trailers
from git_subprojects.preflight.base import AMEND, Facts, Finding
from git_subprojects.sending.outgoing import Outgoing

_STABLE = "stable@vger.kernel.org"


def find(outgoing: Outgoing, _: Facts) -> Iterator[Finding]:
    """Yield the patches with ``Cc: stable`` and neither a ``Fixes:`` nor a version."""
    for written in outgoing.written:
        message = written.patch.message
        if not any(person.address.casefold() == _STABLE for _, person in people(message)):
            continue
        lines = [trailer for trailer in trailers(message) if trailer.key.casefold() in ("fixes", "cc")]
        if not any(line.key.casefold() == "fixes" or (_STABLE in line.value and "#" in line.value) for line in lines):
            hint = f'add Fixes: COMMIT ("SUBJECT"), or the version: Cc: <{_STABLE}> # 6.1+; {AMEND}'
            yield Finding("warning", "it is for stable trees, and does not say which of them need it", hint, written)
