"""What has become of clones in an update → lines of text, and data. Pure."""

from collections.abc import Sequence

from git_subprojects.workspace.update_plan import Update, UpdateOutcome

_DONE = {
    "nothing": "{why}",
    "left": "left {why}",
    "submodules": "put its submodules to the commits that it records",
    "forward": "brought {why} to {target}",
    "rebase": "rebased {why} onto {target}",
    "move": "moved to {target}, {why}",
    "switch": "switched to {target}, {why}",
}
_WOULD = {
    **_DONE,
    "forward": "would bring {why} to {target}",
    "rebase": "would rebase {why} onto {target}",
    "move": "would move to {target}, {why}",
    "switch": "would switch to {target}, {why}",
}


def line(update: Update, *, dry_run: bool) -> str:
    """Return what was done, or would be."""
    forms = _WOULD if dry_run else _DONE
    return f"{update.name}: {forms[update.kind].format(why=update.why, target=update.target)}"


def data(outcomes: Sequence[UpdateOutcome]) -> dict[str, object]:
    """Return what was decided of each, and what went wrong."""
    return {
        "projects": [
            {
                "name": update.name,
                "path": update.path,
                "action": update.kind,
                "target": update.target or None,
                "why": update.why,
                "error": None if error is None else error[0],
                "hint": update.hint if error is None else error[1],
            }
            for update, error in outcomes
        ]
    }
