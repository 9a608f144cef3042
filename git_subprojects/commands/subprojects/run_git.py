"""``git subprojects grep``, ``diff`` and ``log``: git's own, in every clone."""

from __future__ import annotations

import os
import sys

from git_subprojects.cli.options import WithManifest, option, rest, whole_number
from git_subprojects.commands.subprojects.options import EXCLUDE, InClones
from git_subprojects.errors import FAILED, USAGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.context.context import Context
    from git_subprojects.system.parallel import Done

_ANSWERS = (0, 1)
"""The statuses of git that are no failure: 1 is that of a grep that found nothing, and of diff --exit-code."""


class _Git(InClones):
    """Where it is run, by options that git itself does not have: -q, -v, -j and log's --exclude are git's."""

    manifest: str | None = WithManifest.manifest
    jobs: int | None = option("--jobs", metavar="N", read=whole_number, about="run N at the same time")
    words: tuple[str, ...]


class _Verb:
    """A git command that is run in every clone; ``color`` is the setting that says whether it writes in colour."""

    def __init__(self, command: str, color: str, description: str, options: type[_Git]) -> None:
        self.command = command
        self.color = color
        self.DESCRIPTION = f"{description} All words from the first that is not listed below on are git {command}'s."
        self.Options = options

    def run(self, options: _Git, screen: Screen) -> int:
        """Run it, with the words that are git's, in each clone that is asked for.

        Return the exit status: that of git where all agree; of grep, 0 if any has found something, and of diff with
        --exit-code, 1 if any has.
        """
        from git_subprojects.cli.headings import Headings
        from git_subprojects.cli.pager import paged
        from git_subprojects.context.context import current_context
        from git_subprojects.context.selection import cloned
        from git_subprojects.system.parallel import Task, in_order

        context = current_context(options.manifest, screen, use_cache=True)
        chosen = cloned(context, options.project, options.group, options.exclude)
        failures = chosen.failures
        words = ["git", "--no-pager", *self._in_color(context), self.command, *options.words]
        tasks = [
            Task(state.name, words, state.path, {**context.git.elsewhere(state.path).environment, "LC_ALL": "C"})
            for state in chosen.clones
        ]
        ended: list[Done] = []
        with paged(context.git, self.command) as stream:
            headings = Headings(stream, shown=not screen.quiet)
            for done in in_order(tasks, options.jobs or os.cpu_count() or 1, headings.write):
                ended.append(done)
                if done.status == USAGE:
                    break
        for refused in failures:
            screen.error(refused.message, refused.hint)
        return self._report(ended, screen) or (FAILED if failures else 0)

    def _in_color(self, context: Context) -> list[str]:
        """Return what lets git write in colour to a pipe, where the user wants to see it so."""
        words = ("config", "--get-colorbool", self.color, "true")
        if not sys.stdout.isatty() or context.git.output(*words) != b"true\n":
            return []
        return ["-c", f"{self.color}=always"]

    def _report(self, ended: list[Done], screen: Screen) -> int:
        """Say what has failed, and return the exit status."""
        from git_subprojects.git.process import GitError

        if ended and ended[-1].status == USAGE:
            sys.stderr.write(ended[-1].stderr.decode("utf-8", "replace"))
            return USAGE
        for done in ended:
            if done.error is not None or done.status not in _ANSWERS:
                message = done.error or GitError((self.command,), done.status, done.stderr).message
                screen.error(f"{done.task.name}: {message}")
            else:
                for line in done.stderr.decode("utf-8", "replace").splitlines():
                    screen.say(f"{done.task.name}: {line}")
        statuses = {done.status for done in ended}
        if statuses.difference(_ANSWERS):
            return FAILED
        return FAILED if (0 not in statuses if self.command == "grep" else 1 in statuses) else 0


class _Grep(_Git):
    exclude: tuple[str, ...] = EXCLUDE
    words: tuple[str, ...] = rest("GIT-GREP-WORDS...", about="options and arguments of git grep")


class _Diff(_Git):
    exclude: tuple[str, ...] = EXCLUDE
    words: tuple[str, ...] = rest("[GIT-DIFF-WORDS...]", about="options and arguments of git diff")


class _Log(_Git):
    words: tuple[str, ...] = rest("[GIT-LOG-WORDS...]", about="options and arguments of git log")


grep = _Verb("grep", "color.grep", "Search each clone.", _Grep)
diff = _Verb("diff", "color.diff", "Show what is changed in each clone.", _Diff)
log = _Verb("log", "color.diff", "Show the commits of each clone.", _Log)
