"""Patches as they were asked for, and as commits that can be tried elsewhere."""

from __future__ import annotations

from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.commands.route_patch import patch_input, targets
from git_subprojects.commands.route_patch.prefetch import begin
from git_subprojects.commands.route_patch.session import Session, route_once
from git_subprojects.errors import USAGE, Error
from git_subprojects.git.objects import Objects
from git_subprojects.git.process import Git
from git_subprojects.patches.changes import of_patches
from git_subprojects.twins.quarantine import Quarantine
from git_subprojects.twins.series import Repository
from git_subprojects.twins.tree import Trees

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.patches.model import Change, Patch


class Submitted(NamedTuple):
    """Patches that change any file, and where they are from: ``pairs`` are commits of theirs, and what those change.

    Of a patch file the commit is in a place of its own, and no part of any history.
    """

    patches: list[Patch]
    repository: Repository
    pairs: list[tuple[Patch, tuple[Change, ...]]]

    @property
    def by_commit(self) -> dict[str, Patch]:
        """The patches, as they were asked for, by the commits that are tried."""
        return {made.commit: patch for patch, (made, _) in zip(self.patches, self.pairs, strict=True)}


def run(arguments: argparse.Namespace, screen: Screen, carry_out: Callable[[Session, list[Patch], str], int]) -> int:
    """Set up what routes the patches of the operands, and ``carry_out`` something with them; return its status.

    It gets a folder, too, for files on the way.
    """
    with TemporaryDirectory(prefix="route-patch-") as folder:
        arguments.revisions = patch_input.each_in_a_file(arguments.revisions, folder)
        return route_once(
            arguments,
            screen,
            begin(arguments),
            lambda session, patches: carry_out(session, [patch for patch in patches if patch.paths], folder),
        )


@contextmanager
def submitted(
    session: Session, patches: list[Patch], words: Sequence[str], others: Sequence[Git], folder: str
) -> Iterator[Submitted]:
    """Give the patches as commits; what patch files are based on may be in ``others``, too.

    Raises:
        Error: a patch file is based on what is not here.
    """
    source = targets.source(session)
    if not patches[0].name:
        yield Submitted(patches, source, pairs_of(source, patches))
        return
    files = patch_input.files_of(patches, words)
    if len(set(files)) < len(files):
        raise Error(
            f"{patches[0].name} holds several patches, and is no mailbox",
            "such as git format-patch --stdout writes",
            USAGE,
        )
    quarantine = Quarantine([source.git, *others], folder)
    commits = [quarantine.commit(patch, path) for patch, path in zip(patches, files, strict=True)]
    objects = Objects(quarantine.git)
    repository = Repository(quarantine.git, objects, Trees(objects))
    try:
        yield Submitted(patches, repository, pairs_of(repository, commits))
    finally:
        objects.end()


def pairs_of(repository: Repository, commits: Sequence[Patch]) -> list[tuple[Patch, tuple[Change, ...]]]:
    """Return commits with what they do to files."""
    # The git of commands that must be quick takes no long lists.
    changes = of_patches(Git(repository.git.environment, repository.git.directory), commits)
    return [(one, changes.get(one.commit, ())) for one in commits]
