"""Patches as the operands name them, and as commits that can be applied elsewhere."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.commands.route_patch import targets
from git_subprojects.errors import USAGE, Error
from git_subprojects.git.objects import Objects
from git_subprojects.patches.changes import of_patches
from git_subprojects.twins.quarantine import Quarantine
from git_subprojects.twins.series import Repository
from git_subprojects.twins.tree import Trees

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from git_subprojects.commands.route_patch.session import Session
    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Change, Patch


class Submitted(NamedTuple):
    """Patches that change any file, and where they are from: ``pairs`` are commits of theirs, and what those change.

    Of a patch file the commit is in a place of its own, and no part of any history.
    """

    patches: list[Patch]
    repository: Repository
    pairs: list[tuple[Patch, tuple[Change, ...]]]


@contextmanager
def submitted(session: Session, others: Sequence[Git], folder: str) -> Iterator[Submitted]:
    """Give the patches of a session as commits; what patch files are based on may be in ``others``, too.

    ``folder`` is for files on the way.

    Raises:
        Error: a file holds several patches, or is based on what is not here.
    """
    source = targets.source(session)
    patches = [patch for patch in session.patches if patch.paths]
    if not patches[0].is_file:
        yield Submitted(patches, source, pairs_of(source, patches))
        return
    names: dict[str, str] = {}
    for patch in patches:
        first = names.setdefault(patch.path, patch.name)
        if first != patch.name:
            raise Error(
                f"{first} holds several patches, and is no mailbox", "such as git format-patch --stdout writes", USAGE
            )
    quarantine = Quarantine([source.git, *others], folder)
    commits = [quarantine.commit(patch) for patch in patches]
    objects = Objects(quarantine.git)
    repository = Repository(quarantine.git, objects, Trees(objects))
    try:
        yield Submitted(patches, repository, pairs_of(repository, commits))
    finally:
        objects.end()


def pairs_of(repository: Repository, commits: Sequence[Patch]) -> list[tuple[Patch, tuple[Change, ...]]]:
    """Return commits with what they do to files."""
    # Files that say the same are one commit.
    changes = of_patches(repository.git, {commit.commit: commit for commit in commits}.values())
    return [(commit, changes.get(commit.commit, ())) for commit in commits]
