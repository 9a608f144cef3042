"""What is in a repository at a revision, asked of one ``git cat-file`` for as long as it is needed."""

import os
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git import Conversation, Git

LARGEST = 128 * 1024 * 1024
"""A file with more bytes is not read."""

_MOST_AT_ONCE = 32


class Info(NamedTuple):
    """An object: its id, its type as git names it, and its size in bytes."""

    id: str
    type: str
    size: int


class Objects:
    """The objects of a repository. Names are git's own: an id, a revision, or ``REV:path`` with the path in bytes."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._started: Conversation | None = None

    def infos(self, names: list[bytes]) -> list[Info | None]:
        """Return what each of the objects is, None for one that is not there."""
        found = []
        # Not all at once: git would wait for us to read while we wait for it to listen.
        for first in range(0, len(names), _MOST_AT_ONCE):
            some = names[first : first + _MOST_AT_ONCE]
            for name in some:
                self._ask(b"info", name)
            found += [self._answer() for _ in some]
        return found

    def info(self, name: bytes) -> Info | None:
        """Return what an object is, or None if it is not there."""
        return self.infos([name])[0]

    def content(self, name: bytes) -> bytes | None:
        """Return the content of a blob or commit; None if there is none of that name, or a far too large one."""
        self._ask(b"contents", name)
        answer = self._answer()
        content = None if answer is None else self._read(answer.size)
        return None if answer is None or answer.type == "tree" else content

    def commit(self, name: str) -> tuple[str, bytes] | None:
        """Return the full id and the content of the commit of that name."""
        self._ask(b"contents", name.encode() + b"^{commit}")
        answer = self._answer()
        content = None if answer is None else self._read(answer.size)
        return None if answer is None or content is None else (answer.id, content)

    def contents(self, ids: list[str]) -> list[bytes]:
        """Return the contents of blobs by their ids; b"" for one that is not there, or far too large."""
        found = []
        for first in range(0, len(ids), _MOST_AT_ONCE):
            some = ids[first : first + _MOST_AT_ONCE]
            for one in some:
                self._ask(b"contents", one.encode())
            for _ in some:
                answer = self._answer()
                found.append((answer and self._read(answer.size)) or b"")
        return found

    def end(self) -> None:
        """Let git end. Another question would start it again."""
        if self._started is not None:
            self._started.end()
            self._started = None

    def _conversation(self) -> Conversation:
        if self._started is None:
            self._started = self._git.converse("cat-file", "--batch-command")
        return self._started

    def _ask(self, what: bytes, name: bytes) -> None:
        if b"\n" in name:
            name = b""
        try:
            os.write(self._conversation().to, b"%s %s\n" % (what, name))
        except BrokenPipeError as error:
            raise Error("git cat-file ended before it had answered", "see what git fsck says") from error

    def _answer(self) -> Info | None:
        fields = self._conversation().answers.readline().split()
        if len(fields) != 3 or fields[1] not in (b"blob", b"tree", b"commit", b"tag"):
            return None
        return Info(fields[0].decode(), fields[1].decode(), int(fields[2]))

    def _read(self, size: int) -> bytes | None:
        answers = self._conversation().answers
        if size <= LARGEST:
            content = answers.read(size)
        else:
            content = None
            while size > 0:
                size -= len(answers.read(min(size, LARGEST)))
        answers.read(1)
        return content
