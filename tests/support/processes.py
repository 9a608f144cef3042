"""The table of processes, in which nothing of a run may be left."""

import os
import signal
import subprocess
import time
from collections.abc import Callable


def end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def processes() -> dict[int, tuple[int, str]]:
    """Return the parent and the state of every process."""
    rows = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    return {int(pid): (int(parent), state) for pid, parent, state in map(str.split, rows.splitlines())}


def children(pid: int) -> set[int]:
    """Return the children of a process."""
    return {child for child, (parent, _) in processes().items() if parent == pid}


def descendants(pid: int) -> set[int]:
    """Return the children of a process, and theirs."""
    table = processes()
    family = {pid}
    while more := {child for child, (parent, _) in table.items() if parent in family} - family:
        family |= more
    return family - {pid}


def alive(pids: set[int]) -> set[int]:
    return {pid for pid, (_, state) in processes().items() if pid in pids and not state.startswith("Z")}


def until(met: Callable[[], object]) -> None:
    """Wait until something is so; only what will never be so takes long enough to fail."""
    deadline = time.monotonic() + 60
    while not met():
        assert time.monotonic() < deadline, "it did not come about within 60 s"
        time.sleep(0.02)
