"""Keys that the manifest changes after a clone was made: they are told, with git's command, and nothing is done."""

from pathlib import Path

import pytest

from tests.support.commands import Command, config, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host
from tests.support.repositories import upstream as make_upstream

HISTORY = "for n in 1 2 3 4; do mkdir -p a b; echo $n > a/x; echo $n > b/x; git add .; git commit -qm $n; done"


class Space:
    """A host with a manifest that names one project, tool."""

    def __init__(self, src: Path, daemon: Daemon, command: Command) -> None:
        self.top = make_host(src, "schema = 1")
        self.tool = src / "tool"
        self.url = f"{daemon.url}/tool.git"
        self._command = command

    def says(self, keys: str) -> None:
        url = "" if "url =" in keys else f'url = "{self.url}"\n'
        (self.top / "subprojects.toml").write_text(f"schema = 1\n[project.tool]\n{url}{keys}\n")

    def clone(self, *words: str) -> None:
        assert self._command("clone-project", "-q", "tool", *words, cwd=self.top).code == 0

    def verb(self, name: str) -> str:
        ended = self._command("subprojects", name, cwd=self.top)
        assert ended.code == 0
        return ended.out + ended.err


@pytest.fixture
def space(src: Path, daemon: Daemon, command: Command) -> Space:
    config("subprojects.retries", "0")
    config("protocol.file.allow", "always")
    bare = make_upstream(daemon.base, "tool", HISTORY)
    shell("git config uploadpack.allowFilter true", bare)
    return Space(src, daemon, command)


@pytest.mark.parametrize(
    ("before", "after", "said", "check"),
    [
        ("depth = 1", "", "fetch --unshallow", "test $(git rev-list --count HEAD) = 4"),
        ("", "depth = 2", "fetch --depth=2", "test $(git rev-list --count HEAD) = 2"),
        ("depth = 1", "depth = 3", "fetch --depth=3", "test $(git rev-list --count HEAD) = 3"),
        ("depth = 3", "depth = 1", "fetch --depth=1", "test $(git rev-list --count HEAD) = 1"),
        ('filter = "blob:none"', "", "fetch --refetch", "! git rev-list --objects --all --missing=print | grep '^?'"),
        ("", 'filter = "blob:none"', "config remote.origin.promisor true && ", "test -e a/x"),
        ('filter = "blob:none"', 'filter = "tree:0"', "partialclonefilter tree:0 && ", "test -e a/x"),
        ('sparse = ["a/"]', 'sparse = ["a/", "b/"]', "sparse-checkout set --cone a/ b/", "test -e b/x"),
        ('sparse = ["a/"]', "", "sparse-checkout disable", "test -e b/x"),
        ("", 'sparse = ["b/"]', "sparse-checkout set --cone b/", "! test -e a/x"),
    ],
)
def test_it_is_told_until_the_command_was_run(space: Space, before: str, after: str, said: str, check: str) -> None:
    space.says(before)
    space.clone()
    assert space.verb("status") == "tool  on master, clean\n"
    space.says(after)
    shown = space.verb("status")
    assert said in shown
    assert "manifest" in shown
    way = shown.splitlines()[1].partition(": ")[2]
    assert f"hint: {way}\n" in space.verb("update")
    assert way in space.verb("doctor")
    assert space.verb("status") == shown, "nothing is done unasked"
    shell(way, space.top)
    shell(check, space.tool)
    assert space.verb("status") == "tool  on master, clean\n"
    assert "hint" not in space.verb("update")
    space.says(before)
    assert space.verb("status") != "tool  on master, clean\n", "it is kept what the manifest said last"


def test_submodules(space: Space, daemon: Daemon) -> None:
    make_upstream(daemon.base, "lib")
    add = f"git submodule --quiet add {daemon.url}/lib.git lib; git commit -qm sub; git push -q origin HEAD"
    shell(f"git clone -q tool.git w; cd w; {add}", daemon.base)
    space.says("")
    space.clone()
    for keys, command, has in (("submodules = true", "update --init --recursive", True), ("", "deinit --all", False)):
        space.says(keys)
        shown = space.verb("status")
        way = f"git -C {space.tool} submodule {command}"
        assert shown.endswith(f" now: {way}\n" if has else f" no more: {way}\n")
        assert way in space.verb("update")
        shell(way, space.top)
        assert (space.tool / "lib" / "file").exists() is has
        assert space.verb("status") == "tool  on master, clean\n"
        space.verb("update")


def test_what_the_user_has_chosen_is_not_nagged_about(space: Space) -> None:
    space.says("depth = 1\nsparse = ['a/']")
    space.clone("--full")
    assert space.verb("status") == "tool  on master, clean\n"
    shell("git config --unset subprojects.shape", space.tool)
    space.says("")
    assert space.verb("status") == "tool  on master, clean\n", "one that was made before this was kept"


def test_another_url(space: Space, daemon: Daemon) -> None:
    space.says("")
    space.clone()
    shell("cp -r tool.git new.git", daemon.base)
    space.says(f'url = "{daemon.url}/new.git"')
    what = f"the URL is {daemon.url}/new.git in the manifest now, and origin is {space.url}"
    assert f"    {what}: git subprojects update tool\n" in space.verb("status")
    own = daemon.base / "tool.git"
    run("git", "remote", "set-url", "origin", own, cwd=space.tool)
    shown = space.verb("update")
    assert f"origin is {own}\n" in shown
    way = shown.partition("hint: ")[2].splitlines()[0]
    assert way == f"git -C {space.tool} remote set-url origin {daemon.url}/new.git"
    shell(way, space.top)
    assert space.verb("status") == "tool  on master, clean\n"
