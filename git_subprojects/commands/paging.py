"""The user's pager, as git finds it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from git_subprojects.git import Git


def pager(git: Git, command: str | None = None) -> str | None:
    """Return the shell command of the pager for what ``git COMMAND`` writes; None: it is not to be paged."""
    if not sys.stdout.isatty():
        return None
    named = None
    if command is not None:
        named = git.config(rf"^pager\.{command}$").text(f"pager.{command}")
        if named is not None and named.lower() in ("false", "no", "off", "0"):
            return None
    if named is None or named.lower() in ("true", "yes", "on", "1"):
        named = git.output("var", "GIT_PAGER").decode("utf-8", "surrogateescape").strip()
    return None if named in ("", "cat") else named


@contextmanager
def paged(git: Git, command: str | None = None) -> Iterator[IO[bytes]]:
    """Give a stream whose content the user sees by the pager, or else standard output.

    It is no error that the user leaves the pager before the end; the rest of the block is left out then.
    """
    program = pager(git, command)
    sys.stdout.flush()
    if program is None:
        yield sys.stdout.buffer
        return
    import signal
    import subprocess

    environment = {"LESS": "FRX", "LV": "-c", **git.environment}
    process = subprocess.Popen(["sh", "-c", program], cwd=git.directory, env=environment, stdin=subprocess.PIPE)
    assert process.stdin is not None  # noqa: S101 - it was asked for
    try:
        with suppress(BrokenPipeError):
            yield process.stdin
    finally:
        with suppress(BrokenPipeError):
            process.stdin.close()
        # Ctrl-C is for the pager while that runs.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        process.wait()
        signal.signal(signal.SIGINT, before)
