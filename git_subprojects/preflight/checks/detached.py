"""Commits that are on no branch."""

from collections.abc import Iterator

from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield that HEAD is detached."""
    if outgoing.upstream is not None and facts.git.run("symbolic-ref", "-q", "HEAD").returncode != 0:
        yield Finding("warning", "HEAD is detached: these commits are on no branch", "git switch -c NAME")
