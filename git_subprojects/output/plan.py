"""A plan of clones → text and data. Pure."""

import shlex
from collections.abc import Mapping

from git_subprojects.output.status import state_of
from git_subprojects.workspace.plan import Clone, InTree, Present, Refused, Step
from git_subprojects.workspace.worktree_plan import Plan, Worktree


def text(plan: Plan) -> str:
    """Return a paragraph for each project."""
    return "\n".join(_step(step, plan.shown_paths) for step in plan.steps)


def _step(step: Step | Worktree, shown_paths: Mapping[str, str]) -> str:
    match step:
        case Refused():
            return f"{step.name}: cannot be done: {step.message}"
        case InTree():
            lines = [f"{step.name}: nothing to clone: it lies in {' '.join(step.within)}"]
        case Present():
            where = shown_paths[step.path]
            lines = [f"{step.name}: nothing to clone: is there, in {where}: {state_of(step.sibling)}"]
        case Clone():
            lines = [f"{step.name}: clone {step.urls[0]} to {shown_paths[step.path]}"]
            lines += [f"  or from the mirror {url}" for url in step.urls[1:]]
            lines.append(f"  at {step.revision or 'the branch'} ({step.because})")
            lines += [f"  {key}: {value}" for key, value in _extent(step).items()]
        case Worktree():
            lines = [f"{step.name}: make {shown_paths[step.path]} a work tree of {step.main}"]
            lines += [f"  which is cloned from {step.first.urls[0]} before"] if step.first is not None else []
            lines.append(f"  at {step.at.revision or 'the branch'} ({step.at.because})")
    if step.build is not None:
        lines += [f"  then in {step.build.directory}: {line}" for line in map(shlex.join, step.build.commands)]
    return "\n".join([*lines, *(f"  note: {note}" for note in _notes(step))])


def _notes(step: Step | Worktree) -> tuple[str, ...]:
    if isinstance(step, Worktree):
        return step.at.notes
    return () if isinstance(step, Refused) else step.notes


def _extent(step: Clone) -> dict[str, object]:
    extent = {
        "depth": step.depth,
        "filter": step.filter,
        "sparse": " ".join(step.sparse),
        "submodules": "yes" if step.submodules else None,
        "objects from": ", ".join(donor.name for donor in step.donors),
        "after": ", ".join(step.after),
    }
    return {key: value for key, value in extent.items() if value}


def data(plan: Plan) -> dict[str, object]:
    """Return each step with its kind and its fields."""
    return {"plan": [{"step": _KIND[type(step)], **_plain(step)} for step in plan.steps]}


_KIND: dict[type, str] = {
    Clone: "clone",
    Present: "present",
    InTree: "in-tree",
    Refused: "refused",
    Worktree: "worktree",
}


def _plain(step: Step | Worktree) -> dict[str, object]:
    """Return the fields of a step, named tuples in it as objects too."""
    out: dict[str, object] = {}
    for key, value in step._asdict().items():
        if isinstance(value, tuple) and hasattr(value, "_asdict"):
            out[key] = value._asdict()
        elif isinstance(value, tuple):
            out[key] = [item._asdict() if hasattr(item, "_asdict") else item for item in value]
        else:
            out[key] = value
    return out
