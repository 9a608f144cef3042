"""The rest of a series of which one commit is named."""

from collections.abc import Iterator

from git_subprojects.plural import counted
from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield that other commits of the branch, which its upstream has not, stay here."""
    upstream = outgoing.upstream
    if upstream is None or upstream.ref is None or len(facts.projects) != 1:
        return
    listed = facts.git.run("rev-list", "--no-merges", "HEAD", f"^{upstream.ref}").stdout.decode().split()
    commit = outgoing.written[0].patch.commit
    if commit in listed and len(listed) > 1:
        rest = counted(len(listed) - 1, "commit")
        message = f"only {commit[:12]} goes; {rest} of this branch that {upstream.name} does not have stay here"
        yield Finding("note", message, f"all of them: {upstream.name}..")
