"""A stable format for scripts: it does not change."""

from typing import Any

is_data = True


def write(answer: Any, value: Any) -> str:
    """Return what the answer's ``porcelain`` makes of the value."""
    text: str = answer.porcelain(value)
    return text
