"""Why a patch does not apply: what the history of the target says of the lines that it is about.

Nothing here is an error: what git cannot say is left out.
"""

from __future__ import annotations

import os
import time
from signal import SIGTERM
from typing import TYPE_CHECKING

from git_subprojects.twins.history import QUIET, literal
from git_subprojects.twins.verdicts import Commit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from git_subprojects.git.process import Git
    from git_subprojects.twins.history import Stretch

_FORMAT = "--format=%H%x00%s%x00%an%x00%as"
_MOST_AT_ONCE = 1000
"""So many ranges of lines are asked about in one question: no command line is endless."""

Ranges = tuple[tuple[int, int], ...]
"""Lines of a file, from 1: the first and the last of each range."""


def last_touched(
    git: Git, commit: str, path: bytes, groups: Collection[Ranges], without: Sequence[str] = ()
) -> dict[Ranges, Commit]:
    """Return the commit that has last touched each group of lines of a file at ``commit``; no lines, no commit.

    Commits in the history of those ``without`` do not count.
    """
    wanted = {group for group in groups if any(start <= end for start, end in group)}
    ranges = sorted({(start, end) for group in wanted for start, end in group if start <= end})
    if not ranges:
        return {}
    words = (f"-L{start},{end}" for start, end in ranges[:_MOST_AT_ONCE])
    talk = git.converse("blame", "--incremental", *words, commit, *(f"^{end}" for end in without), "--", _name(path))
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
            if "boundary" not in fields_of[entry[0]]:
                yield _told(entry[0], fields_of[entry[0]]), entry[1], entry[2]
            entry = None
        else:
            fields_of[entry[0]][key] = value


def _told(name: str, fields: Mapping[str, str]) -> Commit:
    zone = fields.get("author-tz", "+0000")
    offset = (int(zone[1:3]) * 60 + int(zone[3:5])) * (-60 if zone[0] == "-" else 60)
    date = time.strftime("%Y-%m-%d", time.gmtime(int(fields.get("author-time", "0")) + offset))
    return Commit(name, fields.get("summary", ""), fields.get("author", ""), date)


def last_removed(git: Git, stretch: Stretch, path: bytes, lines: Sequence[bytes]) -> Commit | None:
    """Return the last commit of a stretch of history that has taken one of ``lines`` from a file."""
    longest = max((line.strip() for line in lines), key=len, default=b"")
    if not longest or b"\0" in longest or stretch.is_empty:
        return None
    return _logged(git, f"-S{_name(longest)}", *stretch.words, "--", literal(path))


def last_changed(git: Git, commit: str, path: bytes) -> Commit | None:
    """Return the last commit that has changed a file, or whatever stands at that path."""
    return _logged(git, commit, "--", literal(path))


def _logged(git: Git, *words: str) -> Commit | None:
    logged = git.run("log", "-1", _FORMAT, *QUIET, *words)
    fields = logged.stdout.decode("utf-8", "replace").rstrip("\n").split("\0")
    return Commit(*fields) if logged.returncode == 0 and len(fields) == 4 else None


def _name(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
