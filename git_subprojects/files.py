"""Files that are written as a whole or not at all."""

import os
from contextlib import suppress


def write(path: str, content: bytes) -> None:
    """Put ``content`` in the place of what is at ``path``, whose mode it keeps; through symbolic links.

    Raises:
        OSError: it cannot be written; what was there is there still.
    """
    path = os.path.realpath(path)
    folder, name = os.path.split(path)
    part = os.path.join(folder, f".{name}.{os.getpid()}.new")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            os.chmod(part, os.stat(path).st_mode & 0o7777)
        os.replace(part, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(part)
        raise
