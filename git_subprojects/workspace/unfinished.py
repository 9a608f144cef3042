"""Clones that have all objects, but whose files or submodules are not all there: they are kept, as git clone does."""

import os
import re
import shlex
from contextlib import suppress

from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.git.process import Git
from git_subprojects.workspace.facts import Target
from git_subprojects.workspace.revision import current_branch
from git_subprojects.workspace.submodules import give_up_unfinished
from git_subprojects.workspace.transport import TransferError

SUBMODULES = ("submodule", "update", "--init", "--recursive")


_UNSAFE = r"interpreted as a command-line option|invalid value for 'submodule\.|suspicious submodule"
"""What git says of a tree whose submodules would do what they may not; for protocols there is a kind of its own."""


class UnfinishedError(Error):
    """The repository is in its place, and something in it is still to be done."""


def is_final(error: TransferError, *, asks_later: bool) -> bool:
    """Return whether nothing is kept: the user has cancelled, there is no room, or the tree wants what it may not.

    With ``asks_later`` all is tried once more where a password is missing.
    """
    is_refused = error.kind in ("cancelled", "refused", "local") or re.search(_UNSAFE, error.words) is not None
    return is_refused or (error.kind == "auth" and asks_later)


def checkout_failed(path: str, git: Git, target: Target, words: str) -> UnfinishedError:
    """Let a clone stand on ``target`` although git could not check it out; return the error that tells of it.

    ``path`` is where the clone is going to be, ``git`` works where it is now, ``words`` are what git wrote.
    """
    there = f"git -C {shlex.quote(path)}"
    words = words.replace(str(git.directory), path)
    if stands_on(git, target) and git.run("diff", "--quiet", "HEAD", "--").returncode == 0:
        return UnfinishedError(
            f"cloned to {path}, but the post-checkout hook failed:\n{words}",
            f"see that nothing is missing that the hook makes; what it is: {there} rev-parse --git-path hooks",
        )
    _stand_on(git, target)
    restore = f"{there} restore --staged --worktree :/"
    hints = [f"once that is fixed: {restore}"]
    failed = re.search(r"smudge filter (\S+) failed", words)
    if failed is not None and failed[1] == "lfs":
        hints.append(f"without the large files: GIT_LFS_SKIP_SMUDGE=1 {restore}")
    elif failed is not None:
        off = " ".join(f"-c {shlex.quote(f'filter.{failed[1]}.{key}')}" for key in _OFF)
        hints.append(f"without the filter: {restore.replace('git ', f'git {off} ', 1)}")
    return UnfinishedError(f"cloned to {path}, but its files could not be checked out:\n{words}", "\n".join(hints))


_OFF = ("process=", "smudge=", "required=false")


def submodules_failed(path: str, git: Git, words: str) -> UnfinishedError:
    """Return the error that tells of a clone without all its submodules; ``git`` works where it is now."""
    give_up_unfinished(git, str(git.directory))
    again = f"git -C {shlex.quote(path)} {' '.join(SUBMODULES)}"
    return UnfinishedError(f"cloned to {path}, but not its submodules: {words}", f"try again: {again}")


def moved(path: str, git: Git, target: Target) -> UnfinishedError:
    """Return the error that tells of a clone that somebody else has moved on."""
    found = f"{git.commit('HEAD')} ({current_branch(git) or 'detached'})"
    wanted = f"{target.commit} ({target.branch or 'detached'})"
    return UnfinishedError(
        f"cloned to {path}, but it stands on {found}, and {wanted} was wanted",
        "does a hook of your own init.templateDir change it?",
    )


def stands_on(git: Git, target: Target) -> bool:
    """Return whether HEAD is the commit, and on the branch, that were wanted."""
    return git.commit("HEAD") == target.commit and current_branch(git) == target.branch


def _stand_on(git: Git, target: Target) -> None:
    """Move HEAD and the index, and no file: then ``status`` shows what is missing."""
    with suppress(FileNotFoundError):
        # A git that was killed has left it; nobody else works here.
        os.unlink(os.path.join(refs.git_dir(str(git.directory)), "index.lock"))
    if target.branch is None:
        git.run("update-ref", "--no-deref", "HEAD", target.commit)
    # A refresh would run filters, one of which has just failed.
    git.run("reset", "--quiet", "--mixed", "--no-refresh")
