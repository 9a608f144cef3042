"""What is wrong with MAINTAINERS files: lines that cannot be read, and such as nobody can have meant."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from git_subprojects.routing.contacts import contacts
from git_subprojects.routing.index import Index
from git_subprojects.routing.maintainers import Problem, Section, Style, parse
from git_subprojects.routing.patterns import FILE, REGEX, PathPattern, patterns
from git_subprojects.routing.searching import Searcher

_LETTERS = frozenset("BCDFIKLMNPQRSTUVWX")
_ABANDONED = (b"orphan", b"obsolete")
_WITH_STATUS = ("linux", "u-boot", "kvm-unit-tests", "qemu")


class Finding(NamedTuple):
    """Something wrong at a line. ``name`` is for programs, ``severity`` is error or warning."""

    file: str
    line: int
    severity: str
    name: str
    message: str
    section: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.message} [{self.name}]"


def lint(files: Sequence[tuple[str, bytes]], style: Style, tree: Sequence[bytes], searcher: Searcher) -> list[Finding]:
    """Return what is wrong with MAINTAINERS files, given as (name, content), of a tree with these sorted paths."""
    sections, _ = parse(files, style)
    index = Index.of(files, style)
    found = [_of_problem(problem) for problem in index.problems]
    titles: dict[bytes, Section] = {}
    for section in sections:
        found += _of_section(section, style)
        found += _unmatched(section, style, tree, searcher)
        first = titles.setdefault(section.title, section)
        if first is not section:
            where = f"{first.file}:{first.line}"
            found.append(
                _about(section, section.line, "warning", "duplicate-section", f"is a section already, {where}")
            )
    order = {name: number for number, (name, _) in enumerate(files)}
    return sorted(dict.fromkeys(found), key=lambda finding: (order[finding.file], finding.line))


def _of_problem(problem: Problem) -> Finding:
    name = "regex" if "regular expression" in problem.message else "syntax"
    return Finding(problem.file, problem.line, "error", name, problem.message)


def _about(section: Section, line: int, severity: str, name: str, message: str) -> Finding:
    title = _text(section.title)
    return Finding(
        section.file, line, severity, name, f"{title}: {message}" if line == section.line else message, title
    )


def _of_section(section: Section, style: Style) -> Iterator[Finding]:
    """Yield what can be said of a section without the tree."""
    seen: dict[tuple[str, bytes], int] = {}
    for letter, value, line in section.entries:
        if letter not in _LETTERS:
            yield _about(section, line, "warning", "syntax", f"no tree has a tag {letter}:")
        elif not value.strip():
            yield _about(section, line, "error", "syntax", f"{letter}: says nothing")
        elif letter in "FXNKMRL" and (letter, value.strip()) in seen:
            where = seen[letter, value.strip()]
            yield _about(section, line, "warning", "duplicate-line", f"{letter}: {_text(value)} is there, line {where}")
        seen.setdefault((letter, value.strip()), line)
    letters = {letter for letter, _, _ in section.entries}
    status = b" ".join(section.values("S")).lower()
    if letters & set("FNK") and not letters & set("MRL") and not any(word in status for word in _ABANDONED):
        yield _about(section, section.line, "warning", "nobody", "has files, but nobody who looks after them")
    if letters & set("MRL") and not letters & set("FNK"):
        yield _about(section, section.line, "warning", "no-files", "has people, but nothing that they look after")
    if style.name in _WITH_STATUS and "S" not in letters and letters & set("FNK"):
        yield _about(section, section.line, "warning", "no-status", "has no status, S:")
    for message in contacts(section, style)[1]:
        line = int(message.removeprefix(f"{section.file}:").partition(":")[0])
        yield _about(section, line, "error", "address", message.partition(": ")[2])


def _unmatched(section: Section, style: Style, tree: Sequence[bytes], searcher: Searcher) -> Iterator[Finding]:
    """Yield the patterns of a section that match nothing in the tree."""
    for letter, value, line in section.entries:
        if not value.strip() or value == b"<default>":
            continue
        if letter in "FX":
            met = any(_matches_any(pattern, value, tree, searcher) for pattern in patterns(value, style))
        elif letter == "N" and style.names:
            met = searcher.found(value, tree)
        else:
            continue
        if not met:
            yield _about(section, line, "warning", "unmatched", f"{letter}: {_text(value)} matches no file")


def _matches_any(pattern: PathPattern, value: bytes, tree: Sequence[bytes], searcher: Searcher) -> bool:
    at = bisect_left(tree, pattern.head)
    while at < len(tree) and tree[at].startswith(pattern.head):
        path = tree[at]
        at += 1
        if pattern.kind == REGEX:
            if (pattern.slashes < 0 or path.count(b"/") == pattern.slashes) and searcher.found(
                pattern.regex, (path,), prefix=b"^", verbose=False
            ):
                return True
        elif pattern.matches(path) or (pattern.kind == FILE and path.startswith(value + b"/")):
            return True
    return False


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
