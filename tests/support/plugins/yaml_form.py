"""A form of answers."""

from typing import Any

is_data = True


def write(answer: Any, value: Any) -> str:
    """Return the answer as YAML."""
    return "".join(f"{key}: {item}\n" for key, item in answer.data(value).items()).rstrip()
