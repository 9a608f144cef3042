"""``git clone-project --worktree``: siblings of a linked work tree's own."""

import os
from collections.abc import Sequence

from git_subprojects.context.context import Context
from git_subprojects.git import refs
from git_subprojects.workspace import worktree_sets
from git_subprojects.workspace.facts import HostFacts
from git_subprojects.workspace.inspect import inspect
from git_subprojects.workspace.outcome import Outcome
from git_subprojects.workspace.plan import Clone, Options, Present, Step, plan
from git_subprojects.workspace.repository import Repository
from git_subprojects.workspace.worktree_plan import Worktree, in_own_set


def planned(
    context: Context, wanted: list[str], options: Options
) -> tuple[Repository, HostFacts, list[Step | Worktree]]:
    """Return the main host, of which new clones become siblings, the facts of the linked work tree, and the steps.

    Raises:
        Error: this is no linked work tree that can have siblings of its own.
    """
    manifest = context.manifest
    own, main, base = worktree_sets.sides(context.the_host(), manifest.directory)
    inspected = inspect(own, manifest, wanted, is_host=context.is_host)
    steps = plan(manifest, inspected.host, wanted, inspected.projects, options)
    missing = [step.name for step in steps if isinstance(step, Clone)]
    beside = inspect(main, manifest, missing, is_host=context.is_host)
    main_steps = plan(manifest, beside.host, missing, beside.projects, options._replace(build=False, revision=None))
    by_name = {step.name: step for step in main_steps}
    folder = os.path.basename(base)
    return main, inspected.host, [in_own_set(step, by_name.get(step.name), own.anchor, folder) for step in steps]


def claim(top: str, steps: Sequence[Step | Worktree]) -> bool:
    """Let the work tree at ``top`` have siblings of its own, with those that are there; return whether it had none."""
    is_new = refs.own_host(refs.git_dir(top)) is None
    worktree_sets.claim(top, top)
    for step in steps:
        if isinstance(step, Present) and refs.is_linked(step.path):
            worktree_sets.claim(step.path, top)
    return is_new


def give_up_unused(top: str, outcomes: Sequence[Outcome]) -> None:
    """Let the work tree have the siblings of the main one again, if it got none of its own."""
    if not any(outcome.state in ("linked", "present") for outcome in outcomes):
        worktree_sets.give_up(top)
