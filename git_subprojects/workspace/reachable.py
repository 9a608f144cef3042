"""Whether others can get the commit that a clone has checked out: by what is here, else asked of its remote, once."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from git_subprojects.git import refs
from git_subprojects.git.process import Git
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.fetch_clone import REMOTE
from git_subprojects.workspace.pinned_tags import MovedTag, moved, pinned_tags
from git_subprojects.workspace.remote_head import listed
from git_subprojects.workspace.target import KEPT
from git_subprojects.workspace.transport import TransferError, Transport


class Reach(NamedTuple):
    """How many commits of HEAD others cannot get, as far as that can be told, and which pinned tags were moved.

    ``error`` is why the remote could not be asked, where it had to be.
    """

    unpushed: int = 0
    moved: tuple[MovedTag, ...] = ()
    error: TransferError | None = None


def reaches(states: Sequence[State], transport: Transport, jobs: int) -> list[Reach]:
    """Return that of each clone; ``jobs`` remotes are asked at a time, by the ``transport``."""
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(lambda state: _reach(state, transport), states))


def _reach(state: State, transport: Transport) -> Reach:
    git = transport.git.elsewhere(state.path)
    tags = {} if state.project is None else pinned_tags(git, state.project)
    unpushed = 0 if _was_fetched(state) else count(git, f"--remotes={REMOTE}", f"--glob={KEPT}")
    origin = state.sibling.origin
    if origin is None or not (unpushed or tags):
        return Reach(unpushed)
    # The user has cloned from there before: a local path is no manifest's word.
    asking = transport.for_url(origin, relative=True).in_folder(state.path)
    try:
        there, _ = listed(asking, REMOTE, () if unpushed else [f"refs/tags/{name}" for name in tags])
    except TransferError as error:
        # What is tagged here counts, where nobody can be asked.
        return Reach(count(git, f"--remotes={REMOTE}", "--tags", f"--glob={KEPT}") if unpushed else 0, (), error)
    if unpushed:
        unpushed = _lacking(git, there)
    return Reach(unpushed, tuple(moved(tags, there)))


def _was_fetched(state: State) -> bool:
    """Return whether HEAD is at what the remote has given for the manifest's pin.

    A shallow clone cannot tell by its refs, and neither can one with a commit that no branch or tag there has.
    """
    put, commit = state.put, state.sibling.commit
    if put is not None and put.revision is not None and put.branch is None and put.commit == commit:
        return True
    return bool(state.is_on_pin) and os.path.exists(os.path.join(refs.common_dir(state.path), "shallow"))


def count(git: Git, *excluded: str) -> int:
    """Return how many commits of HEAD there are that those refs do not have."""
    found = git.run("rev-list", "--count", "HEAD", "--not", *excluded)
    return int(found.stdout) if found.returncode == 0 else 0


def _lacking(git: Git, there: Mapping[str, str]) -> int:
    """Return how many commits of HEAD none of the remote's refs has, as far as their commits are here."""
    words = "".join(f"^{commit}\n" for commit in dict.fromkeys(there.values()))
    # Else a partial clone would fetch what it lacks, one by one.
    lenient = ("--missing=allow-any", "--ignore-missing")
    command = ("rev-list", "--count", *lenient, "--stdin", "HEAD", "--not", f"--remotes={REMOTE}")
    found = git.run(*command, stdin=words.encode())
    return int(found.stdout) if found.returncode == 0 else 0
