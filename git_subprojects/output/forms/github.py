"""Workflow commands of GitHub, which put findings on the lines of a pull request."""

from typing import Any

is_data = False


def write(answer: Any, value: Any) -> str:
    """Return what the answer's ``github`` makes of the value."""
    text: str = answer.github(value)
    return text
