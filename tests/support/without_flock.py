"""Runs a program for which flock(2) fails as on a file system that has no locks: ``-m tests.support.without_flock``."""

import ctypes
import errno
import os
import platform
import struct
import sys

_FLOCK = {"x86_64": 73, "aarch64": 32}
_NO_NEW_PRIVILEGES, _SECCOMP, _BY_FILTER = 38, 22, 2


def _refuse_flock() -> None:
    """Let the system answer flock(2) with ENOLCK: by a seccomp filter, which programs that are started here inherit."""
    number = _FLOCK[platform.machine()]
    load, equal, end = 0x20, 0x15, 0x06
    steps = [(load, 0, 0, 0), (equal, 0, 1, number), (end, 0, 0, 0x00050000 | errno.ENOLCK), (end, 0, 0, 0x7FFF0000)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    described = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(program)))
    c = ctypes.CDLL(None, use_errno=True)
    for words in ((_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SECCOMP, _BY_FILTER, ctypes.byref(described), 0, 0)):
        if c.prctl(*words) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    _refuse_flock()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - what the test names
