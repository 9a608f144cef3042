"""A month of a workspace: after each day all stands where it should, and no commit of the user's is lost."""

from pathlib import Path

import pytest

from tests.support.commands import Command, config, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, push
from tests.support.repositories import upstream as make_upstream

pytestmark = pytest.mark.slow

HISTORY = """
echo 1 > a; echo 1 > b; git add .; git commit -qm 'release 1'; git tag r1
echo 2 > a; git commit -qam 'release 2'; git tag r2
"""
NAMES = ("qemu", "tool", "lib")


class Workspace:
    """A host, its three siblings and their upstreams, and all commits that the user has ever made."""

    def __init__(self, top: Path, daemon: Daemon, command: Command) -> None:
        self.top = top
        self.daemon = daemon
        self.urls = {name: f"{daemon.url}/{name}.git" for name in NAMES}
        self.pins = ""
        self.keys = dict.fromkeys(NAMES, "")
        self.mine: dict[str, set[str]] = {name: set() for name in NAMES}
        self._command = command

    def write(self) -> None:
        """Write the manifest."""
        text = 'schema = 1\n[host]\nname = "linux"\nversions = "v[0-9]*"\n'
        text += "".join(f'[project.{name}]\nurl = "{url}"\n{self.keys[name]}' for name, url in self.urls.items())
        (self.top / "subprojects.toml").write_text(text + self.pins)

    def sibling(self, name: str) -> Path:
        return self.top.parent / name

    def commit(self, name: str, script: str = "git commit -q --allow-empty -m mine") -> None:
        """Let the user commit in a sibling."""
        shell(script, self.sibling(name))
        self.mine[name].add(self.head(name))

    def head(self, name: str, revision: str = "HEAD") -> str:
        return shell(f"git rev-parse {revision}", self.sibling(name)).strip()

    def upstream(self, name: str, revision: str = "master") -> str:
        return shell(f"git rev-parse {revision}", self.daemon.base / self.urls[name].rpartition("/")[2]).strip()

    def update(self, code: int) -> list[str]:
        """Update, and return what is said; no commit of the user's is lost and no file of theirs changes."""
        files = {name: shell("git diff HEAD", self.sibling(name)) for name in NAMES}
        ended = self._command("subprojects", "update", cwd=self.top)
        assert ended.code == code, ended.err
        assert files == {name: shell("git diff HEAD", self.sibling(name)) for name in NAMES}
        self.check()
        return [line for line in ended.err.splitlines() if not line.startswith("nothing new")]

    def check(self) -> None:
        """Check that each of the user's commits can be reached from a branch."""
        for name, commits in self.mine.items():
            for commit in commits:
                found = shell(f"git for-each-ref --contains {commit} refs/heads", self.sibling(name))
                assert found, f"{commit} of {name} is lost"


def test_a_month(src: Path, daemon: Daemon, command: Command) -> None:
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    for name in NAMES:
        make_upstream(daemon.base, name, HISTORY)
    space = Workspace(make_host(src, "schema = 1"), daemon, command)
    space.pins = '[[project.lib.pin]]\nhost = "v6.1"\nrevision = "r1"\n'
    space.write()
    shell("git add .; git commit -qm pins; git clone-project -q --all", space.top)

    # Nothing has happened yet.
    assert space.update(0) == []
    assert space.head("lib") == space.upstream("lib", "r1")

    # Others work: upstreams move, and a pin stays.
    for name in NAMES:
        push(daemon.base, name, "echo 3 > a; git commit -qam 'release 3'; git tag r3")
    assert space.update(0) == [
        "qemu: brought master by 1 commit to origin/master",
        "tool: brought master by 1 commit to origin/master",
    ]
    assert space.head("lib") == space.upstream("lib", "r1")

    # The user commits on a branch, and on a topic; upstreams stand still.
    space.commit("qemu")
    shell("git switch -qc topic", space.sibling("tool"))
    space.commit("tool")
    assert space.update(0) == ["tool: left on topic, which follows no branch"]

    # Upstreams move again: where the user has commits, it is said what to do.
    for name in ("qemu", "tool"):
        push(daemon.base, name, "git commit -q --allow-empty -m more")
    kept = space.head("qemu")
    said = space.update(1)
    assert "warning: qemu: not updated: master has 1 commit of its own, and origin/master 1 commit more" in said
    assert space.head("qemu") == kept
    shell(next(line for line in said if line.startswith("hint: git")).removeprefix("hint: "), space.sibling("qemu"))
    space.mine["qemu"] = {space.head("qemu")}
    assert space.head("qemu", "HEAD^") == space.upstream("qemu")
    assert space.update(0) == ["tool: left on topic, which follows no branch"]

    # The host goes on: the pin moves, and waits while the user has changed files.
    space.pins += '[[project.lib.pin]]\nhost = "v6.2"\nrevision = "r2"\n'
    space.write()
    shell("git commit -qam 'Linux 6.2'; git tag -am v6.2 v6.2", space.top)
    (space.sibling("lib") / "b").write_text("mine\n")
    assert "warning: lib: not updated: 1 changed file, and r2 is pinned" in space.update(1)
    shell("git checkout -q b", space.sibling("lib"))
    assert "lib: moved to r2, from r1" in space.update(0)

    # The user commits on the pin: that is theirs now, and is never left.
    shell("git switch -qc fix", space.sibling("lib"))
    space.commit("lib")
    assert "lib: left on fix, which follows no branch" in space.update(0)
    shell("git checkout -q --detach r2", space.sibling("lib"))

    # From here on, the branch fits.
    space.pins += '[[project.lib.pin]]\nhost = "v6.3"\n'
    space.write()
    shell("git commit -qam 'Linux 6.3'; git tag -am v6.3 v6.3", space.top)
    assert "lib: switched to master, from r2" in space.update(0)
    assert space.head("lib") == space.upstream("lib")

    # A project moves to another server.
    shell("mv qemu.git moved.git", daemon.base)
    old, space.urls["qemu"] = space.urls["qemu"], f"{daemon.url}/moved.git"
    space.write()
    assert f"qemu: its URL was {old}, and is what the manifest says now" in space.update(0)

    # An upstream is rewritten: the user's branch is left, and the hint saves their commit.
    push(daemon.base, "lib", "git commit -q --allow-empty -m gone")
    assert "lib: brought master by 1 commit to origin/master" in space.update(0)
    space.commit("lib")
    push(daemon.base, "lib", "git reset -q --hard HEAD^; git commit -q --allow-empty -m instead")
    said = space.update(1)
    assert "warning: lib: not updated: origin/master was rewritten, and master has 1 commit of its own" in said
    hint = next(line for line in said if line.startswith("hint: git") and "/lib" in line)
    shell(hint.removeprefix("hint: "), space.sibling("lib"))
    space.mine["lib"] = {space.head("lib"), space.head("lib", "fix")}
    assert shell("git log -2 --format=%s", space.sibling("lib")).split() == ["mine", "instead"]

    # The network goes for one, and the others are done.
    push(daemon.base, "lib", "git commit -q --allow-empty -m 'and more'")
    shell("mv tool.git away.git", daemon.base)
    assert any(line.startswith("error: tool: ") for line in space.update(1))
    shell("mv away.git tool.git", daemon.base)

    # Work on the tool goes on in another branch; the user is back from the topic.
    push(daemon.base, "tool", "git commit -q --allow-empty -m main", "HEAD:main")
    shell("git symbolic-ref HEAD refs/heads/main", daemon.base / "tool.git")
    shell("git switch -q master", space.sibling("tool"))
    assert "tool: switched to main, from master: the project is developed on main now" in space.update(1)
    assert space.head("tool") == space.upstream("tool", "main")

    # A pin is edited in the manifest itself, forth and back.
    shell("git rebase -q origin/master", space.sibling("lib"))
    space.mine["lib"] = {space.head("lib"), space.head("lib", "fix")}
    before = space.pins
    for revision, was, now in (("r3", "main", "r3"), ("r1", "r3", "r1")):
        space.pins = before + f'[[project.tool.pin]]\nrevision = "{revision}"\n'
        space.write()
        assert space.update(0) == [f"tool: moved to {now}, from {was}"]
        assert space.head("tool") == space.upstream("tool", revision)
    space.pins = before
    space.write()
    assert space.update(0) == ["tool: switched to main, from r1"]

    # The tool gets a submodule, which moves on; the user works in it.
    make_upstream(daemon.base, "part", HISTORY)
    space.keys["tool"] = "submodules = true\n"
    space.write()
    part = space.sibling("tool") / "part"
    push(daemon.base, "tool", f"git submodule --quiet add {daemon.url}/part.git part; git commit -qm part", "HEAD:main")
    assert space.update(0) == ["tool: brought main by 1 commit to origin/main"]
    assert (part / "a").read_text() == "2\n"
    push(daemon.base, "tool", "git -C part checkout -q r1; git commit -qam 'part is older'", "HEAD:main")
    (part / "b").write_text("mine\n")
    assert any(line.startswith("error: tool: not updated: ") for line in space.update(1))
    assert ((part / "b").read_text(), (part / "a").read_text()) == ("mine\n", "2\n")
    shell("git checkout -q b", part)
    assert space.update(0) == ["tool: brought main by 1 commit to origin/main"]
    assert shell("git describe --tags", part) == "r1\n"

    # The server of qemu is away for a day, and its mirror is behind: nothing is taken back.
    shell("git clone -q --bare moved.git mirror.git; mv moved.git away.git", daemon.base)
    shell("git update-ref refs/heads/master master~", daemon.base / "mirror.git")
    space.keys["qemu"] = f'mirrors = ["{daemon.url}/mirror.git"]\n'
    space.write()
    stood = space.head("qemu", "origin/master")
    said = space.update(0)
    assert f"warning: qemu: the mirror {daemon.url}/mirror.git is behind: master by 1 commit" in said
    assert space.head("qemu", "origin/master") == stood
    shell("mv away.git moved.git", daemon.base)

    # At the end of the month all that is left is what the user has to push.
    assert space.update(0) == []
    assert {name: space.head(name) for name in NAMES} == {
        "qemu": next(iter(space.mine["qemu"])),
        "tool": space.upstream("tool", "main"),
        "lib": space.head("lib", "master"),
    }
