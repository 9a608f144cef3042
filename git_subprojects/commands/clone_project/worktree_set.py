"""``git clone-project --worktree``: siblings of a linked work tree's own."""

import os

from git_subprojects.context.context import Context
from git_subprojects.git import refs
from git_subprojects.workspace import worktree_sets
from git_subprojects.workspace.facts import HostFacts
from git_subprojects.workspace.inspect import inspect
from git_subprojects.workspace.outcome import Outcome
from git_subprojects.workspace.plan import Clone, Options, Present, Step, plan
from git_subprojects.workspace.worktree_plan import Worktree, in_own_set


def planned(context: Context, wanted: list[str], options: Options) -> tuple[Context, HostFacts, list[Step | Worktree]]:
    """Return the surroundings of the main host, for what must be cloned there, the linked one's facts, and the steps.

    Raises:
        Error: this is no linked work tree that can have siblings of its own.
    """
    manifest = context.manifest
    own, main, base = worktree_sets.sides(context.the_host(), manifest.directory)
    facts = inspect(own, manifest, wanted, is_host=context.is_host)
    steps = plan(manifest, facts.host, wanted, facts.projects, options)
    missing = [step.name for step in steps if isinstance(step, Clone)]
    main_facts = inspect(main, manifest, missing, is_host=context.is_host)
    theirs = plan(manifest, main_facts.host, missing, main_facts.projects, options._replace(build=False, revision=None))
    by_name = {step.name: step for step in theirs}
    top, folder = own.anchor, os.path.basename(base)
    return (
        context._replace(host=main),
        facts.host,
        [in_own_set(step, by_name.get(step.name), top, folder) for step in steps],
    )


def begin(top: str, steps: list[Step | Worktree]) -> bool:
    """Let the work tree at ``top`` have siblings of its own, with those that are there; return whether it had none."""
    is_new = refs.own_host(refs.git_dir(top)) is None
    worktree_sets.claim(top, top)
    for step in steps:
        if isinstance(step, Present) and refs.is_linked(step.path):
            worktree_sets.claim(step.path, top)
    return is_new


def end(top: str, outcomes: list[Outcome], *, is_new: bool) -> None:
    """Undo ``begin`` where nothing has come of it."""
    if is_new and not any(one.state in ("linked", "present") for one in outcomes):
        worktree_sets.give_up(top)
