"""Why a patch does not apply: what the history of the target says of the lines and files that it is about.

Nothing here is an error: what git cannot tell is not told.
"""

from __future__ import annotations

import os
import time
from signal import SIGTERM
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.git import Git
from git_subprojects.twins.verdicts import Commit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

_FORMAT = "--format=%H%x00%s%x00%an%x00%as"
_PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv", "-O/dev/null")
_QUIET = (*_PLAIN, "--no-show-signature", "--no-notes", "--no-mailmap")
_MOST_COMMITS = 200
"""So many commits of the same files are compared with patches."""

_MOST_RENAMES = 5


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
    words = (f"-L{start},{end}" for start, end in ranges)
    talk = git.converse("blame", "--incremental", *words, commit, "--", _name(path))
    found: dict[Ranges, Commit] = {}
    try:
        # git goes back from the newest commit: the first that it names for a group is the last that has touched it.
        for told, first, last in _as_found(talk.answers):
            found.update((one, told) for one in wanted if any(first <= end and start <= last for start, end in one))
            wanted -= found.keys()
            if not wanted:
                break
    finally:
        # The rest of the history may be long.
        os.kill(talk.pid, SIGTERM)
        talk.end()
    return found


def _as_found(lines: Iterable[bytes]) -> Iterator[tuple[Commit, int, int]]:
    """Yield what git blame --incremental tells: a commit, and the first and the last line that it has touched."""
    told: dict[str, dict[str, str]] = {}
    entry: tuple[str, int, int] | None = None
    for raw in lines:
        key, _, value = raw.decode("utf-8", "replace").rstrip("\n").partition(" ")
        if entry is None:
            _, first, number = map(int, value.split(" "))
            entry = key, first, first + number - 1
            told.setdefault(key, {})
        elif key == "filename":
            yield _told(entry[0], told[entry[0]]), entry[1], entry[2]
            entry = None
        else:
            told[entry[0]][key] = value


def _told(name: str, fields: Mapping[str, str]) -> Commit:
    zone = fields.get("author-tz", "+0000")
    offset = (int(zone[1:3]) * 60 + int(zone[3:5])) * (-60 if zone[0] == "-" else 60)
    date = time.strftime("%Y-%m-%d", time.gmtime(int(fields.get("author-time", "0")) + offset))
    return Commit(name, fields.get("summary", ""), fields.get("author", ""), date)


def last_removed(git: Git, commit: str, base: str, path: bytes, lines: Sequence[bytes]) -> Commit | None:
    """Return the last commit that has taken one of ``lines`` from a file, up to ``commit`` and since ``base``."""
    longest = max((line.strip() for line in lines), key=len, default=b"")
    if not longest or b"\0" in longest:
        return None
    return _logged(git, f"-S{_name(longest)}", *_since(base, commit), "--", _literal(path))


def last_changed(git: Git, commit: str, path: bytes) -> Commit | None:
    """Return the last commit that has changed a file, or whatever stands at that path."""
    return _logged(git, commit, "--", _literal(path))


def renamed(git: Git, commit: str, source: Git, base: str, path: bytes) -> Renamed:
    """Return what has become of a file of ``base`` that is not there at ``commit``.

    That is told by the history of the target since ``base``; else by that of the ``source``, where the file may have
    got its name after the target went its own way; else by its name.
    """
    found = renamed_there(git, commit, base, path)
    if found.path is not None or found.commit is not None or not base:
        return found if found.path is not None else found._replace(path=_same_name(git, commit, path))
    name = path
    for _ in range(_MOST_RENAMES):
        added = _logged(source, "--no-renames", "--diff-filter=A", *_since(commit, base), "--", _literal(name))
        renames = {} if added is None else _renames(source, added.id)
        old = next((old for old, new in renames.items() if new == name), None)
        if old is None:
            break
        name = old
        if _is_there(git, commit, name):
            return Renamed(name, added)
        found = renamed_there(git, commit, base, name)
        if found.path is not None:
            return found
    return Renamed(_same_name(git, commit, path), None)


def renamed_there(git: Git, commit: str, base: str, path: bytes) -> Renamed:
    """Return what the history since ``base`` tells of a file that is not there at ``commit``."""
    first: Commit | None = None
    for _ in range(_MOST_RENAMES):
        removed = _logged(git, "--no-renames", "--diff-filter=D", *_since(base, commit), "--", _literal(path))
        new = None if removed is None else _renames(git, removed.id).get(path)
        first = first or removed
        if new is None:
            break
        path = new
        if _is_there(git, commit, path):
            return Renamed(path, first)
    return Renamed(None, first)


def same_patches(
    source: Git, patches: Mapping[str, frozenset[bytes]], base: str, target: Git, commit: str
) -> dict[str, Commit]:
    """Return which commit of the target's, up to ``commit``, makes the same change as a patch, by git-patch-id(1).

    ``patches`` are commits of the source's, each with the paths that it changes; what the history of ``base`` has does
    not count.
    """
    paths = sorted(frozenset[bytes]().union(*patches.values()))
    words = ("-z", "--name-only", "--full-diff", "--no-merges", "--no-renames", f"-{_MOST_COMMITS}", "--format=%x01%H")
    log = target.run("log", *words, *_QUIET, *_since(base, commit), "--", *map(_literal, paths))
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
    patient = _patient(git)
    diff = patient.run("diff-tree", "-p", "--stdin", "--root", "--no-renames", *_PLAIN, stdin=asked)
    lines = patient.run("patch-id", "--stable", stdin=diff.stdout).stdout.decode().splitlines()
    return [(name, commit) for name, _, commit in (line.partition(" ") for line in lines)]


def _patient(git: Git) -> Git:
    """Return a git that takes more on its standard input than a pipe holds."""
    return Git(git.environment, git.directory)


def _is_there(git: Git, commit: str, path: bytes) -> bool:
    return git.run("cat-file", "-e", f"{commit}:{_name(path)}").returncode == 0


def _renames(git: Git, commit: str) -> dict[bytes, bytes]:
    words = ("diff-tree", "-r", "-z", "-M", "--root", "--no-commit-id", "--name-status", "--diff-filter=R", commit)
    fields = git.run(*words).stdout.split(b"\0")[:-1]
    return dict(zip(fields[1::3], fields[2::3], strict=True))


def _same_name(git: Git, commit: str, path: bytes) -> bytes | None:
    """Return the one file of the same name that lies in the most similar folder; None where there are several."""
    *folders, name = path.split(b"/")
    listed = git.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).stdout.split(b"\0")
    ranked = sorted(
        (len(set(one.split(b"/")[:-1]) & set(folders)), one) for one in listed if one.rpartition(b"/")[2] == name
    )
    if not ranked or (len(ranked) > 1 and ranked[-1][0] == ranked[-2][0]):
        return None
    return ranked[-1][1]


def _logged(git: Git, *words: str) -> Commit | None:
    found = git.run("log", "-1", _FORMAT, *_QUIET, *words)
    fields = found.stdout.decode("utf-8", "replace").rstrip("\n").split("\0")
    return Commit(*fields) if found.returncode == 0 and len(fields) == 4 else None


def _since(base: str, commit: str) -> tuple[str, ...]:
    """Return the words for the history up to ``commit``, without that of ``base`` where the repository has it."""
    return ("--ignore-missing", commit, *([f"^{base}"] if base else []))


def _name(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _literal(path: bytes) -> str:
    return f":(top,literal){_name(path)}"
