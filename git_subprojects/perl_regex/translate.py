"""Perl's regular expressions, translated to the syntax of Python's ``re`` over bytes; see perlre(1).

A pattern is read once, token by token. White space and comments of the flag ``x`` are dropped on the way, and only
groups that are referred to are captured: Python 3.11 may fail on groups captured within possessive ones.
"""

import re

from git_subprojects.perl_regex.characters import CHARACTERS, UNSUPPORTED, BadRegex, Characters, quoted

_MAX_PATTERN = 2000
_MAX_REPEAT = 100_000
# What the flag x lets one write for those who read.
_SKIPPED = rb"(?:[ \t\n\v\f\r]|#[^\n]*)*"
_KNOWN_FLAGS = frozenset(b"imsxadp")
_REPEAT = rb"[*+?]|\{(?P<least>\d+)(?:,(?P<most>\d*))?\}"
# Literal text to Perl before 5.34, repeats since.
_DOUBTFUL_REPEAT = rb"\{[ \t]*(?:\d+[ \t]*(?:,[ \t]*\d*[ \t]*)?|,[ \t]*\d+[ \t]*)\}"
_OPENING = rb"""(?x)
    \( (?: (?P<comment> \?\# [^)]* \) )
         | \? P = (?P<again> \w+ ) \)
         | \? (?P<kind> [=!>] | <[=!] )
         | \? (?: P?< (?P<name> [A-Za-z_]\w* ) > | ' (?P<quoted> [A-Za-z_]\w* ) ' )
         | \? (?: \^ (?P<afresh> [a-z]* ) | (?P<on> [a-z]* ) (?: - (?P<off> [a-z]* ) )? ) (?P<end> [:)] )
         | (?! [?*] ) )"""
_REFERENCE = rb"""(?x)
    \\ (?: g (?: (?P<number> -?\d+ ) | \{ (?P<braced> -?\d+ ) \} | \{ (?P<named> [A-Za-z_]\w* ) \} )
         | k (?: \{ (?P<curly> \w+ ) \} | < (?P<angle> \w+ ) > | ' (?P<quote> \w+ ) ' )
         | (?P<digits> [1-9]\d* ) )"""
_OUTSIDE = {
    b"A": rb"\A",
    # Python before 3.14 finds no ``\B`` in an empty text.
    b"B": rb"(?!\b)",
    b"H": rb"[^\t ]",
    b"N": rb"[^\n]",
    b"R": rb"(?>\r\n|[\n-\r])",
    b"V": rb"[^\n-\r]",
    b"Z": rb"(?=\n?\Z)",
    b"b": rb"\b",
    b"h": rb"[\t ]",
    b"v": rb"[\n-\r]",
    b"z": rb"\Z",
    **{name: b"\\" + name for name in (b"d", b"D", b"s", b"S", b"w", b"W")},
}
_ZERO_WIDTH = b"ABZbz"


def compiled(pattern: bytes, *, prefix: bytes = b"", verbose: bool) -> re.Pattern[bytes]:
    """Return what finds in a text what Perl's ``m/${prefix}${pattern}/`` finds; ``verbose`` is the flag ``x``.

    The two are one text, as in Perl: of ``^[+-].*`` and ``foo|bar``, only ``foo`` has the prefix.

    Raises:
        BadRegex: as ``in_python`` does.
    """
    text = in_python(pattern, prefix=prefix, verbose=verbose)
    try:
        return re.compile(text)
    except re.error as error:
        raise BadRegex(error.msg) from None
    except (RecursionError, OverflowError, MemoryError):
        raise BadRegex("too deeply nested") from None


def in_python(pattern: bytes, *, prefix: bytes = b"", verbose: bool) -> bytes:
    """Return ``prefix + pattern`` in Python's syntax; ``verbose`` is the flag ``x``.

    Raises:
        BadRegex: ``pattern`` is empty, which to Perl is the one that matched last; or Perl refuses it; or Python's
            syntax has nothing like it; or it has more than 2,000 bytes, or repeats more than 100,000 times.
    """
    if not pattern:
        raise BadRegex("empty")
    if len(pattern) > _MAX_PATTERN:
        raise BadRegex(f"longer than {_MAX_PATTERN:,} bytes")
    return _Translation(prefix + pattern, verbose=verbose).text()


class _Group:
    """What holds between two parentheses: flags, groups opened for flags, and the product of nested repeats."""

    def __init__(self, flags: frozenset[int], *, repeatable: bool = True) -> None:
        self.flags = self.first_flags = flags
        self.repeatable = repeatable
        self.scopes = 0
        self.cost = 1


class _Translation(Characters):
    """One pass over a pattern; ``text()`` is what Python's ``re`` takes for it."""

    def __init__(self, pattern: bytes, *, verbose: bool) -> None:
        super().__init__(pattern)
        self.out: list[bytes] = []
        self.groups = [_Group(frozenset(b"x" if verbose else b""))]
        # Where in ``out`` each captured group opens, and the numbers of those referred to.
        self.openings: list[int] = []
        self.referred: set[int] = set()
        self.possessive = False
        self.names: dict[bytes, int] = {}
        # The product of repeats within what a repeat would now apply to; 0 if there is nothing to repeat.
        self.atom = 0

    def text(self) -> bytes:
        self._skip()
        while self.at < len(self.pattern):
            self._token()
            self._skip()
        if len(self.groups) > 1:
            raise BadRegex("a '(' is not closed")
        if self.referred and self.possessive:
            raise BadRegex("references beside possessive repeats or '(?>' are not supported")
        for number in self.referred:
            self.out[self.openings[number - 1]] = b"(?P<g%d>" % number
        return b"".join(self.out) + b")" * self.groups[0].scopes

    def _has(self, flag: bytes) -> bool:
        return flag[0] in self.groups[-1].flags

    def _skip(self) -> None:
        if self._has(b"x") and (found := self.match(_SKIPPED)):
            self.at = found.end()

    def _token(self) -> None:
        byte = self.next()
        if byte == b"(":
            self._open()
        elif byte == b"[":
            self.at += 1
            self._write(self.bracketed(ignore_case=self._has(b"i")))
        elif byte == b"\\":
            self._escape()
        elif byte in b"*+?{" and (repeat := self.match(_REPEAT)):
            self._repeat(repeat)
        elif byte == b"{" and self.match(_DOUBTFUL_REPEAT):
            raise BadRegex("versions of Perl differ on such a '{…}'")
        else:
            self.at += 1
            self._plain(byte)

    def _plain(self, byte: bytes) -> None:
        match byte:
            case b"|":
                self._alternative()
            case b")":
                self._close()
            case b"^" if self._has(b"m"):
                # To Perl, no line begins after the last newline of the text.
                self._write(rb"(?m:^)(?!(?<=\n)\Z)", 0)
            case b"$" if self._has(b"m"):
                self._write(rb"(?m:$)", 0)
            case b"^" | b"$":
                self._write(byte, 0)
            case b".":
                self._write(rb"(?s:.)" if self._has(b"s") else b".")
            case _:
                self._write(re.escape(byte))

    def _write(self, text: bytes, atom: int = 1) -> None:
        self.out.append(text)
        self.atom = atom

    def _repeat(self, found: re.Match[bytes]) -> None:
        if not self.atom:
            raise BadRegex(f"nothing that {found[0].decode()!r} could repeat")
        least, most = found["least"], found["most"]
        cost = self.atom * max(1, int(most or least or b"1"))
        if cost > _MAX_REPEAT:
            raise BadRegex(f"repeats more than {_MAX_REPEAT:,} times")
        self.groups[-1].cost = max(self.groups[-1].cost, cost)
        self._write(found[0], 0)
        self.at = found.end()
        self._skip()
        how = self.next()
        if how in (b"?", b"+"):
            self.out.append(how)
            self.at += 1
            self.possessive |= how == b"+"

    def _open(self) -> None:
        found = self.match(_OPENING)
        if found is None:
            raise BadRegex(f"{quoted(self.next(4))} is not supported")
        self.at = found.end()
        flags = self.groups[-1].flags
        if found["comment"]:
            return
        if found["again"]:
            self._reference(self._number(found["again"]))
        elif found["end"]:
            self._flags(found, flags)
        elif found["kind"]:
            self.possessive |= found["kind"] == b">"
            self._push(b"(?" + found["kind"], _Group(flags, repeatable=found["kind"] == b">"))
        else:
            self.openings.append(len(self.out))
            name = found["name"] or found["quoted"]
            if name in self.names:
                raise BadRegex(f"two groups are named {quoted(name)}")
            if name:
                self.names[name] = len(self.openings)
            self._push(b"(?:", _Group(flags))

    def _push(self, opening: bytes, group: _Group) -> None:
        self.groups.append(group)
        self._write(opening, 0)

    def _flags(self, found: re.Match[bytes], flags: frozenset[int]) -> None:
        """Open the group ``(?i:``, or let ``(?i)`` hold from here to the end of the group around it."""
        on, off = frozenset(found["afresh"] or found["on"] or b""), frozenset(found["off"] or b"")
        if not on | off <= _KNOWN_FLAGS or b"xx" in found[0]:
            raise BadRegex(f"{quoted(found[0])} is not supported")
        if found["afresh"] is not None:
            flags = frozenset()
        flags = (flags | on) - off
        scope = b"(?i:" if b"i"[0] in flags else b"(?-i:"
        if found["end"] == b":":
            self._push(scope, _Group(flags))
        else:
            self.groups[-1].flags = flags
            self.groups[-1].scopes += 1
            self._write(scope, 0)

    def _alternative(self) -> None:
        group = self.groups[-1]
        self._write(b")" * group.scopes + b"|", 0)
        group.scopes = 0
        if group.flags != group.first_flags:
            self._write(b"(?i:" if self._has(b"i") else b"(?-i:", 0)
            group.scopes = 1

    def _close(self) -> None:
        group = self.groups.pop()
        if not self.groups:
            raise BadRegex("a ')' closes nothing")
        self._write(b")" * (group.scopes + 1), group.cost if group.repeatable else 0)
        self.groups[-1].cost = max(self.groups[-1].cost, group.cost)

    def _escape(self) -> None:
        reference = self.match(_REFERENCE) if self.next(2)[1:] in b"gk123456789" else None
        if reference is not None:
            self.at = reference.end()
            self._reference(self._referred(reference))
            return
        code = self.numeric()
        if code is not None:
            # A character beyond a byte is in UTF-8, as texts are.
            self._write(re.escape(bytes([code])) if code < 256 else b"(?:" + _utf8(code) + b")")
            return
        letter = self.letter()
        if letter in b"bB" and self.next() == b"{":
            raise BadRegex(f"'\\{letter.decode()}{{' is not supported")
        if letter in _OUTSIDE:
            self._write(_OUTSIDE[letter], letter not in _ZERO_WIDTH)
        elif letter in UNSUPPORTED:
            raise BadRegex(f"'\\{letter.decode()}' is not supported")
        else:
            self._write(re.escape(bytes([CHARACTERS.get(letter, letter[0])])))

    def _number(self, name: bytes) -> int:
        if name not in self.names:
            raise BadRegex(f"no group before it is named {quoted(name)}")
        return self.names[name]

    def _referred(self, found: re.Match[bytes]) -> int:
        name = found["named"] or found["curly"] or found["angle"] or found["quote"]
        if name:
            return self._number(name)
        number = int(found["number"] or found["braced"] or found["digits"])
        return number if number >= 0 else len(self.openings) + 1 + number

    def _reference(self, number: int) -> None:
        if not 1 <= number <= len(self.openings):
            raise BadRegex("refers to a group that is not before it")
        self.referred.add(number)
        self._write(b"(?P=g%d)" % number)


def _utf8(code: int) -> bytes:
    try:
        return re.escape(chr(code).encode())
    except (ValueError, OverflowError):
        raise BadRegex(f"no character has the number {code:#x}") from None
