"""Characters and classes in Perl's regular expressions: perlrebackslash(1), perlrecharclass(1).

Classes are ASCII's: a byte beyond it is neither a letter nor white space.
"""

import re

_NUMERIC = rb"""(?x)
    \\ (?: x (?: \{ (?P<hex> [0-9A-Fa-f]{1,8} ) \} | (?!\{) (?P<two> [0-9A-Fa-f]{0,2} ) )
         | N \{ U \+ (?P<point> [0-9A-Fa-f]{1,8} ) \}
         | o \{ (?P<octal> [0-7]{1,8} ) \}
         | (?P<zero> 0 [0-7]{0,2} )
         | c (?P<control> [A-Za-z@\[\]^_?] ) )"""
_OCTAL_IN_CLASS = rb"\\([0-7]{1,3})"
_POSIX = rb"\[:(?P<not>\^?)(?P<name>\w*):\]"
_RESERVED = rb"\[([.=])[^]]*\1\]"

CHARACTERS = {b"a": 7, b"e": 27, b"f": 12, b"n": 10, b"r": 13, b"t": 9}
UNSUPPORTED = b"CEFGKLNPQRUXcgklopux"
"""Letters that a backslash gives a meaning which is not supported here, or not in a class, or needs more after it."""

# Pairs of bytes, the first and the last of a range.
_CLASSES = {
    b"alnum": b"09AZaz",
    b"alpha": b"AZaz",
    b"ascii": b"\x00\x7f",
    b"blank": b"\t\t  ",
    b"cntrl": b"\x00\x1f\x7f\x7f",
    b"digit": b"09",
    b"graph": b"!~",
    b"lower": b"az",
    b"print": b" ~",
    b"punct": b"!/:@[`{~",
    b"space": b"\t\r  ",
    b"upper": b"AZ",
    b"word": b"09AZ__az",
    b"xdigit": b"09AFaf",
}
_CLASS_LETTERS = {b"d": b"09", b"h": b"\t\t  ", b"s": b"\t\r  ", b"v": b"\n\r", b"w": b"09AZ__az"}


class BadRegex(ValueError):  # noqa: N818
    """A pattern that Perl refuses, or that is not supported here; the message says why."""


class Characters:
    """A place in a pattern, and what reads a character or a class from there."""

    def __init__(self, pattern: bytes) -> None:
        self.pattern = pattern
        self.at = 0

    def next(self, width: int = 1) -> bytes:
        """Return the bytes that come next, without going past them."""
        return self.pattern[self.at : self.at + width]

    def match(self, regex: bytes) -> re.Match[bytes] | None:
        """Match ``regex`` here. It is compiled when first met: most patterns need few of them."""
        return re.compile(regex).match(self.pattern, self.at)

    def letter(self) -> bytes:
        """Go past a backslash and what follows it, and return the latter."""
        letter = self.pattern[self.at + 1 : self.at + 2]
        if not letter:
            raise BadRegex("a '\\' ends it")
        self.at += 2
        return letter

    def numeric(self) -> int | None:
        r"""Go past a character given by number, such as ``\x41``, and return that; None where there is none."""
        found = self.match(_NUMERIC) if self.next(2)[1:] in b"Ncox0" else None
        if found is None:
            return None
        self.at = found.end()
        if found["control"]:
            return found["control"].upper()[0] ^ 0x40
        octal = found["octal"] or found["zero"]
        if octal:
            return int(octal, 8)
        return int(found["hex"] or found["point"] or found["two"] or b"0", 16)

    def bracketed(self, *, ignore_case: bool) -> bytes:
        """Go past the class whose content begins here, and return it written as ranges of numbers."""
        opening = b"["
        if self.next() == b"^":
            self.at += 1
            opening = b"[^"
        start = self.at
        members: set[int] = set()
        while self.next() != b"]" or self.at == start:
            low = self._member(ignore_case=ignore_case)
            if isinstance(low, frozenset):
                members |= low
            elif self.next() == b"-" and self.pattern[self.at + 1 : self.at + 2] != b"]":
                self.at += 1
                members |= _range(low, self._member(ignore_case=ignore_case))
            else:
                members.add(low)
        self.at += 1
        return opening + _ranges(members) + b"]"

    def _member(self, *, ignore_case: bool) -> int | frozenset[int]:
        """Go past one member of a class, and return its byte or its bytes."""
        byte = self.next()
        if byte == b"\\":
            return self._escaped_member()
        if not byte:
            raise BadRegex("a '[' is not closed")
        posix = self.match(_POSIX)
        if posix is not None:
            self.at = posix.end()
            name = posix["name"]
            if name in (b"lower", b"upper") and ignore_case:
                name = b"alpha"
            if name not in _CLASSES:
                raise BadRegex(f"no class is named {quoted(name)}")
            return _bytes(_CLASSES[name], negated=bool(posix["not"]))
        if self.match(_RESERVED):
            raise BadRegex("'[.' and '[=' are not supported")
        self.at += 1
        return byte[0]

    def _escaped_member(self) -> int | frozenset[int]:
        octal = self.match(_OCTAL_IN_CLASS)
        if octal is not None:
            self.at = octal.end()
        code = int(octal[1], 8) if octal is not None else self.numeric()
        if code is not None:
            if code > 0xFF:
                raise BadRegex("a class holds a character beyond a byte")
            return code
        letter = self.letter()
        if letter.lower() in _CLASS_LETTERS:
            return _bytes(_CLASS_LETTERS[letter.lower()], negated=letter.isupper())
        if letter == b"b":
            return 8
        if letter in UNSUPPORTED:
            raise BadRegex(f"'\\{letter.decode()}' is not supported in a class")
        return CHARACTERS.get(letter, letter[0])


def quoted(text: bytes) -> str:
    """Return a piece of a pattern for a message."""
    return repr(text.decode("ascii", "backslashreplace"))


def _bytes(pairs: bytes, *, negated: bool) -> frozenset[int]:
    ranges = zip(pairs[::2], pairs[1::2], strict=True)
    members = frozenset(byte for low, high in ranges for byte in range(low, high + 1))
    return frozenset(range(256)) - members if negated else members


def _range(low: int, high: int | frozenset[int]) -> frozenset[int]:
    if isinstance(high, frozenset):
        # In ``[a-\d]``, the hyphen is one.
        return high | {low, ord("-")}
    if high < low:
        raise BadRegex("a range in a class goes backwards")
    return frozenset(range(low, high + 1))


def _ranges(members: set[int]) -> bytes:
    text = b""
    for low in sorted(byte for byte in members if byte - 1 not in members):
        high = low
        while high + 1 in members:
            high += 1
        text += b"\\x%02x-\\x%02x" % (low, high) if high > low else b"\\x%02x" % low
    return text
