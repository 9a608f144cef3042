r"""CODEOWNERS, as GitHub and GitLab read it: who reviews a path.

GitHub: https://docs.github.com/articles/about-code-owners. Patterns are gitignore's, less ``!``, ``[ ]`` and ``\#``,
and the last that matches wins. GitLab: https://docs.gitlab.com/user/project/codeowners/reference/. Patterns are those
of Ruby's File.fnmatch, each section answers by itself, and in a section the last that matches wins.
"""

import re
from collections.abc import Iterable
from itertools import takewhile
from typing import NamedTuple

from git_subprojects.registries import VENUES
from git_subprojects.routing.gitignore import Pattern

LARGEST = 3 * 1024 * 1024
"""GitHub does not load a file of so many bytes. GitLab names no limit; the same one bounds the memory."""

LONGEST_LINE = 4096
"""Characters; a longer line is taken for a mistake, or an attack, and skipped."""

_DEPTH = 8
"""How many names of a pattern's head, and of a path, the index looks at: a hostile path may have a million."""

_END = "\0"
"""The name that follows a whole path: no path has it, so a pattern that ends in it matches no folder above a file."""

_WHITE = " \t\r\f\v"
_PATTERN_ENDS = re.compile(rf"(?<!\\)[{_WHITE}]+")
_COMMENT = re.compile(r"(?<!\S)#.*", re.DOTALL)
_HEADER = re.compile(r"(?P<optional>\^?)\[(?P<name>[^\]]*)\](?:\[[0-9]*\])?(?P<rest>.*)", re.DOTALL)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*")
_GITHUB_NAME = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_-]*(?:/[A-Za-z0-9_.-]+)?")
_GITLAB_NAME = re.compile(r"@[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_.-]+)*|@@(?i:developer|maintainer|owner)s?")
_STARS = re.compile(r"(?<![^/])(?:\*{3,}(?=/|\Z)|\*\*\Z)")
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


class Problem(NamedTuple):
    """What is wrong with a line, and what has been done about it."""

    line: int
    message: str


class _Line(NamedTuple):
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


class _Section(NamedTuple):
    name: str = ""
    optional: bool = False


class Codeowners:
    """A file that ``parse`` has read; ``problems`` are in the order of its lines."""

    def __init__(self, lines: list[_Line], sections: list[_Section], problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        self._lines = lines
        self._sections = sections
        self._patterns: dict[int, Pattern] = {}
        self._index: dict[bytes, list[int]] | None = None

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

    def unmatched(self, paths: Iterable[bytes]) -> list[Problem]:
        """Return the lines whose patterns match none of ``paths``."""
        left = set(range(len(self._lines)))
        for path in paths:
            left.difference_update(
                [at for at in self._candidates(path) if at in left and self._covers(at, path)] if left else ()
            )
        lines = [self._lines[at] for at in sorted(left)]
        return [Problem(line.number, f"{line.pattern} matches no file") for line in lines]

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


def parse(content: bytes, *, style: str) -> Codeowners:
    """Read a CODEOWNERS file. ``style`` is "gitlab"; anything else is GitHub's. Bad lines end up in the problems.

    ``content`` is UTF-8; other bytes are kept in patterns, and make an owner invalid.
    """
    reader: _Reader = _Gitlab() if style == "gitlab" else _Github()
    if len(content) >= LARGEST:
        reader.report(1, f"the file has {LARGEST // 1024**2} MB or more, and is not read")
        content = b""
    text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    for number, written in enumerate(text.split("\n"), 1):
        line = written.strip(_WHITE)
        if len(line) > LONGEST_LINE:
            reader.report(number, f"longer than {LONGEST_LINE} characters: line skipped")
        elif line and not line.startswith("#"):
            reader.read(number, line)
    return Codeowners(reader.lines, reader.sections, reader.problems)


def style_of(path: str) -> str | None:
    """Return the style that the folder of a CODEOWNERS file tells; None in a folder where both sites look for it."""
    return {".github": "github", ".gitlab": "gitlab"}.get(path.rpartition("/")[0])


def style_at(path: str, venue: str) -> str:
    """Return the style of a file by its path in the tree, or else by the kind of venue that the project has."""
    return style_of(path) or VENUES[venue].codeowners_style


class _Reader:
    """What the two styles have in common."""

    owner_name: re.Pattern[str]

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self.sections = [_Section()]
        self.problems: list[Problem] = []

    def read(self, number: int, line: str) -> None:
        """Read a line that is neither empty nor a comment, without white space around it."""
        raise NotImplementedError

    def report(self, number: int, message: str) -> None:
        self.problems.append(Problem(number, message))

    def split_owners(self, text: str) -> tuple[tuple[str, ...], str]:
        """Return the owners in ``text``, and the words that are none, quoted; "" if there are none."""
        owners: list[str] = []
        others: list[str] = []
        for word in text.split():
            valid = self.owner_name.fullmatch(word) or _ADDRESS.fullmatch(word)
            (owners if valid else others).append(word)
        shown = " ".join(others)
        return tuple(owners), shown and repr(shown if len(shown) <= 60 else f"{shown[:57]}...")


class _Github(_Reader):
    """A line that GitHub finds invalid is skipped, and the lines around it count."""

    owner_name = _GITHUB_NAME

    def read(self, number: int, line: str) -> None:
        pattern, text = _split(line)
        owners, others = self.split_owners(_COMMENT.sub("", text))
        if others:
            self.report(number, f"{others}: no @user, @org/team or address: line skipped")
        elif pattern.startswith(("!", "\\#")):
            self.report(number, "GitHub takes no '!' and no '\\#' at the beginning of a pattern: line skipped")
        elif re.search(r"(?<!\\)\[", pattern):
            self.report(number, "GitHub takes no [ ] in a pattern: line skipped")
        elif pattern == "/":
            self.report(number, "'/' matches nothing, '*' everything: line skipped")
        else:
            glob = _github_glob(pattern)
            self.lines.append(_Line(number, pattern, glob, owners, 0, exact=glob.endswith("/*")))


class _Gitlab(_Reader):
    """A line with bad owners keeps its good ones; one without any owns nobody, and still counts as the last match."""

    owner_name = _GITLAB_NAME

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[str, int] = {}
        self._section = 0
        self._default_owners: tuple[str, ...] = ()

    def read(self, number: int, line: str) -> None:
        header = _HEADER.fullmatch(line)
        if header is None:
            self._read_entry(number, line)
        else:
            self._begin_section(number, header["name"], header["rest"], optional=bool(header["optional"]))

    def _begin_section(self, number: int, name: str, rest: str, *, optional: bool) -> None:
        if not name.strip():
            self.report(number, "the section has no name")
        self._section = self._numbers.setdefault(name.casefold(), len(self.sections))
        if self._section == len(self.sections):
            self.sections.append(_Section(name, optional))
        elif not optional:
            self.sections[self._section] = self.sections[self._section]._replace(optional=False)
        if rest and rest[0] not in _WHITE:
            self.report(number, "a path that begins with '[' is taken for the header of a section")
            rest = ""
        self._default_owners = self._owners(number, rest)

    def _read_entry(self, number: int, line: str) -> None:
        if line.startswith(("[", "^[")):
            self.report(number, "not the header of a section: taken for a path")
        pattern, text = _split(line)
        excludes = pattern.startswith("!")
        pattern = pattern.removeprefix("!")
        if not pattern:
            self.report(number, "'!' without a pattern: line skipped")
            return
        owners = self._owners(number, "" if excludes else text) if text else self._default_owners
        if not owners and not excludes:
            self.report(number, "neither the line nor its section names an owner")
        glob = _gitlab_glob(pattern)
        self.lines.append(_Line(number, pattern, glob, owners, self._section, exact=True, excludes=excludes))

    def _owners(self, number: int, text: str) -> tuple[str, ...]:
        owners, others = self.split_owners(text)
        if others:
            self.report(number, f"{others}: no @user, @group, @@role or address: left out")
        return owners


def _split(line: str) -> tuple[str, str]:
    r"""Return the pattern of a line, where ``\ `` is a space, and what follows it."""
    pattern, *rest = _PATTERN_ENDS.split(line, maxsplit=1)
    return pattern, "".join(rest)


def _github_glob(pattern: str) -> str:
    anchored = "/" in pattern[:-1]
    return f"{'/' if anchored else '/**/'}{pattern.removeprefix('/')}"


def _gitlab_glob(pattern: str) -> str:
    r"""Return a pattern of GitLab's as one that matches whole paths.

    File.fnmatch crosses folders at ``**/`` alone: ``**`` at the end, and ``***``, are ``*``. A ``\`` at the end is one.
    """
    glob = pattern if pattern.startswith("/") else f"/**/{pattern}"
    if glob.endswith("/"):
        glob += "**/*"
    if (len(glob) - len(glob.rstrip("\\"))) % 2:
        glob += "\\"
    return _STARS.sub("*", glob)


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
