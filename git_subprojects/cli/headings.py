"""What several programs write, each under the name of the folder it ran in."""

import sys
from typing import IO

from git_subprojects.system.parallel import Done, Task


class Headings:
    """Writes to a stream what programs wrote, byte for byte, below a heading for each.

    ``shown`` is False for those who want no headings, ``of_all`` True where those that are silent get one too.
    """

    def __init__(self, stream: IO[bytes], *, shown: bool, of_all: bool = False) -> None:
        self._stream = stream
        self._shown = shown
        self._of_all = of_all
        self._last: Task | None = None
        self._at_start = True

    def begin(self, task: Task) -> None:
        """Write the heading of a task, unless it is there."""
        if self._last is task:
            return
        if self._shown:
            gap = "" if self._last is None else "\n" if self._at_start else "\n\n"
            self._stream.write(f"{gap}==> {task.name} <==\n".encode())
            self._stream.flush()
            self._at_start = True
        self._last = task

    def write(self, task: Task, chunk: bytes) -> None:
        """Write a part of its output."""
        self.begin(task)
        self._stream.write(chunk)
        self._stream.flush()
        self._at_start = chunk.endswith(b"\n")

    def finish(self, done: Done) -> None:
        """Write what came on its standard error."""
        if self._of_all:
            self.begin(done.task)
        sys.stderr.flush()
        sys.stderr.buffer.write(done.stderr)
        sys.stderr.buffer.flush()
