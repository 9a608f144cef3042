"""Patch files → commits in a store of objects of their own; nothing is written to the repository."""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import TYPE_CHECKING

from git_subprojects.errors import Error
from git_subprojects.git.process import GitError
from git_subprojects.twins.store import beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Patch

_MAIL = re.compile(rb"(?:From |From:|Subject:|Date:|Return-Path:|Received:|Delivered-To:|Message-Id:)", re.IGNORECASE)

_SOMEBODY = {"NAME": "nobody", "EMAIL": "nobody@localhost"}


class Quarantine:
    """A place in ``folder`` where patches become commits; what they are based on may be in any of ``repositories``."""

    def __init__(self, repositories: Sequence[Git], folder: str) -> None:
        self._folder = folder
        self.git = beside(repositories, os.path.join(folder, "objects"))
        self._number = 0

    def commit(self, patch: Patch) -> Patch:
        """Return the patch of a file, which has no other, as a commit upon one that has the files that it touches.

        They are there as they were before.

        Raises:
            Error: nothing here has those files as they were, or git cannot make a commit of the patch.
        """
        self._number += 1
        try:
            diff, message, author = self._read(patch, os.path.abspath(patch.path))
            index = os.path.join(self._folder, f"index-{self._number}")
            environment = {**self.git.environment, **self._identity, **author, "GIT_INDEX_FILE": index}
            git = self.git._replace(environment=environment)
            self._make_base(git, patch, diff, index)
            tree = git.output("write-tree", "--missing-ok").decode().strip()
            base = git.output("commit-tree", "-m", "what the patch is based on", tree).decode().strip()
            git.output("apply", "--cached", "--whitespace=nowarn", "--", diff)
            tree = git.output("write-tree", "--missing-ok").decode().strip()
            commit = git.output("commit-tree", "-p", base, tree, stdin=message).decode().strip()
        except GitError as error:
            raise Error(
                f"{patch.name}: git can make no commit of it: {_first_line(error)}", "does git am take it?"
            ) from None
        return patch._replace(commit=commit, base=base)

    def _make_base(self, git: Git, patch: Patch, diff: str, index: str) -> None:
        """Write an index of the files that a patch touches, as they were before."""
        try:
            git.output("apply", f"--build-fake-ancestor={index}", "--", diff)
        except GitError as error:
            # That also fails where git cannot read the patch at all, and says why.
            git.output("apply", "--numstat", "--", diff)
            raise Error(
                f"{patch.name}: what it is based on is not here: {_first_line(error)}",
                "fetch what it is based on, or git am it on a branch of its own and name that",
            ) from None

    @cached_property
    def _identity(self) -> dict[str, str]:
        """Who makes the commits, as git's environment has it: the user, or where git knows none, somebody.

        The committer is seen by nobody. The author is, of a port of a patch that does not say who has made it.
        """
        is_known = self.git.run("var", "GIT_AUTHOR_IDENT").returncode == 0
        kinds = ("COMMITTER",) if is_known else ("COMMITTER", "AUTHOR")
        return {f"GIT_{kind}_{key}": value for kind in kinds for key, value in _SOMEBODY.items()}

    def _read(self, patch: Patch, path: str) -> tuple[str, bytes, dict[str, str]]:
        """Return the file that has the changes, the message, and the author as git's environment has them."""
        with open(path, "rb") as file:
            beginning = file.read(4096)
        if _MAIL.match(beginning.lstrip()) is None:
            return path, f"{patch.subject}\n\n{patch.message}".encode("utf-8", "replace"), {}
        diff, text = (os.path.join(self._folder, f"{name}-{self._number}") for name in ("diff", "message"))
        with open(path, "rb") as file:
            info = self.git.output("mailinfo", "--encoding=UTF-8", text, diff, stdin=file.read())
        fields = dict(line.partition(": ")[::2] for line in info.decode("utf-8", "replace").splitlines())
        with open(text, "rb") as file:
            message = fields.get("Subject", patch.subject).encode() + b"\n\n" + file.read()
        names = {"GIT_AUTHOR_NAME": "Author", "GIT_AUTHOR_EMAIL": "Email", "GIT_AUTHOR_DATE": "Date"}
        return diff, message.rstrip() + b"\n", {name: fields[key] for name, key in names.items() if fields.get(key)}


def _first_line(error: GitError) -> str:
    return error.message.splitlines()[0]
