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
    return {"projects": [_outcome_object(outcome) for outcome in outcomes]}


def _outcome_object(outcome: Outcome) -> dict[str, object]:
    if outcome.state == "failed":
        kept = {"path": outcome.path} if outcome.is_unfinished else {}
        return {"name": outcome.name, "state": outcome.state, **kept, "error": outcome.message, "hint": outcome.hint}
    common: dict[str, object] = {
        "name": outcome.name,
        "state": outcome.state,
        "path": outcome.path,
        "notes": outcome.notes,
    }
    if outcome.state == "in-tree":
        return {**common, "within": outcome.within, "built": outcome.built}
    common |= {"url": outcome.url, "branch": outcome.branch, "commit": outcome.commit, "built": outcome.built}
    if outcome.sibling is not None:
        sibling = outcome.sibling
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
        "mirror": outcome.mirror,
        "revision": outcome.revision,
        "pinned": outcome.pinned,
        "because": outcome.because,
        "borrowed": outcome.borrowed,
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
