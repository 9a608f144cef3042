"""What has become of files that a target does not have: removed, or renamed, by the history of either side."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from git_subprojects.git.process import Git
    from git_subprojects.twins.history import History
    from git_subprojects.twins.verdicts import Commit

_MOST_RENAMES = 5


class Renamed(NamedTuple):
    """What has become of a file: its new name, if it has one, and the commit that took away the old, if any."""

    path: bytes | None
    commit: Commit | None


class Names:
    """The names of files at ``commit``, which ``here`` leads to, and in ``far``, where patches come from."""

    def __init__(self, here: History, commit: str, far: History) -> None:
        self._here = here
        self._commit = commit
        self._far = far
        self._renames_here, self._renames_far = _Renames(here.git), _Renames(far.git)

    def renamed(self, paths: Collection[bytes]) -> dict[bytes, Renamed]:
        """Return what has become of files that are not there.

        That is known from the history of the target; else from that of the patches, where a file may have got its name
        after the target went its own way; else by its name.
        """
        if not paths:
            return {}
        found = {path: self._followed(path, taken) for path, taken in self._here.last(b"D", paths).items()}
        rest = [path for path in paths if path not in found]
        for path, added in self._far.last(b"A", rest).items():
            renamed = self._before(path, added)
            if renamed is not None:
                found[path] = renamed
        by_name = _by_name(self._listed, [path for path in paths if path not in found or found[path].path is None])
        for path, name in by_name.items():
            found[path] = found.get(path, Renamed(None, None))._replace(path=name)
        return {path: found.get(path, Renamed(None, None)) for path in paths}

    @cached_property
    def _listed(self) -> list[bytes]:
        words = ("ls-tree", "-r", "-z", "--name-only", "--full-tree", self._commit)
        return self._here.git.run(*words).stdout.split(b"\0")

    @cached_property
    def _there(self) -> frozenset[bytes]:
        return frozenset(self._listed)

    def _followed(self, path: bytes, removed: Commit) -> Renamed:
        """Return what has become of a file that was ``removed``, though its name may have changed more than once."""
        taken = removed
        for _ in range(_MOST_RENAMES):
            new = self._renames_here.new_name(taken.id, path)
            if new is None:
                break
            if new in self._there:
                return Renamed(new, removed)
            path = new
            gone = self._here.last(b"D", [path])
            if path not in gone:
                break
            taken = gone[path]
        return Renamed(None, removed)

    def _before(self, path: bytes, added: Commit) -> Renamed | None:
        """Return what the target calls a file that got its name where the patches come from, when it was ``added``."""
        taken = added
        for _ in range(_MOST_RENAMES):
            old = self._renames_far.old_name(taken.id, path)
            if old is None:
                return None
            if old in self._there:
                return Renamed(old, taken)
            path = old
            gone = self._here.last(b"D", [path])
            if path in gone:
                return self._followed(path, gone[path])
            taken = self._far.last(b"A", [path]).get(path, taken)
        return None


class _Renames:
    """The files that commits of a repository have renamed, of each commit asked once."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self._known: dict[str, tuple[dict[bytes, bytes], dict[bytes, bytes]]] = {}

    def new_name(self, commit: str, path: bytes) -> bytes | None:
        """Return what a commit has renamed a file to."""
        return self._of(commit)[0].get(path)

    def old_name(self, commit: str, path: bytes) -> bytes | None:
        """Return what a file was called before a commit has renamed it."""
        return self._of(commit)[1].get(path)

    def _of(self, commit: str) -> tuple[dict[bytes, bytes], dict[bytes, bytes]]:
        if commit not in self._known:
            words = ("-r", "-z", "-M", "--root", "--no-commit-id", "--name-status", "--diff-filter=R", commit)
            fields = self.git.run("diff-tree", *words).stdout.split(b"\0")[:-1]
            pairs = list(zip(fields[1::3], fields[2::3], strict=True))
            self._known[commit] = dict(pairs), {new: old for old, new in pairs}
        return self._known[commit]


def _by_name(listed: Sequence[bytes], paths: Collection[bytes]) -> dict[bytes, bytes]:
    """Return for each path the file of the same name in the most similar folder, where there is one that is that."""
    if not paths:
        return {}
    same: dict[bytes, list[bytes]] = {path.rpartition(b"/")[2]: [] for path in paths}
    for one in listed:
        same.get(one.rpartition(b"/")[2], []).append(one)
    found = {}
    for path in paths:
        *folders, name = path.split(b"/")
        ranked = sorted((len(set(one.split(b"/")[:-1]) & set(folders)), one) for one in same[name])
        if ranked and (len(ranked) == 1 or ranked[-1][0] > ranked[-2][0]):
            found[path] = ranked[-1][1]
    return found
