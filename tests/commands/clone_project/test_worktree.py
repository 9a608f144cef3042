"""Linked work trees of the host: they have the main one's siblings, or with ``--worktree`` their own."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Command, config, run, shell
from tests.support.daemon import Daemon
from tests.support.processes import until
from tests.support.repositories import make_host
from tests.support.repositories import upstream as make_upstream

pytestmark = pytest.mark.slow

HISTORY = "echo 1 > a; git add .; git commit -qm one; git tag v1; echo 2 > a; git commit -qam two; git tag v2"


def manifest(daemon: Daemon, more: str = "") -> str:
    return f"""schema = 1
[host]
name = "linux"
versions = "v[0-9]*"
[project.free]
url = "{daemon.url}/free.git"
groups = ["g"]
route.to = ["free@example.org"]
[project.tool]
url = "{daemon.url}/tool.git"
[[project.tool.pin]]
revision = "v1"
[[project.tool.pin]]
host = "v6.2"
revision = "v2"
{more}"""


@pytest.fixture
def host(src: Path, daemon: Daemon) -> Path:
    """Return a host with a version more than its first, that has the sibling ``tool``."""
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    make_upstream(daemon.base, "tool", HISTORY)
    make_upstream(daemon.base, "free")
    script = "git tag -am v6.1.1 v6.1.1; git commit -q --allow-empty -m more; git tag -am v6.2 v6.2"
    return make_host(src, manifest(daemon), script)


@pytest.fixture
def linked(host: Path) -> Path:
    """Return a linked work tree at the older version, in a folder of its own."""
    shell("git clone-project -q tool; git worktree add -q ../old/linux v6.1.1 2>&1", host)
    return host.parent / "old" / "linux"


def head(top: Path, name: str = "HEAD") -> str:
    return shell(f"git rev-parse {name}", top).strip()


def grow(daemon: Daemon, name: str) -> None:
    bare = daemon.base / f"{name}.git"
    tree = shell("git rev-parse master^{tree}", bare).strip()
    shell(f"git update-ref refs/heads/master $(git commit-tree -p master -m more {tree})", bare)


def paths(command: Command, top: Path) -> dict[str, str]:
    found = json.loads(command("subprojects", "status", "--json", cwd=top).out)
    return {one["name"]: one["path"] for one in found["projects"]}


def test_a_linked_work_tree_has_the_siblings_of_the_main_one(
    host: Path, linked: Path, src: Path, daemon: Daemon, command: Command
) -> None:
    shell("git clone-project -q free", linked)
    assert (src / "free" / ".git").is_dir()
    assert shell("git subprojects list", linked) == shell("git subprojects list", host)
    assert paths(command, linked) == paths(command, host) == {"free": str(src / "free"), "tool": str(src / "tool")}
    grow(daemon, "free")
    ended = command("subprojects", "update", "free", cwd=linked)
    assert (ended.code, ended.err) == (0, "free: brought master by 1 commit to origin/master\n")
    assert head(src / "free") == head(daemon.base / "free.git", "master")
    shell("echo x > x; git add .; git commit -qm x", src / "free")
    assert command("route-patch", "--to", "HEAD", cwd=src / "free").out == "free@example.org\n"
    shell("git worktree add -q ../topic", src / "free")
    assert command("route-patch", "--to", "HEAD", cwd=src / "topic").out == "free@example.org\n"


def test_it_may_have_its_own(host: Path, linked: Path, src: Path, daemon: Daemon, command: Command) -> None:
    assert head(src / "tool") == head(src / "tool", "v2^{}")
    before = (src / "tool" / ".git" / "config").read_bytes()
    ended = command("clone-project", "--worktree", "tool", "free", cwd=linked)
    assert ended.code == 0, ended.err
    assert f"tool: in ../tool, a work tree of {src}/tool; detached at v1 on purpose, " in ended.err
    assert f"free: in ../free, a work tree of {src}/free; on old/master (" in ended.err
    assert f"free: cloning {daemon.url}/free.git to ../../free" in ended.err
    own, main = src / "old", src
    assert (src / "tool" / ".git" / "config").read_bytes() == before
    assert head(own / "tool") == head(own / "tool", "v1^{}")
    assert head(main / "tool") == head(main / "tool", "v2^{}")
    theirs = {"free": str(own / "free"), "tool": str(own / "tool")}
    for place in (linked, linked / "tools", own / "tool", own / "free"):
        assert paths(command, place) == theirs
    for place in (host, main / "tool", main / "free"):
        assert paths(command, place) == {"free": str(main / "free"), "tool": str(main / "tool")}
    ended = command("subprojects", "update", cwd=own / "free")
    assert (ended.code, ended.err) == (0, "nothing new in 2 projects\n")
    grow(daemon, "free")
    ended = command("subprojects", "update", cwd=own / "tool")
    assert "free: brought old/master by 1 commit to origin/master\n" in ended.err
    assert head(own / "free") == head(daemon.base / "free.git", "master") != head(main / "free")
    assert "free: brought master by 1 commit" in command("subprojects", "update", cwd=host).err
    shell("git switch -q --detach v6.2", linked)
    assert "tool: moved to v2, from v1\n" in command("subprojects", "update", cwd=linked).err
    shell("echo x > x; git add .; git commit -qm x", own / "free")
    assert command("route-patch", "--to", "HEAD", cwd=own / "free").out == "free@example.org\n"


def test_git_takes_it_away_as_ever(host: Path, linked: Path, src: Path, command: Command) -> None:
    shell("git clone-project -q --worktree tool free", linked)
    shell("git worktree remove ../old/tool; git worktree list", src / "tool")
    assert not (src / "old" / "tool").exists()
    assert paths(command, linked) == {"free": str(src / "old" / "free")}
    shell("git worktree remove ../old/free", src / "free")
    shell("git worktree remove ../old/linux", host)
    assert not list((src / "tool" / ".git").glob("worktrees/*/subprojects-host"))
    assert paths(command, host) == {"free": str(src / "free"), "tool": str(src / "tool")}


def test_work_in_its_branch_is_there_again(linked: Path, src: Path) -> None:
    shell("git clone-project -q --worktree free", linked)
    shell("git commit -q --allow-empty -m mine", src / "old" / "free")
    mine = head(src / "old" / "free")
    shell("git worktree remove ../old/free", src / "free")
    shell("git clone-project -q --worktree free", linked)
    assert head(src / "old" / "free") == mine
    assert shell("git symbolic-ref --short HEAD", src / "old" / "free") == "old/master\n"


def test_asking_again(linked: Path, src: Path, command: Command) -> None:
    command("clone-project", "-q", "--worktree", "tool", cwd=linked)
    mark = src / "tool" / ".git" / "worktrees" / "tool" / "subprojects-host"
    assert mark.read_text() == "../linux\n"
    mark.unlink()
    ended = command("clone-project", "--worktree", "tool", cwd=linked)
    assert (ended.code, ended.err) == (
        0,
        f"tool: is there already, in ../tool: detached at {head(src / 'tool', 'v1^{}')[:12]}, clean\n",
    )
    assert mark.read_text() == "../linux\n", "one that was ended in between is made whole"


def test_a_dry_run_does_nothing(linked: Path, src: Path, daemon: Daemon, command: Command) -> None:
    ended = command("clone-project", "--worktree", "-n", "tool", "free", "--build", cwd=linked)
    assert ended.code == 0
    assert ended.out.splitlines()[0] == f"tool: make ../tool a work tree of {src}/tool"
    assert "  at v1 (project.tool.pin[0]: the host is older than all other pins)\n" in ended.out
    assert f"  which is cloned from {daemon.url}/free.git before\n" in ended.out
    assert "  note: the manifest does not say how to build it\n" in ended.out
    found = json.loads(command("clone-project", "--worktree", "-n", "--json", "tool", cwd=linked).out)["plan"][0]
    assert (found["step"], found["main"], found["first"]) == ("worktree", str(src / "tool"), None)
    assert not (src / "old" / "tool").exists()
    assert not (src / "free").exists()
    assert paths(command, linked) == {"tool": str(src / "tool")}, "and it has the main one's siblings still"


def test_json_and_build(host: Path, linked: Path, src: Path, daemon: Daemon, command: Command) -> None:
    (linked / "subprojects.local.toml").write_text('project.tool.build = [["touch", "built"]]\n')
    ended = command("clone-project", "--worktree", "--json", "--build", "tool", cwd=linked)
    (found,) = json.loads(ended.out)["projects"]
    assert (found["state"], found["path"], found["url"]) == ("linked", str(src / "old/tool"), str(src / "tool"))
    assert (found["branch"], found["revision"], found["built"]) == (None, "v1", True)
    assert found["commit"] == head(src / "old" / "tool")
    assert (src / "old" / "tool" / "built").exists()
    assert not (src / "tool" / "built").exists()


def test_a_pin_that_the_main_one_has_not_fetched_yet(linked: Path, src: Path, daemon: Daemon, command: Command) -> None:
    shell("git tag v9 master", daemon.base / "tool.git")
    ended = command("clone-project", "--worktree", "--revision", "v9", "tool", cwd=linked)
    assert ended.code == 0, ended.err
    assert head(src / "old" / "tool") == head(daemon.base / "tool.git", "master")
    shell("git worktree remove ../old/tool", src / "tool")
    ended = command("clone-project", "--worktree", "--revision", "v10", "tool", cwd=linked)
    assert ended.code == 1
    assert (
        f"error: tool: there is no branch or tag 'v10' at {daemon.url}/tool.git (asked for by --revision)" in ended.err
    )
    assert not (src / "old" / "tool").exists()


def test_a_pin_that_cannot_be_fetched(linked: Path, src: Path, command: Command) -> None:
    shell("git config remote.origin.url git://127.0.0.1:1/tool.git", src / "tool")
    for revision in ("v9", "0" * 39 + "1"):
        ended = command("clone-project", "--worktree", "--revision", revision, "tool", cwd=linked)
        assert ended.code == 1
        assert "error: tool: unable to connect to 127.0.0.1" in ended.err
        assert not (src / "old" / "tool").exists()


def test_a_branch_by_name(linked: Path, src: Path, command: Command) -> None:
    ended = command("clone-project", "--worktree", "--revision", "master", "tool", cwd=linked)
    assert ended.code == 0, ended.err
    assert shell("git rev-parse --abbrev-ref HEAD @{u}", src / "old" / "tool").split() == [
        "old/master",
        "origin/master",
    ]


def test_only_a_linked_work_tree_can(host: Path, command: Command) -> None:
    ended = command("clone-project", "--worktree", "tool", cwd=host)
    assert ended.code == 128
    assert f"{host} is no linked work tree, and --worktree gives one siblings of its own\n" in ended.err


@pytest.mark.parametrize("place", ["../linux-old", "trees/old"])
def test_not_where_the_main_ones_are(host: Path, place: str, command: Command) -> None:
    shell(f"git clone-project -q tool; git worktree add -q {place} v6.1.1 2>&1", host)
    top = (host / place).resolve()
    ended = command("clone-project", "--worktree", "tool", cwd=top)
    assert ended.code == 128
    assert f"siblings of its own would stand in {top.parent}, where those of the main work tree are\n" in ended.err
    shell(ended.err.split("folder of its own: ")[1], host)
    moved = Path(f"{top}-set") / top.name
    if place.startswith(".."):
        assert command("clone-project", "--worktree", "-q", "tool", cwd=moved).code == 0
        assert (moved.parent / "tool").is_dir()


def test_what_is_in_the_way_stays(linked: Path, src: Path, command: Command) -> None:
    (src / "old" / "tool").mkdir()
    (src / "old" / "tool" / "mine").touch()
    (src / "free").write_text("mine")
    ended = command("clone-project", "--worktree", "tool", "free", "nobody", cwd=linked)
    assert ended.code == 1
    assert f"error: tool: {src}/old/tool is there and is a folder that is no git repository" in ended.err
    assert f"error: free: there is no clone beside the main work tree: {src}/free is there and is a file" in ended.err
    assert "the manifest has no project 'nobody'" in ended.err
    assert (src / "free").read_text() == "mine"
    assert paths(command, linked) == paths(command, src / "linux"), "it has no set of its own for that"


def test_a_clone_that_fails(linked: Path, src: Path, daemon: Daemon, command: Command) -> None:
    shell("rm -rf free.git", daemon.base)
    ended = command("clone-project", "--worktree", "free", "tool", cwd=linked)
    assert ended.code == 1
    assert "error: free: " in ended.err
    assert not (src / "free").exists()
    assert not (src / "old" / "free").exists()
    assert paths(command, linked) == {"tool": str(src / "old" / "tool")}


def test_a_branch_that_is_taken(linked: Path, src: Path, command: Command) -> None:
    shell("git clone-project -q free; git -C ../../free worktree add -q -b old/master ../elsewhere", linked)
    ended = command("clone-project", "--worktree", "free", cwd=linked)
    assert ended.code == 1
    assert "error: free: 'old/master' is already " in ended.err
    assert not (src / "old" / "free").exists()


def test_nothing_tells_the_branch(linked: Path, src: Path, command: Command) -> None:
    shell("git clone-project -q free; git -C ../../free remote set-head origin -d", linked)
    ended = command("clone-project", "--worktree", "free", cwd=linked)
    assert ended.code == 1
    assert "nothing tells which branch of " in ended.err
    shell(ended.err.split("hint: ")[1], src)
    assert command("clone-project", "--worktree", "free", cwd=linked).code == 0


@pytest.mark.parametrize("again", [False, True])
def test_from_a_pin_back_to_a_branch_of_its_own(
    host: Path, linked: Path, src: Path, daemon: Daemon, command: Command, *, again: bool
) -> None:
    shell("git clone-project -q --worktree tool; git switch -q --detach v6.2", linked)
    (linked / "subprojects.toml").write_text(manifest(daemon, '[[project.tool.pin]]\nhost = "v6.2"\n'))
    shell("git switch -q master", src / "tool")
    if again:
        shell("git branch old/master origin/master", src / "tool")
    ended = command("subprojects", "update", "tool", cwd=linked)
    assert (ended.code, ended.err) == (0, "tool: switched to master, from v1\n")
    assert shell("git symbolic-ref --short HEAD", src / "old" / "tool") == "old/master\n"
    assert head(src / "old" / "tool", "@{upstream}") == head(src / "old" / "tool")


def test_the_whole_set_may_be_moved(linked: Path, src: Path, command: Command) -> None:
    shell("git clone-project -q --worktree tool", linked)
    shell("mv old new; git -C linux worktree repair ../new/linux; git -C tool worktree repair ../new/tool", src)
    assert paths(command, src / "new" / "tool") == {"tool": str(src / "new" / "tool")}


def test_a_host_that_was_moved_alone(host: Path, linked: Path, src: Path, command: Command) -> None:
    shell("git clone-project -q --worktree tool", linked)
    shell(f"git worktree move {linked} {src}/old/kernel", host)
    ended = command("subprojects", "status", cwd=src / "old" / "tool")
    assert ended.code == 128
    assert f"this is tool, a sibling of the host at {linked}, and there is no git repository there\n" in ended.err
    hint = ended.err.split("say where it is: ")[1].replace("PATH", "../kernel")
    shell(hint, src / "old" / "tool")
    assert paths(command, src / "old" / "tool") == {"tool": str(src / "old" / "tool")}


def test_the_config_of_a_linked_sibling_is_left(linked: Path, src: Path, command: Command) -> None:
    shell("git clone-project -q --worktree tool", linked)
    ended = command("subprojects", "adopt", "../tool", cwd=linked)
    assert ended.code == 128
    assert f"{src}/old/tool is a linked work tree of {src}/tool, whose config it shares\n" in ended.err


def test_beside_a_bare_host(host: Path, src: Path, command: Command) -> None:
    shell("git clone -q --bare linux bare/linux.git; git -C bare/linux.git worktree add -q ../../old/linux v6.2", src)
    linked = src / "old" / "linux"
    ended = command("clone-project", "--worktree", "tool", cwd=linked)
    assert ended.code == 0, ended.err
    assert paths(command, linked) == {"tool": str(src / "old" / "tool")}
    assert paths(command, src / "bare" / "tool") == {"tool": str(src / "bare" / "tool")}


def test_where_the_main_work_tree_is_not_known(host: Path, src: Path, command: Command) -> None:
    shell("git init -q --separate-git-dir ../store; git worktree add -q ../old/linux v6.1.1", host)
    ended = command("clone-project", "--worktree", "tool", cwd=src / "old" / "linux")
    assert ended.code == 128
    assert f"nothing tells where the main work tree of {src}/store is\n" in ended.err


def test_a_pull_updates_its_own(linked: Path, src: Path, daemon: Daemon) -> None:
    shell("git clone-project -q --worktree free; git subprojects follow -q; git switch -q --detach v6.2", linked)
    grow(daemon, "free")
    shell("git switch -q --detach v6.1.1", linked)
    until(lambda: head(src / "old" / "free") == head(daemon.base / "free.git", "master"))
    assert head(src / "free") != head(src / "old" / "free")


def test_a_group_of_them(linked: Path, src: Path) -> None:
    assert run("git", "clone-project", "--worktree", "--group", "g", cwd=linked).code == 0
    assert (src / "old" / "free" / ".git").is_file()
