"""What a mirror has is taken only where it is ahead: a mirror may be behind, and nothing follows from what it lacks."""

from collections.abc import Sequence

from git_subprojects.git.process import Git
from git_subprojects.plural import counted
from git_subprojects.workspace.revision import FETCH
from git_subprojects.workspace.transport import Transport

_TAKEN = "refs/subprojects/mirror/"
_MOST_NAMED = 3


def take(transport: Transport, url: str, refspecs: Sequence[str], tracking: str) -> None:
    """Fetch from the mirror at ``url`` what it has beyond the remote-tracking branches below ``tracking``.

    ``refspecs`` are those of the remote. What the mirror has not got yet, or has of another history, stays as it is
    and is said.

    Raises:
        TransferError: the mirror cannot be reached either.
    """
    specs = [_elsewhere(refspec, tracking) for refspec in refspecs]
    try:
        transport.retrying(lambda: transport.run(*FETCH, "--no-prune", "--", url, *specs), url)
        _compare(transport, url, tracking)
    finally:
        _forget(transport.git)


def _elsewhere(refspec: str, tracking: str) -> str:
    source, _, destination = refspec.removeprefix("+").partition(":")
    if not destination.startswith(tracking):
        return refspec
    return f"+{source}:{_TAKEN}{destination.removeprefix(tracking)}"


def _refs(git: Git, prefix: str) -> dict[str, str]:
    listed = git.output("for-each-ref", "--format=%(objectname) %(symref) %(refname)", prefix)
    lines = [line.split(" ") for line in listed.decode("utf-8", "surrogateescape").splitlines()]
    return {name.removeprefix(prefix): commit for commit, symref, name in lines if not symref}


def _compare(transport: Transport, url: str, tracking: str) -> None:
    git = transport.git
    ours = _refs(git, tracking)
    updates, behind, apart = [], [], []
    for name, theirs in _refs(git, _TAKEN).items():
        our = ours.get(name)
        if our == theirs:
            continue
        more, new = (0, 1) if our is None else _counts(git, our, theirs)
        if not more:
            updates.append(f"update {tracking}{name} {theirs} {our or '0' * len(theirs)}")
        elif not new:
            behind.append(f"{name} by {counted(more, 'commit')}")
        else:
            apart.append(name)
    if updates:
        git.output("update-ref", "--stdin", stdin=("\n".join(updates) + "\n").encode("utf-8", "surrogateescape"))
    if behind:
        transport.say(f"the mirror {url} is behind: {_some(behind)}")
    if apart:
        transport.say(f"the mirror {url} has another history, which is not taken: {_some(apart)}")


def _counts(git: Git, ours: str, theirs: str) -> tuple[int, int]:
    """Return how many commits only the first has, and how many only the other."""
    left, right = git.output("rev-list", "--left-right", "--count", f"{ours}...{theirs}").split()
    return int(left), int(right)


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _forget(git: Git) -> None:
    names = _refs(git, _TAKEN)
    lines = "".join(f"delete {_TAKEN}{name}\n" for name in names)
    if lines:
        git.run("update-ref", "--stdin", stdin=lines.encode("utf-8", "surrogateescape"))
