"""Files that only save time, in the user's cache folder.

What is stored is named by what it was made from, so it is never out of date; what is missing, damaged, or of another
version is as if it had never been there.
"""

import os
import sys
from zlib import crc32

_MOST_FILES = 64
_HEADER = 24


class Cache:
    """A folder of stored contents; None stands for no folder, in which nothing is kept."""

    def __init__(self, folder: str | None, version: int) -> None:
        self._folder = folder
        self._version = f"{version}-{sys.implementation.cache_tag}"

    def load(self, name: str) -> bytes | None:
        """Return what was stored under ``name``, a word that can be a file's name."""
        if self._folder is None:
            return None
        try:
            with open(self._path(name), "rb") as file:
                stored = file.read()
        except OSError:
            return None
        header, content = stored[:_HEADER], stored[_HEADER:]
        return content if header == _header(content) else None

    def store(self, name: str, content: bytes) -> None:
        """Keep ``content`` under ``name``, or do nothing where that cannot be."""
        if self._folder is None:
            return
        path = self._path(name)
        part = f"{path}.{os.getpid()}"
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            try:
                with open(part, "wb") as file:
                    file.write(_header(content) + content)
                os.replace(part, path)
            except OSError:
                os.unlink(part)
                raise
            self._remove_oldest()
        except OSError:
            return

    def _path(self, name: str) -> str:
        return os.path.join(self._folder or "", f"{name}.{self._version}")

    def _remove_oldest(self) -> None:
        with os.scandir(self._folder) as entries:
            files = sorted((entry.stat().st_mtime, entry.path) for entry in entries)
        for _, path in files[: max(len(files) - _MOST_FILES, 0)]:
            os.unlink(path)


def _header(content: bytes) -> bytes:
    return b"%08x %014d\n" % (crc32(content), len(content))
