"""A clone is made beside its place and put there when complete; two runs never meet at one place.

The folder in which it is made is the lock too: whoever holds ``lock`` in it owns it. One that a killed
run left behind is nobody's, and the next run clears it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from git_subprojects.errors import Error
from git_subprojects.manifest.values import STAGING_SUFFIX
from git_subprojects.system import locks


class Staging:
    """A folder beside ``place``, locked, in which ``tree`` is to be made."""

    def __init__(self, folder: str, place: str, lock: int) -> None:
        self.folder = folder
        self.lock = lock
        self.tree = os.path.join(folder, "tree")
        self._place = place

    def publish(self) -> None:
        """Put the finished tree in its place."""
        try:
            os.rename(self.tree, self._place)
        except OSError as error:
            raise Error(
                f"{self._place}: {error.strerror}",
                "something else appeared there meanwhile; look, then try again",
            ) from error


@contextmanager
def staging(place: str, wait: Callable[[float], bool], say: Callable[[str], None]) -> Iterator[Staging | None]:
    """Give the staging folder for ``place``, alone; None if the user cancels while another run has it.

    ``wait`` sleeps for so many seconds and returns whether the user has cancelled meanwhile.
    Whatever happens, the folder is gone afterwards, and so are parents of ``place`` that were made for it.
    """
    parent, name = os.path.split(place)
    folder = os.path.join(parent, f".{name}{STAGING_SUFFIX}")
    made = _make_parents(parent)
    lock = None
    try:
        lock = _try_lock(folder)
        if lock is None:
            who = locks.holder(os.path.join(folder, "lock"))
            say(f"another run{f' ({who})' if who else ''} is making it; waiting for that")
        while lock is None:
            if wait(0.1):
                yield None
                return
            lock = _try_lock(folder)
        yield Staging(folder, place, lock)
    finally:
        if lock is not None:
            # The lock goes last: with its file gone, another run may already work in the folder.
            shutil.rmtree(os.path.join(folder, "tree"), ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
        for path in reversed(made):
            try:
                os.rmdir(path)
            except OSError:
                break


def _make_parents(parent: str) -> list[str]:
    made: list[str] = []
    try:
        missing = []
        while not os.path.isdir(parent):
            missing.append(parent)
            parent = os.path.dirname(parent)
        for path in reversed(missing):
            with suppress(FileExistsError):
                os.mkdir(path)
                made.append(path)
    except OSError as error:
        for path in reversed(made):
            os.rmdir(path)
        raise Error(f"{error.filename}: {error.strerror}", "is there permission to write?") from error
    return made


def _try_lock(folder: str) -> int | None:
    """Return the lock's descriptor, with the folder empty but for it; None if another run holds it."""
    path = os.path.join(folder, "lock")
    if os.path.islink(folder):
        raise Error(f"{folder}: it is a symbolic link", "remove it; nothing is made through a symbolic link")
    try:
        os.makedirs(folder, mode=0o777, exist_ok=True)
        if os.lstat(folder).st_uid != os.geteuid():
            raise Error(f"{folder}: it belongs to somebody else", "find out who works there; only they can remove it")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and os.path.isdir(os.path.dirname(folder)):
            # The run that held it has just removed it.
            return None
        raise Error(f"{folder}: {error.strerror}", "is there room, and permission to write?") from error
    try:
        # The run that held it before may have removed it since it was opened here.
        if locks.take(descriptor, path) and os.path.samestat(os.fstat(descriptor), os.lstat(path)):
            tree = os.path.join(folder, "tree")
            if os.path.islink(tree):
                os.unlink(tree)
            shutil.rmtree(tree, ignore_errors=True)
            return descriptor
    except FileNotFoundError:
        locks.release(path)
    os.close(descriptor)
    return None
