"""The forms that all answers share."""

import json

JSON_VERSION = 1


def as_json(**answer: object) -> str:
    """Return an answer as JSON, with the version of its form."""
    return json.dumps({"version": JSON_VERSION, **answer}, indent=2, ensure_ascii=True)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``1 path``, ``2 paths``."""
    return f"{number} {one if number == 1 else many or one + 's'}"
