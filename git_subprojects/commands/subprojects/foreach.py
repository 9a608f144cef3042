"""``git subprojects foreach``: runs a command in every clone."""

from __future__ import annotations

import os
import sys

from git_subprojects.cli.options import WithManifest, flag, form, option, rest, whole_number
from git_subprojects.commands.subprojects.options import EXCLUDE, InClones
from git_subprojects.errors import FAILED, USAGE, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from git_subprojects.cli.headings import Headings
    from git_subprojects.cli.screen import Screen
    from git_subprojects.context.context import Context
    from git_subprojects.system.parallel import Done, Task
    from git_subprojects.workspace.facts import State

DESCRIPTION = "Run a command in each clone."


class Options(InClones, WithManifest):
    """What is run where."""

    exclude: tuple[str, ...] = EXCLUDE
    jobs: int | None = option(
        "-j", "--jobs", metavar="N", read=whole_number, about="run N at the same time; with 1, each has the terminal"
    )
    interleave: bool = flag("--interleave", about="show each line as it comes, with the name before it")
    form: str = form()
    command: tuple[str, ...] = rest("[--] COMMAND [ARGUMENT...]", about="the command; a single word is for the shell")


def run(options: Options, screen: Screen) -> int:
    """Run the command in each clone that is asked for; return the exit status.

    One word is for the shell, several are the program and its arguments. Alone (``-j1``) it has the terminal.

    Raises:
        Error: no command is given.
    """
    from git_subprojects.cli.headings import Headings
    from git_subprojects.context.context import current_context
    from git_subprojects.context.selection import cloned
    from git_subprojects.system.parallel import Task, interleaved

    command = options.command[1:] if options.command[:1] == ("--",) else options.command
    if not command:
        raise Error("no command is given", "git subprojects foreach -- git status --short", USAGE)
    context = current_context(options.manifest, screen, use_cache=True)
    chosen = cloned(context, options.project, options.group, options.exclude)
    failures = chosen.failures
    words = ("sh", "-c", *command) if len(command) == 1 else command
    tasks = [Task(state.name, words, state.path, _environment(context, state)) for state in chosen.clones]
    jobs = options.jobs or os.cpu_count() or 1
    if options.form != "text":
        ended = _answer(tasks, jobs, options.form, screen)
    elif options.interleave:
        ended = list(interleaved(tasks, jobs, _write_line))
    else:
        ended = list(_headed(tasks, jobs, Headings(sys.stdout.buffer, shown=not screen.quiet, of_all=True)))
    for done in ended:
        if done.status != 0:
            screen.error(f"{done.task.name}: {_failure(done)}")
    for refused in failures:
        screen.error(refused.message, refused.hint)
    if not tasks and not failures:
        screen.note("no project is cloned; git subprojects list shows what there is")
    return FAILED if failures or any(done.status != 0 for done in ended) else 0


def _failure(done: Done) -> str:
    """Return in words how a command has failed."""
    if done.error is not None:
        return f"{done.task.words[0]} cannot be started: {done.error}"
    if done.status < 0:
        return f"{done.task.words[0]} was ended by signal {-done.status}"
    return f"{done.task.words[0]} ended with status {done.status}"


def _headed(tasks: list[Task], jobs: int, headings: Headings) -> Iterator[Done]:
    """Run the tasks, and write what each writes below its heading."""
    from git_subprojects.system.parallel import Done, in_order
    from git_subprojects.system.processes import attended

    if jobs > 1:
        for done in in_order(tasks, jobs, headings.write):
            headings.finish(done)
            yield done
        return
    for task in tasks:
        headings.begin(task)
        try:
            yield Done(task, attended(task.words, task.directory, task.environment))
        except OSError as error:
            yield Done(task, 127, error=error.strerror)


def _write_line(task: Task, line: bytes, is_error: bool) -> None:  # noqa: FBT001 - interleaved calls it so
    stream = sys.stderr.buffer if is_error else sys.stdout.buffer
    stream.write(task.name.encode() + b": " + line)
    stream.flush()


def _answer(tasks: list[Task], jobs: int, form: str, screen: Screen) -> list[Done]:
    """Run the tasks, and answer with what each has written."""
    from git_subprojects.output import foreach, forms
    from git_subprojects.system.parallel import in_order
    from git_subprojects.workspace.outcome import Ran

    outputs = {task.name: b"" for task in tasks}

    def write(task: Task, chunk: bytes) -> None:
        outputs[task.name] += chunk

    ended = list(in_order(tasks, jobs, write))
    runs = [
        Ran(task.name, task.directory, status, outputs[task.name], stderr, error)
        for task, status, stderr, error in ended
    ]
    screen.show(forms.render(form, foreach, runs))
    return ended


def _environment(context: Context, state: State) -> Mapping[str, str]:
    from git_subprojects.git import refs
    from git_subprojects.git.process import without_repository
    from git_subprojects.workspace.fetch_clone import REMOTE

    host = context.the_host()
    project = context.manifest.projects[state.name]
    head = refs.remote_head(context.git, state.path, REMOTE)
    return without_repository(os.environ) | {
        "SUBPROJECT_NAME": state.name,
        "SUBPROJECT_PATH": state.path,
        "SUBPROJECT_REVISION": state.pin or project.branch or head or "",
        "SUBPROJECT_HOST": host.top or host.anchor,
    }
