"""A sealed environment for every test, real repositories, a real git daemon, and the real commands."""

import os
import shutil
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from git_subprojects.commands import clone_project, route_patch, subprojects

DATE = "2026-01-02T03:04:05+00:00"
KEPT = ("PATH", "LANG", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG", "COVERAGE_FILE", "PYTHONPATH")
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


def pytest_xdist_auto_num_workers() -> int:
    """Return how many tests run at a time: one more than there are cores, for there is always one that waits."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of the user's or the machine's settings reach a test."""
    for key in list(os.environ):
        if key not in KEPT and not key.startswith(("PYTEST_", "COV_")):
            monkeypatch.delenv(key)
    home = tmp_path / "home"
    home.mkdir()
    for key, value in {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_AUTHOR_NAME": "A. U. Thor",
        "GIT_AUTHOR_EMAIL": "author@example.org",
        "GIT_AUTHOR_DATE": DATE,
        "GIT_COMMITTER_NAME": "C. O. Mitter",
        "GIT_COMMITTER_EMAIL": "committer@example.org",
        "GIT_COMMITTER_DATE": DATE,
        "GIT_EDITOR": "false",
        "GIT_TERMINAL_PROMPT": "0",
        "TERM": "dumb",
        "TZ": "UTC",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }.items():
        monkeypatch.setenv(key, value)
    (home / ".gitconfig").write_text("[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n")
    monkeypatch.chdir(tmp_path)


def shell(script: str, cwd: Path) -> str:
    """Run a script that must succeed and return what it wrote."""
    cwd.mkdir(parents=True, exist_ok=True)
    ended = subprocess.run(
        ["bash", "-euc", textwrap.dedent(script)],
        cwd=cwd,
        capture_output=True,
        text=True,
        errors="surrogateescape",
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def config(key: str, value: str) -> None:
    """Set a value in the user's own git config."""
    subprocess.run(["git", "config", "--global", "--add", key, value], check=True)


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


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str]) -> Command:
    """Run one of the suite's commands in this process: ``command("clone-project", "--list", cwd=…)``."""

    def call(name: str, *words: str | Path, cwd: Path | None = None) -> Result:
        before = Path.cwd()
        if cwd is not None:
            os.chdir(cwd)
        capfd.readouterr()
        try:
            code = MAINS[name]([str(word) for word in words])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            os.chdir(before)
        out, err = capfd.readouterr()
        return Result(code, out, err)

    return call


class Daemon(NamedTuple):
    """A git daemon that serves the bare repositories in ``base`` at ``url`` (without a final slash)."""

    base: Path
    url: str
    log: Path

    def served_bytes(self) -> int:
        """Return how much there is to serve in all."""
        return sum(path.stat().st_size for path in self.base.rglob("*.pack"))


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    """Start a real ``git daemon`` on loopback over ``tmp_path/upstream``."""
    base = tmp_path / "upstream"
    base.mkdir(exist_ok=True)
    log = tmp_path / "daemon.log"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                "git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}", f"--base-path={base}",
                "--export-all", "--informative-errors", "--verbose",
            ],
            stderr=out,
            stdout=out,
            start_new_session=True,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 10
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.01)
        yield Daemon(base, f"git://127.0.0.1:{port}", log)
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def upstream(base: Path, name: str, script: str = "echo hello > file; git add .; git commit -qm first") -> Path:
    """Make a bare repository ``base/name.git`` with the history that ``script`` commits; return its path."""
    work = base.parent / f"{name}.work"
    shell(f"git init -q -b master .\n{textwrap.dedent(script)}", work)
    bare = base / f"{name}.git"
    shell(f"git clone -q --bare . '{bare}'", work)
    return bare


@pytest.fixture
def src(tmp_path: Path) -> Path:
    """Return the folder in which the host stands and siblings appear."""
    path = tmp_path / "src"
    path.mkdir()
    return path


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


def listing(path: Path) -> set[str]:
    """Return the names of all that stands in a folder."""
    return {entry.name for entry in path.iterdir()}


needs_fish = pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
needs_zsh = pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
