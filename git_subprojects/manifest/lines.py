"""Which line of a TOML file a key stands on: tomli tells only where a syntax error is.

Each statement is given to tomli alone, so that what counts as a key is decided by the real parser.
"""

from collections.abc import Iterator
from typing import Any

import tomli

from git_subprojects.manifest.checks import KeyPath

MOST_BYTES_TRIED = 8 * 1024 * 1024
"""A statement of many lines is tried again at each; past this much, a line number is not worth the time."""


MOST_PARTS = 8
"""No key of a manifest has more parts; a hostile one may have a thousand, each of which costs."""


def lines_of(content: bytes, wanted: set[KeyPath]) -> dict[KeyPath, int]:
    """Return key path → line, from 1, for those of ``wanted`` that stand in ``content`` or whose table does."""
    if not wanted:
        return {}
    known: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, is_header, parsed in _statements(content):
        if is_header:
            table = _table(parsed, counts)
            known.setdefault(table, number)
        else:
            for path in _keys(parsed, MOST_PARTS):
                known.setdefault((*table, *path), number)
    found = {key: _nearest(key, known) for key in wanted}
    return {key: line for key, line in found.items() if line is not None}


def headers(content: bytes) -> Iterator[tuple[int, KeyPath]]:
    """Yield (line, from 1, and key path) of each table's header, in order."""
    counts: dict[KeyPath, int] = {}
    for number, is_header, parsed in _statements(content):
        if is_header:
            yield number, _table(parsed, counts)


def _statements(content: bytes) -> Iterator[tuple[int, bool, dict[str, Any]]]:
    """Yield (line, whether a table's header, what tomli makes of it) of each statement, in order."""
    pending = ""
    start = tried = 0
    # Not splitlines(): TOML has lines end at LF only, and a text may hold U+2028.
    for line, text in enumerate(content.decode("utf-8-sig", "replace").split("\n"), 1):
        if not pending:
            if text.lstrip()[:1] in ("", "#"):
                continue
            start = line
        pending += text + "\n"
        if start != line and not any(end in text for end in ("]", "}", '"""', "'''")):
            continue
        tried += len(pending)
        if tried > MOST_BYTES_TRIED:
            return
        try:
            parsed = tomli.loads(pending)
        except ValueError:
            continue
        yield start, pending.lstrip().startswith("["), parsed
        pending = ""


def _table(parsed: dict[str, Any], counts: dict[KeyPath, int]) -> KeyPath:
    """Return the key path of a header; each ``[[array]]`` in it stands for its newest table."""
    path: KeyPath = ()
    inner: Any = parsed
    while inner:
        if isinstance(inner, list):
            counts[path] = counts.get(path, -1) + 1
            return (*path, counts[path])
        part, inner = next(iter(inner.items()))
        path = (*path, part)
        if path in counts and isinstance(inner, dict):
            path = (*path, counts[path])
    return path


def _keys(parsed: dict[str, Any], most: int) -> Iterator[KeyPath]:
    for key, value in parsed.items():
        yield (key,)
        if isinstance(value, dict) and most > 1:
            for path in _keys(value, most - 1):
                yield (key, *path)


def _nearest(key: KeyPath, known: dict[KeyPath, int]) -> int | None:
    while key:
        if key in known:
            return known[key]
        key = key[:-1]
    return None
