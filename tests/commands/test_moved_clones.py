"""The manifest puts a project elsewhere, or names it no more: its clone is found, and nothing is cloned twice."""

from pathlib import Path

import pytest

from tests.support.commands import Command, config, listing, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host
from tests.support.repositories import upstream as make_upstream


class Space:
    """A host with a manifest that names one project, tool, and its clone."""

    def __init__(self, src: Path, daemon: Daemon, command: Command) -> None:
        self.src = src
        self.top = make_host(src, "schema = 1")
        self.url = f"{daemon.url}/tool.git"
        self.command = command

    def says(self, keys: str = "", name: str = "tool", workspace: str = "..") -> None:
        head = f'schema = 1\n[workspace]\ndirectory = "{workspace}"\n'
        project = f'[project.{name}]\nurl = "{self.url}"\n{keys}\n' if name else ""
        (self.top / "subprojects.toml").write_text(head + project)

    def clone(self, *words: str) -> tuple[int, str]:
        ended = self.command("clone-project", *words, cwd=self.top)
        return ended.code, ended.err

    def verb(self, *words: str) -> tuple[int, str]:
        ended = self.command("subprojects", *words, cwd=self.top)
        return ended.code, ended.out + ended.err


@pytest.fixture
def space(src: Path, daemon: Daemon, command: Command) -> Space:
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    make_upstream(daemon.base, "tool")
    made = Space(src, daemon, command)
    made.says()
    return made


def way(said: str) -> str:
    """Return the command that a hint gives first."""
    return said.partition("hint: ")[2].splitlines()[0]


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        ({}, {"keys": 'directory = "virt/tool"'}, "tool", "virt/tool"),
        ({"keys": 'directory = "a/b/tool"'}, {}, "a/b/tool", "tool"),
        ({}, {"keys": 'directory = "tool/inner"'}, "tool", "tool/inner"),
        ({"keys": 'directory = "tool/inner/most"'}, {}, "tool/inner/most", "tool"),
        ({}, {"workspace": "../ws"}, "tool", "ws/tool"),
        ({"workspace": "../ws"}, {}, "ws/tool", "tool"),
        ({}, {"name": "instrument"}, "tool", "instrument"),
    ],
)
def test_it_is_found_and_the_command_moves_it(
    space: Space, before: dict[str, str], after: dict[str, str], old: str, new: str
) -> None:
    space.says(**before)
    assert space.clone("tool")[0] == 0
    shell("echo mine > new", space.src / old)
    there = listing(space.src)
    space.says(**after)
    name = after.get("name", "tool")
    code, said = space.clone(name)
    assert code == 1
    called = ", called tool," if name != "tool" else ""
    assert f"its clone is at {space.src}/{old}{called} and the manifest puts it at {space.src}/{new}\n" in said
    assert listing(space.src) == there
    for words in (["status"], ["update"], ["update", name], ["doctor"], ["foreach", "true"], ["status", name]):
        code, said_so = space.verb(*words)
        assert code == 1, words
        assert f"its clone is at {space.src}/{old}" in said_so, words
        assert way(said) in said_so, words
    shell(way(said), space.top)
    assert (space.src / new / "new").exists()
    assert not (space.src / old).exists() or old in new or new in old
    assert space.clone(name)[0] == 0
    assert space.verb("status", name) == (0, f"{name}  on master, 1 untracked file\n")
    assert space.verb("status")[1] == f"{name}  on master, 1 untracked file\n"
    assert space.verb("update")[0] == 0
    assert "problem" not in space.verb("doctor")[1].replace("problems", "")
    assert run("git", "subprojects", "status", cwd=space.src / new).code == 0, "it knows its host"


def test_with_linked_work_trees_and_submodules(space: Space, daemon: Daemon) -> None:
    lib = make_upstream(daemon.base, "lib", "echo lib > lib; git add .; git commit -qm lib")
    add = f"git submodule --quiet add {daemon.url}/lib.git lib; git commit -qm sub; git push -q origin HEAD"
    shell(f"git clone -q '{daemon.base}/tool.git' w; cd w; {add}", lib.parent)
    space.says("submodules = true")
    assert space.clone("tool")[0] == 0
    shell("git worktree add -q ../fix", space.src / "tool")
    space.says('submodules = true\ndirectory = "new/tool"')
    shell(way(space.clone("tool")[1]), space.top)
    moved = space.src / "new" / "tool"
    assert shell("git -C lib rev-parse --show-toplevel; git status --short", moved) == f"{moved}/lib\n"
    assert shell("git rev-parse --git-common-dir", space.src / "fix").strip() == f"{moved}/.git"
    assert space.verb("update")[0] == 0


def test_one_in_a_set_of_a_linked_work_tree(space: Space) -> None:
    assert space.clone("tool")[0] == 0
    tree = space.src / "set" / "linux"
    shell(f"git commit -qam x; git worktree add -q {tree}", space.top)
    assert run("git", "clone-project", "--worktree", "tool", cwd=tree).code == 0
    with (tree / "subprojects.toml").open("a") as file:
        file.write('directory = "virt/tool"\n')
    ended = run("git", "subprojects", "update", cwd=tree)
    assert ended.code == 1
    assert f"its clone is at {space.src}/set/tool" in ended.err
    shell(way(ended.err), tree)
    assert run("git", "subprojects", "status", cwd=tree).code == 0
    assert run("git", "subprojects", "status", cwd=space.src / "set" / "virt" / "tool").code == 0


def test_one_that_the_manifest_no_longer_names(space: Space) -> None:
    assert space.clone("tool")[0] == 0
    space.says(name="")
    what = f"{space.src}/tool is a clone of tool, which the manifest no longer names"
    for words in (["status"], ["doctor"]):
        said = space.verb(*words)[1]
        assert what in said
        assert f"git subprojects adopt {space.src}/tool\n" in said
    go = f"git -C {space.src}/tool config --remove-section subprojects"
    assert go in space.verb("status")[1]
    assert "no longer" not in space.verb("status", "--group", "x")[1]
    shell(go, space.top)
    assert "no longer" not in space.verb("status")[1]


def test_one_that_is_called_otherwise_in_the_same_folder(space: Space) -> None:
    assert space.clone("tool")[0] == 0
    space.says('directory = "tool"', "instrument")
    what = f"{space.src}/tool is a clone of tool, which the manifest no longer names"
    for words in (["status"], ["update"], ["doctor"]):
        code, said = space.verb(*words)
        assert (code, said.count(what)) == (1, 1), said
    code, said = space.clone("instrument")
    assert (code, what in said) == (1, True)
    shell(way(said), space.top)
    assert space.verb("update") == (0, "nothing new in 1 project\n")


def test_a_clone_of_another_project_is_not_updated_for_this(space: Space) -> None:
    assert space.clone("tool")[0] == 0
    space.says('directory = "x"')
    with (space.top / "subprojects.toml").open("a") as file:
        file.write(f'[project.other]\nurl = "{space.url}"\ndirectory = "tool"\n')
    code, said = space.verb("update")
    assert code == 1
    assert "other: left alone: " in said
    assert "is a clone of tool, not a clone of other" in said


def test_what_was_let_go_or_is_another_hosts_is_not_looked_for(space: Space) -> None:
    assert space.clone("tool")[0] == 0
    run("git", "config", "subprojects.host", "../elsewhere", cwd=space.src / "tool")
    run("mkfifo", space.src / "pipe")
    shell("mkdir -p trap/.git; mkfifo trap/.git/config", space.src)
    space.says('directory = "new"')
    assert space.clone("tool")[0] == 0
