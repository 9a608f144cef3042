"""A sealed environment for every test, real repositories, a real git daemon, and the real commands."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands import MAINS, Command, Result
from tests.support.repositories import Daemon

DATE = "2026-01-02T03:04:05+00:00"
KEPT = ("PATH", "LANG", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG", "COVERAGE_FILE", "PYTHONPATH")


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


@pytest.fixture
def src(tmp_path: Path) -> Path:
    """Return the folder in which the host stands and siblings appear."""
    path = tmp_path / "src"
    path.mkdir()
    return path
