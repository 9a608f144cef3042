"""Results → text and JSON. Pure: strings in, strings out."""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence

from git_subprojects.manifest.model import Command, Project
from git_subprojects.output.forms import as_json
from git_subprojects.plural import counted
from git_subprojects.registries import VENUES
from git_subprojects.workspace.facts import Sibling
from git_subprojects.workspace.outcome import Outcome
from git_subprojects.workspace.plan import Clone, InTree, Present, Refused, Step
from git_subprojects.workspace.worktree_plan import Worktree


def listed(projects: Iterable[Project], states: Mapping[str, str], *, width: int | None) -> str:
    """Return the projects a line each: name, description, groups and state.

    In columns for a terminal of ``width``, else separated by tabs, so that cut(1) can take them apart.
    """
    rows = [(p.name, states[p.name], " ".join(p.groups), p.description) for p in projects]
    if width is None:
        return "\n".join("\t".join((name, text, groups, state)) for name, state, groups, text in rows)
    rows.insert(0, ("NAME", "STATE", "GROUPS", "DESCRIPTION"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = []
    for row in rows:
        line = "  ".join([*(cell.ljust(wide) for cell, wide in zip(row, widths, strict=False)), row[3]])
        lines.append((line if len(line) <= width else line[: width - 1] + "…").rstrip())
    return "\n".join(lines)


def listed_markdown(projects: Iterable[Project]) -> str:
    """Return the projects as a table of Markdown that a README can carry; it tells nothing of this machine."""
    lines = ["| project | what it is | groups | patches |", "|---|---|---|---|"]
    for one in projects:
        name = f"[{one.name}]({one.url})" if one.url is not None and "://" in one.url else one.name
        lines.append(f"| {name} | {_cell(_about(one))} | {_cell(' '.join(one.groups))} | {_cell(_where(one))} |")
    return "\n".join(lines)


def _about(one: Project) -> str:
    where = f" (in this tree, in {' '.join(one.within)})" if one.within else ""
    return f"{one.description}{where}{f'; work goes on in {one.successor}' if one.successor else ''}".strip()


def _where(one: Project) -> str:
    """Return where a project takes patches, in a word: its list, or the site."""
    return (", ".join(one.route.to) if one.venue.takes_mail else "") or VENUES[one.venue.kind].site


def _cell(text: str) -> str:
    """Return a text that Markdown takes for nothing else in a table."""
    return re.sub(r"([\\|<>`*_\[\]])", r"\\\1", text)


def listed_json(projects: Iterable[Project], states: Mapping[str, str]) -> str:
    """Return the projects with name, description, groups, state and where they come from, as JSON."""
    return as_json(
        projects=[
            {
                "name": p.name,
                "description": p.description,
                "groups": p.groups,
                "state": states[p.name],
                "url": p.url,
                "mirrors": p.mirrors,
                "within": p.within,
                "successor": p.successor,
            }
            for p in projects
        ]
    )


def state_of(sibling: Sibling) -> str:
    """Return a sibling's state in words: ``on master, 2 behind origin/master, 1 changed file``."""
    if sibling.commit is None:
        return "without commits" if sibling.branch else sibling.what
    parts = [f"on {sibling.branch}" if sibling.branch else f"detached at {sibling.commit[:12]}"]
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


def outcome(found: Outcome, shown_path: str) -> str:
    """Return what came of a project that did not fail, in a line."""
    if found.state == "in-tree":
        return f"{found.name}: in this tree, in {' '.join(found.within)}"
    if found.sibling is not None:
        return f"{found.name}: is there already, in {shown_path}: {state_of(found.sibling)}"
    if found.state == "linked":
        where = f"on {found.branch}" if found.branch else f"detached at {found.revision} on purpose, {found.because}"
        return f"{found.name}: in {shown_path}, a work tree of {found.url}; {where} ({(found.commit or '')[:12]})"
    if found.branch:
        where = f"on {found.branch}"
    elif found.revision:
        where = f"detached at {found.revision} on purpose, {found.because}"
    else:
        where = "detached, as the remote's HEAD is"
    borrowed = f", with objects borrowed from {' and '.join(found.borrowed)}" if found.borrowed else ""
    mirror = f", from its mirror {found.url}" if found.mirror else ""
    return f"{found.name}: cloned to {shown_path}{mirror}{borrowed}; {where} ({(found.commit or '')[:12]})"


def outcomes_json(found: Sequence[Outcome]) -> str:
    """Return what came of every project, as JSON."""
    return as_json(projects=[_outcome_object(one) for one in found])


def _outcome_object(one: Outcome) -> dict[str, object]:
    if one.state == "failed":
        return {"name": one.name, "state": one.state, "error": one.message, "hint": one.hint}
    common: dict[str, object] = {"name": one.name, "state": one.state, "path": one.path, "notes": one.notes}
    if one.state == "in-tree":
        return {**common, "within": one.within, "built": one.built}
    common |= {"url": one.url, "branch": one.branch, "commit": one.commit, "built": one.built}
    if one.sibling is not None:
        s = one.sibling
        return {
            **common,
            "upstream": s.upstream,
            "ahead": s.ahead,
            "behind": s.behind,
            "changed": s.changed,
            "untracked": s.untracked,
        }
    return {
        **common,
        "mirror": one.mirror,
        "revision": one.revision,
        "pinned": one.pinned,
        "because": one.because,
        "borrowed": one.borrowed,
    }


def steps(plan: Sequence[Step | Worktree], shorten: Mapping[str, str]) -> str:
    """Return a plan, a paragraph a project; ``shorten`` maps a path to how it is shown."""
    return "\n".join(_step(step, shorten) for step in plan)


def _step(step: Step | Worktree, shorten: Mapping[str, str]) -> str:
    match step:
        case Refused():
            return f"{step.name}: cannot be done: {step.message}"
        case InTree():
            lines = [f"{step.name}: nothing to clone: it lies in {' '.join(step.within)}"]
        case Present():
            where = shorten[step.path]
            lines = [f"{step.name}: nothing to clone: is there, in {where}: {state_of(step.sibling)}"]
        case Clone():
            lines = [f"{step.name}: clone {step.urls[0]} to {shorten[step.path]}"]
            lines += [f"  or from the mirror {url}" for url in step.urls[1:]]
            lines.append(f"  at {step.revision or 'the branch'} ({step.because})")
            lines += [f"  {key}: {value}" for key, value in _extent(step).items()]
        case Worktree():
            lines = [f"{step.name}: make {shorten[step.path]} a work tree of {step.main}"]
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


def steps_json(plan: Sequence[Step | Worktree]) -> str:
    """Return a plan as JSON."""
    return as_json(plan=[{"step": _KIND[type(step)], **_plain(step)} for step in plan])


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


def next_steps(project: Project, path: str, commands: Sequence[Command]) -> str:
    """Return what can be done with a new sibling, or an in-tree project, as commands to paste.

    ``path`` is its repository's top from where the user is; ``commands`` would build it.
    """
    lines = []
    if commands:
        folder = f"{path}/{project.build_directory}" if project.build_directory else path
        before = [["mkdir", "-p", folder]] if project.build_directory else []
        before += [["cd", folder]] if folder != "." else []
        lines.append(f"build {project.name}: {' && '.join(map(shlex.join, [*before, *commands]))}")
    git = "git" if path == "." else f"git -C {shlex.quote(path)}"
    lines.append(f"where patches to {project.name} go: {git} route-patch HEAD")
    return "\n".join(lines)
