"""The terminal: streams, colour, progress, and the one place where an error becomes a message and a status."""

import os
import sys
from collections.abc import Callable, Mapping
from typing import IO, Protocol

from git_subprojects.errors import FATAL, INTERRUPTED, Error, without_credentials

TERMINATED = 143


class Terminated(BaseException):
    """SIGTERM or SIGHUP came; raised where the program happens to be, like KeyboardInterrupt."""


def clean(text: str) -> str:
    """Return ``text`` fit for anybody's eyes: no credentials, no escape sequences or other control characters."""
    lines = without_credentials(text).split("\n")
    return "\n".join(line if line.isprintable() else _escaped(line) for line in lines)


def _escaped(line: str) -> str:
    return "".join(
        c if c == "\t" or c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in line
    )


class Screen:
    """Where a command writes: answers to ``out``, all else to ``err``."""

    def __init__(
        self,
        out: IO[str],
        err: IO[str],
        environment: Mapping[str, str],
        *,
        quiet: bool = False,
        verbose: bool = False,
    ) -> None:
        self.out = out
        self.err = err
        self.quiet = quiet
        self.verbose = verbose
        self._environment = environment
        self.above: Callable[[str], None] | None = None

    @property
    def is_interactive(self) -> bool:
        """Whether somebody looks at the messages, on a terminal that can move its cursor."""
        return self.err.isatty() and self._environment.get("TERM", "dumb") != "dumb"

    @property
    def can_ask(self) -> bool:
        """Whether git may ask the user for a password."""
        return self.is_interactive and self._environment.get("GIT_TERMINAL_PROMPT", "1") not in ("0", "false")

    @property
    def can_confirm(self) -> bool:
        """Whether somebody is there to answer a question."""
        return self.is_interactive and sys.stdin.isatty()

    def confirm(self, question: str) -> bool:
        """Ask a question that is answered by y or n, and return whether it was y; False where nobody can be asked."""
        if not self.can_confirm:
            return False
        self.err.write(f"{clean(question)} [y/N] ")
        self.err.flush()
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    def answer(self, text: str) -> None:
        """Write data that was asked for, before any message that follows."""
        self.data(clean(text))

    def data(self, text: str) -> None:
        """Write a line that is fit for any eyes, such as JSON in ASCII, at once: somebody may wait for it."""
        self.out.write(text + "\n")
        self.out.flush()

    def say(self, text: str) -> None:
        """Write a message to everybody."""
        self._message(text)

    def note(self, text: str) -> None:
        """Write a message, unless the user wants quiet."""
        if not self.quiet:
            self._message(text)

    def detail(self, text: str) -> None:
        """Write a message for those who want more."""
        if self.verbose and not self.quiet:
            self._message(text)

    def warning(self, text: str) -> None:
        """Write what may surprise the user."""
        self._message(_prefixed("warning: ", text))

    def error(self, text: str, hint: str | None = None, *, word: str = "error") -> None:
        """Write what went wrong, and what to try."""
        self._message(_prefixed(f"{word}: ", text))
        if hint is not None:
            self._message(_prefixed("hint: ", hint, every=True))

    def hint(self, text: str, key: str) -> None:
        """Write advice that ``git config KEY false`` turns off; the caller has looked whether it is."""
        self.note(_prefixed("hint: ", f'{text}\nDisable this message with "git config {key} false"', every=True))

    def _message(self, text: str) -> None:
        text = clean(text)
        if self.above is not None:
            self.above(text)
        else:
            self.err.write(text + "\n")
            self.err.flush()


def _prefixed(prefix: str, text: str, *, every: bool = False) -> str:
    first, *rest = text.split("\n")
    indent = prefix if every else " " * len(prefix)
    return "\n".join([prefix + first, *(indent + line for line in rest)])


class Meter(Protocol):
    """Shows how far several transfers are; used from any thread."""

    def __enter__(self) -> "Meter":
        """Begin to show."""

    def __exit__(self, *exception: object) -> None:
        """Leave the screen as it was."""

    def show(self, name: str, phase: str, done: int, total: int | None, rest: str) -> None:
        """Show one transfer: in which phase, how far, and its bytes and speed in words."""

    def finish(self, name: str) -> None:
        """Show one transfer no more."""


class NoMeter:
    """For those who want quiet, and for where no terminal is."""

    def __enter__(self) -> "NoMeter":
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def show(self, name: str, phase: str, done: int, total: int | None, rest: str) -> None:
        """Do nothing."""

    def finish(self, name: str) -> None:
        """Do nothing."""


class LiveMeter:
    """A line for each project, with phase, bar, objects, bytes and speed, and one for all of them."""

    def __init__(self, screen: Screen, names: list[str]) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TaskID,
            TextColumn,
            TimeElapsedColumn,
        )

        self._screen = screen
        self._console = Console(file=screen.err, highlight=False, emoji=False, markup=False)
        self._progress = Progress(
            TextColumn("{task.fields[project]}", markup=False),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rest]}", markup=False),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._phases: dict[str, str] = {}
        self._all = self._progress.add_task("projects", total=len(names), project="all", rest="")

    def __enter__(self) -> "LiveMeter":
        self._progress.start()
        self._screen.above = lambda text: self._console.print(text, soft_wrap=True)
        return self

    def __exit__(self, *exception: object) -> None:
        self._screen.above = None
        self._progress.stop()

    def show(self, name: str, phase: str, done: int, total: int | None, rest: str) -> None:
        """Show one transfer: in which phase, how far, and its bytes and speed in words."""
        if self._phases.get(name) != phase:
            # A line keeps the total it has had, and the next phase may have none.
            if name in self._phases:
                self._progress.remove_task(self._tasks[name])
            self._tasks[name] = self._progress.add_task(clean(phase), total=total, project=name, rest="")
            self._phases[name] = phase
        self._progress.update(self._tasks[name], completed=done, total=total, rest=clean(rest))

    def finish(self, name: str) -> None:
        """Take the project's line away and count it."""
        if self._phases.pop(name, None) is not None:
            self._progress.remove_task(self._tasks.pop(name))
        self._progress.advance(self._all)


def meter(screen: Screen, names: list[str]) -> Meter:
    """Return what shows the transfers of ``names`` on this screen."""
    return LiveMeter(screen, names) if names and screen.is_interactive and not screen.quiet else NoMeter()


def guarded(command: Callable[[], int], screen: Screen) -> int:
    """Return the status of ``command``; whatever ends it early becomes a message and a status, never a traceback."""
    import signal

    def terminate(*_: object) -> None:
        raise Terminated

    # A program that was started to outlive its terminal (nohup) goes on.
    numbers = [n for n in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) is not signal.SIG_IGN]
    previous = {number: signal.signal(number, terminate) for number in numbers}
    try:
        status = command()
        sys.stdout.flush()
    except Error as error:
        screen.error(error.message, error.hint, word="fatal" if error.code >= FATAL else "error")
        return error.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    except BrokenPipeError:
        # Whoever read the answer has seen enough.
        _give_up_output()
        return 128 + signal.SIGPIPE
    except OSError as error:
        place = "" if error.filename is None else f"{error.filename}: "
        screen.error(f"{place}{error.strerror or error}", word="fatal")
        _give_up_output()
        return FATAL
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return status


def _give_up_output() -> None:
    """Drop what cannot be written of the answer, or Python would complain of it once more at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
