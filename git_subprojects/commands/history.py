"""Who has lately changed the same lines and files as a patch does, by git blame and git log."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.patches.names import unquoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from git_subprojects.git import Git
    from git_subprojects.model import Patch
    from git_subprojects.routing.router import Owner

_PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/")
_MOST_BLAMED = 50
_MOST_RANGES = 200
_LEAST_SHARE = 0.05
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? ")


class _Work(NamedTuple):
    """What somebody has done: lines that are changed now, and commits to the files."""

    lines: int
    commits: int


class History:
    """The history of a repository since a date, as far as it says who should see a patch; ``most`` people at most."""

    def __init__(self, git: Git, since: str, most: int) -> None:
        environment = {**git.environment, "GIT_LITERAL_PATHSPECS": "1"}
        self._git = git._replace(environment=environment)
        self._since = since
        self._most = most

    def of(self, _owner: Owner, patches: Sequence[Patch], paths: Sequence[bytes]) -> list[tuple[str, str, str]]:
        """Return (name, address, what they did), those first who wrote most of the lines that are changed.

        Left out are the patches' own authors, addresses that take no mail, and who has less than a twentieth part.
        Of a patch file the lines are not known: only the history of its files counts. Without history, nobody is
        returned.
        """
        base = next((patch.base for patch in patches if patch.base), "HEAD")
        lines = self._lines(base, patches)
        commits = self._commits(base, paths)
        authors = {patch.author for patch in patches}
        of_lines, of_commits = sum(lines.values()), sum(commits.values())
        found = []
        for person in lines.keys() | commits.keys():
            work = _Work(lines.get(person, 0), commits.get(person, 0))
            share = max(work.lines / max(of_lines, 1), work.commits / max(of_commits, 1))
            if share >= _LEAST_SHARE and person not in authors and "noreply" not in person:
                found.append((work, person))
        found.sort(key=lambda one: (-one[0].lines, -one[0].commits, one[1]))
        return [
            (*_split(person), _said(work, of_lines, of_commits, self._since)) for work, person in found[: self._most]
        ]

    def _commits(self, base: str, paths: Sequence[bytes]) -> dict[str, int]:
        """Return how many commits to the files each author has made."""
        arguments = ["log", f"--since={self._since}", "--no-merges", "--use-mailmap", "--format=%aN <%aE>", base]
        ended = self._git.run(*arguments, "--", *map(os.fsdecode, paths))
        return _counted(ended.stdout.decode("utf-8", "replace").splitlines())

    def _lines(self, base: str, patches: Sequence[Patch]) -> dict[str, int]:
        """Return how many of the lines that the patches change each author has written."""
        commits = [patch.commit for patch in patches if not patch.name and patch.base]
        if not commits:
            return {}
        shown = self._git.run("diff", "-U0", *_PLAIN, base, commits[-1], "--")
        authors: list[str] = []
        ranges = sorted(_ranges(shown.stdout), key=lambda one: -len(one[1]))
        for path, spans in ranges[:_MOST_BLAMED]:
            wanted = [word for span in spans[:_MOST_RANGES] for word in ("-L", span)]
            arguments = ["blame", "--line-porcelain", "-w", f"--since={self._since}", *wanted, base]
            blamed = self._git.run(*arguments, "--", os.fsdecode(path))
            authors += _blamed(blamed.stdout)
        return _counted(authors)


def _ranges(diff: bytes) -> Iterator[tuple[bytes, list[str]]]:
    """Yield the path and the changed lines, as git blame -L takes them, of each file that was there before."""
    path = b""
    spans: list[str] = []
    for line in diff.split(b"\n"):
        if line.startswith(b"--- "):
            if path and spans:
                yield path, spans
            name = unquoted(line[4:])
            path, spans = name[2:] if name.startswith(b"a/") else b"", []
        elif path and (match := _HUNK.match(line)):
            first, number = int(match[1]), int(match[2] or b"1")
            if number:
                spans.append(f"{first},+{number}")
    if path and spans:
        yield path, spans


def _blamed(porcelain: bytes) -> Iterator[str]:
    """Yield the author of each line that is younger than the date; the others belong to a boundary."""
    name = address = ""
    is_old = False
    for line in porcelain.decode("utf-8", "replace").split("\n"):
        if line.startswith("author "):
            name = line[7:]
        elif line.startswith("author-mail "):
            address = line[12:]
        elif line == "boundary":
            is_old = True
        elif line.startswith("\t"):
            if not is_old:
                yield f"{name} {address}"
            is_old = False


def _counted(people: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for person in people:
        found[person] = found.get(person, 0) + 1
    return found


def _split(person: str) -> tuple[str, str]:
    name, _, address = person.rstrip(">").rpartition("<")
    return name.strip(), address


def _said(work: _Work, of_lines: int, of_commits: int, since: str) -> str:
    lines = f"wrote {work.lines} of {of_lines} changed lines" if work.lines else ""
    commits = f"made {work.commits} of {of_commits} commits to these files" if work.commits else ""
    return f"{', '.join(filter(None, (lines, commits)))} since {since}"
