"""Several programs at a time, whose output comes out one after the other, or line by line."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, NamedTuple

from git_subprojects.system.processes import end, started

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess

_CHUNK = 65536


class Task(NamedTuple):
    """A program to run in a folder; ``name`` is by which it is told from others."""

    name: str
    words: Sequence[str]
    directory: str
    environment: Mapping[str, str]


class Done(NamedTuple):
    """How a task ended: its exit status, negative for a signal, and what it wrote to its standard error.

    ``error`` is why it could not be started, or None.
    """

    task: Task
    status: int
    stderr: bytes = b""
    error: str | None = None


def in_order(tasks: Iterable[Task], jobs: int, write: Callable[[Task, bytes], None]) -> Iterator[Done]:
    """Run the tasks, at most ``jobs`` at a time, and yield how each ended, in their order.

    ``write`` gets the output of the first that has not ended as it comes. Those after it run until they have filled a
    pipe, and wait for their turn. Nothing comes from standard input. Should the caller stop early, all are ended.
    """
    from tempfile import TemporaryFile

    waiting = iter(tasks)
    running: deque[tuple[Task, subprocess.Popen[bytes] | str, IO[bytes]]] = deque()
    try:
        while True:
            while len(running) < jobs and (task := next(waiting, None)) is not None:
                stderr: IO[bytes] = TemporaryFile()  # noqa: SIM115 - it is closed when the task has ended
                running.append((task, _started(task, stderr), stderr))
            if not running:
                return
            task, process, stderr = running[0]
            with stderr:
                if isinstance(process, str):
                    done = Done(task, 127, error=process)
                else:
                    _pass_on(task, process, write)
                    stderr.seek(0)
                    done = Done(task, process.returncode, stderr.read())
            running.popleft()
            yield done
    finally:
        for _, process, stderr in running:
            stderr.close()
            if not isinstance(process, str):
                _end(process)
                assert process.stdout is not None  # noqa: S101 - it was asked for
                process.stdout.close()


def _pass_on(task: Task, process: "subprocess.Popen[bytes]", write: Callable[[Task, bytes], None]) -> None:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    with process.stdout as stream:
        while chunk := os.read(stream.fileno(), _CHUNK):
            write(task, chunk)
    process.wait()


def interleaved(tasks: Iterable[Task], jobs: int, write: Callable[[Task, bytes, bool], None]) -> Iterator[Done]:
    """Run the tasks, at most ``jobs`` at a time, and yield how each ended, as they end.

    ``write`` gets every line as it comes, and whether it was written to standard error; one call at a time. Nothing
    comes from standard input. Should the caller stop early, all are ended.
    """
    import subprocess
    from concurrent.futures import Future, ThreadPoolExecutor, as_completed
    from threading import Event, Lock, Thread

    lock = Lock()
    stopped = Event()
    running: set[subprocess.Popen[bytes]] = set()

    def pass_on(task: Task, stream: IO[bytes], is_error: bool) -> None:  # noqa: FBT001 - as write takes it
        with stream:
            for line in stream:
                with lock:
                    write(task, line if line.endswith(b"\n") else line + b"\n", is_error)

    def run(task: Task) -> Done:
        process = _started(task, subprocess.PIPE)
        if isinstance(process, str):
            return Done(task, 127, error=process)
        running.add(process)
        if stopped.is_set():
            # Whoever ends all that are running may have looked before.
            _end(process)
        assert process.stdout is not None  # noqa: S101 - it was asked for
        errors = Thread(target=pass_on, args=(task, process.stderr, True))
        errors.start()
        pass_on(task, process.stdout, False)  # noqa: FBT003
        errors.join()
        process.wait()
        running.discard(process)
        return Done(task, process.returncode)

    with ThreadPoolExecutor(jobs) as pool:
        futures: list[Future[Done]] = []
        try:
            futures += [pool.submit(run, task) for task in tasks]
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            stopped.set()
            for future in futures:
                future.cancel()
            for process in list(running):
                _end(process)
            raise


def _started(task: Task, stderr: IO[bytes] | int) -> "subprocess.Popen[bytes] | str":
    """Start a task; return why it cannot be started, where it cannot."""
    import subprocess

    try:
        return started(
            lambda: subprocess.Popen(
                task.words,
                cwd=task.directory,
                env=task.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        )
    except OSError as error:
        return error.strerror or str(error)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        end(process, group=False)
