"""What is in a repository at a revision, asked of one ``git cat-file`` for as long as it is needed."""

import os
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git.process import Conversation, Git

_MOST_AT_ONCE = 16

_LONGEST_NAME = 4096
"""Bytes; so many questions of this length fit into a pipe. No file that git could check out has a longer path."""

_PIECE = 1024 * 1024


class Info(NamedTuple):
    """An object: its id, its type as git names it, and its size in bytes."""

    id: str
    type: str
    size: int


class Objects:
    """The objects of a repository. Names are git's own: an id, a revision, or ``REV:path`` with the path in bytes.

    A file with more than ``largest`` bytes is not read.
    """

    def __init__(self, git: Git, largest: int = 128 * 1024 * 1024) -> None:
        self._git = git
        self._largest = largest
        self._started: Conversation | None = None

    def infos(self, names: list[bytes]) -> list[Info | None]:
        """Return what each of the objects is, None for one that is not there."""
        answers = []
        # Not all at once: git would wait for us to read while we wait for it to listen.
        for first in range(0, len(names), _MOST_AT_ONCE):
            some = names[first : first + _MOST_AT_ONCE]
            for name in some:
                self._ask(b"info", name)
            answers += [self._answer() for _ in some]
        return answers

    def info(self, name: bytes) -> Info | None:
        """Return what an object is, or None if it is not there."""
        return self.infos([name])[0]

    def content(self, name: bytes) -> bytes | None:
        """Return the content of a blob or commit; None if there is none of that name, or a far too large one."""
        blob = self.found([name])[0]
        return None if blob is None else blob[1]

    def several(self, infos: list[bytes], contents: list[bytes]) -> tuple[list[Info | None], list[bytes | None]]:
        """Return what ``info`` and ``content`` do of a few short names, all asked for at once."""
        for what, names in ((b"info", infos), (b"contents", contents)):
            for name in names:
                self._ask(what, name)
        return [self._answer() for _ in infos], [blob and blob[1] for blob in (self._blob() for _ in contents)]

    def tree(self, name: bytes) -> tuple[str, bytes] | None:
        """Return id and content of a tree, as git stores it; None if there is none of that name."""
        self._ask(b"contents", name)
        tree = self._object()
        return None if tree is None or tree[0].type != "tree" else (tree[0].id, tree[1])

    def start(self) -> None:
        """Let git begin, so that it is ready when the first question comes."""
        self._conversation()

    def found(self, names: list[bytes]) -> list[tuple[str, bytes] | None]:
        """Return id and content of blobs and commits, asked for many at once; None for what is no such thing."""
        contents: list[tuple[str, bytes] | None] = []
        for first in range(0, len(names), _MOST_AT_ONCE):
            some = names[first : first + _MOST_AT_ONCE]
            for name in some:
                self._ask(b"contents", name)
            contents += [self._blob() for _ in some]
        return contents

    def commit(self, name: str) -> tuple[str, bytes] | None:
        """Return the full id and the content of the commit of that name."""
        return self.found([name.encode("utf-8", "surrogateescape") + b"^{commit}"])[0]

    def contents(self, ids: list[str]) -> list[bytes]:
        """Return the contents of blobs by their ids; b"" for one that is not there, or far too large."""
        return [b"" if blob is None else blob[1] for blob in self.found([name.encode() for name in ids])]

    def end(self) -> None:
        """Let git end. Another question would start it again."""
        if self._started is not None:
            self._started.end()
            self._started = None

    def _conversation(self) -> Conversation:
        if self._started is None:
            self._started = self._git.converse("cat-file", "--batch-command", "-z")
        return self._started

    def _ask(self, what: bytes, name: bytes) -> None:
        # git repeats a name that it does not find, and line breaks end its answers.
        if b"\n" in name or b"\0" in name or len(name) > _LONGEST_NAME:
            name = b""
        try:
            os.write(self._conversation().to, b"%s %s\0" % (what, name))
        except BrokenPipeError as error:
            raise _ended() from error

    def _answer(self) -> Info | None:
        line = self._conversation().answers.readline()
        if not line.endswith(b"\n"):
            raise _ended()
        fields = line.split()
        # What is missing is reported with its name, which may be any words.
        if len(fields) != 3 or fields[1] not in (b"blob", b"tree", b"commit", b"tag") or not fields[2].isdigit():
            return None
        return Info(fields[0].decode(), fields[1].decode(), int(fields[2]))

    def _object(self) -> tuple[Info, bytes] | None:
        info = self._answer()
        content = None if info is None else self._read(info.size)
        return None if info is None or content is None else (info, content)

    def _blob(self) -> tuple[str, bytes] | None:
        blob = self._object()
        return None if blob is None or blob[0].type == "tree" else (blob[0].id, blob[1])

    def _read(self, size: int) -> bytes | None:
        answers = self._conversation().answers
        content = answers.read(size) if size <= self._largest else None
        while content is None and size > 0 and (piece := answers.read(min(size, _PIECE))):
            size -= len(piece)
        if answers.read(1) != b"\n":
            raise _ended()
        return content


def _ended() -> Error:
    return Error("git cat-file ended before it had answered", "see what git fsck says")
