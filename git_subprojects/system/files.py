"""Files that are written as a whole or not at all."""

import os
from contextlib import suppress

from git_subprojects.errors import Error


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
    try:
        descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        raise Error(
            f"{lock} is there: another run writes {path}, or was ended at it", f"if none does: rm {lock}"
        ) from None
    try:
        with open(descriptor, "wb") as file:
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


def _expect(path: str, content: bytes) -> None:
    with open(path, "rb") as there:
        if there.read() != content:
            raise Error(f"{path} was changed meanwhile, so nothing was written", "look, and ask again")
