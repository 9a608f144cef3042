"""``git subprojects status``: how it stands with every sibling."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Command, config, run, shell
from tests.support.daemon import Daemon
from tests.support.golden_files import assert_golden
from tests.support.repositories import copy, made_once, make_host
from tests.support.repositories import upstream as make_upstream

NAMES = (
    "ahead", "behind", "bisecting", "broken", "clean", "conflict", "detached", "dirty", "locked", "merging", "named",
    "odd-place", "picking", "pinned", "rebasing", "sending", "stashed", "unborn",
)  # fmt: skip

HISTORY = """
echo 1 > a; git add .; git commit -qm one; git tag v1
echo 2 > a; git commit -qam two; git branch other
"""


def manifest(folder: Path) -> str:
    projects = "".join(f'[project.{name}]\nurl = "file://{folder}/tool.git"\n' for name in NAMES)
    pins = '[[project.{}.pin]]\nhost = "v6.1"\nrevision = "v1"\n'
    return f"""
schema = 1
[host]
name = "linux"
versions = "v[0-9]*"
{projects}
[project.absent]
url = "file://{folder}/tool.git"
groups = ["none"]
[project.perf]
within = ["tools/perf/"]
{pins.format("pinned")}{pins.format("named")}
"""


CHANGES = {
    "ahead": "git commit -q --allow-empty -m more",
    "behind": "git reset -q --hard HEAD~1",
    "bisecting": "git bisect start -q >/dev/null",
    "conflict": "git stash -q; echo 4 > a; git commit -qam four; echo 1 > a; git stash; git reset -q --hard; true",
    "detached": "git checkout -q --detach HEAD~1",
    "dirty": "echo 3 > a; echo new > b",
    "locked": "touch .git/index.lock",
    "merging": "git switch -qc side HEAD~1; echo 5 > a; git commit -qam five; git merge -q master || true",
    "named": "git switch -q master; git switch -qc topic; git commit -q --allow-empty -m topic",
    "picking": "git switch -qc side HEAD~1; echo 5 > a; git commit -qam five; git cherry-pick master || true",
    "rebasing": "git switch -qc side HEAD~1; echo 5 > a; git commit -qam five; git rebase -q master || true",
    "sending": "git switch -qc side HEAD~1; echo 5 > a; git commit -qam five; "
    "git format-patch -q -1 -o .git; git switch -q master; git am -q .git/0001-five.patch || true",
    "stashed": "echo 3 > a; git stash -q; echo 4 > a; git stash -q",
    "unborn": "git switch -q --orphan fresh",
}


def make_workspace(folder: Path) -> None:
    """Make a host all of whose siblings are cloned, each in a state of its own, beside the upstream of them all."""
    src = folder / "src"
    make_upstream(folder / "upstream", "tool", HISTORY)
    top = make_host(src, manifest(folder / "upstream"))
    shell(f"git clone-project -q {' '.join(set(NAMES) - {'broken', 'odd-place'})}", top)
    for name, script in CHANGES.items():
        shell(f"({script}) >/dev/null 2>&1", src / name)
    (src / "odd-place").write_text("in the way")
    (src / "broken" / ".git").mkdir(parents=True)


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a host all of whose siblings are cloned, each in a state of its own."""
    config("protocol.file.allow", "always")
    config("advice.subprojectsNext", "false")
    copy(made_once(make_workspace) / "src", src)
    return src / "linux"


def test_every_state_on_one_line(linux: Path, command: Command) -> None:
    ended = command("subprojects", "status", cwd=linux)
    assert ended.code == 1, "one is broken"
    assert_golden("status", ended.out.replace(str(linux.parent), "SRC"))
    in_sibling = command("subprojects", "status", cwd=linux.parent / "clean")
    assert in_sibling.out == ended.out


def test_only_those_that_are_asked_for(linux: Path, command: Command) -> None:
    ended = command("subprojects", "status", "absent", "perf", "clean", cwd=linux)
    assert ended.out == ("absent  not cloned\nperf    in this tree, in tools/perf/\nclean   on master, clean\n")
    assert command("subprojects", "status", "--group", "none", cwd=linux).out == "absent  not cloned\n"
    ended = command("subprojects", "status", "clan", "clean", cwd=linux)
    assert ended.code == 1
    assert ended.out == "clean  on master, clean\n"
    assert "the manifest has no project 'clan'" in ended.err
    assert "did you mean clean?" in ended.err


@pytest.mark.parametrize(
    "words",
    [
        ["clean", "--json", "dirty"],
        ["--json", "clean", "dirty"],
        ["clean", "dirty", "--json"],
        ["clean", "--manifest", "subprojects.toml", "dirty", "--json"],
        ["--json", "--", "clean", "dirty"],
    ],
)
def test_options_may_stand_between_the_projects(linux: Path, command: Command, words: list[str]) -> None:
    ended = command("subprojects", "status", *words, cwd=linux)
    assert (ended.code, ended.err) == (0, "")
    assert [project["name"] for project in json.loads(ended.out)["projects"]] == ["clean", "dirty"]


def test_the_form_for_programs_stays_as_it_is(linux: Path, command: Command) -> None:
    lines = command("subprojects", "status", "--porcelain=v1", cwd=linux).out.splitlines()
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in lines}
    head = shell("git rev-parse HEAD", linux.parent / "clean").strip()
    clean = ["clone", "master", head, "origin/master", "0", "0", "0", "0", "0", "0", "-", "-", "-", "-"]
    assert rows["clean"] == [*clean, str(linux.parent / "clean")]
    assert rows["dirty"][6:8] == ["1", "1"]
    assert rows["stashed"][9] == "2"
    assert rows["rebasing"][8] == "1"
    assert rows["rebasing"][10] == "rebase"
    assert rows["named"][11:14] == ["topic", "v1", "no"]
    assert rows["pinned"][12:14] == ["v1", "yes"]
    assert command("subprojects", "status", "--porcelain=v2", cwd=linux).code == 129


def test_json_has_it_all(linux: Path, command: Command) -> None:
    answer = json.loads(command("subprojects", "status", "--json", cwd=linux).out)
    assert answer["version"] == 1
    found = {one["name"]: one for one in answer["projects"]}
    assert set(found) == set(NAMES)
    assert found["named"]["unpushed"] == [{"branch": "topic", "commits": 1}]
    assert (found["named"]["pin"], found["named"]["on_pin"]) == ("v1", False)
    assert (found["odd-place"]["kind"], found["odd-place"]["what"]) == ("other", "a file")
    assert found["merging"]["operation"] == "merge"


def test_nothing_is_changed_by_looking(linux: Path, command: Command) -> None:
    before = {path: path.stat().st_mtime_ns for path in linux.parent.rglob("*") if path.is_file()}
    command("subprojects", "status", cwd=linux)
    assert {path: path.stat().st_mtime_ns for path in linux.parent.rglob("*") if path.is_file()} == before


def test_where_nothing_is_cloned_it_is_said(src: Path, command: Command) -> None:
    top = make_host(src, "schema = 1\n[project.x]\nurl = '../x'\n", "git remote add origin https://example.org/linux")
    ended = command("subprojects", "status", cwd=top)
    assert (ended.code, ended.out) == (0, "")
    assert "no project is cloned" in ended.err


def test_a_linked_work_tree_in_the_middle_of_a_rebase(src: Path, tmp_path: Path, command: Command) -> None:
    bare = make_upstream(tmp_path / "upstream", "tool", HISTORY)
    top = make_host(src, f'schema = 1\n[project.tool]\nurl = "file://{bare}"\n')
    shell(
        f"""
        git clone -q file://{bare} ../elsewhere; git -C ../elsewhere worktree add -q -b side ../tool HEAD~1
        git -C ../elsewhere config subprojects.project tool
        cd ../tool; echo 5 > a; git commit -qam five; git rebase -q master >/dev/null 2>&1 || true
        """,
        top,
    )
    assert ", rebase in progress" in command("subprojects", "status", "tool", cwd=top).out


def test_a_sparse_and_partial_clone_is_clean(src: Path, tmp_path: Path, command: Command) -> None:
    bare = make_upstream(
        tmp_path / "upstream", "tool", "mkdir x y; echo 1 > x/a; echo 1 > y/b; git add .; git commit -qm one"
    )
    run("git", "-C", bare, "config", "uploadpack.allowFilter", "true")
    run("git", "config", "--global", "protocol.file.allow", "always")
    top = make_host(src, f'schema = 1\n[project.tool]\nurl = "file://{bare}"\nfilter = "blob:none"\nsparse = ["x/"]\n')
    assert command("clone-project", "-q", "tool", cwd=top).code == 0
    assert not (src / "tool" / "y").exists()
    assert command("subprojects", "status", cwd=top).out == "tool  on master, clean\n"


def test_one_broken_config_hides_no_other_sibling(linux: Path, command: Command) -> None:
    (linux.parent / "dirty" / ".git" / "config").write_text("[broken\n")
    ended = command("subprojects", "status", "clean", "dirty", "stashed", cwd=linux)
    assert ended.out == (
        "clean    on master, clean\n"
        f"dirty    cannot be looked at: {linux.parent}/dirty: bad config line 1 in file .git/config\n"
        "           hint: repair it, or move it away and clone it again\n"
        "stashed  on master, clean, 2 stashes\n"
    )


def test_with_more_words_the_commits_are_named(linux: Path, command: Command) -> None:
    shell("git reset -q --hard HEAD~1; git commit -q --allow-empty -m mine", linux.parent / "clean")
    shown = command("subprojects", "status", "-v", "clean", "behind", "detached", cwd=linux)
    ids = {name: shell(f"git rev-parse --short {name}", linux.parent / "clean").strip() for name in ("HEAD", "@{u}")}
    assert shown.out == (
        "clean     on master, 1 ahead of and 1 behind origin/master\n"
        f"            > {ids['HEAD']} mine\n"
        f"            < {ids['@{u}']} two\n"
        "behind    on master, 1 behind origin/master\n"
        f"            < {ids['@{u}']} two\n"
        f"detached  detached at {shell('git rev-parse --short=12 HEAD', linux.parent / 'detached').strip()}, clean\n"
    )


@pytest.fixture
def served(src: Path, daemon: Daemon) -> Path:
    """Return a host with two siblings, cloned from a daemon whose repositories have gone on since."""
    config("subprojects.retries", "0")
    for name in ("one", "two"):
        make_upstream(daemon.base, name, HISTORY)
    top = make_host(
        src, "".join(["schema = 1\n", *(f'[project.{n}]\nurl = "{daemon.url}/{n}.git"\n' for n in ("one", "two"))])
    )
    shell("git clone-project -q one two", top)
    shell("git clone -q one.git more; cd more; git commit -q --allow-empty -m three; git push -q", daemon.base)
    return top


@pytest.mark.slow
def test_it_fetches_only_when_asked(served: Path, command: Command) -> None:
    assert command("subprojects", "status", cwd=served).out == "one  on master, clean\ntwo  on master, clean\n"
    head = shell("git rev-parse HEAD", served.parent / "one")
    ended = command("subprojects", "status", "--fetch", "-j2", cwd=served)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "one  on master, 1 behind origin/master\ntwo  on master, clean\n"
    assert shell("git rev-parse HEAD", served.parent / "one") == head, "what is checked out stays"


@pytest.mark.slow
def test_what_cannot_be_fetched_is_named_and_the_rest_done(served: Path, daemon: Daemon, command: Command) -> None:
    shell("rm -rf two.git", daemon.base)
    ended = command("subprojects", "status", "--fetch", cwd=served)
    assert ended.code == 1
    assert ended.err.startswith("error: two: ")
    assert ended.out == "one  on master, 1 behind origin/master\ntwo  on master, clean\n"


@pytest.mark.slow
def test_a_clone_without_origin_cannot_be_fetched(served: Path, command: Command) -> None:
    shell("git remote rename origin elsewhere", served.parent / "two")
    ended = command("subprojects", "status", "--fetch", "two", cwd=served)
    assert ended.code == 1
    assert "error: two: it has no remote origin" in ended.err


def test_only_ones_own_are_fetched(served: Path, daemon: Daemon, command: Command) -> None:
    for key in ("subprojects.project", "subprojects.host"):
        shell(f"git config --unset {key}", served.parent / "one")
    shell("git remote set-url origin git://127.0.0.1:1/elsewhere.git", served.parent / "one")
    ended = command("subprojects", "status", "--fetch", "one", cwd=served)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "one  in the way: a clone of git://127.0.0.1:1/elsewhere.git\n"
