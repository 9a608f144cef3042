"""Executes updates, by git alone: it refuses what would overwrite anything of the user's."""

import os
import shlex

from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.git.process import Git
from git_subprojects.manifest.model import Project
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.fetch import REMOTE
from git_subprojects.workspace.locks import left_over
from git_subprojects.workspace.pins import pinned_commit
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


def update_facts(git: Git, project: Project, state: State, followed: str | None, *, gone: bool) -> UpdateFacts:
    """Return what the update of a clone depends on; ``followed`` and ``gone`` as in ``UpdateFacts``."""
    there, sibling = git.elsewhere(state.path), state.sibling
    own = None
    if sibling.ahead and sibling.behind and sibling.upstream is not None:
        own = _own(there, sibling.upstream)
    stands_on = _pin_at(there, project, state) if sibling.branch is None else None
    return UpdateFacts(project_branch(git, project, state.path), followed, stands_on, gone, own)


def _own(git: Git, upstream: str) -> int | None:
    """Return how many commits HEAD has that ``upstream`` never had, if that was rewritten; None: it was not."""
    base = git.run("merge-base", "HEAD", upstream)
    fork = git.run("merge-base", "--fork-point", upstream, "HEAD")
    if fork.returncode != 0 or fork.stdout == base.stdout:
        return None
    return int(git.output("rev-list", "--count", "HEAD", "--not", fork.stdout.decode().strip()))


def _pin_at(git: Git, project: Project, state: State) -> str | None:
    """Return the pin of the manifest that a detached HEAD stands on."""
    revisions = dict.fromkeys(pin.revision for pin in project.pins if pin.revision is not None)
    return next((name for name in revisions if pinned_commit(git, name) == state.sibling.commit), None)


def run_update(git: Git, update: Update) -> None:
    """Execute an update. Raises Error, with git's words, where git refuses."""
    there = git.elsewhere(update.path)
    if update.kind == "forward":
        _run(there, "merge", "--ff-only", "--quiet", "@{upstream}")
    elif update.kind == "move":
        commit = pinned_commit(there, update.target)
        _run(there, "checkout", "--quiet", "--detach", commit or update.target)
    elif update.kind == "switch":
        own = _branch_of_its_own(update)
        if own is None:
            # Another remote may have a branch of that name too.
            _run(there, "-c", f"checkout.defaultRemote={REMOTE}", "switch", "--quiet", update.target)
            _run(there, "config", "subprojects.branch", update.target)
        elif there.commit(f"refs/heads/{own}") is not None:
            _run(there, "switch", "--quiet", own)
        else:
            _run(there, "switch", "--quiet", "--create", own, "--track", f"{REMOTE}/{update.target}")
        _run(there, "merge", "--ff-only", "--quiet", "@{upstream}")


def _branch_of_its_own(update: Update) -> str | None:
    """Return the branch that a linked work tree in a set of its own stands on; None: it is in none.

    git lets a branch be checked out in one work tree only.
    """
    host = refs.own_host(refs.git_dir(update.path))
    if host is None:
        return None
    folder = os.path.basename(os.path.dirname(os.path.realpath(os.path.join(update.path, host))))
    return f"{folder}/{update.target}"


def _run(git: Git, *words: str) -> None:
    ended = git.run(*words)
    if ended.returncode != 0:
        message = ended.stderr.decode("utf-8", "replace").strip().removeprefix("error: ").removeprefix("fatal: ")
        hint = f"git -C {shlex.quote(git.directory or '.')} status"
        raise left_over(message) or Error(message or f"git {words[0]} ended with status {ended.returncode}", hint)
