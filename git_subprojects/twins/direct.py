"""Whether a patch applies by its context alone, as git-apply(1) has it: all of its files, or none."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from git_subprojects.patches.model import Entry
from git_subprojects.twins.applied import AppliedFile, obstacle
from git_subprojects.twins.hunks import placed
from git_subprojects.twins.merge import hunks, is_binary
from git_subprojects.twins.verdicts import ALREADY, CLEAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.patches.model import Change
    from git_subprojects.twins.contents import Contents
    from git_subprojects.twins.tree import State

_KIND = 12
"""A mode without these bits says whether it is a file, a link or a submodule."""


def by_context(
    contents: Contents, state: State, changes: Sequence[Change], freed: frozenset[bytes]
) -> tuple[AppliedFile, ...] | None:
    """Return what becomes of each file where git apply takes all of a patch; else None.

    ``freed`` are the paths of files that the patch takes away.
    """
    files = []
    for change in changes:
        file = _file(contents, state, change, freed)
        if file is None:
            return None
        files.append(file)
    return tuple(files)


def _file(contents: Contents, state: State, change: Change, freed: frozenset[bytes]) -> AppliedFile | None:
    old, new, path, target = change.old, change.new, change.old_path, change.new_path
    ours = None if old is None else state.file(path)
    # A mere rename does not say what kind of file it renames.
    if old is not None and (ours is None or (_kind(ours) != _kind(old) and old != new)):
        return None
    is_new = new is not None and (old is None or path != target)
    if is_new and ((target not in freed and state.file(target) is not None) or obstacle(state, target, freed)):
        return None
    if ours is None or old is None:
        return AppliedFile(target, CLEAN, {target: new})
    if new is None or _kind(old) != _kind(new):
        # git makes two patches of another kind of file. One that deletes a file has all of it as context.
        return AppliedFile(target, CLEAN, {target: new}) if ours.id == old.id else None
    mode = ours.mode if new.mode == old.mode else new.mode
    if ours.id == old.id:
        return _applied(change, ours, Entry(mode, new.id))
    if new.id == old.id:
        return _applied(change, ours, Entry(mode, ours.id))
    if not old.is_text:
        return None
    base, mine, theirs = (contents.of(entry.id) for entry in (old, ours, new))
    if is_binary(base) or is_binary(theirs):
        return None
    at_context = placed(_lines(base), _lines(theirs), hunks(base, theirs), _lines(mine))
    if at_context is None:
        return None
    applied = _applied(change, ours, Entry(mode, contents.add(b"".join(at_context[0]))))
    return applied._replace(offsets=at_context[1])


def _applied(change: Change, ours: Entry, entry: Entry) -> AppliedFile:
    if change.old_path != change.new_path:
        return AppliedFile(change.old_path, CLEAN, {change.new_path: entry, change.old_path: None})
    if entry == ours:
        return AppliedFile(change.old_path, ALREADY, {})
    return AppliedFile(change.old_path, CLEAN, {change.old_path: entry})


def _kind(entry: Entry) -> int:
    return entry.mode >> _KIND


def _lines(content: bytes) -> list[bytes]:
    # As git sees lines: what ends in CR alone is none.
    return BytesIO(content).readlines()
