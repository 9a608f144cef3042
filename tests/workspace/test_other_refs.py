"""Pins that name any ref of the remote, or a part of a commit id: cloned, updated, and missed."""

from pathlib import Path

import pytest

from tests.support.commands import Command, Result, config, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, upstream

pytestmark = pytest.mark.slow

HISTORY = """
echo 1 > a; git add .; git commit -qm one; git tag v1
git checkout -q -b 2.3.x; echo x > a; git commit -qam branch
git checkout -q -b c0ffee1; echo y > a; git commit -qam hexadecimal; git checkout -q master
echo 2 > a; git commit -qam two
"""

OTHERS = """
git checkout -q --detach v1; echo proposed > a; git commit -qam proposed
git push -q --force origin HEAD:refs/{0}; git checkout -q master
"""

REFS = ("pull/7/head", "changes/34/1234/5", "merge-requests/1/head", "notes/x", "replace/x", "bisect/bad", "for/x")


@pytest.fixture
def work(daemon: Daemon) -> Path:
    """Return a clone from which the upstream is pushed to."""
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    upstream(daemon.base, "tool", HISTORY)
    shell("git clone -q tool.git work", daemon.base)
    return daemon.base / "work"


def make(src: Path, daemon: Daemon, revision: str, more: str = "") -> Path:
    text = f'schema = 1\n[project.tool]\nurl = "{daemon.url}/tool.git"\npin = [{{ revision = "{revision}" }}]\n{more}'
    return make_host(src, text)


def clone(linux: Path, command: Command, *words: str) -> Result:
    return command("clone-project", *words, "tool", cwd=linux)


def update(linux: Path, command: Command, *words: str) -> Result:
    return command("subprojects", "update", *words, cwd=linux)


def content(src: Path) -> str:
    return (src / "tool/a").read_text().strip()


@pytest.mark.parametrize("more", ["", "depth = 1"])
def test_any_ref_of_the_remote(src: Path, daemon: Daemon, work: Path, command: Command, more: str) -> None:
    shell(OTHERS.format(f"{REFS[0]} " + " ".join(f"HEAD:refs/{ref}" for ref in REFS[1:])), work)
    projects = {ref.replace("/", "-"): f"refs/{ref}" for ref in REFS}
    text = "".join(
        f'[project.{name}]\nurl = "{daemon.url}/tool.git"\npin = [{{ revision = "{ref}" }}]\n{more}\n'
        for name, ref in projects.items()
    )
    linux = make_host(src, f"schema = 1\n{text}")
    ended = command("clone-project", "--all", cwd=linux)
    assert ended.code == 0, ended.err
    assert {(src / name / "a").read_text() for name in projects} == {"proposed\n"}
    listed = "git for-each-ref --format='%(refname)' refs/notes refs/replace refs/bisect"
    assert {name: shell(listed, src / name) for name in projects} == dict.fromkeys(projects, "")
    ended = command("subprojects", "update", cwd=linux)
    assert (ended.code, ended.err) == (0, f"nothing new in {len(projects)} projects\n")
    status = command("subprojects", "status", "--json", cwd=linux).out
    assert [ref for ref in projects.values() if f'"{ref}"' not in status] == []
    ended = command("subprojects", "freeze", cwd=linux)
    assert "nobody else can get" not in ended.err
    assert command("subprojects", "check", "--online", cwd=linux).code == 0


def test_a_ref_that_moves_is_followed(src: Path, daemon: Daemon, work: Path, command: Command) -> None:
    shell(OTHERS.format("pull/7/head"), work)
    linux = make(src, daemon, "refs/pull/7/head")
    clone(linux, command)
    shell("git checkout -q v1; echo again > a; git commit -qam again; git push -qf origin HEAD:refs/pull/7/head", work)
    assert command("subprojects", "status", "--fetch", cwd=linux).code == 0
    shell("echo mine > a", src / "tool")
    ended = update(linux, command)
    assert (ended.code, content(src)) == (1, "mine")
    shell("git checkout -q a", src / "tool")
    ended = update(linux, command)
    assert (ended.code, content(src)) == (0, "again")
    assert "refs/pull/7/head" in ended.err
    assert update(linux, command).err == "nothing new in 1 project\n"
    shell("echo own > a; git commit -qam own", src / "tool")
    ended = update(linux, command)
    assert (ended.code, content(src)) == (0, "own"), "what the user has put somewhere stays there"


def test_a_ref_that_is_gone_stops_no_update(src: Path, daemon: Daemon, work: Path, command: Command) -> None:
    shell(OTHERS.format("pull/7/head"), work)
    linux = make(src, daemon, "refs/pull/7/head")
    clone(linux, command)
    shell("git push -q origin :refs/pull/7/head; git checkout -q master; echo 3 > a; git commit -qam three", work)
    shell("git push -q origin master", work)
    ended = update(linux, command)
    assert "warning: tool: origin has no refs/pull/7/head any more\n" in ended.err
    assert (ended.code, content(src)) == (0, "proposed")
    assert shell("git log -1 --format=%s origin/master", src / "tool") == "three\n"


@pytest.mark.parametrize("more", ["", "depth = 1"])
def test_a_ref_that_is_not_there(src: Path, daemon: Daemon, work: Path, command: Command, more: str) -> None:
    linux = make(src, daemon, "refs/pull/8/head", more)
    ended = clone(linux, command)
    assert work.exists()
    assert ended.code == 1
    assert f"there is no ref 'refs/pull/8/head' at {daemon.url}/tool.git (project.tool.pin[0]: for every" in ended.err
    assert not (src / "tool").exists()


def test_a_part_of_a_commit_id(src: Path, daemon: Daemon, work: Path, command: Command) -> None:
    part = shell("git rev-parse --short=9 v1", work).strip()
    linux = make(src, daemon, part)
    assert clone(linux, command).code == 0
    assert content(src) == "1"
    assert update(linux, command).err == "nothing new in 1 project\n"
    assert command("subprojects", "check", "--online", cwd=linux).code == 0


@pytest.mark.parametrize(
    ("revision", "more", "said"),
    [
        ("0000000", "", "there is no branch, tag or commit '0000000' at "),
        ("0000000", "depth = 1\n", "there is no branch, tag or fetched commit '0000000' at "),
    ],
)
def test_a_part_of_no_id(
    src: Path, daemon: Daemon, work: Path, command: Command, revision: str, more: str, said: str
) -> None:
    ended = clone(make(src, daemon, revision, more), command)
    assert work.exists()
    assert ended.code == 1
    assert said in ended.err


@pytest.mark.parametrize(("branch", "before"), [("2.3.x", "x"), ("c0ffee1", "y")])
def test_a_pin_that_is_a_branch_is_followed(
    src: Path, daemon: Daemon, work: Path, command: Command, branch: str, before: str
) -> None:
    linux = make(src, daemon, branch)
    assert clone(linux, command).code == 0
    assert content(src) == before
    shell(f"git checkout -q {branch}; echo new > a; git commit -qam new; git push -q origin {branch}", work)
    assert update(linux, command).code == 0
    assert content(src) == "new"


def test_in_a_linked_work_tree(src: Path, daemon: Daemon, work: Path, command: Command) -> None:
    shell(OTHERS.format("pull/7/head"), work)
    linux = make(src, daemon, "refs/pull/7/head")
    shell("mkdir ../set; git worktree add -q ../set/linux -b topic", linux)
    ended = command("clone-project", "--worktree", "tool", cwd=src / "set/linux")
    assert ended.code == 0, ended.err
    assert (src / "set/tool/a").read_text() == "proposed\n"
