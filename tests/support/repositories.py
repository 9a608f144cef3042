"""Repositories to test on."""

import textwrap
from pathlib import Path
from typing import NamedTuple

from tests.support.commands import shell


class Daemon(NamedTuple):
    """A git daemon that serves the bare repositories in ``base`` at ``url`` (without a final slash)."""

    base: Path
    url: str
    log: Path

    def served_bytes(self) -> int:
        """Return how much there is to serve in all."""
        return sum(path.stat().st_size for path in self.base.rglob("*.pack"))


def upstream(base: Path, name: str, script: str = "echo hello > file; git add .; git commit -qm first") -> Path:
    """Make a bare repository ``base/name.git`` with the history that ``script`` commits; return its path."""
    work = base.parent / f"{name}.work"
    shell(f"git init -q -b master .\n{textwrap.dedent(script)}", work)
    bare = base / f"{name}.git"
    shell(f"git clone -q --bare . '{bare}'", work)
    return bare


def make_host(src: Path, manifest: str | None, script: str = "", name: str = "linux") -> Path:
    """Make a host repository with a manifest and a tagged history; return its top."""
    top = src / name
    shell(
        """
        git init -q -b master .
        mkdir -p tools/perf && echo int > tools/perf/builtin.c
        git add . && git commit -qm 'Linux 6.1' && git tag -am v6.1 v6.1
        """,
        top,
    )
    if manifest is not None:
        (top / "subprojects.toml").write_text(textwrap.dedent(manifest))
        shell("git add . && git commit -qm 'Name the neighbours'", top)
    if script:
        shell(script, top)
    return top
