"""Executes a plan of clones, shows its progress, and says what comes next."""

import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress

from git_subprojects.cli.progress import meter
from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import Context
from git_subprojects.context.network import jobs as transfers
from git_subprojects.context.network import settings
from git_subprojects.errors import Error
from git_subprojects.manifest.model import Project
from git_subprojects.output import clone as clone_output
from git_subprojects.plural import counted
from git_subprojects.workspace import build, siblings
from git_subprojects.workspace.facts import HostFacts
from git_subprojects.workspace.outcome import Outcome
from git_subprojects.workspace.plan import Clone, Refused, Step, filled_in
from git_subprojects.workspace.progress import Progress
from git_subprojects.workspace.repository import BASE_REMOTE, Repository
from git_subprojects.workspace.run_plan import Run, failed
from git_subprojects.workspace.strays import remember
from git_subprojects.workspace.urls import resolve_url
from git_subprojects.workspace.worktree_plan import Worktree

MOST_EXPLAINED = 3
"""For so many new projects the next steps are shown for each; of more, for one."""

NEXT = "advice.subprojectsNext"


def execute(
    steps: Sequence[Step | Worktree],
    context: Context,
    facts: HostFacts,
    screen: Screen,
    *,
    host: Repository | None = None,
    jobs: int | None = None,
    answers_on_stdout: bool = False,
) -> list[Outcome]:
    """Execute a plan and show its progress; return the outcomes in the order of the steps.

    New clones become siblings of ``host``, if it is another than the context's. ``jobs`` is how many clones are made at
    the same time; with ``answers_on_stdout`` what builds write goes elsewhere.
    """
    owner = host or context.the_host()
    clones = [step for step in steps if isinstance(step, Clone | Worktree)]
    names = [step.name for step in clones]
    shown = meter(screen, names)

    def say(name: str, message: str) -> None:
        screen.warning(f"{name}: {message}")

    def show(name: str, progress: Progress) -> None:
        rest = " ".join(filter(None, (progress.size, progress.speed)))
        shown.show(name, progress.phase, progress.done, progress.total, rest)

    run = Run(
        context.git, settings(context), lambda path: siblings.link(path, owner), say, show, can_ask=screen.can_ask
    )
    for step in clones:
        first = step.first if isinstance(step, Worktree) else step
        if first is not None:
            screen.note(f"{step.name}: cloning {first.urls[0]} to {os.path.relpath(first.path)}")
    outcomes: dict[str, Outcome] = {}
    with shown:
        for outcome in run.all(steps, transfers(jobs, context)):
            if outcome.name in names:
                shown.finish(outcome.name)
            outcomes[outcome.name] = _explained(outcome, owner, context.manifest.projects.get(outcome.name))
            if not _can_log_in(outcome, screen):
                _report(outcomes[outcome.name], screen)
    for step in clones:
        if _can_log_in(outcomes[step.name], screen):
            screen.note(f"{step.name}: trying once more; git may ask you to log in")
            outcome = run.one(step, foreground=True)
            outcomes[step.name] = _explained(outcome, owner, context.manifest.projects.get(step.name))
            _report(outcomes[step.name], screen)
    made = [each for each in outcomes.values() if each.state in ("cloned", "linked") or each.is_unfinished]
    remember(owner, [outcome.path for outcome in made])
    output = sys.stderr.fileno() if answers_on_stdout else None
    answer = [_built(step, outcomes[step.name], context, screen, output) for step in steps]
    _report_failures(answer, screen)
    if context.config.flag(NEXT, default=True):
        _say_what_is_next(answer, context, facts, build_jobs(jobs), screen)
    return answer


def clone(context: Context, name: str, screen: Screen, *, answers_on_stdout: bool = False) -> None:
    """Clone one project as the manifest says, for a command that needs it. Raises Error where that fails."""
    from git_subprojects.workspace.inspect import inspect
    from git_subprojects.workspace.plan import Options, plan

    inspected = inspect(context.the_host(), context.manifest, [name], is_host=context.is_host)
    steps = plan(context.manifest, inspected.host, [name], inspected.projects, Options())
    (outcome,) = execute(steps, context, inspected.host, screen, answers_on_stdout=answers_on_stdout)
    if outcome.state == "failed":
        raise Error(f"{name} cannot be cloned, for the reason above")


def build_jobs(jobs: int | None) -> int:
    """Return what ``{jobs}`` stands for in a build command: what -j says, else the cores."""
    return jobs or os.cpu_count() or 1


def _can_log_in(outcome: Outcome, screen: Screen) -> bool:
    """Return whether a clone failed for want of a password, and git can ask the user for one."""
    return outcome.failure == "auth" and screen.can_ask


def _report(outcome: Outcome, screen: Screen) -> None:
    if outcome.state == "failed":
        screen.error(f"{outcome.name}: {outcome.message}", outcome.hint)
        return
    screen.note(clone_output.outcome(outcome, os.path.relpath(outcome.path)))
    for note in outcome.notes:
        screen.warning(f"{outcome.name}: {note}")


def _explained(outcome: Outcome, owner: Repository, project: Project | None) -> Outcome:
    """Return an outcome with what else a relative URL may mean, where nobody answers there: origin may be a fork."""
    url = (None if project is None else project.url) or ""
    if outcome.failure not in ("auth", "gone") or not url.startswith("."):
        return outcome
    for remote, base in owner.other_bases().items():
        with suppress(ValueError):
            command = f"git config {BASE_REMOTE} {shlex.quote(remote)}"
            hint = f"{url} starts from {owner.base_url}; from {remote} it is {resolve_url(base, url)}: {command}"
            return outcome._replace(hint="\n".join(filter(None, (outcome.hint, hint))))
    return outcome


def _built(step: Step | Worktree, outcome: Outcome, context: Context, screen: Screen, output: int | None) -> Outcome:
    """Run the step's build commands if it has any and all went well so far; they write to ``output``."""
    if isinstance(step, Refused) or step.build is None or outcome.state == "failed":
        return outcome
    try:
        build.run(
            step.build,
            context.git.environment,
            top=step.path,
            say=lambda message: screen.note(f"{step.name}: {message}"),
            output=output,
        )
    except Error as error:
        outcome = failed(step.name, error, path=step.path)
        _report(outcome, screen)
        return outcome
    screen.note(f"{step.name}: built")
    return outcome._replace(built=True)


def _report_failures(outcomes: list[Outcome], screen: Screen) -> None:
    """Name once more what failed where other projects' messages came after."""
    names = [outcome.name for outcome in outcomes if outcome.state == "failed"]
    if names and len(outcomes) > 1:
        screen.error(f"{len(names)} of {counted(len(outcomes), 'project')} failed: {', '.join(names)}")


def _say_what_is_next(outcomes: list[Outcome], context: Context, host: HostFacts, jobs: int, screen: Screen) -> None:
    """Say what comes next, in words that can be pasted; of many projects, for one of them."""
    new = [outcome for outcome in outcomes if outcome.state in ("cloned", "linked", "in-tree")]
    if not new:
        return
    lines = []
    for outcome in new if len(new) <= MOST_EXPLAINED else new[-1:]:
        project = context.manifest.projects[outcome.name]
        commands = [] if outcome.built else [filled_in(command, jobs, host) for command in project.build]
        lines.append(clone_output.next_steps(project, os.path.relpath(outcome.path), commands))
    if len(new) > MOST_EXPLAINED:
        lines.append("and so on for the others")
    screen.hint("\n".join(lines), NEXT)
