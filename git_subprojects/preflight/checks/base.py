"""Whether the project's branch has what the patches are based on. Pure."""

from collections.abc import Iterator

from git_subprojects.plural import counted
from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, _: Facts) -> Iterator[Finding]:
    """Yield why the patches may not apply to the project's branch."""
    upstream = outgoing.upstream
    if upstream is None:
        return
    rebase = f"git rebase --onto {upstream.name} {outgoing.destination.parts[0].patch.commit[:12]}^"
    if upstream.ref is None:
        yield Finding(
            "warning",
            "there is no branch of the project's here to tell whether the patches are based on it",
            "git remote add origin URL; git fetch origin",
        )
    elif upstream.has_some:
        message = f"{upstream.name} has some of these patches already"
        yield Finding("warning", message, f"git log {upstream.name}.. shows what it lacks")
    elif upstream.base is None:
        yield Finding("warning", f"the patches have nothing in common with {upstream.name}", rebase)
    elif upstream.between:
        commits = counted(upstream.between, "commit")
        yield Finding(
            "warning",
            f"the patches are based on {commits} that {upstream.name} does not have",
            f"send those too, or {rebase}; if they are there by now, git fetch",
        )
