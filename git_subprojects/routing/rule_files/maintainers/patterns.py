"""The patterns of F: and X: lines: what each matches, and how deep it reaches.

The original rewrites a pattern into a regular expression and searches for it at the path's beginning, with no end to
it: ``F: a/b.c`` matches ``a/b.c.orig``. Without a final slash, path and pattern must have as many slashes, so that
``*`` cannot cross one. Here that is done without regular expressions, in linear time, wherever ``*`` is the only
wildcard.
"""

from typing import NamedTuple

from git_subprojects.routing.rule_files.maintainers.dialects import Style

FOLDER, FILE, GLOB, REGEX = range(4)

_MAGIC = frozenset(b"*?[](){}+|^$\\")
_MOST_ALTERNATIVES = 64


class PathPattern(NamedTuple):
    """One pattern, ready to be matched.

    ``head`` is what all that it matches begins with. ``literals`` is what must be found in it, in this order and not
    overlapping, the first at the beginning. ``slashes`` is how many a path must have; -1: any number. ``regex`` is
    Perl's, for ``kind`` REGEX.
    """

    kind: int
    head: bytes
    literals: tuple[bytes, ...]
    slashes: int
    depth: int
    regex: bytes = b""

    def matches(self, path: bytes) -> bool:
        """Return whether it matches ``path``, which begins with ``head``; one of kind REGEX is not for here."""
        if self.slashes >= 0 and path.count(b"/") != self.slashes:
            return False
        at = len(self.head)
        for literal in self.literals:
            at = path.find(literal, at)
            if at < 0:
                return False
            at += len(literal)
        return True


def patterns(value: bytes, style: Style) -> list[PathPattern]:
    """Return the patterns that the value of an F: or X: line stands for: several where it has braces."""
    texts = _alternatives(value) if style.braces else [value]
    return [_edk2(text) if style.edk2 else _pattern(text, style) for text in texts if text]


def _alternatives(value: bytes) -> list[bytes]:
    """Return ``value`` with each ``{a,b}`` in it replaced by one of the words there, in all ways."""
    done: list[bytes] = []
    pending = [value]
    while pending:
        text = pending.pop(0)
        before, opened, rest = text.partition(b"{")
        inside, closed, after = rest.partition(b"}")
        if not opened or not closed or len(done) + len(pending) > _MOST_ALTERNATIVES:
            done.append(text)
        else:
            pending += [before + word + after for word in inside.split(b",")]
    return done


def _pattern(text: bytes, style: Style) -> PathPattern:
    crosses = style.double_star and b"**" in text
    is_folder = text.endswith(b"/")
    depth = -1 if text.startswith(b"*") else text.count(b"/") + (not is_folder)
    slashes = -1 if is_folder or crosses else text.count(b"/")
    head = text[: _literal_length(text)]
    magic = _MAGIC.intersection(text)
    if not magic:
        return PathPattern(FOLDER if is_folder else FILE, head, (), slashes, depth)
    if magic == {ord("*")}:
        return PathPattern(GLOB, head, tuple(text.split(b"*")[1:]), slashes, depth)
    return PathPattern(REGEX, head, (), slashes, depth, _rewritten(text, crosses=crosses))


def _rewritten(text: bytes, *, crosses: bool = False) -> bytes:
    pieces = text.replace(b".", rb"\.").split(b"**") if crosses else [text.replace(b".", rb"\.")]
    return b"(?:.*)".join(piece.replace(b"*", b".*").replace(b"?", b".") for piece in pieces)


def _literal_length(text: bytes) -> int:
    """Return how many bytes at the beginning stand for themselves in all that the pattern matches."""
    if b"|" in text:
        return 0
    length = next((at for at, byte in enumerate(text) if byte in _MAGIC), len(text))
    # A quantifier of regular expressions is about the byte before it; ``?`` and ``*`` are none here.
    return length - 1 if text[length : length + 1] in (b"+", b"{") and length else length


def _edk2(text: bytes) -> PathPattern:
    """Return a pattern as edk2's GetMaintainer.py has it: a final ``*`` does not cross folders, any other does."""
    head = text[: _literal_length(text)]
    magic = _MAGIC.intersection(text)
    if not magic or (magic == {ord("*")} and not text.endswith(b"*")):
        return PathPattern(GLOB, head, tuple(text.split(b"*")[1:]), -1, 0)
    regex = _rewritten(text)
    if regex.endswith(b".*"):
        regex = regex[:-2] + b"(?!.*?/.*?)"
    return PathPattern(REGEX, head, (), -1, 0, regex)
