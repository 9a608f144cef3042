"""``git clone-project``: clone the neighbours of this repository that its manifest names."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from git_subprojects.cli.parser import Parser
    from git_subprojects.cli.screen import Screen
    from git_subprojects.context.context import Context
    from git_subprojects.workspace.facts import HostFacts
    from git_subprojects.workspace.plan import Options, Step
    from git_subprojects.workspace.worktree_plan import Worktree

NAME = "clone-project"

USAGE = """git clone-project [-j N] [--build] [--dry-run] [--depth N | --filter SPEC | --full] [--revision REV]
                         [--worktree] [--manifest FILE|REV:PATH] [--json] [-q | -v]
                         (PROJECT... | --group G... | --all)
   or: git clone-project --list [--group G...] [--json]"""

DESCRIPTION = """Clone the projects that this repository's manifest (subprojects.toml) names, beside it,
each at the revision that fits this repository's version."""

EPILOG = """Asking again does no harm: what is there already is reported and left as it is.
Run it in the repository itself, in a clone made by it, or with git -C."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the command with ``words`` (None: those of the process) and return its exit status."""
    if "_ARGCOMPLETE" in os.environ:
        from git_subprojects.cli.completion import complete

        return complete(NAME, parser, os.environ)
    from git_subprojects.cli.run import run

    return run(parser, clone_project, words)


def parser() -> Parser:
    """Return the parser of the command line."""
    from git_subprojects.cli import parser as common

    made = common.parser(f"git {NAME}", USAGE, DESCRIPTION, EPILOG)
    made.add_argument("projects", metavar="PROJECT", nargs="*", help="a project of the manifest")
    made.add_argument("--all", action="store_true", help="every project of the manifest")
    made.add_argument("--group", metavar="G", action="append", default=[], help="every project of this group")
    made.add_argument("--list", action="store_true", help="show what there is instead of cloning")
    made.add_argument("-n", "--dry-run", action="store_true", help="show what would be done instead of doing it")
    made.add_argument(
        "-j", "--jobs", metavar="N", type=common.count, help="clone N at the same time; in a build, {jobs} is N"
    )
    made.add_argument(
        "--worktree", action="store_true", help="in a linked work tree: give it siblings of its own, linked too"
    )
    made.add_argument("--build", action="store_true", help="then run each project's build commands")
    extent = made.add_mutually_exclusive_group()
    extent.add_argument("--depth", metavar="N", type=common.count, help="clone only the last N commits")
    extent.add_argument("--filter", metavar="SPEC", help="clone without some objects, such as blob:none")
    extent.add_argument("--full", action="store_true", help="clone everything, whatever the manifest says")
    made.add_argument("--revision", metavar="REV", help="stand on this branch, tag or commit, not on what fits")
    return made


def clone_project(arguments: argparse.Namespace, screen: Screen) -> int:
    """Carry the command out; return its exit status."""
    from git_subprojects.commands import cloning
    from git_subprojects.context.context import current_context
    from git_subprojects.errors import FAILED, USAGE, Error
    from git_subprojects.output import clone as render
    from git_subprojects.workspace.plan import Options, Refused, select

    _check_values(arguments)
    asked = arguments.all or any(word.strip(",") for word in (*arguments.projects, *arguments.group))
    if arguments.list:
        if arguments.projects or arguments.all:
            raise Error("--list goes with --group at most", "git clone-project --list", USAGE)
        from git_subprojects.commands.subprojects import list as listing

        return listing.run(arguments, screen)
    if not asked:
        raise Error("which project?", "git clone-project --list shows what there is", USAGE)
    context = current_context(arguments.manifest, screen)
    _warn_of_host(context, screen)
    wanted, unknown = select(context.manifest, arguments.projects, arguments.group, everything=arguments.all)
    jobs = cloning.build_jobs(arguments)
    options = Options(arguments.depth, arguments.filter, arguments.full, arguments.revision, arguments.build, jobs)
    context, about, planned = _planned(context, wanted, options, own=arguments.worktree)
    steps = [*unknown, *planned]
    if arguments.dry_run:
        paths = {step.path: os.path.relpath(step.path) for step in steps if not isinstance(step, Refused)}
        screen.answer(render.steps_json(steps) if arguments.json else render.steps(steps, paths))
        return FAILED if any(isinstance(step, Refused) for step in steps) else 0
    if arguments.worktree:
        from git_subprojects.commands.clone_project import worktree_set as own_set

        is_new = own_set.begin(about.top, steps)
        outcomes = cloning.carry_out(steps, context, about, arguments, screen)
        own_set.end(about.top, outcomes, is_new=is_new)
    else:
        outcomes = cloning.carry_out(steps, context, about, arguments, screen)
    if arguments.json:
        screen.answer(render.outcomes_json(outcomes))
    return FAILED if any(one.state == "failed" for one in outcomes) else 0


def _planned(
    context: Context, wanted: list[str], options: Options, *, own: bool
) -> tuple[Context, HostFacts, list[Step | Worktree]]:
    """Return for which host clones are made, what the plan depends on, and the plan; ``own``: of a set of its own."""
    if own:
        from git_subprojects.commands.clone_project import worktree_set as own_set

        return own_set.planned(context, wanted, options)
    from git_subprojects.workspace import inspect as gather
    from git_subprojects.workspace.plan import plan

    found = gather.facts(context.the_host(), context.manifest, wanted, is_host=context.is_host)
    return context, found.host, [*plan(context.manifest, found.host, wanted, found.projects, options)]


def _warn_of_host(context: Context, screen: Screen) -> None:
    """Say that a frozen manifest was made at another commit of the host."""
    from git_subprojects.workspace.revision import commit_of

    wanted, host = context.manifest.host.revision, context.the_host()
    if wanted is None or not context.is_host or commit_of(host.git, "HEAD") == wanted:
        return
    name = context.manifest.host.name
    screen.warning(f"{name} does not stand on {wanted}, at which the manifest was frozen: git checkout {wanted}")


def _check_values(arguments: argparse.Namespace) -> None:
    from git_subprojects.errors import USAGE, Error
    from git_subprojects.manifest import values

    for option, check in (("filter", values.object_filter), ("revision", values.revision)):
        value = getattr(arguments, option)
        expected = None if value is None else check(value)
        if expected is not None:
            raise Error(f"--{option}: expected {expected}, found '{value}'", code=USAGE)
