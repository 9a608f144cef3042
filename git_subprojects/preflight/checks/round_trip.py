"""Commits of which git am would make others, or nothing."""

from collections.abc import Iterator

from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.preflight.round_trip import differences
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield the commits that would arrive as others, or not at all."""
    return differences(facts.git, facts.top, [written for written in outgoing.written if not written.patch.is_file])
