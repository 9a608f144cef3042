"""The names of files in a diff: quoted or not, with prefixes or without."""

import re

_KNOWN_PREFIXES = (b"a/", b"b/", b"c/", b"i/", b"o/", b"w/", b"1/", b"2/")
_BACKUPS = (b"", b".orig", b".old", b".bak", b"~")
_QUOTED = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPES = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
DEV_NULL = b"/dev/null"


def unquoted(name: bytes) -> bytes:
    """Return a name as it is, without the quotes that git puts around some, and the date that may follow it."""
    match = _QUOTED.match(name)
    return _unescaped(match[1]) if match is not None else name.partition(b"\t")[0]


def _unescaped(name: bytes) -> bytes:
    def byte(match: re.Match[bytes]) -> bytes:
        escape = match[1]
        return bytes([int(escape, 8) & 0xFF]) if escape.isdigit() else _ESCAPES.get(escape, escape)

    return _ESCAPE.sub(byte, name)


def halves(names: bytes) -> tuple[bytes, bytes] | None:
    """Return the two names after ``diff --git``; None if they cannot be told apart.

    Names with spaces are not quoted, and the space between the two is found by this: where the names are not those
    of a rename, which has lines of its own for them, they differ at most in their prefixes.
    """
    if match := _QUOTED.match(names):
        return _unescaped(match[1]), unquoted(names[match.end() + 1 :])
    if names.endswith(b'"') and (space := names.find(b' "')) >= 0:
        return names[:space], unquoted(names[space + 1 :])
    middle = len(names) // 2
    if names[middle : middle + 1] == b" " and names[:middle] == names[middle + 1 :]:
        return names[:middle], names[middle + 1 :]
    old = new = space = names.find(b"/")
    while old >= 0 and (space := names.find(b" ", space + 1)) >= 0:
        if new < space:
            new = names.find(b"/", space + 1)
            if new < 0:
                return None
        # The lengths are equal for one space at most, so that the names are compared but once.
        if space - old == len(names) - new and names[old:space] == names[new:]:
            return names[:space], names[space + 1 :]
    return None


def first_two(names: bytes) -> tuple[bytes, bytes]:
    """Return two names after ``diff --git`` that nothing else tells apart: at a space before a prefix, or any."""
    space = next((at for prefix in _KNOWN_PREFIXES if (at := names.find(b" " + prefix)) >= 0), names.find(b" "))
    return (names[:space], names[space + 1 :]) if space >= 0 else (names, names)


def without_prefixes(old: bytes, new: bytes) -> tuple[bytes, ...]:
    """Return the paths that two names stand for: without their first component, where that is but a prefix.

    It is one where the names differ in nothing else, or where both have one that git or hg writes.
    """
    rest = _rest(new)
    for suffix in _BACKUPS:
        stem = old.removesuffix(suffix)
        if stem == new:
            return (new,)
        if rest and _rest(stem) == rest:
            return (rest,)
    names = [name for name in (old, new) if name != DEV_NULL]
    if all(name.startswith(_KNOWN_PREFIXES) for name in names):
        return tuple(name[2:] for name in names)
    return tuple(names)


def _rest(name: bytes) -> bytes:
    """Return what follows the first component of ``name``."""
    return name.partition(b"/")[2]
