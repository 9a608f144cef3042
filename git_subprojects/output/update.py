"""What has become of siblings in an update → text and JSON. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from git_subprojects.output.forms import as_json
from git_subprojects.workspace.update_plan import Update

_DONE = {
    "nothing": "{why}",
    "left": "left {why}",
    "forward": "brought {why} to {target}",
    "move": "moved to {target}, {why}",
    "switch": "switched to {target}, {why}",
}
_WOULD = {**_DONE, "forward": "would bring {why} to {target}", "move": "would move to {target}, {why}",
          "switch": "would switch to {target}, {why}"}  # fmt: skip


class Outcome(NamedTuple):
    """What was decided of a sibling, and what went wrong, if anything, as (message, hint)."""

    update: Update
    error: tuple[str, str | None] | None = None


def text(one: Update, *, dry_run: bool) -> str:
    """Return in a line what was done, or would be."""
    forms = _WOULD if dry_run else _DONE
    return f"{one.name}: {forms[one.kind].format(why=one.why, target=one.target)}"


def as_answer(found: Sequence[Outcome]) -> str:
    """Return it all as JSON."""
    return as_json(
        projects=[
            {
                "name": one.update.name,
                "path": one.update.path,
                "action": one.update.kind,
                "target": one.update.target or None,
                "why": one.update.why,
                "error": None if one.error is None else one.error[0],
                "hint": one.update.hint if one.error is None else one.error[1],
            }
            for one in found
        ]
    )
