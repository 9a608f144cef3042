"""Locks end with their process, also where a file system has no flock(2)."""

import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.commands import Command, Result, config, run, shell
from tests.support.daemon import Daemon
from tests.support.paths import ROOT
from tests.support.processes import until
from tests.support.repositories import make_host
from tests.support.repositories import upstream as make_upstream

WITHOUT = [sys.executable, "-m", "tests.support.without_flock"]
WAYS = pytest.mark.parametrize(
    "way",
    [
        [],
        pytest.param(
            WITHOUT,
            marks=pytest.mark.skipif(
                platform.machine() not in ("x86_64", "aarch64"), reason="the number of flock is not known here"
            ),
        ),
    ],
    ids=["flock", "no flock"],
)

HOLD = """
import os, sys, time
from git_subprojects.system import locks
descriptor = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
had = locks.take(descriptor, sys.argv[1])
print(had, flush=True)
if had and len(sys.argv) > 2:
    sys.stdin.read()
    locks.release(sys.argv[1])
"""


@pytest.fixture(autouse=True)
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


class Holder:
    """A process that takes a lock, and holds it until it is told to end."""

    def __init__(self, way: list[str], path: Path) -> None:
        words = [*way, sys.executable, "-c", HOLD, str(path), "hold"]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.has_it = self.process.stdout.readline() == "True\n"
        if not self.has_it:
            self.end()

    def end(self) -> None:
        self.process.communicate("")

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@WAYS
def test_one_at_a_time(tmp_path: Path, way: list[str]) -> None:
    path = tmp_path / "lock"
    first = Holder(way, path)
    assert first.has_it
    assert not Holder(way, path).has_it
    first.end()
    second = Holder(way, path)
    assert second.has_it
    second.kill()
    third = Holder(way, path)
    assert third.has_it, "who was killed holds nothing"
    third.end()
    assert {entry.name for entry in tmp_path.iterdir()} <= {"lock", "home"}


def test_who_runs_elsewhere_holds_it(tmp_path: Path) -> None:
    (tmp_path / "lock.holder").write_text("other-machine pid:[1] 1 1")
    assert not Holder(WITHOUT, tmp_path / "lock").has_it
    number = f"{os.uname().nodename} {os.readlink('/proc/self/ns/pid')} {os.getpid()}"
    (tmp_path / "lock.holder").write_text(f"{number} 1")
    taken = Holder(WITHOUT, tmp_path / "lock")
    assert taken.has_it, "another process has the number now"
    taken.end()
    (tmp_path / "lock.holder").touch()
    assert not Holder(WITHOUT, tmp_path / "lock").has_it, "it is being written"
    os.utime(tmp_path / "lock.holder", (0, 0))
    taken = Holder(WITHOUT, tmp_path / "lock")
    assert taken.has_it
    taken.end()


def ran(way: list[str], *words: str, cwd: Path) -> Result:
    return run(*way, *words, cwd=cwd)


@pytest.mark.slow
def test_all_works_without_flock(src: Path, daemon: Daemon) -> None:
    config("advice.subprojectsNext", "false")
    make_upstream(daemon.base, "tool")
    top = make_host(src, f'schema = 1\n[project.tool]\nurl = "{daemon.url}/tool.git"\n')
    for words in (["git-clone-project", "tool"], ["git-subprojects", "follow", "--hook"]):
        ended = ran(WITHOUT, *words, cwd=top)
        assert ended.code == 0, ended.err
    ended = ran(WITHOUT, "git-subprojects", "update", cwd=top)
    assert ended.code == 0, ended.err
    make_upstream(daemon.base, "other")
    ended = ran(WITHOUT, "git-subprojects", "add", "--yes", f"{daemon.url}/other.git", cwd=top)
    assert ended.code == 0, ended.err
    assert {entry.name for entry in src.iterdir()} == {"linux", "tool"}
    assert not list(top.glob("*.lock*"))


@pytest.mark.slow
@WAYS
def test_a_clone_that_was_killed_is_in_nobodys_way(src: Path, daemon: Daemon, way: list[str]) -> None:
    make_upstream(daemon.base, "tool")
    config("advice.subprojectsNext", "false")
    top = make_host(src, f'schema = 1\n[project.tool]\nurl = "{daemon.url}/tool.git"\n')
    hooks = src / "hooks"
    hooks.mkdir()
    (hooks / "post-checkout").write_text(f"#!/bin/sh\necho $$ > '{src}/at work'; exec sleep 600\n")
    (hooks / "post-checkout").chmod(0o755)
    environment = {**os.environ, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath"}
    environment["GIT_CONFIG_VALUE_0"] = str(hooks)
    process = subprocess.Popen([*way, "git-clone-project", "tool"], cwd=top, env=environment, stderr=subprocess.PIPE)
    until(lambda: (src / "at work").exists() and (src / "at work").read_text().endswith("\n"))
    process.kill()
    process.communicate()
    os.kill(int((src / "at work").read_text()), signal.SIGKILL)
    ended = ran(way, "git-clone-project", "tool", cwd=top)
    assert ended.code == 0, ended.err
    assert not list(src.glob(".tool*"))


def test_the_lock_of_a_killed_run_is_taken_over(src: Path, command: Command) -> None:
    top = make_host(src, 'schema = 1\n[project.tool]\nurl = "https://example.org/tool.git"\n')
    (top / "subprojects.toml.lock").write_text("schema = 1\n[project.half" * 100)
    ended = command("subprojects", "remove", "--yes", "tool", cwd=top)
    assert ended.code == 0, ended.err
    assert (top / "subprojects.toml").read_text() == "schema = 1\n"
    assert not (top / "subprojects.toml.lock").exists()


def test_what_killed_runs_left_in_the_temporary_folder_goes(
    src: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = make_host(src, "schema = 1\n[project]\n")
    place = tmp_path / "temporary"
    program = "from git_subprojects.system.scratch import *\nwith scratch_folder() as f: print(f, flush=True); input()"
    monkeypatch.setenv("TMPDIR", str(place))
    place.mkdir()
    words = [sys.executable, "-c", program]
    at_work, killed = (
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    )
    assert at_work.stdout is not None
    assert killed.stdout is not None
    held, left = Path(at_work.stdout.readline().strip()), Path(killed.stdout.readline().strip())
    killed.kill()
    killed.communicate()
    (left / "deep").mkdir()
    others = place / "git-subprojects-file.headers"
    others.touch()
    (place / "somebody-elses").mkdir()
    long_ago = time.time() - 100
    for path in (held, left, others):
        os.utime(path, (long_ago, long_ago))
    run("git-route-patch", "--check", "HEAD", cwd=top)
    assert {entry.name for entry in place.iterdir()} == {held.name, "somebody-elses"}
    at_work.communicate("\n")
    shell("git status", top)
