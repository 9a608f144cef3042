"""MAINTAINERS files, as the get_maintainer.pl of each tree reads them.

The format has no specification but that program; what is done here was learnt from how its variants behave. A file is
bytes, and so are titles, values and patterns: it predates any rule about encodings.
"""

from collections.abc import Iterable
from typing import NamedTuple

LONGEST_VALUE = 4096
"""A tag line with a longer value is taken for a mistake, or an attack, and passed over."""


class Style(NamedTuple):
    """What differs between the trees' own programs.

    ``double_star``: ``**`` crosses folders freely. ``braces``: ``{a,b}``. ``comments``: ``#`` begins one.
    ``names``: ``N:`` is a pattern. ``longest_title``: of a section's title in a role, in bytes. ``chiefs``: who is
    left out of the answer, as (name, address). ``drops_the_rest``: so are the people of THE REST when there are others.
    ``by_address``: people are told apart by address alone, as it is written. ``whole_tree``: ``MAINTAINERS`` files in
    all folders count. ``finds_people``: in YAML files that are touched, and in Fixes: lines; ``most_signers``: of each
    of these commits. ``edk2``: its patterns and its ``<default>``.
    """

    name: str
    double_star: bool = False
    braces: bool = False
    comments: bool = True
    names: bool = True
    longest_title: int = 50
    chiefs: tuple[tuple[str, str], ...] = ()
    drops_the_rest: bool = False
    by_address: bool = False
    finds_people: bool = False
    most_signers: int = 5
    whole_tree: bool = False
    edk2: bool = False


_LINUS = ("Linus Torvalds", "torvalds@linux-foundation.org")

STYLES = {
    style.name: style
    for style in (
        Style("linux", double_star=True, finds_people=True, chiefs=(_LINUS,)),
        Style(
            "u-boot", whole_tree=True, finds_people=True, most_signers=2, chiefs=(("Tom RINI", "trini@konsulko.com"),)
        ),
        Style("kvm-unit-tests", finds_people=True),
        Style("qemu", comments=False, names=False, longest_title=20),
        Style("xen", braces=True, longest_title=20, drops_the_rest=True, by_address=True),
        Style("edk2", edk2=True),
    )
}

SETTINGS = ".get_maintainer.conf"
"""The file that says, among other things, whether MAINTAINERS files are all over the tree."""

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


class Problem(NamedTuple):
    """A line that is not as it should be, and is passed over."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def recognised(file: str, content: bytes, settings: bytes) -> Style:
    """Return the style that a file of this name and content is written in.

    ``settings`` is the content of the tree's ``.get_maintainer.conf``, b"" where there is none.
    """
    if b"--find-maintainer-files" in settings:
        return STYLES["u-boot"]
    return STYLES[_by_content(file, content)]


def _by_content(file: str, content: bytes) -> str:
    if file.rpartition("/")[2] == "Maintainers.txt":
        return "edk2"
    if b"\nV:" in content and any(line.startswith(b"V:") and b"xen-maintainers-" in line for line in _lines(content)):
        return "xen"
    first = content[:200].lstrip()
    if first.startswith(b"QEMU Maintainers"):
        return "qemu"
    return "linux"


def _lines(content: bytes) -> list[bytes]:
    return content.split(b"\n")


def parse(files: Iterable[tuple[str, bytes]], style: Style) -> tuple[list[Section], list[Problem]]:
    """Return the sections of MAINTAINERS files, given as (name, content), and what is wrong with them.

    Never raises. A section is the run of tag lines after the last other line, which is its title; blank lines do not
    end it.
    """
    sections: list[Section] = []
    problems: list[Problem] = []
    place = 0
    for file, content in files:
        title, title_line, title_place = b"", 0, -1
        entries: list[Entry] = []
        for number, with_end in enumerate(_lines(content), 1):
            line = with_end.removesuffix(b"\r")
            if _is_tag(line):
                place += 1
                value = line[2:].lstrip()
                if len(value) > LONGEST_VALUE:
                    problems.append(Problem(file, number, f"{len(value)} bytes in one line: too long"))
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
        Problem(section.file, section.entries[0][2], "tag lines without a title above them")
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
