"""Carries updates out, by git alone: it refuses what would overwrite anything of the user's."""

from git_subprojects.errors import Error
from git_subprojects.git import Git
from git_subprojects.model import Project
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.fetching import REMOTE
from git_subprojects.workspace.states import commit_of
from git_subprojects.workspace.updates import Update


def branch_of(git: Git, project: Project, one: State) -> str | None:
    """Return the branch that a project goes on in: the manifest's, else the remote's HEAD.

    It is not looked for where the clone stands on a branch that follows another.
    """
    if project.branch is not None or one.sibling.upstream is not None:
        return project.branch
    found = git.elsewhere(one.path).run("symbolic-ref", "-q", f"refs/remotes/{REMOTE}/HEAD")
    return found.stdout.decode("utf-8", "surrogateescape").strip().removeprefix(f"refs/remotes/{REMOTE}/") or None


def pin_at(git: Git, project: Project, one: State) -> str | None:
    """Return the pin of the manifest that a detached HEAD stands on."""
    if one.sibling.branch is not None:
        return None
    there = git.elsewhere(one.path)
    revisions = dict.fromkeys(pin.revision for pin in project.pins if pin.revision is not None)
    return next((name for name in revisions if commit_of(there, name) == one.sibling.commit), None)


def carry_out(git: Git, update: Update) -> None:
    """Do to a clone what was decided. Raises Error, with git's words, where git refuses."""
    there = git.elsewhere(update.path)
    if update.kind == "forward":
        _run(there, "merge", "--ff-only", "--quiet", "@{upstream}")
    elif update.kind == "move":
        commit = commit_of(there, update.target)
        _run(there, "checkout", "--quiet", "--detach", commit or update.target)
    elif update.kind == "switch":
        _run(there, "switch", "--quiet", update.target)
        _run(there, "merge", "--ff-only", "--quiet", "@{upstream}")


def _run(git: Git, *words: str) -> None:
    ended = git.run(*words)
    if ended.returncode != 0:
        said = ended.stderr.decode("utf-8", "replace").strip().removeprefix("error: ").removeprefix("fatal: ")
        raise Error(said or f"git {words[0]} ended with status {ended.returncode}", f"git -C {git.directory} status")
