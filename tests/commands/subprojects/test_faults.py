"""``git subprojects update`` where something is wrong, or has moved: it is named, and the others are done."""

from pathlib import Path

import pytest

from tests.support.commands import Command, Result, config, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, push, sibling
from tests.support.repositories import upstream as make_upstream
from tests.support.tcp import Proxy

pytestmark = pytest.mark.slow

HISTORY = "echo 1 > a; git add .; git commit -qm one"
MORE = "git commit -q --allow-empty -m more"
DONE = "other: brought master by 1 commit to origin/master\n"


def manifest(url: str, more: str = "") -> str:
    return f'schema = 1\n[project.tool]\nurl = "{url}/tool.git"\n{more}\n[project.other]\nurl = "{url}/other.git"\n'


@pytest.fixture
def linux(src: Path, daemon: Daemon) -> Path:
    """Return a host with the siblings tool and other, whose upstreams have gone on by a commit."""
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    top = make_host(src, manifest(daemon.url))
    for name in ("tool", "other"):
        bare = make_upstream(daemon.base, name, HISTORY)
        sibling(top, f"{daemon.url}/{name}.git", name)
        shell("git update-ref HEAD $(git commit-tree -p HEAD -m more HEAD^{tree})", bare)
    return top


def update(linux: Path, command: Command, *words: str) -> Result:
    return command("subprojects", "update", *words, cwd=linux)


def head(top: Path, name: str = "HEAD") -> str:
    return shell(f"git rev-parse {name}", top).strip()


def said_of_tool(linux: Path, command: Command, code: int = 1) -> str:
    """Update, and return what is said; the other has been updated as if nothing were wrong."""
    ended = update(linux, command)
    assert ended.code == code, ended.err
    assert DONE in ended.err
    return ended.err.replace(DONE, "")


def test_a_place_that_something_else_has_taken(linux: Path, command: Command) -> None:
    tool = linux.parent / "tool"
    shell("mv tool mine; echo > tool", tool.parent)
    assert said_of_tool(linux, command, 0) == f"tool: left alone: {tool} is a file, not a clone of tool\n"
    shell("rm tool; git init -q tool", tool.parent)
    said = update(linux, command).err
    assert f"tool: left alone: {tool} is a git repository without a remote, not a clone of tool\n" in said
    ended = update(linux, command, "tool")
    assert ended.code == 1
    assert f"error: {tool} is a git repository without a remote, not a clone of tool\nhint: " in ended.err
    shell("rm -rf tool; ln -s mine tool", tool.parent)
    ended = update(linux, command)
    assert ended.code == 1
    assert "tool is a symbolic link to mine" in ended.err


def test_one_that_was_deleted_is_not_missed_unless_it_is_named(linux: Path, command: Command) -> None:
    shell("rm -rf tool", linux.parent)
    assert said_of_tool(linux, command, 0) == ""
    ended = update(linux, command, "tool", "other")
    assert (ended.code, ended.err) == (
        1, "nothing new in 1 project\nerror: tool is not cloned\nhint: git clone-project tool\n"
    )  # fmt: skip


@pytest.mark.parametrize("script", ["echo nonsense > .git/HEAD", "rm .git/HEAD", "rm -rf .git/objects"])
def test_a_broken_repository(linux: Path, command: Command, script: str) -> None:
    shell(script, linux.parent / "tool")
    tool = linux.parent / "tool"
    what = f"there is no folder {tool}/.git/objects" if "objects" in script else f"{tool}/.git/HEAD names no branch"
    said = said_of_tool(linux, command)
    assert f"warning: tool: not updated: {tool}: git says 'not a git repository': {what}" in said
    assert "clone it again" in said if "objects" in script else f'> "{tool}/.git/HEAD"' in said
    assert update(linux, command, "--dry-run").code == 1


def test_a_branch_that_is_broken(linux: Path, command: Command) -> None:
    shell("echo nonsense > .git/refs/heads/master", linux.parent / "tool")
    said = said_of_tool(linux, command)
    assert "tool" in said
    assert "master" in said


def test_a_config_that_is_broken(linux: Path, command: Command) -> None:
    shell("echo '[' >> .git/config", linux.parent / "tool")
    said = said_of_tool(linux, command)
    assert f"warning: tool: not updated: {linux.parent}/tool: bad config line 16 in file .git/config\nhint: " in said


def test_an_index_that_is_broken(linux: Path, command: Command) -> None:
    tool = linux.parent / "tool"
    shell("printf rubbish > .git/index", tool)
    assert update(linux, command).code == 1
    said = update(linux, command, "tool").err
    words = "a git repository that git cannot read: .git/index: index file smaller than expected"
    way = f"mv {tool}/.git/index {tool}/.git/index.damaged && git -C {tool} reset"
    assert said == f"warning: tool: not updated: {words}\nhint: {way}\n"
    status = command("subprojects", "status", "tool", cwd=linux)
    assert status.out == f"tool  cannot be read: {words}\n        hint: {way}\n"
    assert way in command("subprojects", "doctor", cwd=linux).out
    shell(way, linux)
    assert update(linux, command).code == 0


@pytest.mark.parametrize("lock", ["index.lock", "refs/remotes/origin/master.lock", "HEAD.lock"])
def test_a_lock_that_was_left_over(linux: Path, command: Command, lock: str) -> None:
    path = linux.parent / "tool" / ".git" / lock
    path.touch()
    said = said_of_tool(linux, command)
    assert said == (
        f"error: tool: {path} is there: another git is at work, or was ended at work\n"
        f"hint: if no git runs there any more: rm {path}\n"
    )
    shell(said.partition("any more: ")[2], linux)
    assert update(linux, command).code == 0
    assert head(linux.parent / "tool", "origin/master") == head(linux.parent / "tool")


def test_an_upstream_that_is_not_there(linux: Path, daemon: Daemon, command: Command) -> None:
    shell("mv tool.git gone.git", daemon.base)
    assert "error: tool: " in said_of_tool(linux, command)


def test_no_network(linux: Path, command: Command) -> None:
    shell("git config remote.origin.url git://127.0.0.1:1/tool.git", linux.parent / "tool")
    assert "hint: is the network there?" in said_of_tool(linux, command)


def test_an_upstream_that_hangs(linux: Path, daemon: Daemon, command: Command) -> None:
    config("subprojects.stallTimeout", "1")
    with Proxy(daemon.url, limit=0, then="hang") as proxy:
        shell(f"git config remote.origin.url {proxy.url}/tool.git", linux.parent / "tool")
        assert "error: tool: nothing came for 1 seconds\n" in said_of_tool(linux, command)


def test_a_network_that_comes_back(linux: Path, daemon: Daemon, command: Command) -> None:
    config("subprojects.retries", "2")
    config("subprojects.retryPause", "0")
    with Proxy(daemon.url, limit=20, failing=1) as proxy:
        shell(f"git config remote.origin.url {proxy.url}/tool.git", linux.parent / "tool")
        said = said_of_tool(linux, command, 0)
    assert "warning: tool: origin: " in said
    assert "; trying again in 0 s\n" in said
    assert "tool: brought master by 1 commit to origin/master\n" in said


def test_a_mirror_serves_where_the_url_does_not(linux: Path, daemon: Daemon, command: Command) -> None:
    shell("mv tool.git mirror.git", daemon.base)
    (linux / "subprojects.toml").write_text(manifest(daemon.url, f'mirrors = ["{daemon.url}/mirror.git"]'))
    said = said_of_tool(linux, command, 0)
    assert f"trying the mirror {daemon.url}/mirror.git\n" in said
    assert "tool: brought master by 1 commit to origin/master\n" in said
    tool = linux.parent / "tool"
    assert head(tool) == head(tool, "origin/master") == head(daemon.base / "mirror.git", "master")
    assert shell("git remote get-url origin", tool).strip() == f"{daemon.url}/tool.git"


@pytest.fixture
def moved(linux: Path, daemon: Daemon) -> str:
    """Move the upstream of tool, in the manifest too, and return its old URL."""
    shell("mv tool.git moved.git", daemon.base)
    text = (linux / "subprojects.toml").read_text()
    (linux / "subprojects.toml").write_text(text.replace("tool.git", "moved.git"))
    return f"{daemon.url}/tool.git"


def test_a_changed_url_is_followed(linux: Path, daemon: Daemon, moved: str, command: Command) -> None:
    tool = linux.parent / "tool"
    assert said_of_tool(linux, command, 0) == (
        f"tool: its URL was {moved}, and is what the manifest says now\n"
        "tool: brought master by 1 commit to origin/master\n"
    )
    assert shell("git remote get-url origin", tool).strip() == f"{daemon.url}/moved.git"
    assert update(linux, command).err == "nothing new in 2 projects\n"


def test_a_changed_url_that_is_wrong_changes_nothing(linux: Path, daemon: Daemon, moved: str, command: Command) -> None:
    shell("mv moved.git elsewhere.git", daemon.base)
    assert "error: tool: " in said_of_tool(linux, command)
    tool = linux.parent / "tool"
    assert shell("git remote get-url origin; git config subprojects.url", tool).split() == [moved, moved]


def test_a_changed_url_may_not_be_a_local_path(linux: Path, daemon: Daemon, moved: str, command: Command) -> None:
    text = (linux / "subprojects.toml").read_text()
    (linux / "subprojects.toml").write_text(text.replace(f"{daemon.url}/moved.git", f"file://{daemon.base}/moved.git"))
    said = said_of_tool(linux, command)
    assert "transport 'file' not allowed" in said


def test_an_origin_of_the_users_own_stays(linux: Path, daemon: Daemon, moved: str, command: Command) -> None:
    tool = linux.parent / "tool"
    shell("git clone -q --bare moved.git fork.git", daemon.base)
    shell(f"git remote set-url origin {daemon.url}/fork.git", tool)
    assert said_of_tool(linux, command, 0) == (
        "tool: brought master by 1 commit to origin/master\n"
        f"warning: tool: the URL is {daemon.url}/moved.git in the manifest now, and origin is {daemon.url}/fork.git\n"
        f"hint: git -C {tool} remote set-url origin {daemon.url}/moved.git\n"
    )
    assert shell("git remote get-url origin", tool).strip() == f"{daemon.url}/fork.git"


def rename(daemon: Daemon, script: str = MORE) -> None:
    """Let work on tool go on in main instead of master."""
    bare = daemon.base / "tool.git"
    push(daemon.base, "tool", script, "HEAD:main")
    shell("git symbolic-ref HEAD refs/heads/main", bare)


def on_main(tool: Path) -> bool:
    found = shell("git symbolic-ref --short HEAD; git rev-parse --abbrev-ref @{upstream}; git status -s", tool).split()
    return found == ["main", "origin/main"]


@pytest.mark.parametrize("rest", ["git update-ref -d refs/heads/master", "true"])
def test_a_changed_default_branch_is_followed(linux: Path, daemon: Daemon, command: Command, rest: str) -> None:
    rename(daemon)
    shell(rest, daemon.base / "tool.git")
    tool = linux.parent / "tool"
    before = head(tool)
    assert (
        said_of_tool(linux, command, 0) == "tool: switched to main, from master: the project is developed on main now\n"
    )
    assert on_main(tool)
    assert head(tool) == head(daemon.base / "tool.git", "main")
    assert head(tool, "master") == before, "the old branch is kept"
    assert update(linux, command).err == "nothing new in 2 projects\n"


def test_a_changed_default_branch_at_the_same_commit(linux: Path, daemon: Daemon, command: Command) -> None:
    assert update(linux, command).code == 0
    rename(daemon, "true")
    shell("git branch other main", daemon.base / "tool.git")
    assert update(linux, command).err == "nothing new in 2 projects\n", "as long as that makes no difference"
    push(daemon.base, "tool", MORE, "HEAD:main")
    push(daemon.base, "tool", "true", "HEAD:more")
    assert "tool: switched to main, from master" in update(linux, command).err, "the remote is asked which it is"
    assert on_main(linux.parent / "tool")


def test_a_branch_that_the_manifest_names_is_followed(linux: Path, daemon: Daemon, command: Command) -> None:
    push(daemon.base, "tool", MORE, "HEAD:stable")
    push(daemon.base, "tool", MORE, "HEAD:older")
    text = (linux / "subprojects.toml").read_text()
    tool = linux.parent / "tool"
    for branch in ("stable", "older"):
        (linux / "subprojects.toml").write_text(text.replace('tool.git"', f'tool.git"\nbranch = "{branch}"'))
        assert f"tool: switched to {branch}, from " in update(linux, command).err
        assert shell("git rev-parse --abbrev-ref HEAD @{upstream}", tool).split() == [branch, f"origin/{branch}"]
    (linux / "subprojects.toml").write_text(text)
    assert "tool: switched to master, from older" in update(linux, command).err


def test_what_is_ones_own_keeps_a_branch_where_it_is(linux: Path, daemon: Daemon, command: Command) -> None:
    rename(daemon)
    tool = linux.parent / "tool"
    shell("git commit -q --allow-empty -m mine; echo 2 > a", tool)
    said = said_of_tool(linux, command)
    what = "1 commit of its own and 1 changed file"
    assert f"warning: tool: not updated: master has {what}, and the project is developed on main now\n" in said
    shell("git checkout -q a; git switch -qc topic", tool)
    assert "tool: left on topic" in update(linux, command).err
    shell(f"git switch -q master; {said.partition('hint: ')[2]}", tool)
    assert on_main(tool)
    assert update(linux, command).err == "nothing new in 2 projects\n"


def test_a_branch_that_the_remote_has_no_more(linux: Path, daemon: Daemon, command: Command) -> None:
    tool = linux.parent / "tool"
    push(daemon.base, "tool", MORE, "HEAD:side")
    shell("git fetch -q; git switch -q side", tool)
    shell("git branch -D -q side", daemon.base / "tool.git")
    said = said_of_tool(linux, command)
    assert "warning: tool: not updated: its upstream origin/side is gone from the remote\n" in said
    shell(said.partition("hint: ")[2], tool)
    assert update(linux, command).code == 0


def test_a_branch_that_looks_like_an_option_is_not_followed(linux: Path, daemon: Daemon, command: Command) -> None:
    tool = linux.parent / "tool"
    assert update(linux, command).code == 0
    bare = daemon.base / "tool.git"
    script = "git update-ref refs/heads/--discard-changes $(git commit-tree -p HEAD -m more HEAD^{tree})"
    shell(f"{script}; git symbolic-ref HEAD refs/heads/--discard-changes", bare)
    (tool / "a").write_text("mine")
    assert update(linux, command).err == "nothing new in 2 projects\n"
    shell("git update-ref refs/heads/other refs/heads/--discard-changes", bare)
    (tool / "a").write_text("1\n")
    before = head(tool)
    update(linux, command)
    shell("git fetch -q; git remote set-head origin --auto", tool)
    ended = update(linux, command)
    assert "--discard-changes" not in ended.err
    assert head(tool, "master") == before


def test_a_remote_whose_head_is_broken(linux: Path, daemon: Daemon, command: Command) -> None:
    shell("git symbolic-ref HEAD refs/heads/nowhere", daemon.base / "tool.git")
    assert said_of_tool(linux, command, 0) == "tool: brought master by 1 commit to origin/master\n"


def test_a_sibling_that_was_moved_is_found_by_its_directory(linux: Path, daemon: Daemon, command: Command) -> None:
    shell("mkdir deep; mv tool deep/gadget", linux.parent)
    (linux / "subprojects.local.toml").write_text('[project.tool]\ndirectory = "deep/gadget"\n')
    assert "tool: brought master by 1 commit" in said_of_tool(linux, command, 0)
    ended = run("git", "subprojects", "status", "tool", cwd=linux.parent / "deep" / "gadget")
    assert ended.code == 128
    assert "if the host was moved, say where it is: git config subprojects.host PATH" in ended.err
