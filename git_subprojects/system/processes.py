"""Programs that are run for the user: how their output is passed on, and how they are ended."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

LONGEST_LINE = 4096
"""Bytes of one line of a watched program that are passed on: a server may send a line without an end."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from typing import IO


def relay(
    words: Sequence[str],
    directory: str | None,
    environment: Mapping[str, str],
    output: int,
    heard: Callable[[bytes], None],
) -> int:
    """Run a program that may ask the user; return its exit status, negative for a signal.

    What it writes to its standard output goes on to the descriptor ``output``, and each line of it to ``heard``, at
    once: it writes to a terminal of its own, because programs keep back what they write to a pipe.
    """
    import select
    import subprocess
    import tty

    ours, theirs = os.openpty()
    try:
        # Or the terminal would put a carriage return before each line's end.
        tty.setraw(theirs)
        process = subprocess.Popen(words, cwd=directory, env=environment, stdout=theirs)
    finally:
        os.close(theirs)
    pending = b""
    with open(ours, "rb", buffering=0) as stream:
        try:
            while True:
                ready, _, _ = select.select([stream], [], [], 0.1)
                # What it has left behind, such as a daemon that keeps passwords, may hold the terminal open.
                if not ready and process.poll() is not None:
                    break
                chunk = _read(stream.fileno()) if ready else b""
                if ready and not chunk:
                    break
                _write(output, chunk)
                *lines, pending = (pending + chunk).split(b"\n")
                for line in lines:
                    heard(line)
        except BaseException:
            end(process, group=False)
            raise
    return process.wait()


class Watched(NamedTuple):
    """How a watched program ended: its exit status, negative for a signal, and whether it was ended from here."""

    returncode: int
    stalled: bool
    cancelled: bool


def watch(
    words: Sequence[str],
    directory: str | None,
    environment: Mapping[str, str],
    line: Callable[[str], None],
    cancelled: Callable[[], bool],
    *,
    stall: float | None,
    foreground: bool,
    held: tuple[int, ...],
    output: int | None = None,
) -> Watched:
    """Run a program, handing each line of its standard error to ``line`` as it comes, ended by LF or CR.

    Its standard output goes to the descriptor ``output``, or nowhere. It is ended, with all its children, when
    ``cancelled()`` or when it has been silent for ``stall`` seconds. Only in the ``foreground`` can it read the
    terminal; it is never stalled then. The descriptors ``held`` stay open in it.
    """
    import select
    import subprocess
    import time

    process = subprocess.Popen(
        words,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if output is None else output,
        stderr=subprocess.PIPE,
        process_group=None if foreground else 0,
        pass_fds=held,
    )
    assert process.stderr is not None  # noqa: S101 - it was asked for above
    pending = b""
    stalled = was_cancelled = False
    with process.stderr as stream:
        last_output = time.monotonic()
        try:
            while not (was_cancelled or stalled):
                ready, _, _ = select.select([stream], [], [], 0.1)
                if ready:
                    chunk = os.read(stream.fileno(), 65536)
                    if not chunk:
                        break
                    last_output = time.monotonic()
                    *lines, pending = re.split(rb"[\r\n]", pending + chunk)
                    for text in lines:
                        line(text[:LONGEST_LINE].decode("utf-8", "replace"))
                    pending = pending[:LONGEST_LINE]
                elif process.poll() is not None:
                    # A daemon that it has started may keep the stream open.
                    break
                was_cancelled = cancelled()
                stalled = stall is not None and not foreground and time.monotonic() - last_output > stall
        except BaseException:
            end(process, group=not foreground)
            raise
        if was_cancelled or stalled:
            end(process, group=not foreground)
    line(pending.decode("utf-8", "replace"))
    return Watched(process.wait(), stalled, was_cancelled)


def started(start: "Callable[[], subprocess.Popen[bytes]]") -> "subprocess.Popen[bytes]":
    """Return the program that ``start`` starts. If we are to end meanwhile, so is it, and then what ends us is raised.

    Raised while Popen is at work, it would leave the program behind, known to nobody.
    """
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        return start()
    came: list[int] = []
    before = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            handler = signal.getsignal(number)
            if callable(handler):
                before[number] = handler
                signal.signal(number, lambda number, _: came.append(number))
        process = start()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        end(process, group=False)
        before[signal.Signals(came[0])](came[0], None)
    return process


def attended(words: Sequence[str], directory: str | None, environment: Mapping[str, str]) -> int:
    """Run a program that has the terminal to itself, such as an editor; return its exit status, negative for a signal.

    Raises:
        OSError: it cannot be started.
    """
    import subprocess

    process = started(lambda: subprocess.Popen(words, cwd=directory, env=environment))
    try:
        return process.wait()
    except BaseException:
        end(process, group=False)
        raise


@contextmanager
def fed(words: Sequence[str], directory: str | None, environment: Mapping[str, str]) -> "Iterator[IO[bytes]]":
    """Run a program that shows on the terminal what is written to the stream that this gives, such as a pager.

    It is no error that it ends before all is written; the rest of the block is left out then.

    Raises:
        OSError: it cannot be started.
    """
    import signal
    import subprocess

    process = subprocess.Popen(words, cwd=directory, env=environment, stdin=subprocess.PIPE)
    assert process.stdin is not None  # noqa: S101 - it was asked for
    try:
        with suppress(BrokenPipeError):
            yield process.stdin
    finally:
        with suppress(BrokenPipeError):
            process.stdin.close()
        # Ctrl-C is for that program while it runs.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        process.wait()
        signal.signal(signal.SIGINT, before)


def detached(words: Sequence[str], directory: str | None, environment: Mapping[str, str], output: int) -> None:
    """Start a program that outlives this one and its terminal; all that it writes goes to the descriptor ``output``.

    Raises:
        OSError: it cannot be started.
    """
    import subprocess

    process = subprocess.Popen(
        words,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )
    # Nobody waits for it.
    process.returncode = 0


def captured(
    words: Sequence[str], directory: str | None, environment: Mapping[str, str], stdin: bytes = b""
) -> tuple[int, bytes]:
    """Run a program to its end; return its exit status, and what it wrote to its standard output and error.

    Raises:
        OSError: it cannot be started.
    """
    import subprocess

    process = subprocess.Popen(
        words,
        cwd=directory,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with process:
        try:
            output, _ = process.communicate(stdin)
        except BaseException:
            end(process, group=False)
            raise
    return process.returncode, output


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:
        # So Linux tells that nobody holds the other end any more.
        return b""


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def end(process: "subprocess.Popen[bytes]", *, group: bool) -> None:
    """End a process and those it has started; kill it if it ignores SIGTERM. ``group``: it leads one of its own."""
    import signal
    import subprocess

    others = set() if group else _descendants(process.pid)
    for number in (signal.SIGTERM, signal.SIGKILL):
        if group:
            _kill(-process.pid, number)
        else:
            process.send_signal(number)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            continue
        if not group or _has_gone(process.pid):
            break
    for pid in others:
        _kill(pid, signal.SIGTERM)


def _kill(pid: int, number: int) -> bool:
    """Send a signal to a process, or with a minus to a group; return whether it was there."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _has_gone(group: int) -> bool:
    """Return whether all of a process group have ended, and been reaped, a moment after its leader has."""
    import time

    for _ in range(15):
        if not _kill(-group, 0):
            return True
        time.sleep(0.02)
    return False


def _descendants(pid: int) -> set[int]:
    """Return the processes that ``pid`` has started, and those that they have; none where there is no ps(1)."""
    import subprocess

    try:
        table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True).stdout
    except OSError:
        return set()
    parents = {int(child): int(parent) for child, parent in map(bytes.split, table.splitlines())}
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return family - {pid}
