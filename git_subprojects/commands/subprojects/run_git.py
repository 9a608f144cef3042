"""``git subprojects grep``, ``diff`` and ``log``: git's own, in every clone."""

import argparse
import os
import sys

from git_subprojects.cli.headings import Headings
from git_subprojects.cli.pager import paged
from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import Context, current_context
from git_subprojects.context.selection import cloned
from git_subprojects.errors import FAILED, USAGE
from git_subprojects.git.process import GitError
from git_subprojects.system.parallel import Done, Task, in_order

_COLOUR = {"grep": "color.grep", "diff": "color.diff", "log": "color.diff"}
_ANSWERS = (0, 1)
"""The statuses of git that are no failure: 1 is that of a grep that found nothing, and of diff --exit-code."""


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Run the git command of that name, with the words that are git's, in each clone that is asked for.

    Return the exit status: that of git where all agree; of grep, 0 if any has found something, and of diff with
    --exit-code, 1 if any has.
    """
    context = current_context(arguments.manifest, screen, kept=True)
    chosen = cloned(context, getattr(arguments, "project", []), getattr(arguments, "group", []))
    command = arguments.command
    words = ["git", "--no-pager", *_in_colour(context, command), command, *arguments.words]
    tasks = [
        Task(one.name, words, one.path, {**context.git.elsewhere(one.path).environment, "LC_ALL": "C"})
        for one in chosen.clones
    ]
    ended: list[Done] = []
    with paged(context.git, command) as stream:
        headings = Headings(stream, shown=not screen.quiet)
        for done in in_order(tasks, getattr(arguments, "jobs", None) or os.cpu_count() or 1, headings.write):
            ended.append(done)
            if done.status == USAGE:
                break
    for one in chosen.refused:
        screen.error(one.message, one.hint)
    return _told(command, ended, screen) or (FAILED if chosen.refused else 0)


def _in_colour(context: Context, command: str) -> list[str]:
    """Return what lets git write in colour to a pipe, where the user wants to see it so."""
    key = _COLOUR[command]
    if not sys.stdout.isatty() or context.git.output("config", "--get-colorbool", key, "true") != b"true\n":
        return []
    return ["-c", f"{key}=always"]


def _told(command: str, ended: list[Done], screen: Screen) -> int:
    """Say what has failed, and return the exit status."""
    if ended and ended[-1].status == USAGE:
        sys.stderr.write(ended[-1].stderr.decode("utf-8", "replace"))
        return USAGE
    for done in ended:
        if done.error is not None or done.status not in _ANSWERS:
            screen.error(f"{done.task.name}: {done.error or GitError((command,), done.status, done.stderr).message}")
        else:
            for line in done.stderr.decode("utf-8", "replace").splitlines():
                screen.say(f"{done.task.name}: {line}")
    statuses = {done.status for done in ended}
    if statuses.difference(_ANSWERS):
        return FAILED
    return FAILED if (0 not in statuses if command == "grep" else 1 in statuses) else 0
