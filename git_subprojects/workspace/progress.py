"""What git says while it transfers (``git clone --progress``), as numbers. Pure."""

import re
from typing import NamedTuple


class Progress(NamedTuple):
    """One line of git's progress: a phase, how far, and how many bytes at what speed, in git's own units."""

    phase: str
    done: int = 0
    total: int | None = None
    size: str = ""
    speed: str = ""


_LINE = re.compile(
    r"(?:remote: )?(?P<phase>[A-Z][A-Za-z ]+):\s+(?:(?P<percent>[0-9]+)% \()?(?P<done>[0-9]+)(?:/(?P<total>[0-9]+)\))?"
    r"(?:, (?P<size>[0-9.]+ (?:bytes|[KMGT]iB))(?: \| (?P<speed>[0-9.]+ (?:bytes|[KMGT]iB)/s))?)?"
    r"(?:, done\.?)?\s*"
)


def parse(line: str) -> Progress | None:
    """Return what ``line`` says, or None if it is no line of progress."""
    match = _LINE.fullmatch(line.rstrip())
    if match is None:
        return None
    return Progress(
        match["phase"],
        int(match["done"]),
        int(match["total"]) if match["total"] else None,
        match["size"] or "",
        match["speed"] or "",
    )
