"""The dialects of MAINTAINERS: what differs between the get_maintainer.pl of several trees."""

import re
from typing import NamedTuple


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
"""The file with the program's options, such as that MAINTAINERS files are all over the tree."""


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
    if b"\nV:" in content and re.search(rb"^V:.*xen-maintainers-", content, re.MULTILINE):
        return "xen"
    first = content[:200].lstrip()
    if first.startswith(b"QEMU Maintainers"):
        return "qemu"
    return "linux"
