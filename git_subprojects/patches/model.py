"""The values that patches consist of.

Text is ``str``; a path in a repository is ``bytes``, as git has it; a commit id is lower-case hexadecimal ``str``.
"""

from typing import NamedTuple


class PatchText(NamedTuple):
    """What a patch says, for keywords: all lines ``before`` the name of its first file, and the rest, ``changes``.

    ``cut``: there was more than is kept.
    """

    before: bytes
    changes: bytes
    cut: bool = False


class Patch(NamedTuple):
    """A commit, or a patch file, and every path it touches: old and new names, deletions, mode changes.

    ``name`` is what its file is called, with ``#2`` and so on for further patches in it; "" for a commit, or standard
    input. ``path`` is where that file is, ``-`` for standard input; "" for a commit. ``commit`` is "" where a file does
    not tell.
    ``author`` is ``Name <address>``, ``base`` the commit that the patch applies to, where known, and ``message`` what
    follows the subject.
    """

    commit: str
    subject: str
    author: str
    parents: int
    paths: tuple[bytes, ...]
    name: str = ""
    base: str | None = None
    message: str = ""
    text: PatchText | None = None
    path: str = ""

    @property
    def is_file(self) -> bool:
        """Whether it was read from a file or standard input, rather than from a commit."""
        return self.path != ""


TREE, LINK, SUBMODULE = 0o040000, 0o120000, 0o160000
"""Modes that git gives to what is no plain file."""


class Entry(NamedTuple):
    """What stands at a path: its mode, as git has it, and the id of its object."""

    mode: int
    id: str

    @property
    def is_text(self) -> bool:
        """Whether it is a plain file, rather than a symbolic link, a submodule or a folder."""
        return self.mode not in (TREE, LINK, SUBMODULE)


class Change(NamedTuple):
    """What a patch does to one file: ``old`` is None for a new one, ``new`` for one that goes.

    The paths are the same unless the file is renamed.
    """

    old_path: bytes
    old: Entry | None
    new_path: bytes
    new: Entry | None


class Hunk(NamedTuple):
    """Lines of a file that others take the place of; counted from 0, as in slices of the lines."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def growth(self) -> int:
        """How many lines more there are afterwards."""
        return (self.new_end - self.new_start) - (self.old_end - self.old_start)
