"""Patches against the old revision that the manifest pins."""

from collections.abc import Iterator

from git_subprojects.plural import counted
from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield that the project's branch is ahead of a pin that the patches are based on."""
    upstream = outgoing.upstream
    if upstream is None or upstream.base is None or not upstream.behind:
        return
    for pin in facts.pins:
        if facts.git.run("merge-base", "--is-ancestor", upstream.base, f"{pin}^{{commit}}").returncode == 0:
            yield Finding(
                "warning",
                f"the patches are based on {pin}, which the manifest pins for this host, and {upstream.name} has gone"
                f" on by {counted(upstream.behind, 'commit')}",
                f"git rebase --onto {upstream.name} {pin}",
            )
            return
