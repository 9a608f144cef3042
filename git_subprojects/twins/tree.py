"""The files of a revision, with what patches have made of them; nothing is written anywhere."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from git_subprojects.patches.model import TREE, Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from git_subprojects.git.objects import Objects

_Folder = dict[bytes, Entry]


class Trees:
    """The trees of a repository, each folder read once."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._folders: dict[str, _Folder] = {}

    def of(self, commit: str) -> Tree:
        """Return the tree of a commit, which is there."""
        tree = self._objects.tree(f"{commit}^{{tree}}".encode())
        if tree is None:
            return Tree(self, {})
        return Tree(self, self._folders.setdefault(tree[0], _entries(tree[1], len(tree[0]) // 2)))

    def folder(self, tree: str) -> _Folder:
        """Return what is in a folder, by the id of its tree."""
        if tree not in self._folders:
            content = self._objects.tree(tree.encode())
            self._folders[tree] = {} if content is None else _entries(content[1], len(content[0]) // 2)
        return self._folders[tree]


class Tree:
    """The tree of a revision."""

    def __init__(self, trees: Trees, top: _Folder) -> None:
        self._trees = trees
        self._top = top

    def entry(self, path: bytes) -> Entry | None:
        """Return what stands at a path."""
        folder = self._top
        *parents, name = path.split(b"/")
        for parent in parents:
            entry = folder.get(parent)
            if entry is None or entry.mode != TREE:
                return None
            folder = self._trees.folder(entry.id)
        return folder.get(name)

    def without_files(self) -> Tree:
        """Return a tree with nothing in it."""
        return Tree(self._trees, {})

    def top_with(self, changed: Mapping[bytes, Entry | None], write: Callable[[bytes], str]) -> str:
        """Return the id of the tree in which paths are as ``changed`` says; ``write`` keeps a tree object."""
        return _with_changes(self._trees, self._top, changed, write) or write(b"")

    def files_in(self, path: bytes) -> Iterator[bytes]:
        """Yield the paths of all files in a folder; b"" is the top."""
        at = self.entry(path) if path else None
        if path and (at is None or at.mode != TREE):
            return
        for name, entry in (self._top if at is None else self._trees.folder(at.id)).items():
            inner = path + b"/" + name if path else name
            if entry.mode == TREE:
                yield from self.files_in(inner)
            else:
                yield inner


class State:
    """A tree, and what has become of it: ``changed`` is what stands at paths now, None for what has gone."""

    def __init__(self, tree: Tree, changed: Mapping[bytes, Entry | None] | None = None) -> None:
        self.tree = tree
        self.changed = changed or {}

    def file(self, path: bytes) -> Entry | None:
        """Return the file, link or submodule at a path."""
        entry = self._at(path)
        return None if entry is None or entry.mode == TREE else entry

    def written(self, write: Callable[[bytes], str]) -> str:
        """Return the id of the state as a tree; ``write`` keeps the content of a tree object, and returns its id."""
        return self.tree.top_with(self.changed, write)

    def original(self, path: bytes) -> Entry | None:
        """Return what stood at a path before anything was changed."""
        return self.tree.entry(path)

    def obstacle(self, path: bytes, freed: Collection[bytes]) -> bytes | None:
        """Return what stands where a new file at ``path`` needs a folder, or has a folder in its place.

        Files at ``freed`` are about to go.
        """
        end = path.find(b"/")
        while end >= 0:
            parent = path[:end]
            if parent not in freed and self.file(parent) is not None:
                return parent
            end = path.find(b"/", end + 1)
        inside = list(self.tree.files_in(path))
        if path in self._folders:
            inside += (file for file in self.changed if file.startswith(path + b"/"))
        return path if any(file not in freed and self.file(file) is not None for file in inside) else None

    def with_changes(self, changes: Mapping[bytes, Entry | None]) -> State:
        """Return the state in which files are as ``changes`` says."""
        return State(self.tree, {**self.changed, **changes})

    @cached_property
    def _folders(self) -> set[bytes]:
        """The folders of all that has changed."""
        folders: set[bytes] = set()
        for path in self.changed:
            while (path := path.rpartition(b"/")[0]) and path not in folders:
                folders.add(path)
        return folders

    def _at(self, path: bytes) -> Entry | None:
        return self.changed[path] if path in self.changed else self.tree.entry(path)


def _with_changes(
    trees: Trees, folder: _Folder, changed: Mapping[bytes, Entry | None], write: Callable[[bytes], str]
) -> str | None:
    """Write a folder with changes; return the id of its tree, None for one without anything in it."""
    entries = dict(folder)
    below: dict[bytes, dict[bytes, Entry | None]] = {}
    for path, entry in changed.items():
        name, _, rest = path.partition(b"/")
        if rest:
            below.setdefault(name, {})[rest] = entry
        elif entry is not None:
            entries[name] = entry
        elif name in entries and entries[name].mode != TREE:
            del entries[name]
    for name, inner in below.items():
        at = entries.get(name)
        is_folder = at is not None and at.mode == TREE
        tree = _with_changes(trees, trees.folder(at.id) if at is not None and is_folder else {}, inner, write)
        if tree is not None:
            entries[name] = Entry(TREE, tree)
        elif is_folder:
            del entries[name]
    return write(tree_content(entries)) if entries else None


def tree_content(entries: Mapping[bytes, Entry]) -> bytes:
    """Return a tree object of what is in a folder."""
    in_order = sorted(entries.items(), key=lambda pair: pair[0] + b"/" if pair[1].mode == TREE else pair[0])
    return b"".join(b"%o %s\0%s" % (entry.mode, name, bytes.fromhex(entry.id)) for name, entry in in_order)


def _entries(content: bytes, size: int) -> _Folder:
    """Return what a tree object says; ``size`` is that of an id, in bytes."""
    entries: _Folder = {}
    at = 0
    while at < len(content):
        end = content.index(b"\0", at)
        mode, _, name = content[at:end].partition(b" ")
        at = end + 1 + size
        entries[name] = Entry(int(mode, 8), content[end + 1 : at].hex())
    return entries
