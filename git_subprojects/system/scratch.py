"""Temporary folders; those that killed runs have left are removed by the next one."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from git_subprojects.system import locks

PREFIX = "git-subprojects-"

_BEGINNING = 60.0
"""Seconds within which a folder may not be locked yet, or a file be in use."""


@contextmanager
def scratch_folder() -> Iterator[str]:
    """Give the path of a new temporary folder that is this user's alone; it is removed in the end."""
    _remove_left_over(tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as path:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            locks.take(descriptor, os.path.join(path, "lock"))
            yield path
        finally:
            os.close(descriptor)


def _remove_left_over(top: str) -> None:
    """Remove this user's folders and files that no process works with."""
    with suppress(OSError), os.scandir(top) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX):
                with suppress(OSError):
                    _remove_if_left(entry.path, entry.stat(follow_symlinks=False))


def _remove_if_left(path: str, facts: os.stat_result) -> None:
    if facts.st_uid != os.geteuid() or time.time() - facts.st_mtime < _BEGINNING:
        return
    if stat.S_ISREG(facts.st_mode):
        os.unlink(path)
    elif stat.S_ISDIR(facts.st_mode):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if locks.take(descriptor, os.path.join(path, "lock")):
                shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(descriptor)
