"""Words that every match of a regular expression has: what cannot match need not be searched."""

import re
from collections.abc import Iterator
from typing import Any

from git_subprojects.perl_regex.characters import BadRegex
from git_subprojects.perl_regex.translate import in_python

_MAX_LITERALS = 16


def required(pattern: bytes, *, verbose: bool) -> tuple[bytes, ...] | None:
    """Return up to 16 lower-case literals, of which every text that ``pattern`` matches has one, in lower case itself.

    None where nothing can be said, as of ``a*``, or of a pattern that `compiled` refuses. It holds whatever prefix the
    pattern is compiled with, and for the bytes of ASCII, as `bytes.lower` has it.
    """
    from importlib import import_module

    try:
        parser: Any = import_module("re._parser")
        return _needed(parser.parse(in_python(pattern, verbose=verbose)))
    except (ImportError, AttributeError, BadRegex, re.error, RecursionError, OverflowError, MemoryError):
        return None


def _needed(items: Any) -> tuple[bytes, ...] | None:
    """Return the literals of a sequence of Python's parse tree, the rarest of what its parts need."""
    candidates: list[tuple[bytes, ...]] = []
    run = bytearray()
    for part in _parts(items):
        if isinstance(part, int):
            run.append(part)
            continue
        candidates.append((bytes(run),))
        run.clear()
        ways = [_needed(way) for way in part]
        literals = _fewest([literal for way in ways for literal in way or ()])
        if literals and None not in ways:
            candidates.append(literals)
    candidates.append((bytes(run),))
    long_enough = [literals for literals in candidates if len(min(literals, key=len)) > 1]
    # As if each byte more made a text 16 times as rare.
    return min(long_enough, key=lambda literals: sum(16.0 ** -len(literal) for literal in literals), default=None)


def _parts(items: Any) -> Iterator[int | list[Any]]:
    """Give, in turn, each byte that is a literal, and for all else a list of sequences, one of which must match.

    What has no width does not part its neighbours, and gives nothing. An empty list says that nothing is known.
    """
    for operator, value in items:
        match str(operator):
            case "LITERAL":
                yield _lower(value)
            case "IN" if len(letters := _letters(value)) == 1:
                yield letters.pop()
            case "SUBPATTERN":
                yield from _parts(value[3])
            case "ATOMIC_GROUP":
                yield from _parts(value)
            case "BRANCH":
                yield value[1]
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT" if value[0]:
                # The first and the last time, with what may be between them.
                once = [*_parts(value[2])] if len(value[2]) == 1 and str(value[2][0][0]) == "LITERAL" else []
                yield from once
                yield [] if once else [value[2]]
                yield from once
            case "AT" | "ASSERT" | "ASSERT_NOT":
                pass
            case _:
                yield []


def _lower(byte: int) -> int:
    return bytes([byte]).lower()[0]


def _letters(members: Any) -> set[int]:
    """Return the bytes of a class, in lower case; none if it has more than single ones."""
    if any(str(operator) != "LITERAL" for operator, _ in members):
        return set()
    return {_lower(value) for _, value in members}


def _fewest(literals: list[bytes]) -> tuple[bytes, ...] | None:
    """Return those that hold no other of them; None if there are none, or too many."""
    kept: set[bytes] = set()
    for literal in sorted(set(literals), key=len):
        if not any(shorter in literal for shorter in kept):
            kept.add(literal)
        if len(kept) > _MAX_LITERALS:
            return None
    return tuple(literal for literal in dict.fromkeys(literals) if literal in kept) or None
