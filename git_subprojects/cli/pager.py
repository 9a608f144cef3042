"""The user's pager, as git finds it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from git_subprojects.git.process import Git
from git_subprojects.system.processes import fed


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
    """Give a stream whose content the user sees by the pager for ``git COMMAND``, or else standard output.

    It is no error that the user leaves the pager before the end; the rest of the block is left out then.
    """
    program = pager(git, command)
    sys.stdout.flush()
    if program is None:
        yield sys.stdout.buffer
        return
    with fed(["sh", "-c", program], git.directory, {"LESS": "FRX", "LV": "-c", **git.environment}) as stream:
        yield stream
