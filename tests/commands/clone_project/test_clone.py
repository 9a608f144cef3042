"""Ordinary clones: what is asked for, what is made, and what is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Command, config, listing, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, upstream
from tests.support.tcp import Proxy

MANIFEST = """
schema = 1

[project.one]
description = "The first"
url = "{url}/one.git"
groups = ["tools"]
build = [["make", "-j{{jobs}}"]]

[project.two]
url = "{url}/two.git"
groups = ["tools", "virt"]

[project.three]
url = "{url}/three.git"
directory = "deep/er/third"
groups = ["virt"]

[project.old]
url = "{url}/two.git"
successor = "two"

[project.perf]
within = ["tools/perf/"]
build = [["make", "-C", "tools/perf"]]
"""

EVERYTHING = {"linux", "one", "two", "deep", "old"}


@pytest.fixture
def linux(src: Path, daemon: Daemon) -> Path:
    """Return a host with five projects, whose upstreams are there."""
    for name in ("one", "two", "three"):
        upstream(daemon.base, name, f"echo {name} > file; git add .; git commit -qm first")
    return make_host(src, MANIFEST.format(url=daemon.url))


def git(path: Path, *words: str) -> str:
    ended = run("git", *words, cwd=path)
    assert ended.code == 0, ended.err
    return ended.out.strip()


def answer(text: str) -> Any:
    """Return what a command has answered in JSON, of the version that these tests know."""
    data = json.loads(text)
    assert data.pop("version") == 1
    (only,) = data.values()
    return only


def test_one_project_is_there_on_its_branch_and_knows_its_host(linux: Path, src: Path, command: Command) -> None:
    ended = command("clone-project", "one", cwd=linux)
    one = src / "one"
    commit = git(one, "rev-parse", "HEAD")
    assert ended.code == 0
    assert ended.out == ""
    assert f"one: cloned to ../one; on master ({commit[:12]})\n" in ended.err
    assert listing(src) == {"linux", "one"}
    assert (one / "file").read_text() == "one\n"
    assert git(one, "status", "--porcelain", "--branch") == "## master...origin/master"
    assert git(one, "config", "subprojects.project") == "one"
    assert git(one, "config", "subprojects.host") == "../linux"
    assert git(linux, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("words", "there"),
    [
        (["one", "two"], {"linux", "one", "two"}),
        (["one,two"], {"linux", "one", "two"}),
        (["one,", "one", "two,one"], {"linux", "one", "two"}),
        (["--group", "tools"], {"linux", "one", "two"}),
        (["--group", "tools,virt"], {"linux", "one", "two", "deep"}),
        (["--group", "virt", "--group=tools", "two"], {"linux", "one", "two", "deep"}),
        (["--all"], EVERYTHING),
        (["--all", "one"], EVERYTHING),
    ],
)
def test_what_is_asked_for_is_cloned_each_once(
    linux: Path, src: Path, command: Command, words: list[str], there: set[str]
) -> None:
    ended = command("clone-project", *words, "--json", cwd=linux)
    assert ended.code == 0, ended.err
    assert listing(src) == there
    names = [one["name"] for one in answer(ended.out)]
    assert len(names) == len(set(names))
    if "deep" in there:
        assert (src / "deep/er/third/file").read_text() == "three\n"
        assert git(src / "deep/er/third", "config", "subprojects.host") == "../../../linux"


def test_one_that_fails_does_not_stop_the_others_and_is_named_at_the_end(
    linux: Path, src: Path, daemon: Daemon, command: Command
) -> None:
    shell("rm -r two.git", daemon.base)
    ended = command("clone-project", "two,one,on,on", "--group", "tool", cwd=linux)
    assert ended.code == 1
    assert listing(src) == {"linux", "one"}
    assert "error: on: the manifest has no project 'on'\nhint: did you mean one?\n" in ended.err
    assert "error: tool: the manifest has no group 'tool'\nhint: did you mean tools?\n" in ended.err
    assert f"error: two: remote error: no such repository: {daemon.path}/two.git\n" in ended.err
    assert "error: 3 of 4 projects failed: on, tool, two\n" in ended.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "which project?"),
        (["--list", "one"], "--list takes no operands"),
        (["-j", "0", "one"], "expected a whole number from 1 up"),
        (["--depth", "1", "--full", "one"], "cannot be used together"),
        (["--filter", "combine:x", "one"], "--filter: expected"),
        (["--revision", "--upload-pack=x", "one"], "--revision"),
        (["--revision=-x", "one"], "--revision: expected"),
        (["--al"], "unknown option '--al'"),
    ],
)
def test_wrong_words_end_with_129_and_nothing_done(
    linux: Path, src: Path, command: Command, words: list[str], message: str
) -> None:
    ended = command("clone-project", *words, cwd=linux)
    assert ended.code == 129
    assert message in ended.err
    assert ended.out == ""
    assert listing(src) == {"linux"}


@pytest.mark.parametrize(
    ("words", "settings", "together"),
    [(["-j3"], {}, 3), ([], {"subprojects.jobs": "3"}, 3), ([], {}, 4)],
    ids=["asked", "configured", "by default"],
)
def test_so_many_are_cloned_at_the_same_time(
    src: Path, daemon: Daemon, command: Command, words: list[str], settings: dict[str, str], together: int
) -> None:
    upstream(daemon.base, "one")
    for key, value in {**settings, "subprojects.stallTimeout": "20", "subprojects.retries": "0"}.items():
        config(key, value)
    # The proxy lets nobody through before so many have come.
    with Proxy(daemon.url, together=together) as proxy:
        projects = "".join(f'[project.p{n}]\nurl = "{proxy.url}/one.git"\n' for n in range(4))
        host = make_host(src, f"schema = 1\n{projects}")
        ended = command("clone-project", "--all", *words, cwd=host)
    assert ended.code == 0, ended.err
    assert proxy.most >= together


def test_one_at_a_time(src: Path, daemon: Daemon, command: Command) -> None:
    upstream(daemon.base, "one")
    with Proxy(daemon.url) as proxy:
        projects = "".join(f'[project.p{n}]\nurl = "{proxy.url}/one.git"\n' for n in range(3))
        host = make_host(src, f"schema = 1\n{projects}")
        ended = command("clone-project", "--all", "-j", "1", cwd=host)
    assert ended.code == 0, ended.err
    assert len(proxy.times) == 3
    assert proxy.most == 1


def test_plain_lines_where_no_terminal_is(linux: Path, daemon: Daemon) -> None:
    ended = run("git-clone-project", "one", "perf", cwd=linux, TERM="xterm-256color")
    lines = ended.err.splitlines()
    assert lines[0] == f"one: cloning {daemon.url}/one.git to ../one"
    assert lines[1] == "perf: in this tree, in tools/perf/"
    assert lines[2].startswith("one: cloned to ../one; on master (")
    assert all(line.startswith("hint: ") for line in lines[3:])
    assert "\x1b" not in ended.err
    assert "\r" not in ended.err


def test_quiet_says_nothing_but_what_may_surprise(linux: Path, src: Path, command: Command) -> None:
    assert command("clone-project", "-q", "one", "two", "perf", cwd=linux) == (0, "", "")
    assert command("clone-project", "-q", "one", "two", "perf", cwd=linux) == (0, "", "")
    assert listing(src) == {"linux", "one", "two"}
    ended = command("clone-project", "-q", "old", cwd=linux)
    assert ended == (0, "", "warning: old: work goes on in two: git clone-project two\n")


def test_verbose_names_the_manifest(linux: Path, command: Command) -> None:
    assert "manifest: subprojects.toml\n" in command("clone-project", "-v", "perf", cwd=linux).err
    assert "manifest:" not in command("clone-project", "perf", cwd=linux).err


@pytest.mark.slow
def test_json_tells_of_every_kind_of_outcome(linux: Path, src: Path, daemon: Daemon) -> None:
    run("git-clone-project", "one", cwd=linux)
    ended = run("git-clone-project", "--json", "one", "old", "perf", "on", cwd=linux)
    assert ended.code == 1
    failed, one, old, perf = answer(ended.out)
    commit = git(src / "one", "rev-parse", "HEAD")
    assert failed == {
        "name": "on",
        "state": "failed",
        "error": "the manifest has no project 'on'",
        "hint": "did you mean one?",
    }
    assert one == {
        "name": "one",
        "state": "present",
        "path": str(src / "one"),
        "notes": [],
        "url": f"{daemon.url}/one.git",
        "branch": "master",
        "commit": commit,
        "built": False,
        "upstream": "origin/master",
        "ahead": 0,
        "behind": 0,
        "changed": 0,
        "untracked": 0,
    }
    assert old == {
        "name": "old",
        "state": "cloned",
        "path": str(src / "old"),
        "notes": ["work goes on in two: git clone-project two"],
        "url": f"{daemon.url}/two.git",
        "branch": "master",
        "commit": git(src / "old", "rev-parse", "HEAD"),
        "built": False,
        "mirror": False,
        "revision": None,
        "pinned": False,
        "because": "the remote's HEAD",
        "borrowed": [],
    }
    assert perf == {
        "name": "perf",
        "state": "in-tree",
        "path": str(linux),
        "notes": [],
        "within": ["tools/perf/"],
        "built": False,
    }


def test_a_dry_run_prints_the_plan_and_changes_nothing(
    linux: Path, src: Path, daemon: Daemon, command: Command
) -> None:
    command("clone-project", "one", cwd=linux)
    (src / "one/file").touch()
    before = {path: path.read_bytes() for path in src.rglob("*") if path.is_file()}
    ended = command("clone-project", "-n", "three", "one", "old", "perf", "--build", "-j3", cwd=linux)
    assert ended.code == 0
    assert ended.out.splitlines() == [
        f"three: clone {daemon.url}/three.git to ../deep/er/third",
        "  at the branch (the remote's HEAD)",
        "  note: the manifest does not say how to build it",
        "one: nothing to clone: is there, in ../one: on master, clean",
        f"  then in {src}/one: make -j3",
        f"old: clone {daemon.url}/two.git to ../old",
        "  at the branch (the remote's HEAD)",
        "  note: work goes on in two: git clone-project two",
        "  note: the manifest does not say how to build it",
        "perf: nothing to clone: it lies in tools/perf/",
        f"  then in {linux}: make -C tools/perf",
    ]
    assert {path: path.read_bytes() for path in src.rglob("*") if path.is_file()} == before
    refused = command("clone-project", "--dry-run", "nope", cwd=linux)
    assert refused.code == 1
    assert refused.out == "nope: cannot be done: the manifest has no project 'nope'\n"


def test_the_plan_is_what_is_carried_out(linux: Path, src: Path, command: Command) -> None:
    command("clone-project", "one", cwd=linux)
    words = ["clone-project", "--json", "--all", "nope"]
    plan = answer(command(*words, "-n", cwd=linux).out)
    assert listing(src) == {"linux", "one"}
    outcomes = answer(command(*words, cwd=linux).out)
    state_of = {"clone": "cloned", "present": "present", "in-tree": "in-tree", "refused": "failed"}
    assert [(step["name"], state_of[step["step"]]) for step in plan] == [
        (one["name"], one["state"]) for one in outcomes
    ]
    for step, one in zip(plan, outcomes, strict=True):
        assert step.get("path") == one.get("path")
        assert step.get("notes") == one.get("notes")
        if step["step"] == "clone":
            assert step["urls"] == [one["url"]]
            assert [step[key] for key in ("revision", "pinned", "because")] == [
                one[key] for key in ("revision", "pinned", "because")
            ]


def test_what_comes_next_can_be_turned_off(linux: Path, command: Command) -> None:
    ended = command("clone-project", "one", "perf", cwd=linux)
    for hint in (
        "hint: build one: cd ../one && make -j",
        "hint: where patches to one go: git -C ../one route-patch HEAD\n",
        "hint: build perf: make -C tools/perf\n",
        'hint: Disable this message with "git config advice.subprojectsNext false"\n',
    ):
        assert hint in ended.err
    config("advice.subprojectsNext", "false")
    ended = command("clone-project", "two", "perf", cwd=linux)
    assert ended.code == 0
    assert "hint:" not in ended.err


def test_an_in_tree_project_whose_folder_is_missing(linux: Path, command: Command) -> None:
    shell("git rm -qr tools; git commit -qm 'no tools'", linux)
    ended = command("clone-project", "perf", cwd=linux)
    assert ended.code == 1
    assert f"error: perf: it lies in tools/perf/ of host, and {linux} has no tools/perf/\n" in ended.err


def test_a_failed_clone_leaves_no_folder_that_was_made_for_it(
    linux: Path, src: Path, daemon: Daemon, command: Command
) -> None:
    shell("rm -r three.git", daemon.base)
    assert command("clone-project", "three", cwd=linux).code == 1
    assert listing(src) == {"linux"}
