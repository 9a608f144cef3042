"""What came to a project and went between two states of it. Pure values."""

from typing import Literal, NamedTuple


class LoggedCommit(NamedTuple):
    """A commit that only one side has: ``mark`` is ``>`` if it came, ``<`` if it went."""

    mark: Literal["<", ">"]
    commit: str
    subject: str


class ProjectChanges(NamedTuple):
    """What became of a project. ``old`` and ``new`` are full commit ids, None where it is not there.

    ``commits`` is None where they cannot be told, for ``reason``.
    """

    name: str
    old: str | None
    new: str | None
    commits: tuple[LoggedCommit, ...] | None = ()
    reason: str = ""
