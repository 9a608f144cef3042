"""What came of cloning → text and data. Pure."""

import shlex
from collections.abc import Sequence

from git_subprojects.manifest.model import Command, Project
from git_subprojects.output.status import state_of
from git_subprojects.workspace.outcome import Outcome


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


def data(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Return what came of every project."""
    return {"projects": [_outcome_object(one) for one in outcomes]}


def _outcome_object(one: Outcome) -> dict[str, object]:
    if one.state == "failed":
        return {"name": one.name, "state": one.state, "error": one.message, "hint": one.hint}
    common: dict[str, object] = {"name": one.name, "state": one.state, "path": one.path, "notes": one.notes}
    if one.state == "in-tree":
        return {**common, "within": one.within, "built": one.built}
    common |= {"url": one.url, "branch": one.branch, "commit": one.commit, "built": one.built}
    if one.sibling is not None:
        sibling = one.sibling
        return {
            **common,
            "upstream": sibling.upstream,
            "ahead": sibling.ahead,
            "behind": sibling.behind,
            "changed": sibling.changed,
            "untracked": sibling.untracked,
        }
    return {
        **common,
        "mirror": one.mirror,
        "revision": one.revision,
        "pinned": one.pinned,
        "because": one.because,
        "borrowed": one.borrowed,
    }


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
