"""Runs the commands in this process, where nothing about a process of their own is to be seen: that is faster."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryFile

from tests.support.commands import MAINS, Result


def inside(name: str, *words: str | Path, cwd: Path) -> Result:
    """Run one of the suite's commands in ``cwd``, and return how it ended and what it, and what it started, wrote."""
    before, streams = Path.cwd(), (sys.stdout, sys.stderr)
    descriptors = [os.dup(number) for number in (1, 2)]
    with TemporaryFile() as out, TemporaryFile() as err:
        for number, file in ((1, out), (2, err)):
            os.dup2(file.fileno(), number)
        os.chdir(cwd)
        try:
            with (
                open(os.dup(1), "w", encoding="utf-8") as sys.stdout,
                open(os.dup(2), "w", encoding="utf-8") as sys.stderr,
            ):
                code = MAINS[name]([str(word) for word in words])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            sys.stdout, sys.stderr = streams
            os.chdir(before)
            for number, kept in zip((1, 2), descriptors, strict=True):
                os.dup2(kept, number)
                os.close(kept)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "surrogateescape"))
    return Result(code, *texts)
