"""``update`` puts submodules to what the clone records, and touches none in which the user works."""

import functools
from pathlib import Path

import pytest

from tests.support.commands import Command, config, shell
from tests.support.daemon import Daemon
from tests.support.inside import inside
from tests.support.repositories import copy, make_host, upstream
from tests.support.shelf import new_folder

pytestmark = pytest.mark.slow

MODULE = """
echo 1 > m; git add .; git commit -qm 1
echo 2 > m; git commit -qam 2
echo 3 > m; git commit -qam 3
"""
MANIFEST = """
schema = 1
[project.tool]
url = "{url}/tool.git"
submodules = true
"""


@functools.cache
def made(daemon: Daemon) -> Path:
    """Make what each test begins with a copy of; the daemon serves the ``upstream`` in it."""
    top = new_folder()
    for name in ("module", "other", "deep"):
        upstream(top / "upstream", name, MODULE.replace(" m", " o") if name == "other" else MODULE)
    url = serve(daemon, top)
    shell(
        f"""
        git clone -q {url}/module.git module; cd module
        git submodule --quiet add {url}/deep.git deep; git -C deep checkout -q HEAD~2
        git add .; git commit -qm deep; git push -q {top}/upstream/module.git HEAD:master; cd ..
        git init -q -b master work; cd work; git submodule --quiet add {url}/module.git sub
        git -C sub checkout -q HEAD~1; echo 1 > a; git add .; git commit -qm one; git tag v1
        git clone -q --bare . {top}/upstream/tool.git
        """,
        top,
    )
    (top / "src").mkdir()
    host = make_host(top / "src", MANIFEST.format(url=url))
    assert inside("clone-project", "tool", cwd=host).code == 0
    return top


def serve(daemon: Daemon, top: Path) -> str:
    """Let the daemon serve ``top/upstream``, always at the same place; return its URL."""
    link = daemon.base / "submodules"
    link.unlink(missing_ok=True)
    link.symlink_to(top / "upstream")
    return f"{daemon.url}/{link.name}"


class Space:
    """A host and the clone of its one project, ``tool``, that has a submodule ``sub``, which has one too.

    ``work`` is where others work on it, ``served`` is where its upstream is.
    """

    def __init__(self, top: Path, url: str, command: Command) -> None:
        self.url = url
        self.served = top / "upstream"
        self.work = top / "work"
        self.top = top / "src" / "linux"
        self.tool = top / "src" / "tool"
        self._command = command

    def says(self, keys: str) -> None:
        (self.top / "subprojects.toml").write_text(f"{MANIFEST.format(url=self.url)}{keys}\n")

    def push(self, script: str) -> None:
        """Let others change the project."""
        shell(f"{script}; git add -A; git commit -qm more; git push -q {self.served}/tool.git HEAD:master", self.work)

    def update(self, *words: str) -> tuple[int, str]:
        ended = self._command("subprojects", "update", *words, cwd=self.top)
        return ended.code, ended.err

    def is_whole(self) -> bool:
        """Whether the clone, with all its submodules, is what its upstream records."""
        return git(self.tool, "status --porcelain --ignore-submodules=none") == ""


def git(top: Path, words: str) -> str:
    return shell(f"git {words}", top).strip()


@pytest.fixture
def space(tmp_path: Path, daemon_of_all: Daemon, command: Command) -> Space:
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    copy(made(daemon_of_all), tmp_path)
    return Space(tmp_path, serve(daemon_of_all, tmp_path), command)


CHANGES = {
    "another commit": "git -C sub checkout -q origin/master",
    "back": "git -C sub checkout -q origin/master~3",
    "a nested one moves": "git -C sub checkout -q origin/master",
    "one more": "git submodule --quiet add {url}/other.git more",
    "another URL": "git submodule --quiet set-url sub {url}/other.git; git -C sub fetch -q;"
    " git -C sub checkout -q origin/master",
    "another of its name": "git rm -qf sub; rm -rf .git/modules/sub; git submodule --quiet add {url}/other.git sub",
    "another of another name": "git rm -qf sub; git submodule --quiet add --name two {url}/other.git sub",
    "gone": "git rm -qf sub",
    "a folder instead": "git rm -qf sub; mkdir sub; echo 1 > sub/file",
    "a file instead": "git rm -qf sub; echo 1 > sub",
    "moved": "git mv sub below",
}


@pytest.mark.parametrize("change", CHANGES)
def test_submodules_are_what_the_project_records_there_and_back(space: Space, change: str) -> None:
    assert space.is_whole()
    space.push(CHANGES[change].format(url=space.url))
    code, said = space.update()
    assert code == 0, said
    assert space.is_whole(), git(space.tool, "status --porcelain")
    assert git(space.tool, "submodule status --recursive").count("-") == 0
    assert space.update() == (0, "nothing new in 1 project\n")
    for keys in ('[[project.tool.pin]]\nrevision = "v1"', ""):
        space.says(keys)
        code, said = space.update()
        assert code == 0, said
        assert space.is_whole(), git(space.tool, "status --porcelain")


@pytest.mark.parametrize("script", ["git switch -q --detach v1", "git merge -q --ff-only origin/master"])
def test_what_git_has_left_behind_is_put_right(space: Space, script: str) -> None:
    space.push("git -C sub checkout -q origin/master")
    shell(f"git fetch -q; {script}; git switch -q master; git merge -q --ff-only origin/master", space.tool)
    assert not space.is_whole()
    assert space.update() == (0, "tool: put its submodules to the commits that it records\n")
    assert space.is_whole()


WORK = {
    "a commit": "git -C sub checkout -q --detach; echo 9 > sub/m; git -C sub commit -qam mine",
    "a branch": "git -C sub switch -qc topic",
    "a changed file": "echo 9 > sub/m",
    "a nested commit": "git -C sub/deep checkout -q --detach; git -C sub/deep commit -q --allow-empty -m mine",
}


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("change", ["another commit", "gone", "another URL"])
def test_the_users_own_work_in_a_submodule_stays(space: Space, work: str, change: str) -> None:
    if "nested" in work:
        space.push("git -C sub checkout -q origin/master")
        assert space.update()[0] == 0
        change = {"another commit": "back"}.get(change, change)
    shell(WORK[work], space.tool)
    state = (
        "git -C sub rev-parse HEAD; git -C sub status --porcelain -b; git rev-parse HEAD; git -C sub/deep log -1 || :"
    )
    before = shell(f"{state} 2>&1", space.tool)
    space.push(CHANGES[change].format(url=space.url))
    for _ in range(2):
        code, said = space.update()
        assert code == 1
        assert "tool: not updated: its submodule sub " in said
        assert f"git -C {space.tool}/sub status" in said
        assert shell(f"{state} 2>&1", space.tool) == before


def test_work_in_a_submodule_that_stays_stops_nothing(space: Space) -> None:
    shell(WORK["a commit"], space.tool)
    mine = git(space.tool / "sub", "rev-parse HEAD")
    space.push("echo 2 > a")
    code, said = space.update()
    assert code == 0, said
    assert git(space.tool, "log -1 --format=%s") == "more"
    assert git(space.tool / "sub", "rev-parse HEAD") == mine
    assert "its submodule sub stays" in said


def test_one_that_the_user_has_not_got_stays_so(space: Space) -> None:
    shell("git submodule --quiet deinit -f sub", space.tool)
    space.push("git -C sub checkout -q origin/master")
    assert space.update()[0] == 0
    assert not (space.tool / "sub" / "m").exists()


def test_a_submodule_that_cannot_be_had(space: Space) -> None:
    space.push(f"git submodule --quiet add {space.url}/other.git more")
    (space.served / "other.git").rename(space.served / "away.git")
    code, said = space.update()
    assert code == 1
    assert "tool: its submodule more: " in said
    (space.served / "away.git").rename(space.served / "other.git")
    assert space.update()[0] == 0
    assert (space.tool / "more" / "o").exists()


def test_what_git_refuses_is_put_back(space: Space) -> None:
    space.push("git rm -qf sub; echo 2 > new")
    (space.tool / "new").write_text("mine")
    code, said = space.update()
    assert code == 1
    assert "untracked working tree files would be overwritten" in said
    assert git(space.tool, "status --porcelain") == "?? new"
    assert (space.tool / "sub" / "m").exists()


def test_freeze_takes_nothing_for_changed(space: Space, command: Command) -> None:
    space.push("git -C sub checkout -q origin/master")
    assert space.update()[0] == 0
    assert "changed" not in command("subprojects", "freeze", cwd=space.top).err


def test_a_linked_work_tree_has_its_submodules(space: Space, command: Command) -> None:
    shell("mkdir ../set; git worktree add -q ../set/linux", space.top)
    ended = command("clone-project", "--worktree", "tool", cwd=space.top.parent / "set" / "linux")
    assert ended.code == 0, ended.err
    linked = space.top.parent / "set" / "tool"
    assert git(linked, "status --porcelain") == ""
    assert (linked / "sub" / "m").exists()
    space.push("git -C sub checkout -q origin/master")
    ended = command("subprojects", "update", cwd=space.top.parent / "set" / "linux")
    assert ended.code == 0, ended.err
    assert git(linked, "status --porcelain --ignore-submodules=none") == ""
    assert git(linked, "log -1 --format=%s") == "more"


def test_a_linked_work_tree_is_kept_without_them(space: Space, command: Command) -> None:
    shell("mkdir ../set; git worktree add -q ../set/linux", space.top)
    (space.served / "module.git").rename(space.served / "away.git")
    ended = command("clone-project", "--worktree", "tool", cwd=space.top.parent / "set" / "linux")
    assert ended.code == 0
    assert "warning: tool: its submodules are not there: " in ended.err
    (space.served / "away.git").rename(space.served / "module.git")
    shell(ended.err.partition("try again: ")[2].splitlines()[0], space.top.parent)
    assert (space.top.parent / "set" / "tool" / "sub" / "m").exists()
