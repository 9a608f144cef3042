"""What becomes of patches and of their files, before anything is asked of the history. Pure values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.twins.verdicts import CLEAN, CONFLICT, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from git_subprojects.patches.model import Entry
    from git_subprojects.twins.hunks import Offset
    from git_subprojects.twins.tree import State


class Lines(NamedTuple):
    """Lines of a file in the target, from 0, the end not included."""

    start: int
    end: int


class AppliedFile(NamedTuple):
    """What becomes of one file of a patch.

    ``path`` is where the file is in the target, ``offsets`` where hunks of it land. ``lines`` are those, as the target
    has them, that a conflict is about, empty where it is about the whole file; ``why`` says in words what it is about.
    ``removed`` are lines of the patch's base that the target does not have, where the conflict is about their absence;
    ``based_on`` is where the base has the lines that the conflict is about. ``renamed_to`` is the name of the file that
    the change is made to where git has followed a rename.
    """

    path: bytes
    verdict: Kind
    changes: Mapping[bytes, Entry | None]
    offsets: tuple[Offset, ...] = ()
    lines: tuple[Lines, ...] = ()
    why: str = ""
    removed: tuple[bytes, ...] = ()
    based_on: tuple[Lines, ...] = ()
    renamed_to: bytes | None = None


class Applied(NamedTuple):
    """What becomes of a patch: the verdict, and the files."""

    verdict: Kind
    files: tuple[AppliedFile, ...]

    @property
    def changes(self) -> dict[bytes, Entry | None]:
        """What stands at paths afterwards, None for what has gone; nothing unless the patch applies."""
        if self.verdict != CLEAN:
            return {}
        pairs = [pair for file in self.files for pair in file.changes.items()]
        # Where one file takes the place of another, both say something of that path.
        return {path: None for path, entry in pairs if entry is None} | {
            path: entry for path, entry in pairs if entry is not None
        }


def obstacle(state: State, path: bytes, freed: frozenset[bytes]) -> AppliedFile | None:
    """Return the conflict of a new file at ``path`` with files or folders in its way; ``freed`` are about to go."""
    in_the_way = state.obstacle(path, freed)
    if in_the_way is None:
        return None
    why = "is a folder there" if in_the_way == path else f"needs a folder where {shown(in_the_way)} is a file"
    return AppliedFile(path, CONFLICT, {}, why=why)


def shown(path: bytes) -> str:
    """Return a path for an explanation."""
    return path.decode("utf-8", "backslashreplace")
