"""What a revision of the manifest means by what a clone has."""

import re

from git_subprojects.git.process import Git
from git_subprojects.workspace.facts import Target


def meaning(git: Git, revision: str, *, branch_first: bool = False) -> Target | None:
    """Return what a revision of the manifest means by what a clone has: a tag, a branch of origin, or a commit id.

    A plain name that is both means the tag, or with ``branch_first`` the branch. None: nothing of that name is here.
    """
    if is_id(revision):
        commit = git.commit(revision)
        return Target(commit, None) if commit == revision else None
    name = branch_option(revision) or revision
    tag = None if revision.startswith("refs/heads/") else git.commit(f"refs/tags/{name}")
    branch = None
    if (tag is None or branch_first) and not revision.startswith("refs/tags/"):
        branch = git.commit(f"refs/remotes/origin/{name}")
    if branch is not None:
        return Target(branch, name)
    return None if tag is None else Target(tag, None)


def branch_option(revision: str | None) -> str | None:
    """Return the name by which ``git clone --branch`` knows a revision; None for a commit id."""
    if revision is None or is_id(revision):
        return None
    return re.sub(r"^refs/(?:heads|tags)/", "", revision)


def is_id(revision: str) -> bool:
    """Return whether a revision is the whole id of an object."""
    return re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", revision) is not None
