"""What is to be done for siblings of a linked work tree's own. Pure: steps of ``plan`` in, steps out."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from git_subprojects.workspace.plan import Build, Clone, Refused, Step


class Worktree(NamedTuple):
    """Make ``path`` a linked work tree of the clone at ``main``, which ``first`` makes where there is none.

    ``at`` is what would be cloned to ``path``, and tells where to stand. Where that is a branch, it is on one of its
    own, ``folder``/BRANCH, that follows it: git lets a branch be checked out in one work tree only. ``host`` is the top
    of the linked work tree whose sibling it will be.
    """

    name: str
    path: str
    main: str
    host: str
    folder: str
    at: Clone
    first: Clone | None = None

    @property
    def after(self) -> tuple[str, ...]:
        """The projects that must be cloned before."""
        return (*self.at.after, *(() if self.first is None else self.first.after))

    @property
    def build(self) -> Build | None:
        """The commands that build it, if that is asked for."""
        return self.at.build


class Plan(NamedTuple):
    """All steps, and how their paths are shown where the user is."""

    steps: Sequence[Step | Worktree]
    shown_paths: Mapping[str, str]


def in_own_set(step: Step, main: Step | None, host: str, folder: str) -> Step | Worktree:
    """Return what is to be done in a linked work tree's own set, in the place of a ``step`` that would clone.

    ``main`` is what there is to be done for the main work tree; ``host`` and ``folder`` are as in ``Worktree``.
    """
    if not isinstance(step, Clone) or main is None:
        return step
    if isinstance(main, Refused):
        return Refused(step.name, f"there is no clone beside the main work tree: {main.message}", main.hint)
    first = main if isinstance(main, Clone) else None
    return Worktree(step.name, step.path, main.path, host, folder, step, first)
