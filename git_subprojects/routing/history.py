"""Who has recently changed the lines and the files that patches change."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.patches.names import unquoted
from git_subprojects.people.mailbox import is_address, of_ident, same_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from io import BufferedReader

    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Patch
    from git_subprojects.routing.model import Owner

_LEAST_SHARE = 0.05
_MOST_PATCHES = 1000
_MOST_BLAMES = 50
_MOST_PATHS = 200
_MOST_HUNKS = 1000
"""Of a file; what a system lets through as the arguments of one process sets these bounds."""

_LONGEST_PATH = 4096
_LONGEST_LINE = 1 << 16
_COMMIT = b"\x01commit "
_HUNK = re.compile(rb"@@ -([0-9]{1,9})(?:,([0-9]{1,9}))? ")
_GROUP = re.compile(rb"([0-9a-f]{40}(?:[0-9a-f]{24})?) [0-9]+ [0-9]+ ([0-9]+)")
_BOT = re.compile(r"no[-_.]?reply|\[bot\]", re.IGNORECASE)


class _Hunks(NamedTuple):
    """The lines that one patch changes in one file, by their numbers before the patch: (first, how many)."""

    commit: str
    path: bytes
    lines: list[tuple[int, int]]

    @property
    def size(self) -> int:
        """How many lines there are in all."""
        return sum(count for _, count in self.lines)


class _Since(NamedTuple):
    """A date, for git and for people, and the way from the folder that git runs in up to the top, such as ``../``."""

    option: str
    date: str
    up: str


class _Tally:
    """How many lines, and how many commits, each author has."""

    def __init__(self) -> None:
        self.names: dict[str, tuple[str, str]] = {}
        self.lines: Counter[str] = Counter()
        self.commits: Counter[str] = Counter()
        self.all_lines = 0
        self.all_commits = 0

    def key(self, name: str, address: str) -> str:
        """Return what identifies an author, who goes by the first name that was seen."""
        key = same_key(address)
        self.names.setdefault(key, (name if name.isprintable() else "", address))
        return key

    def best(self, without: set[str]) -> list[str]:
        """Return who has a fair share of lines or commits, by lines, then commits, then address."""
        keys = [
            key
            for key, (_, address) in self.names.items()
            if key not in without
            and is_address(address)
            and not _BOT.search(address)
            and (
                self.lines[key] >= max(1, self.all_lines * _LEAST_SHARE)
                or self.commits[key] >= max(1, self.all_commits * _LEAST_SHARE)
            )
        ]
        return sorted(keys, key=lambda key: (-self.lines[key], -self.commits[key], key))

    def what(self, key: str, date: str) -> str:
        """Return what somebody has done, in words."""
        lines, commits = self.lines[key], self.commits[key]
        of_lines = f"wrote {lines} of {self.all_lines} changed lines" if lines else ""
        of_commits = f"made {commits} of {self.all_commits} commits to these files" if commits else ""
        return f"{', '.join(filter(None, (of_lines, of_commits)))} since {date}"


class History:
    """The history of the repository that ``git`` works in, back to the date ``since``, as git reads dates.

    ``most`` is how many people one answer names.
    """

    def __init__(self, git: Git, since: str, most: int) -> None:
        # A path is a path, whatever it looks like.
        self._git = git._replace(environment={**git.environment, "GIT_LITERAL_PATHSPECS": "1"})
        self._date = since
        self._since: _Since | None = None
        self._most = most

    def of(self, _owner: Owner, patches: Sequence[Patch], paths: Sequence[bytes]) -> list[tuple[str, str, str]]:
        """Return (name, address, what they did) of who has authored what the patches change, the best first.

        That is by the lines that they wrote of those that the patches change or delete, then by commits to ``paths``.
        Names and addresses are by ``.mailmap``. Merges and commits without parents, as where a clone is cut off, are
        not counted; nor are the patches, their authors, robots, and who has less than a twentieth. What is new has no
        history. Where a patch is no commit of this repository, as a patch file may be, only the commits are counted,
        from HEAD on. Without any history there is nobody.
        """
        since = self._begin()
        if since is None:
            return []
        wanted = {path for path in paths if _is_usable(path)}
        commits = {patch.commit: None for patch in patches if patch.commit}
        authors, hunks = self._changes(list(commits)[:_MOST_PATCHES], wanted)
        bases = [f"{commit}^" for commit in authors]
        if not all(patch.commit in authors for patch in patches[:_MOST_PATCHES]):
            bases.append("HEAD")
        own = {same_key(address) for address in authors.values()}
        own.update(same_key(author.address) for patch in patches if (author := of_ident(patch.author)))
        tally = _Tally()
        self._count_commits(tally, since, bases, sorted(wanted), commits.keys())
        for of_file in sorted(hunks, key=lambda of_file: -of_file.size)[:_MOST_BLAMES]:
            self._count_lines(tally, since, of_file, commits.keys())
        return [(*tally.names[key], tally.what(key, since.date)) for key in tally.best(own)[: self._most]]

    def _begin(self) -> _Since | None:
        if self._since is None:
            from time import localtime, strftime

            found = self._git.run("rev-parse", "--show-prefix", f"--since={self._date}")
            prefix, found_option, seconds = found.stdout.decode("utf-8", "replace").rpartition("\n--max-age=")
            if found.returncode != 0 or not found_option:
                return None
            date = strftime("%Y-%m-%d", localtime(int(seconds)))
            self._since = _Since(f"--max-age={int(seconds)}", date, "../" * prefix.count("/"))
        return self._since

    def _changes(self, commits: Sequence[str], wanted: set[bytes]) -> tuple[dict[str, str], list[_Hunks]]:
        """Return the addresses of the authors of those commits that are here, and the lines that they change."""
        if not commits:
            return {}, []
        authors: dict[str, str] = {}
        hunks: list[_Hunks] = []
        talk = self._git.converse(
            "log", "--no-walk=unsorted", "--ignore-missing", "--patch", "-U0", "-M", "--diff-merges=off",
            "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative", "-O/dev/null", "--src-prefix=a/",
            "--no-notes", "--no-show-signature", "--format=%x01commit %H %aE", *commits, "--",
        )  # fmt: skip
        try:
            commit, in_header = "", False
            for line in _lines(talk.answers):
                if line.startswith(_COMMIT):
                    commit, _, address = _text(line[len(_COMMIT) :]).partition(" ")
                    authors[commit] = address
                elif line.startswith(b"diff --git "):
                    in_header = True
                elif in_header and line.startswith(b"--- "):
                    path = unquoted(line[4:].rstrip(b"\n")).removeprefix(b"a/")
                    hunks.append(_Hunks(commit, path, []))
                elif match := _HUNK.match(line):
                    in_header = False
                    count = int(match[2] or 1)
                    if count and len(hunks[-1].lines) < _MOST_HUNKS:
                        hunks[-1].lines.append((int(match[1]), count))
        finally:
            talk.end()
        return authors, [of_file for of_file in hunks if of_file.lines and of_file.path in wanted]

    def _count_commits(
        self, tally: _Tally, since: _Since, bases: Sequence[str], paths: Sequence[bytes], without: Iterable[str]
    ) -> None:
        places = [since.up + os.fsdecode(path) for path in paths[:_MOST_PATHS]]
        if not places:
            return
        found = self._git.run(
            "log", "--ignore-missing", since.option, "--no-merges", "--min-parents=1", "--no-follow",
            "--no-show-signature", "--encoding=UTF-8", "--format=%H %aN <%aE>", *bases, "--", *places,
        )  # fmt: skip
        for line in found.stdout.splitlines():
            commit, _, author = _text(line).partition(" ")
            if commit not in without:
                tally.all_commits += 1
                tally.commits[tally.key(*_parted(author))] += 1

    def _count_lines(self, tally: _Tally, since: _Since, hunks: _Hunks, without: Iterable[str]) -> None:
        ranges = [f"-L{first},+{count}" for first, count in hunks.lines]
        found = self._git.run(
            "blame", "--incremental", "-w", "--no-root", "--encoding=UTF-8", since.option, *ranges,
            f"{hunks.commit}^", "--", since.up + os.fsdecode(hunks.path),
        )  # fmt: skip
        if found.returncode != 0:
            return
        lines: Counter[str] = Counter()
        # git gives a commit's author after the first group of its lines.
        names: dict[str, str] = {}
        addresses: dict[str, str] = {}
        too_old: set[str] = set(without)
        commit = ""
        for line in found.stdout.split(b"\n"):
            key, _, value = line.partition(b" ")
            if match := _GROUP.fullmatch(line):
                commit = match[1].decode()
                lines[commit] += int(match[2])
            elif key == b"author":
                names[commit] = _text(value)
            elif key == b"author-mail":
                addresses[commit] = _text(value)[1:-1]
            elif key == b"boundary":
                too_old.add(commit)
        tally.all_lines += lines.total()
        for commit, count in lines.items():
            if commit not in too_old:
                tally.lines[tally.key(names[commit], addresses[commit])] += count


def _is_usable(path: bytes) -> bool:
    """Return whether a path can be an argument; no file that git could check out has another."""
    return b"\0" not in path and len(path) <= _LONGEST_PATH


def _lines(stream: BufferedReader) -> Iterator[bytes]:
    """Yield the lines; of one that is far too long only its beginning."""
    is_begin = True
    while piece := stream.readline(_LONGEST_LINE):
        if is_begin:
            yield piece
        is_begin = piece.endswith(b"\n")


def _parted(author: str) -> tuple[str, str]:
    name, _, address = author.removesuffix(">").rpartition("<")
    return name.strip(), address


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace").rstrip("\n")
