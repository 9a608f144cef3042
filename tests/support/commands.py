"""Programs run as a user would run them."""

import os
import shutil
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from git_subprojects.commands import clone_project, route_patch, subprojects

MAINS = {
    "clone-project": clone_project.main,
    "route-patch": route_patch.main,
    "subprojects": subprojects.main,
}


class Result(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


def shell(script: str, cwd: Path, environment: dict[str, str] | None = None) -> str:
    """Run a script that must succeed and return what it wrote."""
    cwd.mkdir(parents=True, exist_ok=True)
    ended = subprocess.run(
        ["bash", "-euc", textwrap.dedent(script)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        errors="surrogateescape",
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def config(key: str, value: str) -> None:
    """Set a value in the user's own git config."""
    section, _, name = key.rpartition(".")
    section, _, subsection = section.partition(".")
    head, quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in (subsection, value))
    quoted = quoted.replace("\n", "\\n")
    with open(os.environ["GIT_CONFIG_GLOBAL"], "a", encoding="utf-8") as file:
        file.write(f'[{section} "{head}"]\n' if subsection else f"[{section}]\n")
        file.write(f'\t{name} = "{quoted}"\n')


def run(*words: str | Path, cwd: Path | None = None, stdin: str = "", **environment: str) -> Result:
    """Run a program to its end, as a user would."""
    ended = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={**os.environ, **environment},
        input=stdin,
        capture_output=True,
        text=True,
        errors="surrogateescape",
    )
    return Result(ended.returncode, ended.stdout, ended.stderr)


Command = Callable[..., Result]


def listing(path: Path) -> set[str]:
    """Return the names of all that stands in a folder."""
    return {entry.name for entry in path.iterdir()}


needs_fish = pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
needs_zsh = pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
