"""JSON, with the version of its format; all of it is ASCII, so that no terminal is harmed."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from json import JSONEncoder

VERSION = 1

is_data = True


def write(answer: Any, value: Any) -> str:
    """Return what the answer's ``data`` makes of the value."""
    return document(**answer.data(value))


def document(**data: object) -> str:
    """Return an answer over several lines."""
    import json

    return json.dumps({"version": VERSION, **data}, indent=2, ensure_ascii=True)


def line(data: Mapping[str, object]) -> str:
    """Return an answer as one line of JSON Lines."""
    return _encoder().encode({"version": VERSION, **data})


@lru_cache
def _encoder() -> "JSONEncoder":
    from json import JSONEncoder

    return JSONEncoder(separators=(",", ":"))
