"""A patch for several projects. Pure."""

from collections.abc import Iterator

from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield the patches that go to other projects too, all of them to each."""
    for written in outgoing.written:
        others = [name for name in facts.projects.get(written.key, ()) if name != outgoing.destination.project]
        if others:
            yield Finding(
                "warning",
                f"it touches {', '.join(others)} too, and each would get all of it",
                "split it: git rebase --interactive, then git reset HEAD^ at that commit",
                written,
            )
