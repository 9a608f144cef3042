"""``git subprojects freeze`` and ``changes``: a workspace that can be made again, and what has changed since."""

import json
from pathlib import Path

import pytest
import tomli

from git_subprojects.manifest.frozen import HEADING
from tests.support.commands import Command, config, run, shell
from tests.support.daemon import Daemon
from tests.support.golden_files import assert_golden
from tests.support.repositories import make_host, sibling
from tests.support.repositories import upstream as make_upstream

pytestmark = pytest.mark.slow

HISTORY = "echo 1 > a; git add .; git commit -qm one; git tag v1; echo 2 > a; git commit -qam two"

MANIFEST = """
    schema = 1
    [host]
    name = "linux"
    versions = "v[0-9]*"
    twins = ["absent", "tool"]
    [host.route]
    to = ["linux@example.org"]
    [project.tool]
    description = "A tool"
    url = "{url}/tool.git"
    borrow = ["absent", "lib", "host"]
    successor = "absent"
    tested = "v6.0"
    [[project.tool.pin]]
    revision = "v1"
    [[project.tool.pin]]
    host = "v6.1"
    [[project.tool.rule]]
    paths = ["*.c"]
    to = ["tool@example.org"]
    [project.lib]
    url = "{url}/lib.git"
    branch = "master"
    successor = "tool"
    [project.perf]
    within = ["tools/perf/"]
    [project.absent]
    url = "{url}/absent.git"
    """


@pytest.fixture
def linux(src: Path, daemon: Daemon) -> Path:
    """Return a host with the siblings tool and lib, on branches; absent is not cloned."""
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    top = make_host(src, MANIFEST.format(url=daemon.url))
    for name in ("tool", "lib"):
        make_upstream(daemon.base, name, HISTORY)
        sibling(top, f"{daemon.url}/{name}.git", name)
    return top


def head(top: Path, revision: str = "HEAD") -> str:
    return shell(f"git rev-parse {revision}", top).strip()


def test_a_frozen_manifest_has_every_commit(linux: Path, daemon: Daemon, command: Command) -> None:
    ended = command("subprojects", "freeze", cwd=linux)
    assert (ended.code, ended.err) == (0, "")
    assert_golden("frozen", ended.out.replace(daemon.url, "git://example.org").replace(head(linux), "f" * 40))
    raw = tomli.loads(ended.out)
    assert raw["host"]["revision"] == head(linux)
    assert raw["project"]["lib"]["pin"] == [{"revision": head(linux.parent / "lib")}]
    (linux / "frozen.toml").write_text(ended.out)
    assert command("subprojects", "check", "--manifest", "frozen.toml", cwd=linux).code == 0


def test_a_workspace_is_made_again_elsewhere(linux: Path, daemon: Daemon, tmp_path: Path, command: Command) -> None:
    shell("git checkout -q --detach v1", linux.parent / "tool")
    frozen = tmp_path / "frozen.toml"
    ended = command("subprojects", "freeze", "-o", frozen, cwd=linux)
    assert (ended.code, ended.out, ended.err) == (0, "", f"{frozen}: 2 projects\n")
    # Upstreams go on, and what was frozen has left their branches.
    for name in ("tool", "lib"):
        shell("git update-ref HEAD $(git commit-tree -m other HEAD^{tree})", daemon.base / f"{name}.git")
    shell("git config uploadpack.allowAnySHA1InWant true", daemon.base / "lib.git")
    elsewhere = tmp_path / "elsewhere" / "linux"
    shell(f"git clone -q {linux} {elsewhere}", tmp_path)
    ended = command("clone-project", "--manifest", frozen, "--all", cwd=elsewhere)
    assert ended.code == 0, ended.err
    for name in ("tool", "lib"):
        assert head(elsewhere.parent / name) == head(linux.parent / name)
    again = command("subprojects", "freeze", "--manifest", frozen, cwd=elsewhere)
    assert again.out == frozen.read_text()
    assert command("subprojects", "freeze", cwd=elsewhere).out == frozen.read_text(), "by the host's own manifest too"
    ended = command("subprojects", "update", "--manifest", frozen, cwd=elsewhere)
    assert (ended.code, ended.err) == (0, "nothing new in 2 projects\n")


def test_a_host_that_stands_elsewhere_is_said(linux: Path, command: Command) -> None:
    command("subprojects", "freeze", "-o", linux / "frozen.toml", cwd=linux)
    at = head(linux)
    shell("git commit -q --allow-empty -m more", linux)
    ended = command("clone-project", "--manifest", "frozen.toml", "--all", cwd=linux)
    assert ended.code == 0
    assert f"warning: linux is not at {at}, where the manifest was frozen: git checkout {at}\n" in ended.err


def test_what_others_cannot_get_is_warned_of(linux: Path, command: Command) -> None:
    tool = linux.parent / "tool"
    shell("echo 3 > a; git commit -qam mine; echo 4 > a; echo > new; git remote set-url origin ../x", tool)
    shell("git remote add origin ../nowhere", linux)
    (linux.parent / "lib" / "new").touch()
    ended = command("subprojects", "freeze", cwd=linux)
    assert ended.code == 0
    assert ended.err.splitlines() == [
        "warning: tool: 1 changed file and 1 untracked file, which no commit has",
        f"warning: tool: 1 commit that origin does not have: nobody else can get {head(tool)}",
        "warning: tool: origin is ../x, which the manifest does not name",
        "warning: lib: 1 untracked file, which no commit has",
        f"warning: linux: no remote has its commit {head(linux)}",
    ]
    shell("git tag v7", linux)
    assert "no remote has" not in command("subprojects", "freeze", cwd=linux).err, "what is tagged counts as pushed"


def test_without_commits(src: Path, command: Command) -> None:
    top = src / "linux"
    shell("git init -q; git init -q ../tool; git -C ../tool config subprojects.project tool", top)
    (top / "subprojects.toml").write_text('schema = 1\n[project.tool]\nurl = "../tool"\n')
    ended = command("subprojects", "freeze", cwd=top)
    assert ended.code == 0
    assert tomli.loads(ended.out) == {"schema": 1, "host": {}, "project": {}}
    assert ended.err == "warning: tool: left out: without commits\nwarning: host: without commits\n"


def test_the_users_overrides_are_part_of_it(linux: Path, command: Command) -> None:
    (linux / "subprojects.local.toml").write_text('[project.lib]\ndescription = "Mine"\n')
    assert tomli.loads(command("subprojects", "freeze", cwd=linux).out)["project"]["lib"]["description"] == "Mine"


def test_only_what_it_has_written_is_overwritten(linux: Path, command: Command) -> None:
    before = (linux / "subprojects.toml").read_bytes()
    ended = command("subprojects", "freeze", "-o", "subprojects.toml", cwd=linux)
    assert ended.code == 128
    assert ended.err.startswith("fatal: subprojects.toml exists, and was not written by freeze\nhint: ")
    assert (linux / "subprojects.toml").read_bytes() == before
    (linux / "frozen.toml").write_text(f"{HEADING}\n")
    (linux / "frozen.toml").chmod(0o640)
    assert command("subprojects", "freeze", "-o", "frozen.toml", cwd=linux).code == 0
    assert (linux / "frozen.toml").stat().st_mode & 0o777 == 0o640
    ended = command("subprojects", "freeze", "-o", "nowhere/frozen.toml", cwd=linux)
    assert ended.code == 128
    assert "No such file or directory" in ended.err


def test_json(linux: Path, command: Command) -> None:
    tool, lib = linux.parent / "tool", linux.parent / "lib"
    assert json.loads(command("subprojects", "freeze", "--json", cwd=linux).out) == {
        "version": 1,
        "host": {"name": "linux", "commit": head(linux)},
        "projects": [
            {"name": "tool", "path": str(tool), "commit": head(tool)},
            {"name": "lib", "path": str(lib), "commit": head(lib)},
        ],
    }


@pytest.fixture
def frozen(linux: Path, command: Command) -> Path:
    """Return a frozen manifest after which much has changed."""
    path = linux / "frozen.toml"
    command("subprojects", "freeze", "-o", path, cwd=linux)
    shell("git reset -q --hard HEAD^; git commit -q --allow-empty -m three; git commit -q --allow-empty -m four",
          linux.parent / "tool")  # fmt: skip
    shell("git commit -q --allow-empty -m host", linux)
    shell("rm -rf lib; git clone -q tool absent; git -C absent config subprojects.project absent", linux.parent)
    return path


def test_what_came_and_went_since(linux: Path, frozen: Path, command: Command) -> None:
    tool = linux.parent / "tool"
    old = tomli.loads(frozen.read_text())["project"]
    ended = command("subprojects", "changes", frozen, cwd=linux)
    assert (ended.code, ended.err) == (0, "")
    two = old["tool"]["pin"][0]["revision"]
    assert sorted(ended.out.splitlines()) == sorted([
        f"linux: {head(linux, 'HEAD^')[:12]}..{head(linux)[:12]}: 1 commit came",
        f"  > {head(linux)[:12]} host",
        f"tool: {two[:12]}..{head(tool)[:12]}: 2 commits came, 1 commit went",
        f"  > {head(tool)[:12]} four",
        f"  > {head(tool, 'HEAD^')[:12]} three",
        f"  < {two[:12]} two",
        f"absent: new, at {head(tool)[:12]}",
            f"lib: gone, was at {old['lib']['pin'][0]['revision']}",
    ])  # fmt: skip


def test_two_frozen_manifests(linux: Path, frozen: Path, command: Command) -> None:
    command("subprojects", "freeze", "-o", "second.toml", cwd=linux)
    shell("git add .; git commit -qm frozen; rm second.toml", linux)
    ended = command("subprojects", "changes", "--json", frozen, "HEAD:second.toml", cwd=linux)
    assert ended.code == 0
    found = {one["name"]: one for one in json.loads(ended.out)["projects"]}
    assert list(found) == ["linux", "tool", "absent", "lib"]
    assert [commit["subject"] for commit in found["tool"]["came"]] == ["four", "three"]
    assert [commit["subject"] for commit in found["tool"]["went"]] == ["two"]
    assert (found["absent"]["old"], found["lib"]["new"]) == (None, None)
    ended = command("subprojects", "changes", frozen, frozen, cwd=linux)
    assert (ended.code, ended.out, ended.err) == (0, "", "nothing has changed\n")


def test_what_cannot_be_told(linux: Path, frozen: Path, command: Command) -> None:
    nowhere = "1" * 40
    text = frozen.read_text()
    tool = tomli.loads(text)["project"]["tool"]["pin"][0]["revision"]
    (linux / "other.toml").write_text(text.replace(tool, nowhere))
    ended = command("subprojects", "changes", frozen, "other.toml", cwd=linux)
    assert ended.code == 1
    assert f": there is no 111111111111 here: git -C {linux.parent}/tool fetch origin {nowhere}" in ended.out
    shell("rm -rf tool", linux.parent)
    assert (
        "not cloned: git clone-project tool" in command("subprojects", "changes", frozen, "other.toml", cwd=linux).out
    )
    ended = command("subprojects", "changes", "subprojects.toml", cwd=linux)
    assert ended.code == 128
    assert "fatal: subprojects.toml is not frozen: project tool is not at one commit\n" in ended.err
    assert run("git", "subprojects", "changes", "nothing.toml", cwd=linux).code == 128


def test_what_stands_in_the_way_is_left_out_and_that_is_said(linux: Path, command: Command) -> None:
    shell("mv tool elsewhere; ln -s elsewhere tool; rm -rf lib; echo 1 > lib", linux.parent)
    ended = command("subprojects", "freeze", cwd=linux)
    assert ended.code == 0
    top = linux.parent
    assert f"tool: left out: {top}/tool: {top}/tool is a symbolic link to elsewhere\n" in ended.err
    assert f"lib: left out: {top}/lib is a file\n" in ended.err
