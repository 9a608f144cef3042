"""Markdown, for a README."""

from typing import Any

is_data = False


def write(answer: Any, value: Any) -> str:
    """Return what the answer's ``markdown`` makes of the value."""
    text: str = answer.markdown(value)
    return text
