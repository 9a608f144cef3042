"""Three-way merges and differences of single files, in memory, by libgit2: the only place that imports pygit2.

No repository is opened: what is merged is handed in. So it serves for any that git can read, SHA-256 or partial.
"""

from __future__ import annotations

from hashlib import sha1
from typing import Any

from git_subprojects.patches.model import Hunk

_FIRST_BYTES = 8000
"""git looks so far for the NUL that makes a file binary."""

_NUL = "\u0100"


def is_binary(content: bytes) -> bool:
    """Return whether git takes a file for binary, and so merges no two versions of it."""
    return b"\0" in content[:_FIRST_BYTES]


def hunks(old: bytes, new: bytes) -> list[Hunk]:
    """Return how two texts differ, without context."""
    from pygit2 import Patch
    from pygit2.enums import DiffOption

    patch = Patch.create_from(old, new, context_lines=0, flag=DiffOption.FORCE_TEXT | DiffOption.INDENT_HEURISTIC)
    found_hunks = []
    for hunk in patch.hunks:
        # Of no lines, a hunk names the one before.
        old_start = hunk.old_start - bool(hunk.old_lines)
        new_start = hunk.new_start - bool(hunk.new_lines)
        found_hunks.append(Hunk(old_start, old_start + hunk.old_lines, new_start, new_start + hunk.new_lines))
    return found_hunks


class Merger:
    """Merges texts by libgit2, which is set up at the first."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}
        self._started: Any = None

    def merged(self, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
        """Return what becomes of ``ours`` by what ``theirs`` has changed in ``base``; None where they conflict."""
        repository = self._repository()
        try:
            entries = [self._entry(content) for content in (base, ours, theirs)]
            result = repository.merge_file_from_index(*entries)
        finally:
            self._blobs.clear()
        return _plain(result.contents) if result.automergeable else None

    def _entry(self, content: bytes) -> Any:
        from pygit2 import IndexEntry, Oid
        from pygit2.enums import FileMode

        text = _utf8(content)
        name = sha1(b"blob %d\0" % len(text) + text, usedforsecurity=False).hexdigest()
        self._blobs[name] = text
        return IndexEntry("file", Oid(hex=name), FileMode.BLOB)

    def _repository(self) -> Any:
        if self._started is None:
            import pygit2
            from pygit2.enums import ObjectType

            blobs = self._blobs

            class Memory(pygit2.OdbBackend):
                def read_cb(self, oid: pygit2.Oid) -> tuple[int, bytes]:
                    return ObjectType.BLOB, blobs[str(oid)]

                def exists_cb(self, oid: pygit2.Oid) -> bool:
                    return str(oid) in blobs

            database = pygit2.Odb()
            database.add_backend(Memory(), 1)
            self._started = pygit2.Repository()
            self._started.set_odb(database)
        return self._started


def _utf8(content: bytes) -> bytes:
    """Return text that stands for any bytes: pygit2 reads results as UTF-8, up to a NUL."""
    return content.decode("latin-1").replace("\0", _NUL).encode()


def _plain(text: str) -> bytes:
    return text.replace(_NUL, "\0").encode("latin-1")
