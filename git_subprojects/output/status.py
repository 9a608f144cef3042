"""How it stands with the projects → text, a stable form for programs, and JSON. Pure."""

from collections.abc import Sequence

from git_subprojects.output.clone import state_of
from git_subprojects.output.forms import as_json
from git_subprojects.plural import counted
from git_subprojects.workspace.facts import State

_NOTHING = "-"


def table(found: Sequence[State]) -> str:
    """Return a line for each project, its name and how it stands with it, and below it the commits that are named."""
    width = max((len(one.name) for one in found), default=0)
    lines = []
    for one in found:
        lines.append(f"{one.name:{width}}  {line(one)}")
        lines += [f"{'':{width}}    {mark} {commit} {subject}" for mark, commit, subject in one.commits]
    return "\n".join(lines)


def line(one: State) -> str:
    """Return how it stands with a project, in words."""
    if one.problem is not None:
        return f"cannot be looked at: {one.problem}"
    if one.within:
        return f"in this tree, in {' '.join(one.within)}"
    sibling = one.sibling
    if sibling.kind == "absent":
        return "not cloned"
    if sibling.commit is None and not sibling.branch:
        return f"in the way: {sibling.what}"
    parts = [state_of(sibling)]
    if one.is_on_pin and not sibling.branch:
        parts[0] = parts[0].replace(f"detached at {(sibling.commit or '')[:12]}", f"at {one.pin}, as pinned", 1)
    if sibling.conflicted:
        parts.append(counted(sibling.conflicted, "conflict"))
    if one.operation:
        parts.append(f"{one.operation} in progress")
    if sibling.stashes:
        parts.append(counted(sibling.stashes, "stash", "stashes"))
    text = ", ".join(parts)
    if one.unpushed:
        text += f"; not pushed: {', '.join(f'{name} ({number})' for name, number in one.unpushed)}"
    if one.pin is not None and not one.is_on_pin:
        text += f"; {one.pin} fits this host"
    if one.doubt is not None:
        text += f"; no pin, for {one.doubt}"
    return text


def porcelain(found: Sequence[State]) -> str:
    """Return a line for each project for programs: fields in a fixed order, separated by tabs, ``-`` for none.

    Name, kind, branch, commit, upstream, ahead, behind, changed, untracked, conflicted, stashes, operation, unpushed
    branches with commas between, pin, whether it is on that (yes, no), path.
    """
    return "\n".join("\t".join(_field(value) for value in _fields(one)) for one in found)


def _fields(one: State) -> list[object]:
    sibling = one.sibling
    unpushed = ",".join(name for name, _ in one.unpushed)
    on_pin = None if one.is_on_pin is None else "yes" if one.is_on_pin else "no"
    return [
        one.name, kind(one), sibling.branch, sibling.commit, sibling.upstream, sibling.ahead, sibling.behind,
        sibling.changed, sibling.untracked, sibling.conflicted, sibling.stashes, one.operation, unpushed, one.pin,
        on_pin, one.path,
    ]  # fmt: skip


def _field(value: object) -> str:
    text = _NOTHING if value in (None, "") else str(value)
    return "".join(c if c.isprintable() else "?" for c in text)


def kind(one: State) -> str:
    """Return in a word what there is: problem, in-tree, absent, other or clone."""
    return "problem" if one.problem is not None else "in-tree" if one.within else one.sibling.kind


def as_answer(found: Sequence[State]) -> str:
    """Return it all as JSON."""
    return as_json(projects=[_object(one) for one in found])


def _object(one: State) -> dict[str, object]:
    sibling = one.sibling
    return {
        "name": one.name,
        "kind": kind(one),
        "path": one.path,
        "within": one.within,
        "what": one.problem or sibling.what or None,
        "branch": sibling.branch,
        "commit": sibling.commit,
        "upstream": sibling.upstream,
        "ahead": sibling.ahead,
        "behind": sibling.behind,
        "changed": sibling.changed,
        "untracked": sibling.untracked,
        "conflicted": sibling.conflicted,
        "stashes": sibling.stashes,
        "operation": one.operation or None,
        "unpushed": [{"branch": name, "commits": number} for name, number in one.unpushed],
        "pin": one.pin,
        "on_pin": one.is_on_pin,
    }
