"""Commit ids, one a line → patches, one after the other, from one ``git diff-tree`` for all of them."""

from __future__ import annotations

import os
import re
from collections import deque
from signal import SIGTERM
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git.objects import Objects
from git_subprojects.patches import diff_options, raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from git_subprojects.git.process import Conversation, Git
    from git_subprojects.patches.model import Patch

_END = b"\x01end\n"
"""A line that is no commit's id. git repeats it, and lets go of all that it has written by then."""

_LONGEST_LINE = 4096
"""Of a longer line the rest is ignored: nothing that names a commit is so long."""

_FULL_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def of_lines(git: Git, source: int, *, with_text: bool) -> Iterator[list[tuple[str, Patch | None]]]:
    """Yield the first word of each line and the patch of that commit, None if it is none, as soon as git has it.

    They come in lists, of as many as are there at a time. ``source`` is the descriptor that the lines are read from. A
    word may be anything that names a commit, but a full id costs least. ``with_text``: with what the patches say.

    Raises:
        Error: git ended before it had answered.
        OSError: the lines cannot be read.
    """
    options = diff_options.TEXT if with_text else diff_options.RAW
    talk = git.converse("diff-tree", "--stdin", "-r", "--always", *options)
    words: deque[_Word] = deque()
    failures: list[Exception] = []
    ended = False
    try:
        _feed(git, source, talk, words, failures, with_text=with_text)
        for answers in _answers(talk):
            yield [_answered(words.popleft(), answer, with_text=with_text) for answer in answers]
        ended = True
    finally:
        if not ended:
            # git would wait for more lines, and this for git.
            os.kill(talk.pid, SIGTERM)
        talk._replace(to=-1).end()
    if failures:
        raise failures[0]
    if words:
        raise Error(f"git diff-tree ended before it had answered to {words[0].text}", "see what git fsck says")


class _Word(NamedTuple):
    """A word that was asked for, and its commit's parents, where git does not tell them with the patch."""

    text: str
    parents: list[str] | None = None


def _feed(
    git: Git, source: int, talk: Conversation, words: deque[_Word], failures: list[Exception], *, with_text: bool
) -> None:
    """Hand the lines over in the background: git answers some before it has read all. What fails is kept."""
    from threading import Thread

    def feed() -> None:
        objects = Objects(git)
        try:
            # By all that is there at a time: a thread that writes line by line waits for its turn at each.
            for lines in _lines(source):
                asked = b""
                for line in lines:
                    word, *_ = line.split(None, 1) or [b""]
                    if word:
                        commit, parents = _resolved(objects, word, with_parents=with_text)
                        words.append(_Word(word.decode("utf-8", "replace"), parents))
                        asked += commit + b"\n" + _END
                while asked:
                    asked = asked[os.write(talk.to, asked) :]
        except BrokenPipeError:
            pass
        except (Error, OSError) as error:
            failures.append(error)
        finally:
            objects.end()
            os.close(talk.to)

    Thread(target=feed, daemon=True).start()


def _lines(source: int) -> Iterator[list[bytes]]:
    rest = b""
    # A thread that reads from a file object holds a lock on it, without which Python cannot end.
    while chunk := os.read(source, 65536):
        *lines, rest = (rest + chunk).split(b"\n")
        rest = rest[:_LONGEST_LINE]
        yield lines
    yield [rest]


def _resolved(objects: Objects, word: bytes, *, with_parents: bool) -> tuple[bytes, list[str] | None]:
    """Return the full id of the commit that a word names, b"" if there is none, and its parents if asked."""
    if with_parents:
        commit = objects.commit(word.decode("utf-8", "surrogateescape"))
        if commit is None:
            return b"", None
        lines = commit[1].partition(b"\n\n")[0].split(b"\n")
        return commit[0].encode(), [line[7:].decode() for line in lines if line.startswith(b"parent ")]
    if _FULL_ID.fullmatch(word):
        return word, None
    found = objects.info(word + b"^{commit}")
    return (b"" if found is None else found.id.encode()), None


def _answered(asked: _Word, answer: bytes, *, with_text: bool) -> tuple[str, Patch | None]:
    patch = _of_text(answer) if with_text else _of_raw(answer)
    if patch is not None and asked.parents is not None:
        patch = patch._replace(parents=len(asked.parents), base=next(iter(asked.parents), None))
    return asked.text, patch


def _answers(talk: Conversation) -> Iterator[list[bytes]]:
    """Yield what git has written up to each repetition of ``_END``."""
    pending = bytearray()
    while chunk := talk.answers.read1(65536):
        searched = max(len(pending) - len(_END), 0)
        pending += chunk
        if pending.find(_END, searched) >= 0:
            *answers, rest = bytes(pending).split(_END)
            pending = bytearray(rest)
            yield answers


def _of_raw(answer: bytes) -> Patch | None:
    return next(raw.read(answer.split(b"\0")), None)


def _of_text(answer: bytes) -> Patch | None:
    from git_subprojects.patches.diff import read

    return next(read("", iter(answer.splitlines(keepends=True))), None)
