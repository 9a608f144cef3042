"""``git subprojects export``: a revision for every project, whatever stands in its place, or it is said."""

from pathlib import Path

import pytest
import yaml

from tests.support.commands import Command, config, shell
from tests.support.daemon import Daemon
from tests.support.repositories import ONE_COMMIT, make_host, sibling, upstream

pytestmark = pytest.mark.slow

TRUNK = f"{ONE_COMMIT}; git branch -m trunk"


@pytest.fixture
def linux(src: Path, daemon: Daemon) -> Path:
    config("subprojects.retries", "0")
    upstream(daemon.base, "tool", TRUNK)
    return make_host(src, f'schema = 1\n[project.tool]\nurl = "{daemon.url}/tool.git"\n')


def revision(command: Command, linux: Path, form: str) -> tuple[str | None, int, str]:
    """Return the revision of the only project in what is exported, the exit status, and what is said."""
    ended = command("subprojects", "export", f"--format={form}", cwd=linux)
    raw = yaml.safe_load(ended.out)
    (project,) = raw["manifest"]["projects"] if form == "west" else raw["repositories"].values()
    return project.get("revision" if form == "west" else "version"), ended.code, ended.err


BOTH = pytest.mark.parametrize("form", ["west", "repos"])


@BOTH
@pytest.mark.parametrize(
    "script",
    [
        "",
        "mkdir tool",
        "ln -s linux tool",
        ": > tool",
        "git init -q tool",
        "mkdir tool; mkfifo tool/.git",
        "git init -q tool; echo broken > tool/.git/config",
    ],
)
def test_the_remote_is_asked_where_there_is_no_clone(linux: Path, command: Command, form: str, script: str) -> None:
    shell(script or ":", linux.parent)
    assert revision(command, linux, form) == ("trunk", 0, "")


@BOTH
def test_the_clone_knows(src: Path, linux: Path, daemon: Daemon, command: Command, form: str) -> None:
    tool = sibling(linux, f"{daemon.url}/tool.git")
    (daemon.base / "tool.git").rename(daemon.base / "gone.git")
    shell("git checkout -q --detach", tool)
    assert revision(command, linux, form) == ("trunk", 0, "")


@pytest.mark.parametrize(("form", "expected"), [("west", "HEAD"), ("repos", None)])
@pytest.mark.parametrize(
    ("script", "reason"),
    [("mv tool.git gone.git", ""), ("rm -r tool.git; git init -q --bare tool.git", "has no commits")],
)
def test_nobody_knows(
    linux: Path, daemon: Daemon, command: Command, form: str, expected: str | None, script: str, reason: str
) -> None:
    shell(script, daemon.base)
    found, code, said = revision(command, linux, form)
    assert (found, code) == (expected, 1)
    assert said.startswith("error: tool: nothing tells its branch: ")
    assert reason in said
    assert said.endswith("hint: git clone-project tool, or give it a branch in the manifest\n")


@BOTH
def test_a_head_that_is_detached(linux: Path, daemon: Daemon, command: Command, form: str) -> None:
    commit = shell("git rev-parse trunk", daemon.base / "tool.git").strip()
    shell(f"git update-ref --no-deref HEAD {commit}", daemon.base / "tool.git")
    assert revision(command, linux, form) == (commit, 0, "")


@BOTH
def test_a_mirror_is_asked_after_it(src: Path, linux: Path, daemon: Daemon, command: Command, form: str) -> None:
    with (linux / "subprojects.toml").open("a") as file:
        file.write(f'mirrors = ["{daemon.url}/mirror.git"]\n')
    (daemon.base / "tool.git").rename(daemon.base / "mirror.git")
    found, code, _ = revision(command, linux, form)
    assert (found, code) == ("trunk", 0)


@BOTH
def test_a_pin_that_cannot_be_told_is_said(src: Path, linux: Path, command: Command, form: str) -> None:
    with (linux / "subprojects.toml").open("a") as file:
        file.write('pin = [{ revision = "r1" }, { host = "v6.1", revision = "r2" }]\n')
    assert revision(command, linux, form)[:2] == ("r2", 0)
    shell("git add .; git commit -qm pins; git clone -q --depth 1 file://$PWD ../shallow", linux)
    found, code, said = revision(command, src / "shallow", form)
    assert (found, code) == ("trunk", 1)
    assert said.startswith(
        "error: tool: without its pin: the host is a shallow clone, so its version cannot be told\n"
        "hint: export in a full clone of the host\n"
    )
