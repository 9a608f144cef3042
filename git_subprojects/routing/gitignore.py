"""gitignore(5) patterns, matched without backtracking.

A manifest is untrusted, and a regular expression made from ``*a*a*a*b`` takes forever on a long path. Here a pattern
is a sequence of steps, and a path is matched by the set of positions that each step can reach, so the time is at most
the product of the two lengths.
"""

from collections.abc import Callable
from typing import NamedTuple

Step = frozenset[int] | None
"""What one byte of a name may be; None stands for ``*``, any number of any bytes."""

_ANY: frozenset[int] = frozenset(range(256))
_CLASSES: dict[bytes, Callable[[bytes], bool]] = {
    b"alnum": bytes.isalnum,
    b"alpha": bytes.isalpha,
    b"blank": lambda byte: byte in b" \t",
    b"cntrl": lambda byte: byte < b" " or byte == b"\x7f",
    b"digit": bytes.isdigit,
    b"graph": lambda byte: b"!" <= byte <= b"~",
    b"lower": bytes.islower,
    b"print": lambda byte: b" " <= byte <= b"~",
    b"punct": lambda byte: b"!" <= byte <= b"~" and not byte.isalnum(),
    b"space": bytes.isspace,
    b"upper": bytes.isupper,
    b"xdigit": lambda byte: byte in b"0123456789abcdefABCDEF",
}


class Pattern:
    """One gitignore pattern, without ``!``."""

    def __init__(self, text: str) -> None:
        self.text = text
        pattern = _without_trailing_spaces(text.encode("utf-8", "surrogateescape"))
        self._only_folders = pattern.endswith(b"/")
        pattern = pattern.removesuffix(b"/")
        anchored = b"/" in pattern
        parts = _split(pattern.removeprefix(b"/"))
        if not anchored:
            parts.insert(0, b"**")
        self._parts = [None if len(part) > 1 and not part.strip(b"*") else _Name(part) for part in parts]

    def covers(self, path: bytes) -> bool:
        """Return whether the pattern matches ``path``, a file, or a folder above it."""
        names = path.split(b"/")
        reached = {0}
        for number, part in enumerate(self._parts):
            if part is None:
                if number == len(self._parts) - 1:
                    return min(reached) < len(names) - self._only_folders
                reached = set(range(min(reached), len(names)))
            else:
                reached = {at + 1 for at in reached if at < len(names) and part.matches(names[at])}
            if not reached:
                return False
        return any(at < len(names) or not self._only_folders for at in reached)


class _Name:
    """The pattern of one name in a path."""

    def __init__(self, pattern: bytes) -> None:
        self._literal = None if set(pattern) & set(b"*?[\\") else pattern
        self._steps = [] if self._literal is not None else _steps(pattern)

    def matches(self, name: bytes) -> bool:
        if self._literal is not None:
            return name == self._literal
        if self._steps is None:
            return False
        reached = {0}
        for step in self._steps:
            if step is None:
                reached = set(range(min(reached), len(name) + 1))
            else:
                reached = {at + 1 for at in reached if at < len(name) and name[at] in step}
            if not reached:
                return False
        return len(name) in reached


def _without_trailing_spaces(pattern: bytes) -> bytes:
    stripped = pattern.rstrip(b" ")
    backslashes = len(stripped) - len(stripped.rstrip(b"\\"))
    return stripped + b" " if stripped != pattern and backslashes % 2 else stripped


def _split(pattern: bytes) -> list[bytes]:
    """Return what is between the slashes of a pattern: a slash in brackets does not count, an escaped one does."""
    parts = [b""]
    at = 0
    while at < len(pattern):
        width = 1
        if pattern[at : at + 1] == b"[":
            bracket = _class(pattern, at + 1)
            width = 1 if bracket is None else bracket.end - at
        elif pattern[at : at + 1] == b"\\":
            width = 2
        piece = pattern[at : at + width]
        if piece == b"\\/" and len(parts[-1]) > 1 and not parts[-1].strip(b"*"):
            # Before such a slash, ``**`` stands for one folder at least.
            parts[-1:] = [b"*", parts[-1], b""]
        elif piece in (b"/", b"\\/"):
            parts.append(b"")
        else:
            parts[-1] += piece
        at += width
    return parts


def _steps(pattern: bytes) -> list[Step] | None:
    """Return the steps of a name's pattern; None for one that git never matches, such as an open ``[``."""
    steps: list[Step] = []
    at = 0
    while at < len(pattern):
        byte = pattern[at : at + 1]
        at += 1
        if byte == b"*":
            if not steps or steps[-1] is not None:
                steps.append(None)
        elif byte == b"?":
            steps.append(_ANY)
        elif byte == b"[":
            bracket = _class(pattern, at)
            if bracket is None:
                return None
            steps.append(bracket.bytes)
            at = bracket.end
        elif byte == b"\\":
            if at == len(pattern):
                return None
            steps.append(frozenset(pattern[at : at + 1]))
            at += 1
        else:
            steps.append(frozenset(byte))
    return steps


class _Class(NamedTuple):
    bytes: frozenset[int]
    end: int


def _class(pattern: bytes, at: int) -> _Class | None:
    """Return the bracket expression whose content begins at ``at``; None if it is not closed or names no class."""
    negated = pattern[at : at + 1] in (b"!", b"^")
    at += negated
    members: set[int] = set()
    first = True
    while at < len(pattern):
        byte = pattern[at]
        if byte == ord("]") and not first:
            return _Class(_ANY - members if negated else frozenset(members), at + 1)
        first = False
        if pattern[at : at + 2] == b"[:":
            end = pattern.find(b":]", at + 2)
            test = _CLASSES.get(pattern[at + 2 : end]) if end >= 0 else None
            if test is None:
                return None
            members.update(number for number in range(128) if test(bytes([number])))
            at = end + 2
            continue
        low, at = _class_byte(pattern, at)
        members.add(low)
        if pattern[at : at + 1] == b"-" and pattern[at + 1 : at + 2] not in (b"]", b""):
            high, at = _class_byte(pattern, at + 1)
            members.update(range(low, high + 1))
    return None


def _class_byte(pattern: bytes, at: int) -> tuple[int, int]:
    """Return the byte at ``at``, or the one that a backslash there makes literal, and where the next begins."""
    if pattern[at : at + 1] == b"\\" and at + 1 < len(pattern):
        at += 1
    return pattern[at], at + 1


def first_match(patterns: list[Pattern], path: bytes) -> Pattern | None:
    """Return the first of ``patterns`` that covers ``path``."""
    return next((pattern for pattern in patterns if pattern.covers(path)), None)
