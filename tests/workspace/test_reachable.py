"""Whether others can get what a freeze writes down, and whether tags that are pinned were moved."""

from pathlib import Path

import pytest

from tests.support.commands import Command, config, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host

HISTORY = """
echo 1 > a; git add .; git commit -qm one; git tag -am v1 v1; echo 2 > a; git commit -qam two
git switch -qc side v1; echo 3 > a; git commit -qam three; git tag -am aside aside; echo 4 > a; git commit -qam four
echo 5 > a; git commit -qam five
git update-ref refs/pull/7/head HEAD; git switch -q master; git branch -qD side
"""


class Space:
    """A host with a manifest that names one project, tool."""

    def __init__(self, src: Path, daemon: Daemon, command: Command) -> None:
        self.top = make_host(src, "schema = 1")
        self.tool = src / "tool"
        self.bare = daemon.base / "tool.git"
        self.url = f"{daemon.url}/tool.git"
        self.log = daemon.log
        self._command = command

    def clone(self, keys: str) -> None:
        text = f'schema = 1\n[project.tool]\nurl = "{self.url}"\n{keys}\n'
        (self.top / "subprojects.toml").write_text(text)
        assert self._command("clone-project", "-q", "tool", cwd=self.top).code == 0

    def freeze(self) -> str:
        ended = self._command("subprojects", "freeze", cwd=self.top)
        assert ended.code == 0
        return ended.err

    def id(self, name: str) -> str:
        return shell(f"git rev-parse {name}", self.bare).strip()


@pytest.fixture
def space(src: Path, daemon: Daemon, command: Command) -> Space:
    config("subprojects.retries", "0")
    work, bare = daemon.base / "work", daemon.base / "tool.git"
    shell(f"git init -q -b master .\n{HISTORY}\ngit clone -q --mirror . '{bare}'", work)
    for key in ("uploadpack.allowAnySHA1InWant", "uploadpack.allowFilter"):
        shell(f"git config {key} true", bare)
    return Space(src, daemon, command)


@pytest.mark.parametrize("more", ["", "depth = 1", 'filter = "blob:none"'])
@pytest.mark.parametrize("pin", ["v1", "master~1", "aside", "refs/pull/7/head", "refs/pull/7/head~1", "v1~0"])
def test_what_the_remote_has_in_any_ref_can_be_had(space: Space, pin: str, more: str) -> None:
    name = pin if "~" not in pin else space.id(f"{pin}^{{commit}}")
    space.clone(f'{more}\npin = [{{ revision = "{name}" }}]')
    assert space.freeze() == ""


def test_a_commit_that_was_fetched_by_hand(space: Space) -> None:
    space.clone("")
    shell("git fetch -q origin refs/pull/7/head; git checkout -q --detach FETCH_HEAD~1", space.tool)
    assert space.freeze() == "", "an ancestor of what a ref of the remote has"
    shell("git commit -q --allow-empty -m mine; git tag mine", space.tool)
    commit = shell("git rev-parse HEAD", space.tool).strip()
    lost = f"warning: tool: 1 commit that origin does not have: nobody else can get {commit}\n"
    assert space.freeze() == lost, "a tag that nobody else has"
    shell(f"git push -q '{space.bare}' HEAD:refs/changes/1", space.tool)
    assert space.freeze() == ""


def test_a_shallow_clone_with_work_of_its_own(space: Space) -> None:
    space.clone('depth = 1\npin = [{ revision = "v1" }]')
    shell("git commit -q --allow-empty -m mine", space.tool)
    assert "1 commit that origin does not have" in space.freeze()


def test_the_remote_is_not_asked_where_the_clone_can_tell(space: Space) -> None:
    space.clone("")
    before = space.log.read_text()
    assert space.freeze() == ""
    assert space.log.read_text() == before


def test_a_tag_that_was_moved(space: Space, command: Command) -> None:
    space.clone('pin = [{ revision = "v1" }, { host = "v6.1", revision = "refs/tags/aside" }]')
    assert space.freeze() == ""
    old = space.id("v1")
    shell("git tag -f -am moved v1 master", space.bare)
    text = f"the tag v1 was moved: it is {space.id('v1')[:12]} at the remote, and {old[:12]} here"
    assert space.freeze() == f"warning: tool: {text}\n"
    checked = command("subprojects", "check", "--online", cwd=space.top)
    assert checked.code == 0
    assert f"subprojects.toml:4: warning: project.tool.pin[0].revision: {text}\n" in checked.out
    assert shell("git rev-parse v1", space.tool).strip() == old, "nothing is moved unasked"
    assert "was moved" not in command("subprojects", "check", cwd=space.top).out
    shell("git fetch -q origin +refs/tags/v1:refs/tags/v1", space.tool)
    assert "was moved" not in command("subprojects", "check", "--online", cwd=space.top).out


def test_a_remote_that_does_not_answer(space: Space, command: Command) -> None:
    space.clone('pin = [{ revision = "aside" }]')
    shell("git remote set-url origin git://127.0.0.1:1/tool.git", space.tool)
    shell("git config remote.origin.url git://127.0.0.1:1/tool.git", space.tool)
    ended = command("subprojects", "-v", "freeze", cwd=space.top)
    assert ended.code == 0
    assert "nobody else can get" not in ended.err, "it has been tagged there"
    assert "origin cannot be asked: " in ended.err
