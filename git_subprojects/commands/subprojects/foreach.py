"""``git subprojects foreach``: runs a command in every clone."""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping

from git_subprojects.cli.headings import Headings
from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import Context, current_context
from git_subprojects.context.selection import cloned
from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.git import refs as layout
from git_subprojects.git.process import LOCAL_VARIABLES
from git_subprojects.output.forms import as_json
from git_subprojects.system.parallel import Done, Task, in_order, interleaved
from git_subprojects.system.processes import attended
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.fetch import REMOTE


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Run the command in each clone that is asked for; return the exit status.

    One word is for the shell, several are the program and its arguments. Alone (``-j1``) it has the terminal.

    Raises:
        Error: no command is given.
    """
    command = arguments.words[1:] if arguments.words[:1] == ["--"] else arguments.words
    if not command:
        raise Error("no command is given", "git subprojects foreach -- git status --short", USAGE)
    context = current_context(arguments.manifest, screen, kept=True)
    chosen = cloned(context, getattr(arguments, "project", []), getattr(arguments, "group", []))
    words = ["sh", "-c", command[0]] if len(command) == 1 else command
    tasks = [Task(one.name, words, one.path, _environment(context, one)) for one in chosen.clones]
    jobs = getattr(arguments, "jobs", None) or os.cpu_count() or 1
    if arguments.json:
        ended = _answered(tasks, jobs, screen)
    elif getattr(arguments, "interleave", False):
        ended = list(interleaved(tasks, jobs, _write_line))
    else:
        ended = list(_headed(tasks, jobs, Headings(sys.stdout.buffer, shown=not screen.quiet, of_all=True)))
    for done in ended:
        if done.status != 0:
            screen.error(f"{done.task.name}: {what(done)}")
    for one in chosen.refused:
        screen.error(one.message, one.hint)
    if not tasks and not chosen.refused:
        screen.note("no project is cloned; git subprojects list shows what there is")
    return FAILED if chosen.refused or any(done.status != 0 for done in ended) else 0


def what(done: Done) -> str:
    """Return in words how a command has failed."""
    if done.error is not None:
        return f"{done.task.words[0]} cannot be started: {done.error}"
    if done.status < 0:
        return f"{done.task.words[0]} was ended by signal {-done.status}"
    return f"{done.task.words[0]} ended with status {done.status}"


def _headed(tasks: list[Task], jobs: int, headings: Headings) -> Iterator[Done]:
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


def _write_line(task: Task, line: bytes, is_error: bool) -> None:  # noqa: FBT001 - batch calls it so
    stream = sys.stderr.buffer if is_error else sys.stdout.buffer
    stream.write(task.name.encode() + b": " + line)
    stream.flush()


def _answered(tasks: list[Task], jobs: int, screen: Screen) -> list[Done]:
    outputs: dict[str, bytes] = {task.name: b"" for task in tasks}

    def write(task: Task, chunk: bytes) -> None:
        outputs[task.name] += chunk

    ended = list(in_order(tasks, jobs, write))
    projects = [
        {
            "name": done.task.name,
            "path": done.task.directory,
            "status": done.status,
            "output": outputs[done.task.name].decode("utf-8", "replace"),
            "messages": done.stderr.decode("utf-8", "replace"),
            "error": done.error,
        }
        for done in ended
    ]
    screen.answer(as_json(projects=projects))
    return ended


def _environment(context: Context, one: State) -> Mapping[str, str]:
    host = context.the_host()
    project = context.manifest.projects[one.name]
    head = layout.remote_head(layout.common_dir(layout.git_dir(one.path)), REMOTE)
    kept = {key: value for key, value in os.environ.items() if key not in LOCAL_VARIABLES}
    return kept | {
        "SUBPROJECT_NAME": one.name,
        "SUBPROJECT_PATH": one.path,
        "SUBPROJECT_REVISION": one.pin or project.branch or head or "",
        "SUBPROJECT_HOST": host.top or host.anchor,
    }
