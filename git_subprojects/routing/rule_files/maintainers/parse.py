"""MAINTAINERS files, as the get_maintainer.pl of each tree reads them.

The format has no specification but that program; what is done here was learnt from how its variants behave. A file is
bytes, and so are titles, values and patterns: it predates any rule about encodings.
"""

from collections.abc import Iterable
from typing import NamedTuple

from git_subprojects.routing.rule_files.base import RuleProblem
from git_subprojects.routing.rule_files.maintainers.dialects import Style

LONGEST_VALUE = 4096
"""Bytes; a tag line with a longer value is taken for a mistake, or an attack, and skipped."""


THE_REST = b"THE REST"

Entry = tuple[str, bytes, int]
"""A tag line: its letter, its value, the number of its line."""


class Section(NamedTuple):
    """A title and the tag lines under it.

    ``file`` and ``line`` are where the title stands; ``place`` counts titles and tag lines over all files, as the
    original does: it sorts by that.
    """

    title: bytes
    file: str
    line: int
    place: int
    entries: tuple[Entry, ...]

    def values(self, tag: str) -> list[bytes]:
        """Return the values of all lines with that tag."""
        return [value for letter, value, _ in self.entries if letter == tag]


def parse(files: Iterable[tuple[str, bytes]], style: Style) -> tuple[list[Section], list[RuleProblem]]:
    """Return the sections of MAINTAINERS files, given as (name, content), and what is wrong with them.

    Never raises. A section is the run of tag lines after the last other line, which is its title; blank lines do not
    end it.
    """
    sections: list[Section] = []
    problems: list[RuleProblem] = []
    place = 0
    for file, content in files:
        title, title_line, title_place = b"", 0, -1
        entries: list[Entry] = []
        for number, with_end in enumerate(content.split(b"\n"), 1):
            line = with_end.removesuffix(b"\r")
            if _is_tag(line):
                place += 1
                value = line[2:].lstrip()
                if len(value) > LONGEST_VALUE:
                    message = f"{len(value)} bytes in one line: too long"
                    problems.append(RuleProblem(file, number, "error", "syntax", message))
                else:
                    entries.append((chr(line[0]), value, number))
            elif line.strip() and not (style.comments and line.lstrip().startswith(b"#")):
                if entries:
                    sections.append(Section(title, file, title_line, title_place, tuple(entries)))
                title, title_line, title_place, entries = line, number, place, []
                place += 1
        if entries:
            sections.append(Section(title, file, title_line, title_place, tuple(entries)))
    problems += [
        RuleProblem(section.file, section.entries[0][2], "error", "syntax", "tag lines without a title above them")
        for section in sections
        if section.line == 0
    ]
    return sections, problems


def _is_tag(line: bytes) -> bool:
    return line[1:2] == b":" and b"A" <= line[:1] <= b"Z"


def roles(section: Section, style: Style, *, says_supporter: bool = True) -> tuple[str, str, str]:
    """Return the roles of the section's maintainers, reviewers and lists, as the original prints them.

    The last one is only what follows the kind of list. ``says_supporter``: the status makes the role, as it did up to
    Linux 6.16, and still does elsewhere.
    """
    status = section.values("S")
    role = status[-1].decode("utf-8", "surrogateescape").lower() if status else "unknown"
    role = _STATUS_ROLES.get(role, role) if says_supporter else "maintainer"
    short = _short_title(section.title, style.longest_title).decode("utf-8", "surrogateescape")
    return f"{role}:{short}", f"reviewer:{short}", "" if section.title == THE_REST else f":{short}"


_STATUS_ROLES = {
    "supported": "supporter",
    "maintained": "maintainer",
    "odd fixes": "odd fixer",
    "orphan": "orphan minder",
    "obsolete": "obsolete minder",
    "buried alive in reporters": "chief penguin",
}


def _short_title(title: bytes, longest: int) -> bytes:
    return title if len(title) <= longest else title[: longest - 3].rstrip() + b"..."


def list_kind(value: bytes) -> tuple[bytes, str]:
    """Return the address of an ``L:`` line and the kind of the list: open, moderated or subscriber."""
    words = value.split(None, 1)
    if len(words) < 2:
        return value.strip(), "open"
    address, rest = words
    if b"subscribers-only" in rest:
        return address, "subscriber"
    return address, "moderated" if b"moderated" in rest else "open"
