r"""CODEOWNERS, as GitHub and GitLab read it: who reviews a path.

GitHub: https://docs.github.com/articles/about-code-owners. Patterns are gitignore's, except ``!``, ``[ ]`` and ``\#``,
and the last that matches wins. GitLab: https://docs.gitlab.com/user/project/codeowners/reference/. Patterns are those
of Ruby's File.fnmatch, each section answers by itself, and in a section the last that matches wins.
"""

import re

from git_subprojects.routing.rule_files.base import RuleProblem
from git_subprojects.routing.rule_files.codeowners.index import Codeowners, Line, Section

LARGEST = 3 * 1024 * 1024
"""GitHub does not load a file of so many bytes. GitLab names no limit; the same one bounds the memory."""

LONGEST_LINE = 4096
"""Characters; a longer line is taken for a mistake, or an attack, and skipped."""

_WHITE = " \t\r\f\v"
_PATTERN_ENDS = re.compile(rf"(?<!\\)[{_WHITE}]+")
_COMMENT = re.compile(r"(?<!\S)#.*", re.DOTALL)
_HEADER = re.compile(r"(?P<optional>\^?)\[(?P<name>[^\]]*)\](?:\[[0-9]*\])?(?P<rest>.*)", re.DOTALL)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*")
_GITHUB_NAME = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_-]*(?:/[A-Za-z0-9_.-]+)?")
_GITLAB_NAME = re.compile(r"@[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_.-]+)*|@@(?i:developer|maintainer|owner)s?")
_STARS = re.compile(r"(?<![^/])(?:\*{3,}(?=/|\Z)|\*\*\Z)")


def parse(content: bytes, *, style: str, path: str = "CODEOWNERS") -> Codeowners:
    """Read the CODEOWNERS file at ``path``. Bad lines end up in its problems.

    ``content`` is UTF-8; other bytes are kept in patterns, and make an owner invalid. ``style`` is "gitlab"; anything
    else is GitHub's.
    """
    reader: _Reader = _Gitlab(path) if style == "gitlab" else _Github(path)
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
    return Codeowners(path, reader.lines, reader.sections, reader.problems)


class _Reader:
    """What the two styles have in common."""

    owner_name: re.Pattern[str]

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: list[Line] = []
        self.sections = [Section()]
        self.problems: list[RuleProblem] = []

    def read(self, number: int, line: str) -> None:
        """Read a line that is neither empty nor a comment, without white space around it."""
        raise NotImplementedError

    def report(self, number: int, message: str) -> None:
        self.problems.append(RuleProblem(self.path, number, "error", "syntax", message))

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
            self.lines.append(Line(number, pattern, glob, owners, 0, exact=glob.endswith("/*")))


class _Gitlab(_Reader):
    """A line with bad owners keeps its good ones; one without any owns nobody, and still counts as the last match."""

    owner_name = _GITLAB_NAME

    def __init__(self, path: str) -> None:
        super().__init__(path)
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
            self.sections.append(Section(name, optional))
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
        self.lines.append(Line(number, pattern, glob, owners, self._section, exact=True, excludes=excludes))

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
