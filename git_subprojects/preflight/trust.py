"""Which commands of a repository the user has allowed to run: kept outside of it, by a hash."""

import hashlib
import json
import os
from collections.abc import Sequence

from git_subprojects.manifest.model import Command

_FILE = "trusted"


class Trust:
    """What the user has allowed, in a folder of the user's own; None stands for no folder, where nothing is kept."""

    def __init__(self, folder: str | None) -> None:
        self._path = None if folder is None else os.path.join(folder, _FILE)

    def is_given(self, digest: str) -> bool:
        """Return whether what has this digest was allowed."""
        if self._path is None:
            return False
        try:
            with open(self._path, encoding="ascii", errors="replace") as file:
                return digest in file.read().split()
        except OSError:
            return False

    def give(self, digest: str) -> None:
        """Allow it from now on. Raises OSError where that cannot be kept."""
        if self._path is None or self.is_given(digest):
            return
        os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
        with open(os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="ascii") as file:
            file.write(f"{digest}\n")


def digest(top: str, commands: Sequence[Command]) -> str:
    """Return a hash of commands, of the files at ``top`` that they name, and of where that is.

    So the user is asked again in another repository, and when a checker has changed.
    """
    contents = {word: _content(os.path.join(top, word)) for command in commands for word in command}
    parts = [os.path.realpath(top), commands, contents]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _content(path: str) -> str | None:
    if not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
