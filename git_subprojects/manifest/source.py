"""A manifest's bytes, and the tables in them before anything is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from git_subprojects.manifest.checks import KeyPath

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


def overrides(override: dict[str, Any], raw: dict[str, Any], key: KeyPath) -> bool:
    """Return whether what ``merge`` gives for a key path comes from ``override``, and not from ``raw``.

    A table that both have comes from ``raw``, which it only adds to.
    """
    inner: object = override
    replaced: object = raw
    for part in key:
        if not isinstance(inner, dict) or not isinstance(replaced, dict):
            return True
        if part not in inner:
            return False
        if part not in replaced:
            return True
        inner, replaced = inner[part], replaced[part]
    return not isinstance(inner, dict) or not isinstance(replaced, dict)
