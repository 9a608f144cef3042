"""Files that another file may include: those in its own folder and below, and only so many."""

import os
import stat

MOST_FILES = 200


class Beside:
    """The files in ``folder`` and below it, each read up to ``most_bytes``; every error is a ValueError that says why.

    What would lead out of the folder, also by a symbolic link, is not read: the name comes from a file that came with
    somebody's repository.
    """

    def __init__(self, folder: str, most_bytes: int) -> None:
        self._folder = os.path.realpath(folder)
        self._most_bytes = most_bytes
        self._left = MOST_FILES

    def read(self, name: str) -> bytes:
        """Return the content of a file, of one byte more than ``most_bytes`` at most."""
        path = self._path(name)
        if self._left == 0:
            raise ValueError(f"{name}: {MOST_FILES} files have been read, and no more are")
        self._left -= 1
        try:
            # A pipe in the place of the file must not hang the program.
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise ValueError(f"{name}: it is no regular file")
                return file.read(self._most_bytes + 1)
        except OSError as error:
            raise ValueError(f"{name}: {error.strerror}") from error

    def names(self, name: str) -> list[str] | None:
        """Return the names of the files in a folder, sorted; None: it is no folder."""
        path = self._path(name)
        if not os.path.isdir(path):
            return None
        try:
            return sorted(entry.name for entry in os.scandir(path) if entry.is_file())
        except OSError as error:
            raise ValueError(f"{name}: {error.strerror}") from error

    def _path(self, name: str) -> str:
        path = os.path.realpath(os.path.join(self._folder, name))
        if "\0" in name or os.path.isabs(name) or not path.startswith(self._folder.rstrip(os.sep) + os.sep):
            raise ValueError(f"{name}: only files beside the first one are read")
        return path
