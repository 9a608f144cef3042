"""Clones whose refs are in no files (reftable, git 2.45 and later) are cloned, updated and shown as all others are."""

import json
import os
from pathlib import Path

import pytest

from tests.support.commands import Command, config, shell
from tests.support.daemon import Daemon
from tests.support.newer_git import newer_git
from tests.support.repositories import make_host, push
from tests.support.repositories import upstream as make_upstream

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(newer_git() is None, reason="git is older than 2.45; .ci/newer-git unpacks a newer one"),
]

HISTORY = """
echo 1 > a; git add .; git commit -qm one; git tag v1
echo 2 > a; git commit -qam two
"""


@pytest.fixture
def base(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the project be in files, as any server may have it, and what is made here in reftable."""
    git = newer_git()
    assert git is not None
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    make_upstream(daemon.base, "tool", HISTORY)
    monkeypatch.setenv("PATH", f"{git.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GIT_DEFAULT_REF_FORMAT", "reftable")
    return daemon.base


def says(top: Path, daemon: Daemon, keys: str = "") -> None:
    (top / "subprojects.toml").write_text(
        f'schema = 1\n[host]\nversions = "v[0-9]*"\n[project.tool]\nurl = "{daemon.url}/tool.git"\n{keys}'
    )


@pytest.fixture
def top(src: Path, base: Path, daemon: Daemon) -> Path:
    path = make_host(src, None)
    says(path, daemon)
    return path


def branch(clone: Path) -> str:
    return shell("git branch --show-current", clone).strip()


def test_a_pin_comes_and_goes(top: Path, daemon: Daemon, command: Command) -> None:
    pin = '[[project.tool.pin]]\nrevision = "v1"\n'
    says(top, daemon, pin)
    tool = top.parent / "tool"
    assert command("clone-project", "tool", cwd=top).code == 0
    assert shell("git rev-parse --show-ref-format; git describe --tags", tool) == "reftable\nv1\n"
    said = command("subprojects", "foreach", "-q", "echo $SUBPROJECT_REVISION", cwd=top)
    assert "v1\n" in said.out
    says(top, daemon)
    assert command("subprojects", "update", cwd=top).code == 0
    assert (branch(tool), (tool / "a").read_text()) == ("master", "2\n")
    assert "master\n" in command("subprojects", "foreach", "-q", "echo $SUBPROJECT_REVISION", cwd=top).out
    says(top, daemon, pin)
    assert command("subprojects", "update", cwd=top).code == 0
    assert (branch(tool), (tool / "a").read_text()) == ("", "1\n")


def test_a_branch_that_is_renamed_is_followed(top: Path, base: Path, command: Command) -> None:
    tool = top.parent / "tool"
    assert command("clone-project", "tool", cwd=top).code == 0
    shell("git branch -m master main", base / "tool.git")
    push(base, "tool", "echo 3 > a; git commit -qam three", "HEAD:main")
    ended = command("subprojects", "update", cwd=top)
    assert ended.code == 0, ended.err
    assert (branch(tool), (tool / "a").read_text()) == ("main", "3\n")


def test_a_set_of_linked_work_trees(top: Path, command: Command) -> None:
    assert command("clone-project", "tool", cwd=top).code == 0
    shell("git add .; git commit -qm manifest; git worktree add -q ../next/linux", top)
    linked = top.parent / "next"
    ended = command("clone-project", "--worktree", "tool", cwd=linked / "linux")
    assert (ended.code, (linked / "tool/a").read_text()) == (0, "2\n"), ended.err
    assert command("subprojects", "update", cwd=linked / "linux").code == 0


@pytest.mark.parametrize("operation", ["cherry-pick", "revert", "merge", "rebase"])
def test_what_is_begun_is_seen(top: Path, command: Command, operation: str) -> None:
    assert command("clone-project", "tool", cwd=top).code == 0
    commit = "HEAD~" if operation == "revert" else "other"
    script = f"""
    git switch -qc other HEAD~; echo x > a; git commit -qam x; git switch -q master
    git {operation} {commit} || true
    """
    shell(script, top.parent / "tool")
    ended = command("subprojects", "status", "--json", cwd=top)
    assert json.loads(ended.out)["projects"][0]["operation"] == operation
    ended = command("subprojects", "update", cwd=top)
    assert operation in ended.err
