"""Executes updates, by git alone: it refuses what would overwrite anything of the user's."""

import os
import shlex

from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.git.process import Git
from git_subprojects.manifest.model import Project
from git_subprojects.workspace import placement
from git_subprojects.workspace.facts import Placement, State
from git_subprojects.workspace.fetch_clone import REMOTE
from git_subprojects.workspace.locks import left_over
from git_subprojects.workspace.rebase import rebase
from git_subprojects.workspace.submodules import Move
from git_subprojects.workspace.target import meaning
from git_subprojects.workspace.transport import Transport
from git_subprojects.workspace.update_plan import Update, UpdateFacts


def project_branch(git: Git, project: Project, path: str) -> str | None:
    """Return the branch in which a project is developed: the manifest's, else what the remote's HEAD named last."""
    if project.branch is not None:
        return project.branch.removeprefix("refs/heads/")
    return refs.remote_head(git, path, REMOTE)


def followed_branch(git: Git, project: Project, state: State) -> str | None:
    """Return the branch in which a project was developed when it was cloned, or last updated; None: it is not known."""
    sibling = state.sibling
    if sibling.followed_branch is not None:
        return sibling.followed_branch.removeprefix("refs/heads/")
    if sibling.followed_url is None:
        return project_branch(git, project, state.path)
    return refs.remote_head(git, state.path, REMOTE)


def update_facts(
    git: Git, project: Project, state: State, followed: str | None, *, gone: bool, rebases: bool = False
) -> UpdateFacts:
    """Return what the update of a clone depends on.

    ``followed`` is the branch in which the project was developed before; ``gone``, ``rebases``: see ``UpdateFacts``.
    """
    there, sibling = git.elsewhere(state.path), state.sibling
    own = None
    if sibling.ahead and sibling.behind and sibling.upstream is not None:
        own = _own(there, sibling.upstream)
    put = state.put or _put(there, project, state, followed)
    wanted, branch = None, None
    if state.pin is not None:
        is_branch = put is not None and put.revision == state.pin and put.branch is not None
        wanted = meaning(there, state.pin, branch_first=is_branch)
        branch = None if wanted is None else wanted.branch
    else:
        branch = project_branch(git, project, state.path)
    local = None if branch is None else _branch_of_its_own(state.path, branch) or branch
    return UpdateFacts(wanted, branch, local, put, gone, own, rebases)


def _own(git: Git, upstream: str) -> int | None:
    """Return how many commits HEAD has that ``upstream`` never had, if that was rewritten; None: it was not."""
    base = git.run("merge-base", "HEAD", upstream)
    fork = git.run("merge-base", "--fork-point", upstream, "HEAD")
    if fork.returncode != 0 or fork.stdout == base.stdout:
        return None
    return int(git.output("rev-list", "--count", "HEAD", "--not", fork.stdout.decode().strip()))


def _put(git: Git, project: Project, state: State, followed: str | None) -> Placement | None:
    """Return where a clone was put that was made before this was kept, as far as it can be told."""
    sibling = state.sibling
    if sibling.commit is None:
        return None
    if sibling.branch is not None:
        # It may stand there because the user wants no pin.
        is_known = state.pin is None or sibling.followed_branch is not None
        return Placement(sibling.commit, sibling.branch) if is_known and sibling.branch == followed else None
    for revision in dict.fromkeys(pin.revision for pin in project.pins if pin.revision is not None):
        target = meaning(git, revision)
        if target is not None and target.commit == sibling.commit:
            return Placement(sibling.commit, None, revision)
    return None


def run_update(transport: Transport, update: Update, state: State, facts: UpdateFacts) -> bool:
    """Execute an update, and keep where the clone is then; return whether only its submodules were moved.

    Raises:
        Error: git refuses, in its words, or the user works in a submodule that would change.
    """
    there = transport.git.elsewhere(update.path)
    if state.project is None or not state.project.submodules or update.kind in ("left", "refused"):
        _move(there, update, state, facts)
        return False
    move = Move(transport.git, update.path, _target(update, facts))
    refusal = move.refusal()
    if refusal is not None:
        raise Error(f"not updated: {refusal[0]}", refusal[1])
    if update.kind != "nothing":
        move.make_room()
    try:
        _move(there, update, state, facts)
    except Error:
        move.put_back()
        raise
    settled = move.settle(transport, state.project.depth, transport.say)
    return settled and update.kind == "nothing"


def _target(update: Update, facts: UpdateFacts) -> str | None:
    """Return the commit that HEAD is to be at; None: where it is."""
    if update.kind in ("forward", "rebase"):
        return "@{upstream}"
    if update.kind == "move" and facts.wanted is not None:
        return facts.wanted.commit
    return f"refs/remotes/{REMOTE}/{update.target}" if update.kind == "switch" else None


def _move(there: Git, update: Update, state: State, facts: UpdateFacts) -> None:
    if update.kind == "forward":
        _run(there, "merge", "--ff-only", "--quiet", "@{upstream}")
    elif update.kind == "rebase":
        rebase(there, state.sibling, is_rewritten=facts.own is not None)
    elif update.kind == "move" and facts.wanted is not None:
        _run(there, "checkout", "--quiet", "--detach", facts.wanted.commit)
    elif update.kind == "switch" and facts.local is not None:
        _switch(there, update.target, facts.local)
    put = _put_now(there, update, state, facts)
    if put is not None and put != state.put:
        placement.write(update.path, put)


def _switch(git: Git, branch: str, local: str) -> None:
    if git.commit(f"refs/heads/{local}") is not None:
        _run(git, "switch", "--quiet", local)
    else:
        _run(git, "switch", "--quiet", "--create", local, "--track", f"{REMOTE}/{branch}")
    if local == branch:
        _run(git, "config", "subprojects.branch", branch)
    _run(git, "merge", "--ff-only", "--quiet", "@{upstream}")


def _put_now(git: Git, update: Update, state: State, facts: UpdateFacts) -> Placement | None:
    """Return where a clone is by the manifest's word after an update; None: the user has put it where it is."""
    sibling = state.sibling
    if update.kind == "move" and facts.wanted is not None:
        return Placement(facts.wanted.commit, None, state.pin)
    if update.kind == "switch":
        commit = git.commit("HEAD")
        return None if commit is None else Placement(commit, facts.local, state.pin)
    if update.kind not in ("nothing", "forward") or sibling.commit is None:
        return None
    if sibling.branch is not None:
        is_new = facts.put is None or (facts.put.branch, facts.put.revision) != (facts.local, state.pin)
        return (
            Placement(sibling.commit, sibling.branch, state.pin) if sibling.branch == facts.local and is_new else None
        )
    return Placement(sibling.commit, None, state.pin) if state.pin is not None else None


def _branch_of_its_own(top: str, branch: str) -> str | None:
    """Return the branch that a linked work tree in a set of its own has for the remote's; None: it is in none.

    git lets a branch be checked out in one work tree only.
    """
    host = refs.own_host(refs.git_dir(top))
    if host is None:
        return None
    folder = os.path.basename(os.path.dirname(os.path.realpath(os.path.join(top, host))))
    return f"{folder}/{branch}"


def _run(git: Git, *words: str) -> None:
    ended = git.run(*words)
    if ended.returncode != 0:
        message = ended.stderr.decode("utf-8", "replace").strip().removeprefix("error: ").removeprefix("fatal: ")
        hint = f"git -C {shlex.quote(git.directory or '.')} status"
        raise left_over(message) or Error(message or f"git {words[0]} ended with status {ended.returncode}", hint)
