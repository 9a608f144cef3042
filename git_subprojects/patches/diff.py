"""Patch files, mboxes and patch text → patches, in one pass and in memory that does not grow with the input."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain

from git_subprojects.patches import mail
from git_subprojects.patches.model import Patch, PatchText
from git_subprojects.patches.names import DEV_NULL, first_two, halves, unquoted, without_prefixes

TEXT_LIMIT = 32 << 20
"""How many bytes of a patch's text are kept."""

_LF = ord("\n")
_HUNK = re.compile(rb"@@ -\d+(?:,(\d{1,18}))? \+\d+(?:,(\d{1,18}))? @@")
_MOVED = re.compile(rb"(?:rename|copy) (?:from|to) (.+)", re.DOTALL)
_HG_DIFF = re.compile(rb"diff(?: -r [0-9a-f]+){1,2} (.+)", re.DOTALL)
_BASE = re.compile(rb"base-commit: ([0-9a-f]{40}(?:[0-9a-f]{24})?)\s*$")
_FILE = re.compile(rb"(?:---|\+\+\+)\s+\S")
# How many lines of the old and of the new file a line of a hunk stands for, by its first byte.
# An empty line is an empty line of context whose space a mailer took.
_STEPS = {b" ": (1, 1), b"\n": (1, 1), b"\r": (1, 1), b"-": (1, 0), b"+": (0, 1), b"\\": (0, 0)}


def read(name: str, lines: Iterable[bytes]) -> Iterator[Patch]:
    """Yield the patches in ``lines``, which come with their ends, as a binary file gives them.

    A patch is a mail (of ``git format-patch``, a mailbox, or a list's archive), a commit as ``git log -p`` shows it,
    a changeset of ``hg export``, or else a whole diff. One without a diff, such as a cover letter, has no paths; what
    is neither mail nor commit nor diff yields nothing. ``name`` is the file's: that of the patches, with ``#2`` and so
    on for the second and further ones. Paths are without prefixes and quotes, sorted, each once, never ``/dev/null``.
    Of a text longer than TEXT_LIMIT the rest is read for paths but not kept. Nothing in the input is an error.
    """
    units = _Units(lines)
    number = 0
    while units.line:
        patch = _patch(units)
        if patch is not None:
            number += 1
            yield patch._replace(name=name if number == 1 else f"{name}#{number}")


def _patch(units: "_Units") -> Patch | None:
    """Take one patch off ``units``; None if what was taken is none."""
    start = units.line
    kind = mail.kind(start, units.following) or mail.kind_at_top(start)
    lines = units.take(mail.MAIL_STARTS if kind == "mail" else mail.STARTS)
    text = _Text()
    found: mail.Headers = {}
    if kind == "mail":
        found, raw, rest = mail.headers(lines)
        for line in raw:
            text.add(line)
        lines = mail.body(found, chain(rest, lines))
        if not found.keys() & {b"from", b"subject"}:
            kind = ""
    top = len(text.before)
    diff = _Diff(text)
    diff.take(lines)
    if not kind and not diff.paths:
        return None
    before = BytesIO(text.before)
    if kind == "mail":
        before.seek(top)
        head = mail.head_of_mail(start, found, before)
    else:
        head = {"log": mail.head_of_log, "hg": mail.head_of_hg, "": mail.head_of_text}[kind](before)
    return Patch(
        head.commit,
        head.subject,
        head.author,
        2 if diff.combined else head.parents,
        tuple(sorted(diff.paths)),
        base=diff.base,
        message=head.message,
        text=PatchText(bytes(text.before), bytes(text.changes), text.cut),
    )


class _Units:
    """Lines, taken by the patch; ``line`` is the next to be taken, ``following`` the one after it."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = filter(None, lines)
        self.line = next((line for line in self._lines if line.strip()), b"")
        self.following = next(self._lines, b"")

    def take(self, starts: tuple[bytes, ...]) -> Iterator[bytes]:
        """Yield the next line, and all up to one that begins a patch, as one of ``starts`` does."""
        yield self.line
        line = self.following
        for following in chain(self._lines, (b"",)):
            if line.startswith(starts) and mail.kind(line, following):
                self.line, self.following = line, following
                return
            if line:
                yield line
            line = following
        self.line = self.following = b""


class _Text:
    """The text of a patch, split where its first file is named."""

    def __init__(self) -> None:
        self.before = bytearray()
        self.changes = bytearray()
        self.cut = False
        self._kept = self.before
        self._room = TEXT_LIMIT
        self._in_changes = False

    def add(self, line: bytes) -> None:
        """Keep a line, if there is room for it."""
        if not self._in_changes and line.startswith((b"---", b"+++")) and _FILE.match(line):
            self._in_changes = True
            self._kept = self.changes
            self._room -= len(self.before)
        if len(self._kept) + len(line) > self._room:
            self._room = 0
            self.cut = True
        else:
            self._kept += line


class _Diff:
    """What a diff says of paths: all that it touches, the base, and whether it is that of a merge."""

    def __init__(self, text: _Text) -> None:
        self.paths: set[bytes] = set()
        self.base: str | None = None
        self.combined = False
        self._text = text
        # The file whose paths are not settled yet: what follows `diff --git`, or a path named by other means.
        self._git: bytes | None = None
        self._named: bytes | None = None
        self._moved: list[bytes] = []
        self._takers = {
            b"diff": self._take_diff,
            b"rename": self._take_moved,
            b"copy": self._take_moved,
            b"Index:": self._take_index,
            b"Binary": self._take_binary,
            b"base-commit:": self._take_base,
        }

    def take(self, lines: Iterable[bytes]) -> None:
        """Read lines to their end, and keep their text."""
        keep = self._text.add
        old = new = 0
        older = last = b""
        whole = True
        for line in lines:
            keep(line)
            if not whole:
                whole = line.endswith(b"\n")
                continue
            whole = line[-1] == _LF
            if old > 0 or new > 0:
                step = _STEPS.get(line[:1])
                if step is not None:
                    old -= step[0]
                    new -= step[1]
                    # Names are never taken from a hunk that is as long as it says.
                    older, last = (last, line) if old > 0 or new > 0 else (b"", b"")
                    continue
                old = new = 0
            word = line.partition(b" ")[0]
            if word == b"@@":
                old, new = self._take_hunk(line, older, last)
            elif word in self._takers:
                self._takers[word](line.rstrip(b"\r\n"))
            older, last = last, line
        self._settle(None)

    def _take_hunk(self, line: bytes, older: bytes, last: bytes) -> tuple[int, int]:
        """Take a hunk's head, and the names in the two lines above it; return its length in the old and new file."""
        if not line.startswith(b"@@ -"):
            return 0, 0
        if older.startswith(b"--- ") and last.startswith(b"+++ "):
            self._settle((unquoted(older[4:].rstrip(b"\r\n")), unquoted(last[4:].rstrip(b"\r\n"))))
        match = _HUNK.match(line)
        old, new = (b"0", b"0") if match is None else match.groups(default=b"1")
        return int(old), int(new)

    def _take_diff(self, line: bytes) -> None:
        if line.startswith(b"diff --git "):
            self._settle(None)
            self._git = line[11:]
        elif line.startswith((b"diff --cc ", b"diff --combined ")):
            self._settle(None)
            self.combined = True
            self._add(unquoted(line.split(b" ", 2)[2]))
        elif match := _HG_DIFF.match(line):
            self._settle(None)
            self._named = match[1]

    def _take_moved(self, line: bytes) -> None:
        match = _MOVED.match(line)
        if match is not None and self._git is not None:
            self._moved.append(unquoted(match[1]))

    def _take_index(self, line: bytes) -> None:
        self._settle(None)
        self._named = line[7:]

    def _take_binary(self, line: bytes) -> None:
        """Take the names in ``Binary files a/x and b/x differ``, which diff(1) writes without any other line."""
        names = line.removeprefix(b"Binary files ").removesuffix(b" differ").split(b" and ")
        if self._git is None and len(names) % 2 == 0 and line.endswith(b" differ"):
            half = len(names) // 2
            self._add(*without_prefixes(b" and ".join(names[:half]), b" and ".join(names[half:])))

    def _take_base(self, line: bytes) -> None:
        match = _BASE.match(line)
        if match is not None:
            self.base = match[1].decode("ascii")

    def _settle(self, names: tuple[bytes, bytes] | None) -> None:
        """Add the paths of the file that was being read; ``names`` are those in its ``---`` and ``+++`` lines."""
        if self._moved:
            self._add(*self._moved)
        elif self._git is not None:
            self._add(*without_prefixes(*(halves(self._git) or names or first_two(self._git))))
        elif names is not None:
            self._add(*without_prefixes(*names))
        elif self._named is not None:
            self._add(self._named)
        self._git = self._named = None
        self._moved = []

    def _add(self, *paths: bytes) -> None:
        self.paths.update(path for path in paths if path not in (b"", DEV_NULL))
