"""Whether a patch applies to a tree: three-way merges of the files that it touches."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.patches.model import Change, Entry
from git_subprojects.twins.hunks import Offset, before, clashes, offsets, placed
from git_subprojects.twins.merge import Merger, hunks, is_binary
from git_subprojects.twins.verdicts import ALREADY, CLEAN, CONFLICT, MISSING, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from git_subprojects.patches.model import Hunk
    from git_subprojects.twins.contents import Contents
    from git_subprojects.twins.tree import State


class Lines(NamedTuple):
    """Lines of a file in the target, from 0, the end not included."""

    start: int
    end: int


class AppliedFile(NamedTuple):
    """What becomes of one file of a patch.

    ``path`` is where the file is in the target, ``offsets`` where hunks of it land. ``lines`` are those, as the target
    has them, that a conflict is about, empty where it is about the whole file; ``why`` says in words what it is about.
    ``removed`` are lines of the patch's base that the target does not have, where the conflict is about their absence,
    and ``based_on`` is where they stand in the base.
    """

    path: bytes
    verdict: Kind
    changes: Mapping[bytes, Entry | None]
    offsets: tuple[Offset, ...] = ()
    lines: tuple[Lines, ...] = ()
    why: str = ""
    removed: tuple[bytes, ...] = ()
    based_on: tuple[Lines, ...] = ()


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


class Applier:
    """Applies patches to one target, in memory; the contents of files come from ``contents``.

    ``is_renamed`` returns whether a file that is not there has another name now.
    """

    def __init__(self, contents: Contents, is_renamed: Callable[[bytes], bool]) -> None:
        self._contents = contents
        self._is_renamed = is_renamed
        self._merger = Merger()

    def apply(self, state: State, changes: Sequence[Change]) -> Applied:
        """Return what becomes of a patch on ``state``, which stays as it is."""
        freed = frozenset(
            change.old_path for change in changes if change.new is None or change.new_path != change.old_path
        )
        changes = [self._here(change) for change in changes]
        files = tuple(self._file(state, change, freed) for change in changes)
        verdict = _of_all(files)
        if verdict == CONFLICT:
            # git am takes a patch whose context is all there, even where the lines around it have moved.
            by_context = [self._by_context(state, change, freed) for change in changes]
            placed_files = tuple(change for change in by_context if change is not None)
            if len(placed_files) == len(files):
                return Applied(CLEAN, placed_files)
        return Applied(verdict, files)

    def _here(self, change: Change) -> Change:
        of_source = self._contents.of_source
        return change._replace(old=of_source(change.old), new=of_source(change.new))

    def _file(self, state: State, change: Change, freed: frozenset[bytes]) -> AppliedFile:
        if change.old is None:
            return self._added(state, change, freed)
        if change.new is None:
            return self._deleted(state, change)
        return self._changed(state, change, freed)

    def _added(self, state: State, change: Change, freed: frozenset[bytes]) -> AppliedFile:
        path = change.new_path
        ours = None if path in freed else state.file(path)
        if ours == change.new:
            return AppliedFile(path, ALREADY, {})
        if ours is not None:
            content = self._of_both(ours, change.new)
            if content is None:
                return AppliedFile(path, CONFLICT, {}, why="is there already, and not the same")
            return AppliedFile(path, ALREADY if content == ours else CLEAN, {path: content})
        obstacle = _obstacle(state, path, freed)
        return obstacle or AppliedFile(path, CLEAN, {path: change.new})

    def _of_both(self, ours: Entry, new: Entry | None) -> Entry | None:
        """Return what git makes of two files that were added at the same path; None where they conflict."""
        if new is None or ours.mode != new.mode or not ours.is_text:
            return None
        # git merges them as two versions of an empty file.
        empty = self._contents.add(b"")
        return new if ours.id == empty else ours if new.id == empty else None

    def _deleted(self, state: State, change: Change) -> AppliedFile:
        path = change.old_path
        ours = state.file(path)
        if ours is None:
            return AppliedFile(path, MISSING if self._is_renamed(path) else ALREADY, {})
        if ours != change.old:
            return AppliedFile(path, CONFLICT, {}, why="is deleted by the patch, and has changed")
        return AppliedFile(path, CLEAN, {path: None})

    def _changed(self, state: State, change: Change, freed: frozenset[bytes]) -> AppliedFile:
        old, new = change.old, change.new
        assert old is not None  # noqa: S101 - else it would be added
        assert new is not None  # noqa: S101 - else it would be deleted
        path, target = change.old_path, change.new_path
        ours = state.file(path)
        is_renamed = path != target
        if is_renamed:
            there = None if target in freed else state.file(target)
            if ours is None:
                # The other side may have renamed it too.
                path, ours = target, there
            elif there is not None:
                return AppliedFile(target, CONFLICT, {}, why=f"is there already, and so is {_shown(path)}")
            elif (obstacle := _obstacle(state, target, freed)) is not None:
                return obstacle
        if ours is None:
            return AppliedFile(change.old_path, MISSING, {})
        merged = self._merged(state, path, old, ours, new)
        if merged.verdict != CLEAN:
            return merged
        result = {target: merged.changes[path]}
        if path != target:
            result[path] = None
        is_same = path == target and merged.changes[path] == ours
        return merged._replace(path=path, verdict=ALREADY if is_same else CLEAN, changes={} if is_same else result)

    def _merged(self, state: State, path: bytes, old: Entry, ours: Entry, new: Entry) -> AppliedFile:
        """Return what becomes of the file at ``path``, wherever it goes then."""
        if ours == old:
            return AppliedFile(path, CLEAN, {path: new})
        if ours == new:
            return AppliedFile(path, CLEAN, {path: ours})
        if not (old.is_text and ours.is_text and new.is_text):
            return AppliedFile(path, CONFLICT, {}, why="is another thing there: a link, a submodule, or a file")
        if old.mode != new.mode and ours.mode not in (old.mode, new.mode):
            return AppliedFile(path, CONFLICT, {}, why="has another mode there")
        mode = new.mode if ours.mode == old.mode else ours.mode
        if ours.id in (old.id, new.id) or old.id == new.id:
            return AppliedFile(path, CLEAN, {path: Entry(mode, new.id if ours.id == old.id else ours.id)})
        base, mine, theirs = (self._contents.of(one.id) for one in (old, ours, new))
        if any(map(is_binary, (base, mine, theirs))):
            return AppliedFile(path, CONFLICT, {}, why="is binary, and not the same")
        content = self._merger.merged(base, mine, theirs)
        of_theirs, of_ours = hunks(base, theirs), hunks(base, mine)
        if content is None:
            return self._conflict(state, path, base, mine, clashes(of_theirs, of_ours))
        entry = Entry(mode, ours.id if content == mine else self._contents.add(content))
        return AppliedFile(path, CLEAN, {path: entry}, offsets(of_theirs, of_ours) if content != mine else ())

    def _conflict(self, state: State, path: bytes, base: bytes, mine: bytes, met: Sequence[Hunk]) -> AppliedFile:
        if (b"\r\n" in base) != (b"\r\n" in mine):
            return AppliedFile(path, CONFLICT, {}, why="has lines that end otherwise there (CRLF or LF)")
        original = state.original(path)
        changed = []
        if original is not None and original.id != self._contents.add(mine):
            changed = hunks(self._contents.of(original.id), mine)
        lines = [Lines(*before((hunk.new_start, hunk.new_end), changed)) for hunk in met]
        of_base = _lines(base)
        gone = tuple(Lines(hunk.old_start, hunk.old_end) for hunk in met if hunk.new_start == hunk.new_end)
        removed = tuple(line for start, end in gone for line in of_base[start:end])
        return AppliedFile(path, CONFLICT, {}, lines=tuple(lines), removed=removed, based_on=gone)

    def _by_context(self, state: State, change: Change, freed: frozenset[bytes]) -> AppliedFile | None:
        """Return what becomes of a file where its hunks are put where their context is; None where that fails."""
        file = self._file(state, change, freed)
        if file.verdict != CONFLICT:
            return file if file.verdict == CLEAN else None
        ours, old, new = state.file(change.old_path), change.old, change.new
        if ours is None or old is None or new is None or not (ours.is_text and old.is_text and new.is_text):
            return None
        if change.new_path != change.old_path and state.file(change.new_path) is not None:
            return None
        base, mine, theirs = (self._contents.of(version.id) for version in (old, ours, new))
        if is_binary(base) or is_binary(theirs):
            return None
        at_context = placed(_lines(base), _lines(theirs), hunks(base, theirs), _lines(mine))
        if at_context is None:
            return None
        mode = new.mode if ours.mode == old.mode else ours.mode
        changes: dict[bytes, Entry | None] = {change.new_path: Entry(mode, self._contents.add(b"".join(at_context[0])))}
        if change.new_path != change.old_path:
            changes[change.old_path] = None
        return AppliedFile(change.old_path, CLEAN, changes, at_context[1])


def _of_all(files: Sequence[AppliedFile]) -> Kind:
    kinds = {file.verdict for file in files}
    return next((kind for kind in (CONFLICT, MISSING, CLEAN) if kind in kinds), ALREADY)


def _obstacle(state: State, path: bytes, freed: frozenset[bytes]) -> AppliedFile | None:
    obstacle = state.obstacle(path, freed)
    if obstacle is None:
        return None
    why = "is a folder there" if obstacle == path else f"needs a folder where {_shown(obstacle)} is a file"
    return AppliedFile(path, CONFLICT, {}, why=why)


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "backslashreplace")


def _lines(content: bytes) -> list[bytes]:
    # As git sees lines: what ends in CR alone is none.
    return BytesIO(content).readlines()
