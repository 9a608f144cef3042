"""Locks that end with the process that holds them.

That is flock(2). Some file systems have none (NFS without its lock service, 9p, some overlays): there, a file beside
the lock names the process that holds it, and is taken over when that process has ended.
"""

import errno
import fcntl
import os
import time
from contextlib import suppress

_UNSUPPORTED = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EBADF}
"""What flock ends with where there is none; NFS says EBADF for a file that is not open for writing."""

_WRITING = 60.0
"""Seconds after which an empty file names nobody: its process was killed before it could write."""


def take(descriptor: int, path: str) -> bool:
    """Lock the open file at ``path`` for this process; return False where another one has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        return _take_by_name(f"{path}.holder")
    return True


def release(path: str) -> None:
    """Give back what ``take`` has taken, except for what closing the file does."""
    holder = f"{path}.holder"
    if _read(holder) == _this_process():
        with suppress(FileNotFoundError):
            os.unlink(holder)


def holder(path: str) -> str | None:
    """Return who has the lock of ``path`` where that is known, for people to read."""
    found = _read(f"{path}.holder")
    if not found:
        return None
    machine, _, pid, _ = found.split(" ", 3)
    return f"process {pid} on {machine}"


def _take_by_name(path: str) -> bool:
    for _ in range(2):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            if not _remove_stale(path):
                return False
        else:
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(_this_process())
            return True
    return False


def _remove_stale(path: str) -> bool:
    """Remove the file where its process has ended; return whether it is gone."""
    found = _read(path)
    if found is None:
        return True
    if _is_alive(found, path):
        return False
    # Two may find it at the same time: only one can rename it, and that one must have got what it has read.
    aside = f"{path}.{os.getpid()}"
    try:
        os.rename(path, aside)
    except FileNotFoundError:
        return True
    if _read(aside) != found:
        with suppress(OSError):
            os.link(aside, path)
    os.unlink(aside)
    return True


def _is_alive(found: str, path: str) -> bool:
    """Return whether the process in a file still runs, as far as can be told: that of another machine does."""
    fields, own = found.split(" "), _this_process().split(" ")
    if len(fields) != len(own) or not fields[2].isdigit():
        try:
            return time.time() - os.stat(path).st_mtime < _WRITING
        except FileNotFoundError:
            return False
    if fields[:2] != own[:2]:
        return True
    pid = int(fields[2])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return fields[3] == _started(pid)


def _this_process() -> str:
    """Return what tells this process from all others: machine, process namespace, number, and when it has started."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = "-"
    pid = os.getpid()
    return f"{os.uname().nodename.replace(' ', '-')} {namespace} {pid} {_started(pid)}"


def _started(pid: int) -> str:
    """Return when a process has started, in clock ticks since the boot (proc(5)); ``-`` where that is unknown."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[19].decode("ascii")
    except (OSError, IndexError):
        return "-"


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(4096)
    except OSError:
        return None
