"""Who owns a path, by the lines of a CODEOWNERS file."""

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import NamedTuple

from git_subprojects.patches.model import Patch
from git_subprojects.routing.gitignore import Pattern
from git_subprojects.routing.model import Reason, Recipient, Reviewer
from git_subprojects.routing.rule_files.base import Answer, FileRules, RuleProblem

_DEPTH = 8
"""How many names of a pattern's head, and of a path, the index looks at: a hostile path may have a million."""

_END = "\0"
"""The name that follows a whole path: no path has it, so a pattern that ends in it matches no folder above a file."""

_WILD = re.compile(rb"[*?\[\\]")


class Owned(NamedTuple):
    """What a file, or one section of it, says of a path.

    ``owners`` are as written: ``@user``, ``@org/team``, ``a@b.c``, and GitLab's roles, ``@@developer``; nobody where
    the line names nobody. ``line`` (from 1) and ``pattern`` are those of the line that decides. ``section`` is "" on
    GitHub, and for GitLab's lines before the first header.
    """

    owners: tuple[str, ...]
    line: int
    pattern: str
    section: str = ""
    optional: bool = False


class Line(NamedTuple):
    """A pattern, as written and as a gitignore pattern that begins with ``/``, and who owns what it matches.

    ``exact``: the pattern matches a whole path only, never a folder above it. ``excludes``: it is GitLab's ``!``.
    """

    number: int
    pattern: str
    glob: str
    owners: tuple[str, ...]
    section: int
    exact: bool
    excludes: bool = False


class Section(NamedTuple):
    """A section of GitLab's; the first one, without a name, is what stands before any header."""

    name: str = ""
    optional: bool = False


class Codeowners(FileRules):
    """A file that ``parse`` has read."""

    def __init__(self, path: str, lines: list[Line], sections: list[Section], problems: list[RuleProblem]) -> None:
        self._path = path
        self._problems = problems
        self._lines = lines
        self._sections = sections
        self._patterns: dict[int, Pattern] = {}
        self._index: dict[bytes, list[int]] | None = None

    def covers(self, path: bytes) -> bool:
        """Return whether ``path`` has an owner."""
        return any(owned.owners for owned in self.owners(path))

    def answer(self, patches: Sequence[Patch], paths: Iterable[bytes]) -> Answer:  # noqa: ARG002
        """Return the owners that are addresses as recipients, and those that are accounts as reviewers."""
        recipients: list[Recipient] = []
        reviewers: list[Reviewer] = []
        for path in paths:
            for owned in self.owners(path):
                reasons = (Reason(f"{self._path}:{owned.line}", path, owned.pattern, owned.section or None),)
                for owner in owned.owners:
                    if owner.startswith("@"):
                        reviewers.append(Reviewer(owner, reasons))
                    else:
                        recipients.append(Recipient(owner, "", "owner", reasons))
        return Answer(recipients, reviewers)

    def problems(self) -> list[RuleProblem]:
        """Return what is wrong, in the order of the lines."""
        return self._problems

    def owners(self, path: bytes) -> list[Owned]:
        """Return who owns ``path``, a file, from the repository's top level; nothing where no line matches.

        GitHub: at most one answer. GitLab: at most one a section, in the order in which the sections begin.
        """
        found: dict[int, Owned] = {}
        excluded: set[int] = set()
        for at in self._candidates(path):
            line = self._lines[at]
            if line.section in excluded or (line.section in found and not line.excludes) or not self._covers(at, path):
                continue
            if line.excludes:
                excluded.add(line.section)
            else:
                found[line.section] = Owned(line.owners, line.number, line.pattern, *self._sections[line.section])
        return [found[section] for section in sorted(found) if section not in excluded]

    def unmatched(self, paths: Iterable[bytes]) -> list[RuleProblem]:
        """Return the lines whose patterns match none of ``paths``."""
        left = set(range(len(self._lines)))
        for path in paths:
            left.difference_update(
                [at for at in self._candidates(path) if at in left and self._covers(at, path)] if left else ()
            )
        lines = [self._lines[at] for at in sorted(left)]
        return [
            RuleProblem(self._path, line.number, "warning", "unmatched", f"{line.pattern} matches no file")
            for line in lines
        ]

    def _candidates(self, path: bytes) -> list[int]:
        """Return the lines that could match ``path``, by their place, the last one first."""
        if self._index is None:
            self._index = {}
            for at, line in enumerate(self._lines):
                self._index.setdefault(_key(line.glob), []).append(at)
        return sorted((at for key in _keys(path) for at in self._index.get(key, ())), reverse=True)

    def _covers(self, at: int, path: bytes) -> bool:
        line = self._lines[at]
        pattern = self._patterns.get(at)
        if pattern is None:
            pattern = self._patterns[at] = Pattern(f"{line.glob}/{_END}" if line.exact else line.glob)
        return pattern.covers(path + b"/" + _END.encode() if line.exact else path)


def _key(glob: str) -> bytes:
    """Return what of a pattern must be in a path: its literal head, ``/`` and a name, ``*.`` and an ending, or b""."""
    pattern = glob.encode("utf-8", "surrogateescape").removeprefix(b"/").removesuffix(b"/")
    before, bracket, _ = pattern.replace(b"\\ ", b" ").partition(b"[")
    # A bracket may hold a slash, so nothing from there on is known to be a name.
    names = (before + bracket).split(b"/")
    head = list(takewhile(_is_literal, names[:_DEPTH]))
    longest = max(filter(_is_literal, names), key=len, default=b"")
    if head or longest:
        return b"/".join(head) or b"/" + longest
    _, dot, ending = names[-1].rpartition(b".")
    return b"*." + ending if dot and _is_literal(ending) else b""


def _keys(path: bytes) -> set[bytes]:
    """Return the keys of all patterns that could match ``path``."""
    names = path.split(b"/")
    keys = {b"/".join(names[:depth]) for depth in range(_DEPTH + 1)}
    for name in names:
        keys.add(b"/" + name)
        keys.add(b"*." + name.rpartition(b".")[2])
    return keys


def _is_literal(name: bytes) -> bool:
    return _WILD.search(name) is None
