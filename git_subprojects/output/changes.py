"""What came and went between two frozen manifests → text and JSON. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from git_subprojects.output.forms import as_json
from git_subprojects.plural import counted


class Commit(NamedTuple):
    """A commit that only one side has: ``mark`` is ``>`` if it came, ``<`` if it went."""

    mark: str
    commit: str
    subject: str


class Change(NamedTuple):
    """What became of a project. ``old`` and ``new`` are full commit ids, None where it is not there.

    ``commits`` are None where they cannot be told, for ``reason``.
    """

    name: str
    old: str | None
    new: str | None
    commits: tuple[Commit, ...] | None = ()
    reason: str = ""


def text(changes: Sequence[Change]) -> str:
    """Return a paragraph for each project that has changed."""
    return "\n".join(_paragraph(one) for one in changes)


def _paragraph(one: Change) -> str:
    if one.old is None or one.new is None:
        return f"{one.name}: {f'new, at {one.new[:12]}' if one.new is not None else f'gone, was at {one.old}'}"
    line = f"{one.name}: {one.old[:12]}..{one.new[:12]}: "
    if one.commits is None:
        return line + one.reason
    came = sum(commit.mark == ">" for commit in one.commits)
    numbers = ((came, "came"), (len(one.commits) - came, "went"))
    line += ", ".join(f"{counted(number, 'commit')} {word}" for number, word in numbers if number)
    return "\n".join([line, *(f"  {commit.mark} {commit.commit[:12]} {commit.subject}" for commit in one.commits)])


def as_answer(changes: Sequence[Change]) -> str:
    """Return it all as JSON."""
    return as_json(
        projects=[
            {
                "name": one.name,
                "old": one.old,
                "new": one.new,
                "came": _objects(one, ">"),
                "went": _objects(one, "<"),
                "reason": one.reason or None,
            }
            for one in changes
        ]
    )


def _objects(one: Change, mark: str) -> list[dict[str, str]] | None:
    if one.commits is None:
        return None
    return [{"commit": commit.commit, "subject": commit.subject} for commit in one.commits if commit.mark == mark]
