"""The forms that all answers share."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from json import JSONEncoder

JSON_VERSION = 1


def as_json(**answer: object) -> str:
    """Return an answer as JSON, with the version of its form."""
    import json

    return json.dumps({"version": JSON_VERSION, **answer}, indent=2, ensure_ascii=True)


def as_line(answer: Mapping[str, object]) -> str:
    """Return an answer as one line of JSON, with the version of its form."""
    return _encoder().encode({"version": JSON_VERSION, **answer})


@lru_cache
def _encoder() -> "JSONEncoder":
    from json import JSONEncoder

    return JSONEncoder(separators=(",", ":"))
