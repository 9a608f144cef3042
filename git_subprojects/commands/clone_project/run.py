"""Clones the projects that are named: context → select → inspect → plan → execute → output."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from git_subprojects.commands import cloning
from git_subprojects.context.context import current_context
from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.manifest import values
from git_subprojects.output import clone, forms
from git_subprojects.workspace.inspect import inspect
from git_subprojects.workspace.plan import Options, Refused, left_out_by_default, names_any, plan, select

if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.clone_project.options import Clone
    from git_subprojects.context.context import Context


def run(options: Clone, screen: Screen) -> int:
    """Clone, or with ``--dry-run`` show the plan; return the exit status."""
    _check_values(options)
    if not (options.all or names_any(options.projects, options.group)):
        raise Error("which project?", "git clone-project --list shows what there is", USAGE)
    context = current_context(options.manifest, screen)
    _warn_of_host(context, screen)
    wanted, unknown = select(
        context.manifest,
        options.projects,
        options.group,
        excluded=options.exclude,
        everything=options.all,
        by_default=True,
    )
    if options.all:
        _say_what_is_left_out(context, {*wanted, *options.exclude}, screen)
    jobs = cloning.build_jobs(options.jobs)
    extent = Options(
        options.depth, options.filter, options.full, options.revision, options.build, jobs, options.manifest
    )
    host = context.the_host()
    if options.worktree:
        from git_subprojects.commands.clone_project import worktree_set

        host, facts, planned = worktree_set.planned(context, wanted, extent)
    else:
        inspected = inspect(host, context.manifest, wanted, is_host=context.is_host)
        facts = inspected.host
        planned = [*plan(context.manifest, facts, wanted, inspected.projects, extent)]
    steps = [*unknown, *planned]
    if options.dry_run:
        from git_subprojects.output import plan as plan_output
        from git_subprojects.workspace.worktree_plan import Plan

        paths = {step.path: os.path.relpath(step.path) for step in steps if not isinstance(step, Refused)}
        screen.show(forms.render(options.form, plan_output, Plan(steps, paths)))
        return FAILED if any(isinstance(step, Refused) for step in steps) else 0
    is_for_programs = options.form != "text"
    if options.worktree:
        is_new = worktree_set.claim(facts.top, planned)
    outcomes = cloning.execute(
        steps, context, facts, screen, host=host, jobs=options.jobs, answers_on_stdout=is_for_programs
    )
    if options.worktree and is_new:
        worktree_set.give_up_unused(facts.top, outcomes)
    if is_for_programs:
        screen.show(forms.render(options.form, clone, outcomes))
    return FAILED if any(outcome.state == "failed" or outcome.is_stale for outcome in outcomes) else 0


def _say_what_is_left_out(context: Context, known: set[str], screen: Screen) -> None:
    left = [name for name in left_out_by_default(context.manifest) if name not in known]
    if left:
        screen.note(f"left out, as workspace.groups says: {' '.join(left)}")


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
