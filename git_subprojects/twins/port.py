"""Patches that apply → commits in the target, all made by one ``git fast-import``, which writes no ref."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.errors import Error
from git_subprojects.patches.model import SUBMODULE, Change, Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from git_subprojects.git.objects import Objects
    from git_subprojects.git.process import Git
    from git_subprojects.twins.contents import Contents
    from git_subprojects.twins.explain import AppliedPatch

_REF = "refs/subprojects/porting"
"""git fast-import makes commits on a ref only; this one is gone again before it ends."""

_ORIGIN = b"(cherry picked from commit %s)\n"
_TRAILER = re.compile(rb"[A-Za-z0-9-]+: .*|\(cherry picked from commit [0-9a-f]+\)")


class Header(NamedTuple):
    """What a port keeps of a commit: its author, its message, both as they are stored, and how they are encoded."""

    author: bytes
    encoding: bytes
    message: bytes


def header(objects: Objects, commit: str, *, origin: str | None) -> Header:
    """Return what a port keeps of a commit, with the line of git cherry-pick -x that says which it was, ``origin``.

    Raises:
        Error: there is no such commit.
    """
    content = objects.content(commit.encode())
    if content is None:
        raise Error(f"{commit}: there is no such commit", "see what git fsck says")
    head, _, message = content.partition(b"\n\n")
    fields = dict(line.partition(b" ")[::2] for line in reversed(head.split(b"\n")))
    if origin is not None:
        body = message.rstrip(b"\n")
        is_trailer = _TRAILER.fullmatch(body.rpartition(b"\n")[2]) is not None and b"\n\n" in body
        message = body + (b"\n" if is_trailer else b"\n\n") + _ORIGIN % origin.encode()
    return Header(fields.get(b"author", b""), fields.get(b"encoding", b""), message)


class Import:
    """Commits that are to be made in a repository; ``contents`` has what its files are to hold."""

    def __init__(self, git: Git, contents: Contents, committer: bytes) -> None:
        self._git = git
        self._contents = contents
        self._committer = committer
        self._stream = bytearray(b"feature done\n")
        self._marks = 0

    def commit(self, parent: str | None, kept: Header, files: Mapping[bytes, Entry | None]) -> None:
        """Add a commit upon ``parent``, upon the one before (""), or none; ``files`` is what it leaves at paths."""
        self._marks += 1
        if parent is None:
            self._stream += f"reset {_REF}\n\n".encode()
        self._stream += f"commit {_REF}\nmark :{self._marks}\n".encode()
        self._stream += b"author %s\ncommitter %s\n" % (kept.author, self._committer)
        if kept.encoding:
            self._stream += b"encoding %s\n" % kept.encoding
        self._data(kept.message)
        if parent:
            self._stream += f"from {parent}\n".encode()
        for path in (path for path, entry in files.items() if entry is None):
            self._stream += b"D %s\n" % _quoted(path)
        for path, entry in files.items():
            if entry is not None:
                self._file(path, entry)
        self._stream += b"\n"

    def _file(self, path: bytes, entry: Entry) -> None:
        mode = f"{entry.mode:06o}".encode()
        if entry.mode == SUBMODULE:
            self._stream += b"M %s %s %s\n" % (mode, entry.id.encode(), _quoted(path))
            return
        self._stream += b"M %s inline %s\n" % (mode, _quoted(path))
        self._data(self._contents.of(entry.id))

    def _data(self, content: bytes) -> None:
        self._stream += b"data %d\n%s\n" % (len(content), content)

    def run(self) -> list[str]:
        """Let git make the commits; return their ids.

        Raises:
            Error: git cannot; nothing has changed then.
        """
        questions = "".join(f"get-mark :{number}\n" for number in range(1, self._marks + 1))
        nowhere = "0" * self._contents.size
        self._stream += f"{questions}reset {_REF}\nfrom {nowhere}\n\ndone\n".encode()
        words = ("fast-import", "--quiet", "--date-format=raw-permissive")
        ended = self._git.run(*words, stdin=bytes(self._stream))
        ids = ended.stdout.decode().split()
        if ended.returncode != 0 or len(ids) != self._marks:
            raise Error(f"git fast-import cannot make the commits: {self._said(ended.stderr)}", "nothing was changed")
        return ids

    def _said(self, stderr: bytes) -> str:
        """Return the error that git has printed, without the report of its crash, which it leaves in its folder."""
        text = stderr.decode("utf-8", "replace")
        report = re.search(r"dumping crash report to (.*)", text)
        if report is not None:
            path = os.path.join(self._git.directory or "", report[1])
            if os.path.isfile(path):
                os.unlink(path)
        lines = [line.removeprefix("fatal: ") for line in text.splitlines() if line.startswith("fatal: ")]
        return lines[0] if lines else "it ended before it had done so"


def make(
    git: Git,
    clean: Sequence[AppliedPatch],
    rest: Sequence[AppliedPatch],
    commit: str,
    kept: Mapping[str, Header],
    contents: Contents,
) -> tuple[list[str], list[str]]:
    """Make commits of patches that apply, on top of ``commit``; return their ids, and those of picks of the ``rest``.

    A pick is a commit that makes the patch's change to just the files that it touches, so that git cherry-pick can
    merge it. ``kept`` is what the commits say, by that of the patch.

    Raises:
        Error: git cannot make them; nothing has changed then.
    """
    identity = git.run("var", "GIT_COMMITTER_IDENT")
    if identity.returncode != 0:
        raise Error(
            "git does not know who you are, and would have to say who has made the commits",
            'git config --global user.email YOU@EXAMPLE.ORG\ngit config --global user.name "Your Name"',
        )
    made = Import(git, contents, identity.stdout.strip())
    for number, result in enumerate(clean):
        made.commit("" if number else commit, kept[result.patch.commit], result.applied.changes)
    for result in rest:
        before, after = _sides(result.changes, contents)
        made.commit(None, kept[result.patch.commit]._replace(message=b"what the next commit is based on\n"), before)
        made.commit("", kept[result.patch.commit], after)
    ids = made.run() if clean or rest else []
    return ids[: len(clean)], ids[len(clean) + 1 :: 2]


def _sides(changes: Sequence[Change], contents: Contents) -> tuple[dict[bytes, Entry], dict[bytes, Entry | None]]:
    """Return the files of a patch as they were before, and what it does to them."""
    before: dict[bytes, Entry] = {}
    gone: dict[bytes, Entry | None] = {}
    after: dict[bytes, Entry | None] = {}
    for change in changes:
        old, new = contents.of_source(change.old), contents.of_source(change.new)
        if old is not None:
            before[change.old_path] = old
            gone[change.old_path] = None
        if new is not None:
            after[change.new_path] = new
    return before, {**gone, **after}


def _quoted(path: bytes) -> bytes:
    if b"\n" not in path and not path.startswith(b'"'):
        return path
    return b'"%s"' % path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
