"""Whether a patch applies to a tree, as git am -3 has it: by its context, else by three-way merges, never by both."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from git_subprojects.patches.model import Change, Entry
from git_subprojects.twins.applied import Applied, AppliedFile, Lines, obstacle, shown
from git_subprojects.twins.direct import by_context
from git_subprojects.twins.hunks import before, clashes, offsets
from git_subprojects.twins.merge import Merger, hunks, is_binary
from git_subprojects.twins.verdicts import ALREADY, CLEAN, CONFLICT, MISSING, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.patches.model import Hunk
    from git_subprojects.twins.contents import Contents
    from git_subprojects.twins.renames import Renames
    from git_subprojects.twins.tree import State


_PLAIN = 0o100644


class Applier:
    """Applies patches to one target, in memory; the contents of files come from ``contents``.

    ``renames`` merges those that are about files with other names there.
    """

    def __init__(self, contents: Contents, renames: Renames) -> None:
        self._contents = contents
        self._renames = renames
        self._merger = Merger()

    def apply(self, state: State, changes: Sequence[Change]) -> Applied:
        """Return what becomes of a patch on ``state``, which stays as it is."""
        freed = frozenset(
            change.old_path for change in changes if change.new is None or change.new_path != change.old_path
        )
        changes = [self._here(change) for change in changes]
        files = by_context(self._contents, state, changes, freed)
        if files is None:
            changes = [_based(state, change) for change in changes]
            files = self._merged_files(state, changes, tuple(self._file(state, change, freed) for change in changes))
        return Applied(_of_all(files), files)

    def _merged_files(
        self, state: State, changes: Sequence[Change], files: tuple[AppliedFile, ...]
    ) -> tuple[AppliedFile, ...]:
        """Return what a three-way merge makes of files, given what it makes of them where none has another name."""
        stays = (change.old_path == change.new_path and change.new is not None for change in changes)
        if any(file.verdict == CONFLICT and is_same for file, is_same in zip(files, stays, strict=True)):
            # Whatever becomes of the others.
            return files
        followed = self._renames.merged(state, changes)
        return files if followed is None else followed or _conflicting(state, changes, files)

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
        return obstacle(state, path, freed) or AppliedFile(path, CLEAN, {path: change.new})

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
            return AppliedFile(path, ALREADY, {})
        if ours != change.old:
            return AppliedFile(path, CONFLICT, {}, why="is deleted by the patch, and has changed")
        return AppliedFile(path, CLEAN, {path: None})

    def _changed(self, state: State, change: Change, freed: frozenset[bytes]) -> AppliedFile:
        old, new = change.old, change.new
        assert old is not None  # noqa: S101 - else it would be added
        assert new is not None  # noqa: S101 - else it would be deleted
        path, target = change.old_path, change.new_path
        ours = state.file(path)
        if ours is None:
            return AppliedFile(path, MISSING, {})
        if path != target:
            if target not in freed and state.file(target) is not None:
                return AppliedFile(target, CONFLICT, {}, why=f"is there already, and so is {shown(path)}")
            if (in_the_way := obstacle(state, target, freed)) is not None:
                return in_the_way
        merged = self._merged(state, path, old, ours, new)
        if merged.verdict != CLEAN:
            return merged
        if path != target:
            return merged._replace(changes={target: merged.changes[path], path: None})
        is_same = merged.changes[path] == ours
        return merged._replace(verdict=ALREADY, changes={}) if is_same else merged

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
        of_base = BytesIO(base).readlines()
        gone = (hunk for hunk in met if hunk.new_start == hunk.new_end)
        removed = tuple(line for hunk in gone for line in of_base[hunk.old_start : hunk.old_end])
        based_on = tuple(Lines(hunk.old_start, hunk.old_end) for hunk in met)
        return AppliedFile(path, CONFLICT, {}, lines=tuple(lines), removed=removed, based_on=based_on)


def _based(state: State, change: Change) -> Change:
    """Return a change as git am -3 knows it: a patch that changes no lines does not say what file it is based on.

    git takes that of the target. Of a mere rename it does not know the mode either.
    """
    old, new, ours = change.old, change.new, state.file(change.old_path)
    if old is None or new is None or ours is None or old.id != new.id:
        return change
    modes = (old.mode, new.mode) if old.mode != new.mode else (_PLAIN, _PLAIN)
    return change._replace(old=Entry(modes[0], ours.id), new=Entry(modes[1], ours.id))


def _conflicting(state: State, changes: Sequence[Change], files: Sequence[AppliedFile]) -> tuple[AppliedFile, ...]:
    """Return files of a patch that git cannot merge: one that has another name is missing, whatever became of it."""
    told = tuple(
        file._replace(verdict=MISSING, changes={})
        if change.old is not None and state.file(change.old_path) is None
        else file
        for change, file in zip(changes, files, strict=True)
    )
    if _of_all(told) in (CONFLICT, MISSING):
        return told
    return (told[0]._replace(verdict=CONFLICT, changes={}, why="cannot be merged by git"), *told[1:])


def _of_all(files: Sequence[AppliedFile]) -> Kind:
    kinds = {file.verdict for file in files}
    return next((kind for kind in (CONFLICT, MISSING, CLEAN) if kind in kinds), ALREADY)
