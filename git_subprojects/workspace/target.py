"""What a revision of the manifest means by what a clone has."""

import re

from git_subprojects.git.process import Git
from git_subprojects.workspace.facts import Target

KEPT = "refs/subprojects/"
"""Refs of a remote that are no branches or tags are kept below it: git would take some of their names for its own."""


def kept_ref(revision: str | None) -> str | None:
    """Return where a clone keeps a ref of its remote that is neither a branch nor a tag; None: it is one, or an id."""
    if revision is None or not revision.startswith("refs/") or revision.startswith(("refs/heads/", "refs/tags/")):
        return None
    return f"{KEPT}remote/{revision.removeprefix('refs/')}"


def meaning(git: Git, revision: str, *, branch_first: bool = False) -> Target | None:
    """Return what a revision of the manifest means by what a clone has.

    That is a tag, a branch of origin, another ref of it, or a commit id, whole or a part. A plain name that is both a
    tag and a branch means the tag, or with ``branch_first`` the branch. None: nothing of that name is here.
    """
    if is_id(revision):
        commit = git.commit(revision)
        return Target(commit, None) if commit == revision else None
    kept = kept_ref(revision)
    if kept is not None:
        commit = git.commit(kept)
        return None if commit is None else Target(commit, None)
    name = branch_option(revision) or revision
    tag = None if revision.startswith("refs/heads/") else git.commit(f"refs/tags/{name}")
    branch = None
    if (tag is None or branch_first) and not revision.startswith("refs/tags/"):
        branch = git.commit(f"refs/remotes/origin/{name}")
    if branch is not None:
        return Target(branch, name)
    if tag is None and is_part_of_id(revision):
        commit = git.commit(revision)
        tag = commit if commit is not None and commit.startswith(revision) else None
    return None if tag is None else Target(tag, None)


def branch_option(revision: str | None) -> str | None:
    """Return the name by which ``git clone --branch`` knows a revision; None for a commit id, and for other refs."""
    if revision is None or is_id(revision) or kept_ref(revision) is not None:
        return None
    return re.sub(r"^refs/(?:heads|tags)/", "", revision)


def is_id(revision: str) -> bool:
    """Return whether a revision is the whole id of an object."""
    return re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", revision) is not None


def is_part_of_id(revision: str | None) -> bool:
    """Return whether a revision may be an abbreviated commit id, where no branch or tag is called so."""
    return revision is not None and re.fullmatch(r"[0-9a-f]{7,63}", revision) is not None
