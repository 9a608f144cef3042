"""Patches of files that have other names in the target: merged by git, in a store of objects of our own.

What git am -3 falls back on is a merge of three trees: the files of the patch as they were and as it leaves them, and
all of the target, so that any file there may be what one that is missing was renamed to.
"""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.git.objects import Objects
from git_subprojects.git.process import GitError
from git_subprojects.patches.changes import between
from git_subprojects.patches.model import SUBMODULE, TREE, Entry
from git_subprojects.twins import store
from git_subprojects.twins.applied import AppliedFile
from git_subprojects.twins.tree import State, tree_content
from git_subprojects.twins.verdicts import ALREADY, CLEAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Change, Patch
    from git_subprojects.twins.contents import Contents
    from git_subprojects.twins.tree import Tree

_RENAMES = ("-c", "merge.renames=true")
_MERGE = ("merge-tree", "--write-tree")
_RENAME_LIMIT = 7000
"""What git compares when it merges, where the user has not said otherwise."""

_SOMEBODY = "nobody <nobody@localhost> 0 +0000"


class _Merged(NamedTuple):
    """What git has made of a patch: what it changes in the target, and which files it has found under other names."""

    changes: dict[bytes, Entry | None]
    renamed: dict[bytes, bytes]


class Renames:
    """Follows renames to files of ``tree``, in the repository ``target``; ``source`` is where patches are from."""

    def __init__(self, source: Git, target: Git, contents: Contents, tree: Tree) -> None:
        self._source = source
        self._target = target
        self._contents = contents
        self._tree = tree
        self._has_all: bool | None = None
        self._missing: dict[str, Entry] = {}
        self._new: dict[str, Entry] = {}
        self._similar: dict[str, bool] = {}

    def look_ahead(self, changes: Iterable[Change]) -> None:
        """Note what is going to be asked, so that git need compare the files of the target only once."""
        for change in changes:
            old, new = map(self._contents.of_source, (change.old, change.new))
            if old is not None and self._tree.entry(change.old_path) is None:
                self._missing[old.id] = old
            if new is not None and (old is None or change.old_path != change.new_path):
                self._new[new.id] = new

    def merged(self, state: State, changes: Sequence[Change]) -> tuple[AppliedFile, ...] | None:
        """Return what becomes of the files of a patch where git has to see whether they were renamed; else None.

        ``changes`` do not apply by their context. Nothing at all: git finds conflicts.
        """
        sides = [(change.old, change.new) for change in changes if state.file(change.old_path) is None]
        missing = [(old, new) for old, new in sides if old is not None]
        if any(new is not None and old.id == new.id for old, new in missing):
            # What a patch that changes no lines is based on is known by its name only.
            return None
        is_open = any(_collides(state, change) for change in changes) or any(
            self._has_similar(old) for old, _ in missing
        )
        if not is_open or not self._is_whole():
            return None
        with TemporaryDirectory(prefix="route-patch-") as folder:
            git = self._stores(folder)
            merged = _merge(git, _Objects(folder, self._contents), state, changes)
            return () if merged is None else self._files(git, changes, merged)

    def is_picked(self, state: State, patch: Patch) -> bool:
        """Return whether git cherry-pick applies a commit, for which it compares whole trees."""
        if patch.base is None or patch.is_file or not self._contents.is_of_one_kind or not self._is_whole():
            return False
        trees = (
            self._source.run("rev-parse", f"{patch.base}^{{tree}}", f"{patch.commit}^{{tree}}").stdout.decode().split()
        )
        if len(trees) != 2:
            return False
        with TemporaryDirectory(prefix="route-patch-") as folder:
            made = _Objects(folder, self._contents)
            words = made.merge(trees[0], made.files(state), trees[1])
            return self._stores(folder).run(*_RENAMES, *_MERGE, *words).returncode == 0

    def _files(self, git: Git, changes: Sequence[Change], merged: _Merged) -> tuple[AppliedFile, ...]:
        """Return what becomes of each file; what changes is told with the first."""
        objects = Objects(git)
        try:
            for entry in merged.changes.values():
                content = None if entry is None or entry.mode == SUBMODULE else objects.content(entry.id.encode())
                if content is not None:
                    self._contents.add(content)
        finally:
            objects.end()
        verdict = CLEAN if merged.changes else ALREADY
        files = [
            AppliedFile(change.old_path, verdict, {}, renamed_to=merged.renamed.get(change.old_path))
            for change in changes
        ]
        files[0] = files[0]._replace(changes=merged.changes)
        return tuple(files)

    def _has_similar(self, old: Entry) -> bool:
        """Return whether the target has a file so similar to one that git could take it for the same, renamed."""
        if old.id not in self._similar:
            self._missing[old.id] = old
            asked = [entry for name, entry in self._missing.items() if name not in self._similar]
            found = self._found(asked)
            self._similar.update((entry.id, entry.id in found) for entry in asked)
        return self._similar[old.id]

    def _found(self, asked: Sequence[Entry]) -> set[str]:
        if not self._is_whole():
            return set()
        with TemporaryDirectory(prefix="route-patch-") as folder:
            git = self._stores(folder)
            made = _Objects(folder, self._contents)
            target, series = Entry(TREE, made.files(State(self._tree))), made.flat(self._new.values())
            there = made.tree(tree_content({b"target": target, b"series": series}))
            wanted = made.tree(tree_content({b"wanted": made.flat(asked)}))
            copies = between(git, there, wanted, "-C", "-l0", "--diff-filter=RC")
        return {change.new.id for change in copies if change.new is not None}

    def _stores(self, folder: str) -> Git:
        return store.beside([self._target, self._source] if self._contents.is_of_one_kind else [self._target], folder)

    def _is_whole(self) -> bool:
        """Return whether all objects are here; git would fetch every file of a partial clone."""
        if self._has_all is None:
            names = r"^(extensions\.partialclone|remote\..*\.promisor)$"
            self._has_all = not any(
                git.run("config", "--get-regexp", names).stdout for git in (self._target, self._source)
            )
        return self._has_all


class _Objects:
    """Writes objects to a store in a folder."""

    def __init__(self, folder: str, contents: Contents) -> None:
        self._folder = folder
        self._contents = contents

    def tree(self, content: bytes) -> str:
        return store.write(self._folder, "tree", content, self._contents.size)

    def commit(self, tree: str, *parents: str) -> str:
        lines = [f"tree {tree}", *(f"parent {one}" for one in parents), f"author {_SOMEBODY}", f"committer {_SOMEBODY}"]
        return store.write(self._folder, "commit", "\n".join([*lines, "", ""]).encode(), self._contents.size)

    def merge(self, base: str, ours: str, theirs: str) -> tuple[str, str]:
        """Return two commits of trees that both come from another one."""
        root = self.commit(base)
        return self.commit(ours, root), self.commit(theirs, root)

    def flat(self, entries: Iterable[Entry]) -> Entry:
        """Return a folder of such files; their names are their ids."""
        files = {entry.id.encode(): entry for entry in entries if entry.mode != SUBMODULE}
        self._blobs(files.values())
        return Entry(TREE, self.tree(tree_content(files)))

    def files(self, state: State) -> str:
        """Return the tree of a state."""
        self._blobs(state.changed.values())
        return state.written(self.tree)

    def _blobs(self, entries: Iterable[Entry | None]) -> None:
        """Write those contents that no repository has."""
        for entry in entries:
            content = None if entry is None or entry.mode == SUBMODULE else self._contents.made(entry.id)
            if content is not None:
                store.write(self._folder, "blob", content, self._contents.size)


def _merge(git: Git, made: _Objects, state: State, changes: Sequence[Change]) -> _Merged | None:
    """Return what git am -3 makes of a patch that does not apply by its context; None where that conflicts."""
    nothing = State(state.tree.without_files())
    before = {change.old_path: change.old for change in changes if change.old is not None}
    after = dict.fromkeys(before, None) | {change.new_path: change.new for change in changes if change.new is not None}
    base, theirs = (made.files(nothing.with_changes(files)) for files in (before, after))
    ours = made.files(state)
    words = (*_RENAMES, "-c", "merge.directoryRenames=false", *_MERGE, *made.merge(base, ours, theirs))
    merged = git.run(*words)
    if merged.returncode == 1:
        return None
    if merged.returncode != 0:
        raise GitError(words, merged.returncode, merged.stderr)
    renamed = between(git, base, ours, "-M", f"-l{_RENAME_LIMIT}", "--diff-filter=R")
    changed = between(git, ours, merged.stdout.split(b"\n")[0].decode(), "--no-renames")
    there = {change.new_path: change.new for change in changed}
    # Of two files that are the same, git diff-tree may take the other one.
    names = {change.old_path: change.new_path for change in renamed if not there or change.new_path in there}
    return _Merged(there, names)


def _collides(state: State, change: Change) -> bool:
    """Return whether a file is renamed to one that exists."""
    is_renamed = change.old is not None and change.new is not None and change.old_path != change.new_path
    return is_renamed and state.file(change.new_path) is not None
