"""Stores of objects of our own, over those of repositories, where nothing is written."""

from __future__ import annotations

import hashlib
import os
import zlib
from typing import TYPE_CHECKING

from git_subprojects.git.process import Git

if TYPE_CHECKING:
    from collections.abc import Sequence

_STORE, _OTHERS = "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"


def beside(repositories: Sequence[Git], folder: str) -> Git:
    """Return git of the first of ``repositories`` as it writes objects to ``folder``, and reads those of all."""
    own, *_ = repositories
    os.makedirs(folder, exist_ok=True)
    stores = [_quoted(path) for path in dict.fromkeys(map(_store, repositories))]
    stores += dict.fromkeys(filter(None, (git.environment.get(_OTHERS) for git in repositories)))
    return Git({**own.environment, _STORE: folder, _OTHERS: ":".join(stores)}, own.directory)


def digest(kind: str, content: bytes, size: int) -> str:
    """Return the id of an object; ``size`` is how long ids are, in hexadecimal digits."""
    name = hashlib.new("sha256" if size == 64 else "sha1", usedforsecurity=False)
    name.update(f"{kind} {len(content)}\0".encode() + content)
    return name.hexdigest()


def write(folder: str, kind: str, content: bytes, size: int) -> str:
    """Write a loose object to the store in ``folder``; return its id."""
    name = digest(kind, content, size)
    place = os.path.join(folder, name[:2])
    os.makedirs(place, exist_ok=True)
    with open(os.path.join(place, name[2:]), "wb") as file:
        file.write(zlib.compress(f"{kind} {len(content)}\0".encode() + content, 1))
    return name


def _store(git: Git) -> str:
    path = os.fsdecode(git.output("rev-parse", "--git-path", "objects")).rstrip("\n")
    return os.path.abspath(os.path.join(git.directory or "", path))


def _quoted(path: str) -> str:
    """Return a path as git takes one in a list that colons separate."""
    if not path.startswith('"') and ":" not in path:
        return path
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
