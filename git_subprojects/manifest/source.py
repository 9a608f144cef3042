"""A manifest's bytes, and the tables in them before anything is checked."""

from typing import Any, NamedTuple

FILE_NAME = "subprojects.toml"
LOCAL_FILE_NAME = "subprojects.local.toml"

LARGEST = 4 * 1024 * 1024
"""The most bytes that a manifest may have: ten times one with a thousand projects."""


class Source(NamedTuple):
    """A manifest's bytes and the name by which messages call it."""

    name: str
    content: bytes


def parse(source: Source) -> dict[str, Any]:
    """Return the tables of ``source``.

    Raises:
        ValueError: it is too large, not UTF-8 or not TOML.
        RecursionError: its tables are nested too deeply.
    """
    import tomli

    if len(source.content) > LARGEST:
        raise ValueError(f"expected {LARGEST:,} bytes at most, found more")
    text = source.content.decode("utf-8-sig")
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError:
        raise
    except ValueError as error:
        # Python's own limit; nothing else of a number can be wrong for it.
        raise ValueError("expected numbers of no more than 4,300 digits") from error


def merge(raw: dict[str, Any], override: dict[str, Any]) -> dict[str, Any]:
    """Return ``raw`` with each field that ``override`` has; tables are merged, lists replaced."""
    merged = dict(raw)
    for key, value in override.items():
        mine = merged.get(key)
        merged[key] = merge(mine, value) if isinstance(mine, dict) and isinstance(value, dict) else value
    return merged
