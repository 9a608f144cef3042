"""The state of each clone → text, a stable format for scripts, and data. Pure."""

from collections.abc import Sequence

from git_subprojects.plural import counted
from git_subprojects.workspace.facts import Sibling, State

_NOTHING = "-"


def text(states: Sequence[State]) -> str:
    """Return a line for each project, its name and its state, and below it the commits that it is to name."""
    width = max((len(state.name) for state in states), default=0)
    lines = []
    for state in states:
        lines.append(f"{state.name:{width}}  {_line(state)}")
        lines += [f"{'':{width}}    {mark} {commit} {subject}" for mark, commit, subject in state.commits]
        lines += [f"{'':{width}}    {what}: {command}" for what, command in state.differences]
        lines += [f"{'':{width}}    hint: {line}" for line in (_hint(state) or "").splitlines()]
    return "\n".join(lines)


def _hint(state: State) -> str | None:
    """Return what to try where a place, or the clone there, cannot be read."""
    return state.hint if state.problem is not None else state.sibling.hint


def _line(state: State) -> str:
    """Return the state of a project in words."""
    if state.problem is not None:
        return f"{'misplaced' if state.moved_from else 'cannot be looked at'}: {state.problem}"
    if state.within:
        return f"in this tree, in {' '.join(state.within)}"
    sibling = state.sibling
    if sibling.kind == "absent":
        return "not cloned"
    if sibling.commit is None and not sibling.branch:
        return f"{'cannot be read' if sibling.is_own else 'in the way'}: {sibling.what}"
    parts = [state_of(sibling, state.pin if state.is_on_pin else None)]
    if sibling.conflicted:
        parts.append(counted(sibling.conflicted, "conflict"))
    if state.operation:
        parts.append(f"{state.operation} in progress")
    if sibling.stashes:
        parts.append(counted(sibling.stashes, "stash", "stashes"))
    line = ", ".join(parts)
    if state.unpushed:
        line += f"; not pushed: {', '.join(f'{name} ({number})' for name, number in state.unpushed)}"
    if state.pin is not None and not state.is_on_pin:
        line += f"; {state.pin} fits this host"
    if state.doubt is not None:
        line += f"; no pin, for {state.doubt}"
    return line


def state_of(sibling: Sibling, pin: str | None = None) -> str:
    """Return a sibling's state in words: ``on master, 2 behind origin/master, 1 changed file``.

    ``pin`` is the revision at which its HEAD is as pinned, which is named where it is detached.
    """
    if sibling.commit is None:
        return "without commits" if sibling.branch else sibling.what
    detached = f"detached at {sibling.commit[:12]}" if pin is None else f"at {pin}, as pinned"
    parts = [f"on {sibling.branch}" if sibling.branch else detached]
    if sibling.branch and sibling.upstream is None:
        parts.append("without an upstream")
    elif sibling.ahead or sibling.behind:
        moves = [f"{n} {word}" for n, word in ((sibling.ahead, "ahead of"), (sibling.behind, "behind")) if n]
        parts.append(f"{' and '.join(moves)} {sibling.upstream}")
    if sibling.changed:
        parts.append(counted(sibling.changed, "changed file"))
    if sibling.untracked:
        parts.append(counted(sibling.untracked, "untracked file"))
    if len(parts) == 1:
        parts.append("clean")
    return ", ".join(parts)


def porcelain(states: Sequence[State]) -> str:
    """Return a line for each project for scripts: fields in a fixed order, separated by tabs, ``-`` for none.

    Name, kind, branch, commit, upstream, ahead, behind, changed, untracked, conflicted, stashes, operation, unpushed
    branches with commas between, pin, whether it is on that (yes, no), path.
    """
    return "\n".join("\t".join(_field(value) for value in _fields(state)) for state in states)


def _fields(state: State) -> list[object]:
    sibling = state.sibling
    unpushed = ",".join(name for name, _ in state.unpushed)
    on_pin = None if state.is_on_pin is None else "yes" if state.is_on_pin else "no"
    return [
        state.name, state.kind, sibling.branch, sibling.commit, sibling.upstream, sibling.ahead, sibling.behind,
        sibling.changed, sibling.untracked, sibling.conflicted, sibling.stashes, state.operation, unpushed, state.pin,
        on_pin, state.path,
    ]  # fmt: skip


def _field(value: object) -> str:
    text = _NOTHING if value in (None, "") else str(value)
    return "".join(c if c.isprintable() else "?" for c in text)


def data(states: Sequence[State]) -> dict[str, object]:
    """Return all that is known of each."""
    return {"projects": [_object(state) for state in states]}


def _object(state: State) -> dict[str, object]:
    sibling = state.sibling
    return {
        "name": state.name,
        "kind": state.kind,
        "path": state.path,
        "moved_from": state.moved_from,
        "within": state.within,
        "what": state.problem or sibling.what or None,
        "hint": _hint(state),
        "branch": sibling.branch,
        "commit": sibling.commit,
        "upstream": sibling.upstream,
        "ahead": sibling.ahead,
        "behind": sibling.behind,
        "changed": sibling.changed,
        "untracked": sibling.untracked,
        "conflicted": sibling.conflicted,
        "stashes": sibling.stashes,
        "operation": state.operation or None,
        "unpushed": [{"branch": name, "commits": number} for name, number in state.unpushed],
        "pin": state.pin,
        "on_pin": state.is_on_pin,
        "differences": [{"what": what, "command": command} for what, command in state.differences],
    }
