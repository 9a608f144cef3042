"""A git that knows reftable (2.45 or later): the installed one, else the one that .ci/newer-git has unpacked."""

import functools
import re
import shutil
from pathlib import Path

from tests.support.commands import run
from tests.support.paths import ROOT


@functools.cache
def newer_git() -> Path | None:
    """Return the path of that git; None: there is none."""
    programs = [shutil.which("git"), shutil.which("git", path=ROOT / ".newer-git/bin")]
    return next((Path(program) for program in programs if program and _knows_reftable(program)), None)


def _knows_reftable(program: str) -> bool:
    version = re.match(r"git version (\d+)\.(\d+)", run(program, "--version").out)
    return version is not None and (int(version[1]), int(version[2])) >= (2, 45)
