"""Nouns that are counted."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``1 path``, ``2 paths``."""
    return f"{number} {one if number == 1 else many or one + 's'}"
