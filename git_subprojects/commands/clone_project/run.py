"""Clones the projects that are named: context → selection → facts → plan → clones."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from git_subprojects.commands import cloning
from git_subprojects.context.context import current_context
from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.manifest import values
from git_subprojects.output import clone, forms
from git_subprojects.workspace.plan import Options as PlanOptions
from git_subprojects.workspace.plan import Refused, select

if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.clone_project.options import Clone
    from git_subprojects.context.context import Context
    from git_subprojects.workspace.facts import HostFacts
    from git_subprojects.workspace.plan import Step
    from git_subprojects.workspace.worktree_plan import Worktree


def run(options: Clone, screen: Screen) -> int:
    """Clone, or with ``--dry-run`` show the plan; return the exit status."""
    _check_values(options)
    if not (options.all or any(word.strip(",") for word in (*options.projects, *options.group))):
        raise Error("which project?", "git clone-project --list shows what there is", USAGE)
    context = current_context(options.manifest, screen)
    _warn_of_host(context, screen)
    wanted, unknown = select(context.manifest, options.projects, options.group, everything=options.all)
    context, host, planned = _planned(context, wanted, options)
    steps = [*unknown, *planned]
    if options.dry_run:
        from git_subprojects.output import plan
        from git_subprojects.workspace.worktree_plan import Plan

        paths = {step.path: os.path.relpath(step.path) for step in steps if not isinstance(step, Refused)}
        screen.show(forms.render(options.form, plan, Plan(steps, paths)))
        return FAILED if any(isinstance(step, Refused) for step in steps) else 0
    is_for_programs = options.form != "text"
    if options.worktree:
        from git_subprojects.commands.clone_project import worktree_set

        is_new = worktree_set.begin(host.top, steps)
    outcomes = cloning.carry_out(steps, context, host, screen, jobs=options.jobs, answers_on_stdout=is_for_programs)
    if options.worktree:
        worktree_set.end(host.top, outcomes, is_new=is_new)
    if is_for_programs:
        screen.show(forms.render(options.form, clone, outcomes))
    return FAILED if any(outcome.state == "failed" for outcome in outcomes) else 0


def _planned(context: Context, wanted: list[str], options: Clone) -> tuple[Context, HostFacts, list[Step | Worktree]]:
    """Return the context in which clones are made, the facts of the host that they are for, and the plan."""
    plan_options = PlanOptions(
        options.depth, options.filter, options.full, options.revision, options.build, cloning.build_jobs(options.jobs)
    )
    if options.worktree:
        from git_subprojects.commands.clone_project import worktree_set

        return worktree_set.planned(context, wanted, plan_options)
    from git_subprojects.workspace.inspect import inspect
    from git_subprojects.workspace.plan import plan as planned

    facts = inspect(context.the_host(), context.manifest, wanted, is_host=context.is_host)
    return context, facts.host, [*planned(context.manifest, facts.host, wanted, facts.projects, plan_options)]


def _warn_of_host(context: Context, screen: Screen) -> None:
    """Say that a frozen manifest was made at another commit of the host."""
    wanted, host = context.manifest.host.revision, context.the_host()
    if wanted is None or not context.is_host or host.git.commit("HEAD") == wanted:
        return
    name = context.manifest.host.name
    screen.warning(f"{name} is not at {wanted}, where the manifest was frozen: git checkout {wanted}")


def _check_values(options: Clone) -> None:
    for option, value, check in (
        ("filter", options.filter, values.object_filter),
        ("revision", options.revision, values.revision),
    ):
        expected = None if value is None else check(value)
        if expected is not None:
            raise Error(f"--{option}: expected {expected}, found '{value}'", code=USAGE)
