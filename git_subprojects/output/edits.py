"""What was changed of a manifest or a clone: data for programs; people are told by messages meanwhile. Pure."""

from typing import Any, Protocol


class Edit(Protocol):
    """A named tuple, such as ``manifest.editing.Added``."""

    def _asdict(self) -> dict[str, Any]:
        """Return its fields."""


def text(_: Edit) -> str:
    """Return nothing: it has been told."""
    return ""


def data(edit: Edit) -> dict[str, Any]:
    """Return what was changed."""
    return edit._asdict()
