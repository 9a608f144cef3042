"""Patch files → commits in a store of objects of their own; nothing is written to the repository."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from git_subprojects.errors import Error
from git_subprojects.git.process import Git, GitError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.patches.model import Patch

_MAIL = re.compile(rb"(?:From |From:|Subject:|Date:|Return-Path:|Received:|Delivered-To:|Message-Id:)", re.IGNORECASE)


class Quarantine:
    """A place in ``folder`` where patches become commits; what they are based on may be in any of ``repositories``."""

    def __init__(self, repositories: Sequence[Git], folder: str) -> None:
        own, *_ = repositories
        self._folder = folder
        store = os.path.join(folder, "objects")
        os.makedirs(store, exist_ok=True)
        stores = ":".join(_quoted(path) for path in dict.fromkeys(map(_store, repositories)))
        changed = {"GIT_OBJECT_DIRECTORY": store, "GIT_ALTERNATE_OBJECT_DIRECTORIES": stores}
        self.git = Git({**own.environment, **changed}, own.directory)
        self._number = 0

    def commit(self, patch: Patch, path: str) -> Patch:
        """Return the patch as a commit upon one that has the files that it touches, as they were before.

        ``path`` is the file that it was read from, and that has no other.

        Raises:
            Error: nothing here has those files as they were, or git cannot read the patch.
        """
        self._number += 1
        diff, message, environment = self._read(patch, os.path.abspath(path))
        index = os.path.join(self._folder, f"index-{self._number}")
        git = self.git._replace(environment={**self.git.environment, **environment, "GIT_INDEX_FILE": index})
        try:
            git.output("apply", f"--build-fake-ancestor={index}", "--", diff)
            tree = git.output("write-tree", "--missing-ok").decode().strip()
            base = git.output("commit-tree", "-m", "what the patch is based on", tree).decode().strip()
            git.output("apply", "--cached", "--whitespace=nowarn", "--", diff)
            tree = git.output("write-tree", "--missing-ok").decode().strip()
            commit = git.output("commit-tree", "-p", base, tree, stdin=message).decode().strip()
        except GitError as error:
            raise Error(
                f"{patch.name or 'standard input'}: what it is based on is not here: {error.message.splitlines()[0]}",
                "fetch what it is based on, or git am it on a branch of its own and name that",
            ) from None
        return patch._replace(commit=commit, base=base)

    def _read(self, patch: Patch, path: str) -> tuple[str, bytes, dict[str, str]]:
        """Return the file that has the changes, the message, and the author as git's environment has them."""
        with open(path, "rb") as file:
            beginning = file.read(4096)
        if _MAIL.match(beginning.lstrip()) is None:
            return path, f"{patch.subject}\n\n{patch.message}".encode("utf-8", "replace"), {}
        diff, text = (os.path.join(self._folder, f"{name}-{self._number}") for name in ("diff", "message"))
        with open(path, "rb") as file:
            told = self.git.output("mailinfo", "--encoding=UTF-8", text, diff, stdin=file.read())
        fields = dict(line.partition(": ")[::2] for line in told.decode("utf-8", "replace").splitlines())
        with open(text, "rb") as file:
            message = fields.get("Subject", patch.subject).encode() + b"\n\n" + file.read()
        names = {"GIT_AUTHOR_NAME": "Author", "GIT_AUTHOR_EMAIL": "Email", "GIT_AUTHOR_DATE": "Date"}
        return diff, message.rstrip() + b"\n", {name: fields[key] for name, key in names.items() if fields.get(key)}


def _store(git: Git) -> str:
    found = os.fsdecode(git.output("rev-parse", "--git-path", "objects")).rstrip("\n")
    return os.path.abspath(os.path.join(git.directory or "", found))


def _quoted(path: str) -> str:
    """Return a path as git takes one in a list that colons separate."""
    if not path.startswith('"') and ":" not in path:
        return path
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
