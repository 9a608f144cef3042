"""Projects inside the clone of another: cloned after it, ignored by it, never written over, never through a link."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Command, config, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, push, upstream

pytestmark = pytest.mark.slow

FOLDERS = {"outer": "tools", "middle": "tools/sim", "inner": "tools/sim/deep/x[y]"}


def manifest(daemon: Daemon, names: tuple[str, ...] = ("inner", "middle", "outer"), more: str = "") -> str:
    tables = [
        f'[project.{name}]\nurl = "{daemon.url}/{name}.git"\ndirectory = "{FOLDERS[name]}"\n{more}' for name in names
    ]
    return "\n".join(["schema = 1", *tables])


@pytest.fixture
def linux(src: Path, daemon: Daemon) -> Path:
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    for name in FOLDERS:
        upstream(daemon.base, name, f"echo {name} > {name}; git add .; git commit -qm {name}")
    return make_host(src, manifest(daemon))


def kinds(linux: Path, command: Command) -> dict[str, tuple[int, int]]:
    """Return how many changed and untracked files each clone has."""
    answer = json.loads(command("subprojects", "status", "--json", cwd=linux).out)
    return {state["name"]: (state["changed"], state["untracked"]) for state in answer["projects"]}


@pytest.mark.parametrize("jobs", ["1", "8"])
def test_all_are_cloned_and_each_stays_clean(src: Path, linux: Path, command: Command, jobs: str) -> None:
    ended = command("clone-project", "--all", "-j", jobs, cwd=linux)
    assert ended.code == 0
    for name, folder in FOLDERS.items():
        assert (src / folder / name).read_text() == f"{name}\n"
    assert kinds(linux, command) == dict.fromkeys(FOLDERS, (0, 0))
    assert [line for line in (src / "tools/.git/info/exclude").read_text().splitlines() if line[0] != "#"] == ["/sim/"]
    assert (src / "tools/sim/.git/info/exclude").read_text().splitlines()[-1] == r"/deep/x\[y\]/"
    before = (src / "tools/.git/info/exclude").read_text()
    assert command("clone-project", "--all", cwd=linux).code == 0
    assert (src / "tools/.git/info/exclude").read_text() == before
    assert command("subprojects", "check", cwd=linux).code == 0
    assert command("subprojects", "doctor", cwd=linux).code == 0


def test_one_after_the_other(src: Path, linux: Path, command: Command) -> None:
    ended = command("clone-project", "inner", cwd=linux)
    assert ended.code == 1
    said = "error: inner: it goes inside middle, which is not cloned\nhint: git clone-project middle inner\n"
    assert ended.err == said
    assert not (src / "tools").exists()
    for name in ("outer", "middle", "inner"):
        assert command("clone-project", name, cwd=linux).code == 0
    assert kinds(linux, command) == dict.fromkeys(FOLDERS, (0, 0))


def test_all_are_updated(src: Path, linux: Path, daemon: Daemon, command: Command) -> None:
    command("clone-project", "--all", cwd=linux)
    for name in FOLDERS:
        push(daemon.base, name, f"echo more > {name}; git commit -qam more")
    ended = command("subprojects", "update", cwd=linux)
    assert (ended.code, ended.err.count("by 1 commit")) == (0, 3)
    for name, folder in FOLDERS.items():
        assert (src / folder / name).read_text() == "more\n"


@pytest.mark.parametrize("script", ["mkdir -p sim; echo theirs > sim/middle", "echo theirs > sim", "ln -s .. sim"])
def test_an_update_never_writes_over_an_inner_clone(
    src: Path, linux: Path, daemon: Daemon, command: Command, script: str
) -> None:
    command("clone-project", "--all", cwd=linux)
    push(daemon.base, "outer", f"{script}; git add .; git commit -qm take")
    ended = command("subprojects", "update", cwd=linux)
    assert ended.code == 1
    assert (
        "warning: outer: not updated: origin/master has files at sim, where the clone of another project stands\n"
        in ended.err
    )
    assert (src / "tools/sim/middle").read_text() == "middle\n"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("ln -s ../away sim", "sim is a symbolic link to ../away"),
        ("echo file > sim", "is there and is a file, not a clone of"),
        ("mkdir sim; echo file > sim/file", "is there and is a folder that is no git repository"),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_what_the_outer_one_brings_is_no_way_in(
    src: Path, linux: Path, daemon: Daemon, command: Command, script: str, said: str, *, together: bool
) -> None:
    push(daemon.base, "outer", f"{script}; git add .; git commit -qm trap")
    if together:
        ended = command("clone-project", "middle", "outer", cwd=linux)
    else:
        command("clone-project", "outer", cwd=linux)
        ended = command("clone-project", "middle", cwd=linux)
    assert ended.code == 1
    assert said.replace("is there and", "has appeared meanwhile, and" if together else "is there and").split(", not")[
        0
    ] in (ended.err)
    assert sorted(path.name for path in src.iterdir()) == ["linux", "tools"]
    assert not (src / "tools/sim/.git").exists()


def test_what_is_no_clone_of_the_outer_one_is_no_place(src: Path, linux: Path, command: Command) -> None:
    shell("git init -q tools; git -C tools remote add origin https://elsewhere.example.org/x", src)
    ended = command("clone-project", "middle", cwd=linux)
    assert ended.code == 1
    assert "tools is a git repository, and nothing is cloned into one" in ended.err
    ended = command("clone-project", "--all", cwd=linux)
    assert ended.code == 1
    assert not (src / "tools/sim").exists()


def test_where_the_outer_one_fails_the_inner_ones_do(src: Path, linux: Path, daemon: Daemon, command: Command) -> None:
    (daemon.base / "outer.git").rename(daemon.base / "gone.git")
    ended = command("clone-project", "--all", cwd=linux)
    assert ended.code == 1
    assert f"middle: it goes inside {src / 'tools'}, where there is no clone\nhint: clone that one first" in ended.err
    assert "error: 3 of 3 projects failed" in ended.err
    assert sorted(path.name for path in src.iterdir()) == ["linux"]


def test_one_that_borrows_from_what_is_inside_it(linux: Path, daemon: Daemon, command: Command) -> None:
    text = manifest(daemon).replace('directory = "tools"\n', 'directory = "tools"\nborrow = ["middle"]\n')
    (linux / "subprojects.toml").write_text(text)
    assert command("clone-project", "--all", cwd=linux).code == 0


def test_removed_from_the_inside_out(src: Path, linux: Path, command: Command) -> None:
    command("clone-project", "--all", cwd=linux)
    ended = command("subprojects", "remove", "-y", "--delete", "outer", cwd=linux)
    assert ended.code == 128
    assert "outer: the folders of other projects lie inside its own: inner middle\nhint: remove them first" in ended.err
    assert command("subprojects", "remove", "-y", "--delete", "inner", cwd=linux).code == 0
    assert command("subprojects", "remove", "-y", "--delete", "middle", cwd=linux).code == 0
    assert not (src / "tools/sim").exists()
    assert "/sim/" not in (src / "tools/.git/info/exclude").read_text()
    assert kinds(linux, command) == {"outer": (0, 0)}
    assert command("subprojects", "remove", "-y", "--delete", "outer", cwd=linux).code == 0


def test_one_that_is_adopted_is_ignored_too(src: Path, linux: Path, daemon: Daemon, command: Command) -> None:
    command("clone-project", "outer", cwd=linux)
    run("git", "clone", "-q", f"{daemon.url}/middle.git", src / "tools/sim")
    assert kinds(linux, command)["outer"] == (0, 1)
    assert command("subprojects", "adopt", src / "tools/sim", cwd=linux).code == 0
    assert kinds(linux, command) == {"outer": (0, 0), "middle": (0, 0)}


def test_in_a_set_of_a_linked_work_tree(src: Path, linux: Path, command: Command) -> None:
    command("clone-project", "outer", cwd=linux)
    shell("mkdir ../set; git worktree add -q ../set/linux -b topic", linux)
    assert command("clone-project", "--worktree", "--all", cwd=src / "set/linux").code == 0
    for name, folder in FOLDERS.items():
        assert (src / "set" / folder / name).read_text() == f"{name}\n"
    assert kinds(src / "set/linux", command) == dict.fromkeys(FOLDERS, (0, 0))


def test_two_projects_in_one_folder_are_refused(linux: Path, command: Command) -> None:
    with (linux / "subprojects.toml").open("a") as file:
        file.write('[project.again]\nurl = "https://x.org/again"\ndirectory = "Tools/sim/"\n')
    ended = command("subprojects", "check", cwd=linux)
    assert ended.code == 1
    assert "project.again.directory: expected a folder of its own, found that of project 'middle'" in ended.err
