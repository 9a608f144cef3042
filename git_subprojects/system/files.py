"""Files that are written as a whole or not at all."""

import os
from contextlib import suppress

from git_subprojects.errors import Error
from git_subprojects.system import locks


def write(path: str, content: bytes) -> None:
    """Put ``content`` in the place of what is at ``path``, whose mode it keeps; through symbolic links.

    Raises:
        Error: another run writes it.
        OSError: it cannot be written; what was there is there still.
    """
    _put(path, content, None)


def replace(path: str, expected: bytes, content: bytes) -> None:
    """As ``write``, but only where ``expected`` is what is there. Raises Error where it is not."""
    _put(path, content, expected)


def _put(path: str, content: bytes, expected: bytes | None) -> None:
    path = os.path.realpath(path)
    lock = f"{path}.lock"
    descriptor = _locked(lock, path)
    try:
        with open(descriptor, "wb") as file:
            # A run that was killed may have written a part.
            file.truncate()
            if expected is not None:
                _expect(path, expected)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileNotFoundError):
                os.chmod(lock, os.stat(path).st_mode & 0o7777)
            os.replace(lock, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(lock)
        raise
    finally:
        locks.release(lock)


def _locked(lock: str, path: str) -> int:
    """Return the descriptor of a lock file that no other run has; one that was left by a killed run is taken over."""
    while True:
        descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
        try:
            is_held = not locks.take(descriptor, lock)
            # The run that had it may have put it in the place of the file meanwhile.
            if not is_held and os.path.samestat(os.fstat(descriptor), os.lstat(lock)):
                return descriptor
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if is_held:
            who = locks.holder(lock)
            raise Error(
                f"another run{f' ({who})' if who else ''} is writing {path}", "wait until it has ended, and try again"
            )


def _expect(path: str, content: bytes) -> None:
    with open(path, "rb") as there:
        if there.read() != content:
            raise Error(f"{path} was changed meanwhile, so nothing was written", "look, and ask again")
