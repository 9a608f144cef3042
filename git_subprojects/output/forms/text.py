"""Text, for people."""

from typing import Any

is_data = False


def write(answer: Any, value: Any) -> str:
    """Return what the answer's ``text`` makes of the value."""
    text: str = answer.text(value)
    return text
