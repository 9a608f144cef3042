"""The commits of a stretch of history, and what each does to which files: read once, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.twins.verdicts import Commit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from git_subprojects.git.process import Git

Bases = tuple[str, ...]
"""Commits whose history is left out of a search: what patches are based on."""

PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv", "-O/dev/null", "--ignore-submodules=none")
QUIET = (*PLAIN, "--no-show-signature", "--no-notes", "--no-mailmap")
_WORDS = ("-z", "--name-status", "--no-renames", "--full-diff", "--no-merges")
_FORMAT = "--format=%x01%H%x00%s%x00%an%x00%as%x00%b%x00"

_FEW_PATHS = 8
"""git compares so many paths faster than it lists all that each commit changes."""

MOST_AT_ONCE = 1000
"""So many paths are asked about in one question: no command line is endless."""


class Event(NamedTuple):
    """A commit, with what follows its subject, and what it does to files by their paths: A, D, M or T."""

    commit: Commit
    body: str
    files: dict[bytes, bytes]


class Stretch(NamedTuple):
    """The history of ``tips`` without that of ``ends``."""

    tips: tuple[str, ...]
    ends: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether it is known to have no commit."""
        return all(tip in self.ends for tip in self.tips)

    @property
    def is_bounded(self) -> bool:
        """Whether it begins anywhere but with the first commit of all."""
        return bool(self.ends)

    @property
    def words(self) -> tuple[str, ...]:
        """The words for it on a command line."""
        return ("--ignore-missing", *self.tips, *(f"^{end}" for end in self.ends))


def since(git: Git, bases: Bases, commit: str) -> Stretch:
    """Return the history up to ``commit`` without that of the oldest of ``bases``, as far as git has those."""
    known = _words(git, "rev-list", "--no-walk", "--ignore-missing", *bases) if bases else ()
    if not known:
        return Stretch((commit,), ())
    if not _words(git, "rev-list", "-1", commit, f"^{known[-1]}"):
        return Stretch((commit,), (commit,))
    # What a base far away has besides is long to read, and excludes nothing more.
    return Stretch((commit,), _words(git, "merge-base", "--all", commit, known[-1]))


def _words(git: Git, *words: str) -> tuple[str, ...]:
    return tuple(git.run(*words).stdout.decode().split())


class History:
    """What the commits of a stretch do to files, the newest first; merges are left out.

    ``kinds`` are the letters of what counts; "" is all.
    """

    def __init__(self, git: Git, stretch: Stretch, kinds: str = "") -> None:
        self.git = git
        self.stretch = stretch
        self._filter = (f"--diff-filter={kinds}",) if kinds else ()
        self._events: list[Event] = []
        self._paths: set[bytes] = set()
        self._has_all = False

    def grow(self, tips: Collection[str]) -> None:
        """Take in the history of more commits."""
        new = tuple(tip for tip in dict.fromkeys(tips) if tip not in self.stretch.tips)
        if not new:
            return
        if self._has_all:
            rest = Stretch(new, (*self.stretch.ends, *self.stretch.tips))
            self._events[:0] = self._read(rest)
        else:
            self._paths.clear()
        self.stretch = Stretch((*self.stretch.tips, *new), self.stretch.ends)

    def events(self, paths: Collection[bytes]) -> Sequence[Event]:
        """Return the commits that touch any of ``paths``, and perhaps others."""
        if self.stretch.is_empty or self._has_all or self._paths.issuperset(paths):
            return self._events
        self._paths.update(paths)
        # All of a history without end is too much.
        self._has_all = len(self._paths) > _FEW_PATHS and self.stretch.is_bounded
        some = () if self._has_all else sorted(self._paths)[:MOST_AT_ONCE]
        self._events = self._read(self.stretch, *(literal(path) for path in some))
        return self._events

    def last(self, kind: bytes, paths: Collection[bytes]) -> dict[bytes, Commit]:
        """Return the last commit that has added (A) or removed (D) each of some files."""
        found: dict[bytes, Commit] = {}
        if paths:
            for event in self.events(paths):
                for path in event.files.keys() & paths:
                    if event.files[path] == kind:
                        found.setdefault(path, event.commit)
        return {path: found[path] for path in paths if path in found}

    def _read(self, stretch: Stretch, *paths: str) -> list[Event]:
        log = self.git.run("log", *_WORDS, *self._filter, *QUIET, _FORMAT, *stretch.words, "--", *paths).stdout
        return list(_events(iter(log.split(b"\0"))))


def _events(fields: Iterator[bytes]) -> Iterator[Event]:
    event: Event | None = None
    for field in fields:
        status = field.lstrip(b"\n")
        if status.startswith(b"\x01"):
            if event is not None:
                yield event
            told = [text.decode("utf-8", "replace") for text in (status[1:], *(next(fields, b"") for _ in range(4)))]
            event = Event(Commit(*told[:4]), told[4], {})
        elif status and event is not None:
            event.files[next(fields, b"")] = status
    if event is not None:
        yield event


def literal(path: bytes) -> str:
    """Return a path as git takes it on a command line, whatever it contains."""
    return f":(top,literal){path.decode('utf-8', 'surrogateescape')}"
