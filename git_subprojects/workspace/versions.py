"""Which of two version tags is the newer. Pure."""

import re


def is_newer(version: str, other: str) -> bool:
    """Return whether ``version`` comes after ``other``; False where they cannot be compared.

    Numbers are compared as numbers, and ``-rcN`` comes before the release: v6.9 < v6.10-rc1 < v6.10 < v6.10.1.
    """
    mine, theirs = _key(version), _key(other)
    return mine is not None and theirs is not None and mine > theirs


def _key(version: str) -> tuple[tuple[int, ...], int] | None:
    match = re.fullmatch(r"\D*?([0-9]+(?:\.[0-9]+)*)(?:[-.]?rc-?([0-9]+))?", version)
    if match is None:
        return None
    numbers = tuple(int(number) for number in match[1].split("."))
    return numbers, int(match[2]) if match[2] else 2**31
