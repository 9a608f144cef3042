"""What is wrong with MAINTAINERS files: lines that cannot be read, and such as nobody can have meant."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal

from git_subprojects.perl_regex.search import Searcher
from git_subprojects.routing.rule_files.base import ProblemName, RuleProblem
from git_subprojects.routing.rule_files.maintainers.contacts import contacts, parsed
from git_subprojects.routing.rule_files.maintainers.dialects import Style
from git_subprojects.routing.rule_files.maintainers.index import Index
from git_subprojects.routing.rule_files.maintainers.parse import Section, parse
from git_subprojects.routing.rule_files.maintainers.patterns import FILE, REGEX, PathPattern, patterns

_LETTERS = frozenset("BCDFIKLMNPQRSTUVWX")
_ABANDONED = (b"orphan", b"obsolete")
_WITH_STATUS = ("linux", "u-boot", "kvm-unit-tests", "qemu")
_LIKE_A_TAG = re.compile(rb"\s+[A-Z]:\s*\S|\s*[a-z]:\s*\S")
MOST_LOOKS = 20_000_000
"""How often a pattern is held against a path, of all patterns together: some ten seconds."""


class _Paths:
    """The sorted paths of a tree, and how often they may yet be looked at: a hostile file may have many ``F: *a*b``."""

    def __init__(self, tree: Sequence[bytes], searcher: Searcher, looks: int = MOST_LOOKS) -> None:
        self.tree = tree
        self.searcher = searcher
        self.looks = looks

    def of(self, pattern: PathPattern, value: bytes) -> Iterator[bytes]:
        """Yield the paths that a pattern of an F: or X: line matches."""
        for at in range(bisect_left(self.tree, pattern.head), len(self.tree)):
            path = self.tree[at]
            if not path.startswith(pattern.head) or self.looks <= 0:
                return
            self.looks -= 1
            if self._matches(pattern, value, path):
                yield path

    def _matches(self, pattern: PathPattern, value: bytes, path: bytes) -> bool:
        if pattern.kind == REGEX:
            if pattern.slashes >= 0 and path.count(b"/") != pattern.slashes:
                return False
            return self.searcher.found(pattern.regex, (path,), prefix=b"^", verbose=False)
        # A folder may lack its final slash, unless there is a dot in its name: the original sees none then.
        inside = pattern.kind == FILE and pattern.slashes >= 0 and b"." not in value and path.startswith(value + b"/")
        return inside or pattern.matches(path)


def lint(
    files: Sequence[tuple[str, bytes]],
    style: Style,
    tree: Sequence[bytes],
    searcher: Searcher,
    looks: int = MOST_LOOKS,
) -> list[RuleProblem]:
    """Return what is wrong with MAINTAINERS files, given as (name, content), of a tree with these sorted paths.

    Never raises. ``searcher`` limits how long each regular expression takes; there are at most so many ``looks`` at a
    path.
    """
    sections, _ = parse(files, style)
    index = Index.of(files, style)
    problems = list(index.problems)
    problems += [problem for name, content in files for problem in _like_tags(name, content)]
    broken = {(problem.file, problem.line) for problem in problems if problem.name == "regex"}
    paths = _Paths(tree, searcher, looks)
    titles: dict[bytes, Section] = {}
    for section in sections:
        problems += _of_section(section, style)
        unmatched = _unmatched(section, style, paths)
        problems += [problem for problem in unmatched if (problem.file, problem.line) not in broken]
        first = titles.setdefault(section.title, section)
        if first is not section:
            where = f"{first.file}:{first.line}"
            problems.append(
                _about(section, section.line, "warning", "duplicate-section", f"is a section already, {where}")
            )
    if paths.looks <= 0:
        what = "too many patterns with a wildcard at their beginning: not all were looked for in the tree"
        problems.append(RuleProblem(files[-1][0], 1, "warning", "unfinished", what))
    order = {name: number for number, (name, _) in enumerate(files)}
    return sorted(dict.fromkeys(problems), key=lambda problem: (order[problem.file], problem.line))


def _about(
    section: Section, line: int, severity: Literal["error", "warning"], name: ProblemName, message: str
) -> RuleProblem:
    title = _text(section.title)
    return RuleProblem(
        section.file, line, severity, name, f"{title}: {message}" if line == section.line else message, title
    )


def _of_section(section: Section, style: Style) -> Iterator[RuleProblem]:
    """Yield what can be said of a section without the tree."""
    seen: dict[tuple[str, bytes], int] = {}
    people: dict[str, int] = {}
    for letter, value, line in section.entries:
        if letter not in _LETTERS:
            yield _about(section, line, "warning", "syntax", f"no tree has a tag {letter}:")
        elif not value.strip():
            yield _about(section, line, "error", "syntax", f"{letter}: says nothing")
        elif letter in "FXNKMRL" and (letter, value.strip()) in seen:
            where = seen[letter, value.strip()]
            yield _about(section, line, "warning", "duplicate-line", f"{letter}: {_text(value)} is there, line {where}")
        elif letter in "MR":
            for _, address in parsed(_text(value)):
                if people.setdefault(address.lower(), line) != line:
                    where = people[address.lower()]
                    yield _about(section, line, "warning", "duplicate-person", f"{address} is there, line {where}")
        seen.setdefault((letter, value.strip()), line)
    letters = {letter for letter, _, _ in section.entries}
    status = b" ".join(section.values("S")).lower()
    if letters & set("FNK") and not letters & set("MRL") and not any(word in status for word in _ABANDONED):
        yield _about(section, section.line, "warning", "nobody", "has files, but nobody who looks after them")
    if letters & set("MRL") and not letters & set("FNK"):
        yield _about(section, section.line, "warning", "no-files", "has people, but nothing that they look after")
    if style.name in _WITH_STATUS and "S" not in letters and letters & set("FNK"):
        yield _about(section, section.line, "warning", "no-status", "has no status, S:")
    yield from contacts(section, style)[1]


def _like_tags(file: str, content: bytes) -> Iterator[RuleProblem]:
    """Yield the lines among tag lines that look like some, but are taken for the title of another section."""
    after_tag = False
    for number, line in enumerate(content.split(b"\n"), 1):
        if after_tag and _LIKE_A_TAG.match(line):
            message = f"{_text(line.strip())[:80]!r} is no tag: those are upper case, and begin their lines"
            yield RuleProblem(file, number, "error", "syntax", message)
        else:
            after_tag = line[1:2] == b":" and line[:1].isupper()


def _unmatched(section: Section, style: Style, paths: _Paths) -> Iterator[RuleProblem]:
    """Yield the patterns of a section that match nothing in the tree, and the X: lines that take nothing from it."""
    for letter, value, line in section.entries:
        if not value.strip() or value == b"<default>" or paths.looks <= 0:
            continue
        what = ""
        if letter in "FX":
            what = _unmatched_path(section, letter, value, style, paths)
        elif letter == "N" and style.names and not paths.searcher.found(value, paths.tree):
            what = "matches no file"
        if value in paths.searcher.slow:
            yield _about(section, line, "warning", "slow-regex", f"{letter}: {_text(value)} takes too long")
        elif what and paths.looks > 0:
            yield _about(section, line, "warning", "unmatched", f"{letter}: {_text(value)} {what}")


def _unmatched_path(section: Section, letter: str, value: bytes, style: Style, paths: _Paths) -> str:
    """Return what is wrong with the value of an F: or X: line; "" if nothing is."""
    met = False
    for pattern in patterns(value, style):
        for path in paths.of(pattern, value):
            if letter == "F" or _covers(section, path, style, paths):
                return ""
            met = True
    if met:
        return "excludes nothing that the section has"
    if not value.endswith(b"/") and any(any(paths.of(pattern, value)) for pattern in patterns(value + b"/", style)):
        return "matches no file, but a folder: it lacks a slash at its end"
    return "matches no file"


def _covers(section: Section, path: bytes, style: Style, paths: _Paths) -> bool:
    """Return whether an F: or N: line of the section matches ``path``."""
    alone = _Paths((path,), paths.searcher)
    paths.looks -= len(section.entries)
    return any(
        any(any(alone.of(pattern, value)) for pattern in patterns(value, style)) for value in section.values("F")
    ) or (style.names and any(paths.searcher.found(value, (path,)) for value in section.values("N")))


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
