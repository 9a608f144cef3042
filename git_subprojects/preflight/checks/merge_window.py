"""Times at which maintainers take nothing new: between a release and the first candidate of the next."""

import re
from collections.abc import Iterator

from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing

_RELEASE = r"v\d+\.\d+"
"""As Linux and U-Boot have it; other projects have no such time."""


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield that the last tag of the project's branch is a release that had candidates."""
    upstream = outgoing.upstream
    if upstream is None or upstream.ref is None or not outgoing.destination.venue.takes_mail:
        return
    words = ("describe", "--tags", "--abbrev=0", "--candidates=1", "--match=v[0-9]*", upstream.ref)
    tag = facts.git.run(*words).stdout.decode("utf-8", "replace").strip()
    if re.fullmatch(_RELEASE, tag) and facts.git.commit(f"refs/tags/{tag}-rc1") is not None:
        message = (
            f"{upstream.name} is at {tag}, as last fetched: until the next -rc1, maintainers take little that is new"
        )
        yield Finding("note", message, "fixes are welcome; else wait, or send with --rfc")
