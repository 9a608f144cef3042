"""How a command begins and ends: its streams, and the one place where an error becomes a message and a status."""

from __future__ import annotations

import os
import sys

from git_subprojects.errors import FATAL, INTERRUPTED, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    # typing costs 2 ms, and all that -h needs is argparse.
    from collections.abc import Callable, Sequence
    from typing import IO, Any

    from git_subprojects.cli.options import Options
    from git_subprojects.cli.screen import Screen

TERMINATED = 143


class Terminated(BaseException):
    """SIGTERM or SIGHUP came; raised where the program happens to be, like KeyboardInterrupt."""


class Invocation:
    """What a command line asks for: the ``options`` that ``command`` is called with, and how much is said meanwhile."""

    def __init__(
        self, command: Callable[[Any, Screen], int], options: Options, *, quiet: bool = False, verbose: bool = False
    ) -> None:
        self.command = command
        self.options = options
        self.quiet = quiet
        self.verbose = verbose


def run(read: Callable[[list[str]], Invocation], words: Sequence[str] | None) -> int:
    """Run what the command line asks for, as ``read`` understands it; return the exit status.

    ``words`` are those of the process where they are None.
    """
    try:
        _open_missing_streams()
        asked = read(list(sys.argv[1:] if words is None else words))
        from git_subprojects.cli.screen import Screen

        _make_printable(sys.stdout, sys.stderr)
        screen = Screen(sys.stdout, sys.stderr, os.environ, quiet=asked.quiet, verbose=asked.verbose)
        return guarded(lambda: asked.command(asked.options, screen), screen)
    except KeyboardInterrupt:
        return INTERRUPTED


def _open_missing_streams() -> None:
    """Give the process the standard streams that it was started without, as git does; what goes there is lost."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)  # noqa: FBT003 - it takes no keyword
    os.close(number)
    sys.stdin = sys.stdin or open(0, encoding="utf-8")  # noqa: SIM115 - open to the end of the process
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8")  # noqa: SIM115 - open to the end of the process
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8")  # noqa: SIM115


def _make_printable(*streams: IO[str]) -> None:
    """Let a stream that cannot encode a character show it escaped instead of failing."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


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
