"""Why a patch does not apply: what the history of the target says of the lines and files that it is about.

Nothing here is an error: what git cannot say is left out.
"""

from __future__ import annotations

import os
import time
from signal import SIGTERM
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.twins.verdicts import Commit

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

    from git_subprojects.git.process import Git

_FORMAT = "--format=%H%x00%s%x00%an%x00%as"
_PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv", "-O/dev/null")
_QUIET = (*_PLAIN, "--no-show-signature", "--no-notes", "--no-mailmap")
_MOST_COMMITS = 200
"""So many commits of the same files are compared with patches."""

_MOST_RENAMES = 5

_MOST_AT_ONCE = 1000
"""So many paths, or ranges of lines, are asked about in one question: no command line is endless."""


Bases = tuple[str, ...]
"""Commits whose history is left out of a search: what patches are based on."""

Ranges = tuple[tuple[int, int], ...]
"""Lines of a file, from 1: the first and the last of each range."""


class Renamed(NamedTuple):
    """What has become of a file: its new name, if it has one, and the commit that took away the old, if any."""

    path: bytes | None
    commit: Commit | None


def last_touched(git: Git, commit: str, path: bytes, groups: Collection[Ranges]) -> dict[Ranges, Commit]:
    """Return the commit that has last touched each group of lines of a file at ``commit``; no lines, no commit."""
    wanted = {group for group in groups if any(start <= end for start, end in group)}
    ranges = sorted({(start, end) for group in wanted for start, end in group if start <= end})
    if not ranges:
        return {}
    words = (f"-L{start},{end}" for start, end in ranges[:_MOST_AT_ONCE])
    talk = git.converse("blame", "--incremental", *words, commit, "--", _name(path))
    by_group: dict[Ranges, Commit] = {}
    try:
        # git goes back from the newest commit: the first that it names for a group is the last that has touched it.
        for touching, first, last in _as_found(talk.answers):
            by_group.update(
                (ranges_of_group, touching)
                for ranges_of_group in wanted
                if any(first <= end and start <= last for start, end in ranges_of_group)
            )
            wanted -= by_group.keys()
            if not wanted:
                break
    finally:
        # The rest of the history may be long.
        os.kill(talk.pid, SIGTERM)
        talk.end()
    return by_group


def _as_found(lines: Iterable[bytes]) -> Iterator[tuple[Commit, int, int]]:
    """Yield what git blame --incremental prints: a commit, and the first and the last line that it has touched."""
    fields_of: dict[str, dict[str, str]] = {}
    entry: tuple[str, int, int] | None = None
    for raw in lines:
        key, _, value = raw.decode("utf-8", "replace").rstrip("\n").partition(" ")
        if entry is None:
            _, first, number = map(int, value.split(" "))
            entry = key, first, first + number - 1
            fields_of.setdefault(key, {})
        elif key == "filename":
            yield _told(entry[0], fields_of[entry[0]]), entry[1], entry[2]
            entry = None
        else:
            fields_of[entry[0]][key] = value


def _told(name: str, fields: Mapping[str, str]) -> Commit:
    zone = fields.get("author-tz", "+0000")
    offset = (int(zone[1:3]) * 60 + int(zone[3:5])) * (-60 if zone[0] == "-" else 60)
    date = time.strftime("%Y-%m-%d", time.gmtime(int(fields.get("author-time", "0")) + offset))
    return Commit(name, fields.get("summary", ""), fields.get("author", ""), date)


def last_removed(git: Git, commit: str, bases: Bases, path: bytes, lines: Sequence[bytes]) -> Commit | None:
    """Return the last commit that has taken one of ``lines`` from a file, up to ``commit`` and since ``bases``."""
    longest = max((line.strip() for line in lines), key=len, default=b"")
    if not longest or b"\0" in longest:
        return None
    return _logged(git, f"-S{_name(longest)}", *_since(bases, commit), "--", _literal(path))


def last_changed(git: Git, commit: str, path: bytes) -> Commit | None:
    """Return the last commit that has changed a file, or whatever stands at that path."""
    return _logged(git, commit, "--", _literal(path))


def renamed(
    git: Git, commit: str, source: Git, last: str, bases: Bases, paths: Collection[bytes]
) -> dict[bytes, Renamed]:
    """Return what has become of files that are not there at ``commit``.

    That is known from the history of the target since ``bases``; else from that of the ``source`` up to ``last``, where
    a file may have got its name after the target went its own way; else by its name.
    """
    if not paths:
        return {}
    listed = git.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).stdout.split(b"\0")
    there = frozenset(listed)
    here, far = _Renames(git), _Renames(source)
    removed = _last_of_each(git, "D", bases, commit, paths)
    found = {path: _followed(here, commit, bases, path, one, there) for path, one in removed.items()}
    rest = [path for path in paths if path not in found]
    added = _last_of_each(source, "A", (commit,), last, rest) if last else {}
    for path, one in added.items():
        name, taken = path, one
        for _ in range(_MOST_RENAMES):
            old = far.old_name(taken.id, name)
            if old in there:
                found[path] = Renamed(old, taken)
            if old is None or old in there:
                break
            name = old
            gone = _last_of_each(git, "D", bases, commit, [name])
            if name in gone:
                found[path] = _followed(here, commit, bases, name, gone[name], there)
                break
            taken = _last_of_each(source, "A", (commit,), last, [name]).get(name, taken)
    by_name = _by_name(listed, [path for path in paths if path not in found or found[path].path is None])
    for path, name in by_name.items():
        found[path] = found.get(path, Renamed(None, None))._replace(path=name)
    return {path: found.get(path, Renamed(None, None)) for path in paths}


def _followed(
    renames: _Renames, commit: str, bases: Bases, path: bytes, removed: Commit, there: Container[bytes]
) -> Renamed:
    """Return what has become of a file that was ``removed``, though its name may have changed more than once."""
    taken = removed
    for _ in range(_MOST_RENAMES):
        new = renames.new_name(taken.id, path)
        if new is None:
            break
        if new in there:
            return Renamed(new, removed)
        path = new
        gone = _last_of_each(renames.git, "D", bases, commit, [path])
        if path not in gone:
            break
        taken = gone[path]
    return Renamed(None, removed)


def is_renamed(git: Git, commit: str, bases: Bases, path: bytes) -> bool:
    """Return whether, by the history since ``bases``, a file, which is not there, has another name now."""
    removed = _last_of_each(git, "D", bases, commit, [path]).get(path)
    return removed is not None and _Renames(git).new_name(removed.id, path) is not None


def _last_of_each(git: Git, kind: str, bases: Bases, commit: str, paths: Collection[bytes]) -> dict[bytes, Commit]:
    """Return the last commit since ``bases``, up to ``commit``, that has added (A) or removed (D) each of some files.

    One walk through the history serves for all.
    """
    if not paths:
        return {}
    some = list(paths)[:_MOST_AT_ONCE]
    words = ("-z", "--name-only", "--no-renames", f"--diff-filter={kind}", "--format=%x01%H%x00%s%x00%an%x00%as%x00")
    log = git.run("log", *words, *_QUIET, *_since(bases, commit), "--", *map(_literal, some)).stdout
    found: dict[bytes, Commit] = {}
    for text in log.split(b"\x01")[1:]:
        fields = text.split(b"\0")
        if len(fields) < 5:
            continue
        told = Commit(*(field.decode("utf-8", "replace") for field in fields[:4]))
        for name in fields[4:]:
            found.setdefault(name.removeprefix(b"\n"), told)
    return {path: found[path] for path in paths if path in found}


def same_patches(
    source: Git, patches: Mapping[str, frozenset[bytes]], bases: Bases, target: Git, commit: str
) -> dict[str, Commit]:
    """Return which commit of the target's, up to ``commit``, makes the same change as a patch, by git-patch-id(1).

    ``patches`` are commits of the source's, each with the paths that it changes; what the history of ``bases`` has
    does not count.
    """
    paths = sorted(frozenset[bytes]().union(*patches.values()))
    if len(paths) > _MOST_AT_ONCE:
        return {}
    words = ("-z", "--name-only", "--full-diff", "--no-merges", "--no-renames", f"-{_MOST_COMMITS}", "--format=%x01%H")
    log = target.run("log", *words, *_QUIET, *_since(bases, commit), "--", *map(_literal, paths))
    wanted = frozenset(patches.values())
    candidates = [name for name, changed in _with_paths(log.stdout) if changed in wanted]
    theirs = dict(reversed(_patch_ids(target, candidates)))
    mine = _patch_ids(source, patches) if theirs else []
    found = {one: theirs[name] for name, one in mine if name in theirs}
    return {one: told for one, name in found.items() if (told := _logged(target, "--no-walk", name, "--")) is not None}


def _with_paths(log: bytes) -> Iterator[tuple[str, frozenset[bytes]]]:
    """Yield the commits of a log, with the paths that each changes."""
    for text in log.split(b"\x01")[1:]:
        name, *changed = text.split(b"\0")
        yield name.decode(), frozenset(path.removeprefix(b"\n") for path in changed if path)


def _patch_ids(git: Git, commits: Iterable[str]) -> list[tuple[str, str]]:
    """Return (patch id, commit) of each commit."""
    asked = "".join(f"{one}\n" for one in commits).encode()
    if not asked:
        return []
    diff = git.run("diff-tree", "-p", "--stdin", "--root", "--no-renames", *_PLAIN, stdin=asked)
    lines = git.run("patch-id", "--stable", stdin=diff.stdout).stdout.decode().splitlines()
    return [(name, commit) for name, _, commit in (line.partition(" ") for line in lines)]


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


def _logged(git: Git, *words: str) -> Commit | None:
    logged = git.run("log", "-1", _FORMAT, *_QUIET, *words)
    fields = logged.stdout.decode("utf-8", "replace").rstrip("\n").split("\0")
    return Commit(*fields) if logged.returncode == 0 and len(fields) == 4 else None


def _since(bases: Bases, commit: str) -> tuple[str, ...]:
    """Return the words for the history up to ``commit``, without that of ``bases`` where the repository has it."""
    return ("--ignore-missing", commit, *(f"^{base}" for base in bases))


def _name(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _literal(path: bytes) -> str:
    return f":(top,literal){_name(path)}"
