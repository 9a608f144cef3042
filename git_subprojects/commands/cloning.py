"""Carries a plan of clones out before the user's eyes, and says what comes next."""

import os
import sys

from git_subprojects.cli.progress import meter
from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import Context
from git_subprojects.context.network import jobs as transfers
from git_subprojects.context.network import settings
from git_subprojects.errors import Error
from git_subprojects.output import clone as render
from git_subprojects.plural import counted
from git_subprojects.workspace import build as builds
from git_subprojects.workspace import siblings
from git_subprojects.workspace.facts import HostFacts
from git_subprojects.workspace.outcome import Outcome
from git_subprojects.workspace.plan import Clone, Refused, Step, filled_in
from git_subprojects.workspace.progress import Progress
from git_subprojects.workspace.run_plan import Run, failed
from git_subprojects.workspace.worktree_plan import Worktree

MOST_EXPLAINED = 3
"""Of how many projects each is told what can be done with it."""

NEXT = "advice.subprojectsNext"


def carry_out(
    steps: list[Step | Worktree],
    context: Context,
    about: HostFacts,
    screen: Screen,
    *,
    jobs: int | None = None,
    answers_on_stdout: bool = False,
) -> list[Outcome]:
    """Carry the steps out, reporting what becomes of each; return the outcomes in the order of the steps.

    ``jobs`` is how many clones are made at the same time; with ``answers_on_stdout`` what builds write goes elsewhere.
    """
    host = context.the_host()
    clones = [step for step in steps if isinstance(step, Clone | Worktree)]
    shown = meter(screen, [step.name for step in clones])

    def say(name: str, message: str) -> None:
        screen.warning(f"{name}: {message}")

    def show(name: str, progress: Progress) -> None:
        rest = " ".join(filter(None, (progress.size, progress.speed)))
        shown.show(name, progress.phase, progress.done, progress.total, rest)

    run = Run(context.git, settings(context), lambda path: siblings.link(path, host), say, show)
    for step in clones:
        first = step.first if isinstance(step, Worktree) else step
        if first is not None:
            screen.note(f"{step.name}: cloning {first.urls[0]} to {os.path.relpath(first.path)}")
    found: dict[str, Outcome] = {}
    with shown:
        for one in run.all(steps, transfers(jobs, context)):
            found[one.name] = one
            if one.name in {step.name for step in clones}:
                shown.finish(one.name)
            if not _can_log_in(one, screen):
                _tell(one, screen)
    for step in clones:
        if _can_log_in(found[step.name], screen):
            screen.note(f"{step.name}: trying once more; git may ask you to log in")
            found[step.name] = run.one(step, foreground=True)
            _tell(found[step.name], screen)
    for planned in steps:
        found[planned.name] = _built(planned, found[planned.name], context, screen, answers_on_stdout=answers_on_stdout)
    outcomes = [found[step.name] for step in steps]
    _tell_failures(outcomes, screen)
    if context.config.flag(NEXT, default=True):
        _tell_next(outcomes, context, about, build_jobs(jobs), screen)
    return outcomes


def clone(context: Context, name: str, screen: Screen, *, answers_on_stdout: bool = False) -> None:
    """Clone one project as the manifest says, for a command that needs it. Raises Error where that fails."""
    from git_subprojects.workspace.inspect import inspect
    from git_subprojects.workspace.plan import Options, plan

    facts = inspect(context.the_host(), context.manifest, [name], is_host=context.is_host)
    steps: list[Step | Worktree] = [*plan(context.manifest, facts.host, [name], facts.projects, Options())]
    outcomes = carry_out(steps, context, facts.host, screen, answers_on_stdout=answers_on_stdout)
    if any(outcome.state == "failed" for outcome in outcomes):
        raise Error(f"{name} cannot be cloned, for the reason above")


def build_jobs(jobs: int | None) -> int:
    """Return what ``{jobs}`` stands for in a build command: what -j says, else the cores."""
    return jobs or os.cpu_count() or 1


def _can_log_in(outcome: Outcome, screen: Screen) -> bool:
    """Return whether a clone failed for want of a password, and git can ask the user for one."""
    return outcome.failure == "auth" and screen.can_ask


def _tell(one: Outcome, screen: Screen) -> None:
    if one.state == "failed":
        screen.error(f"{one.name}: {one.message}", one.hint)
        return
    screen.note(render.outcome(one, os.path.relpath(one.path)))
    for note in one.notes:
        screen.warning(f"{one.name}: {note}")


def _built(
    step: Step | Worktree, one: Outcome, context: Context, screen: Screen, *, answers_on_stdout: bool
) -> Outcome:
    """Run the step's build commands if it has any and all went well so far."""
    if isinstance(step, Refused) or step.build is None or one.state == "failed":
        return one
    try:
        builds.run(
            step.build,
            context.git.environment,
            top=step.path,
            say=lambda message: screen.note(f"{one.name}: {message}"),
            output=sys.stderr.fileno() if answers_on_stdout else None,
        )
    except Error as error:
        broken = failed(one.name, error, path=one.path)
        _tell(broken, screen)
        return broken
    screen.note(f"{one.name}: built")
    return one._replace(built=True)


def _tell_failures(outcomes: list[Outcome], screen: Screen) -> None:
    """Name once more what failed where other projects' messages came after."""
    names = [one.name for one in outcomes if one.state == "failed"]
    if names and len(outcomes) > 1:
        screen.error(f"{len(names)} of {counted(len(outcomes), 'project')} failed: {', '.join(names)}")


def _tell_next(outcomes: list[Outcome], context: Context, host: HostFacts, jobs: int, screen: Screen) -> None:
    """Say what comes next, in words that can be pasted; of many projects, for one of them."""
    new = [one for one in outcomes if one.state in ("cloned", "linked", "in-tree")]
    if not new:
        return
    lines = []
    for one in new if len(new) <= MOST_EXPLAINED else new[-1:]:
        project = context.manifest.projects[one.name]
        commands = () if one.built else project.build
        filled = [filled_in(command, jobs, host) for command in commands]
        lines.append(render.next_steps(project, os.path.relpath(one.path), filled))
    if len(new) > MOST_EXPLAINED:
        lines.append("and so on for the others")
    screen.hint("\n".join(lines), NEXT)
