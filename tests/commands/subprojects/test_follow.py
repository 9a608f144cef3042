"""``git subprojects follow``: what git pull does in the host brings the siblings along, in the background."""

import fcntl
import json
import os
import pty
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.commands import Command, config, run, shell
from tests.support.daemon import Daemon
from tests.support.inside import inside
from tests.support.processes import alive, children, until
from tests.support.repositories import make_host
from tests.support.repositories import upstream as make_upstream
from tests.support.tcp import Proxy

pytestmark = pytest.mark.slow

UPDATE = ("git", "subprojects", "update")
HISTORY = "echo 1 > a; git add .; git commit -qm one; git tag v1; echo 2 > a; git commit -qam two; git tag v2"
PINS = """
[[project.tool.pin]]
host = "v6.1"
revision = "v1"
[[project.tool.pin]]
host = "v6.2"
revision = "v2"
"""


def manifest(url: str, more: str = "") -> str:
    return f'schema = 1\n[host]\nname = "linux"\nversions = "v[0-9]*"\n[project.tool]\nurl = "{url}/tool.git"\n{more}'


def make(src: Path, daemon: Daemon, more: str = "") -> Path:
    """Make a host that was cloned, with a sibling, and that follows; return its top."""
    config("subprojects.retries", "0")
    make_upstream(daemon.base, "tool", HISTORY)
    top = make_host(src, manifest(daemon.url, more))
    shell("git clone -q --bare . ../upstream/linux.git", top)
    shell(
        """
        git remote add origin ../upstream/linux.git; git fetch -q; git branch -q -u origin/master
        git clone-project -q tool
        git subprojects follow -q
        """,
        top,
    )
    return top


@pytest.fixture
def host(src: Path, daemon: Daemon) -> Path:
    return make(src, daemon)


def grow(base: Path, name: str) -> None:
    """Give an upstream one commit more."""
    bare = base / f"{name}.git"
    tree = shell("git rev-parse master^{tree}", bare).strip()
    shell(f"git update-ref refs/heads/master $(git commit-tree -p master -m more {tree})", bare)


def grow_both(host: Path, daemon: Daemon) -> None:
    grow(host.parent / "upstream", "linux")
    grow(daemon.base, "tool")


def head(top: Path, name: str = "HEAD") -> str:
    return shell(f"git rev-parse {name}", top).strip()


def log(host: Path) -> str:
    path = host / ".git" / "subprojects" / "follow.log"
    return path.read_text() if path.exists() else ""


def rounds(host: Path) -> int:
    return log(host).count("== 2")


def last(host: Path) -> str:
    path = host / ".git" / "subprojects" / "follow.last"
    return path.read_text().split()[1] if path.exists() else ""


def ended(host: Path, number: int = 1) -> None:
    """Wait until so many updates in the background have begun and the last one has ended."""
    until(lambda: rounds(host) >= number and last(host) not in ("", "-"))


def quiet(host: Path) -> None:
    """Wait until nothing is wanted, and nobody has the lock."""
    until(lambda: not (host / ".git/subprojects/follow.wanted").exists())
    shell("flock -w 20 .git/subprojects/follow.lock true", host)


def test_a_pull_brings_the_siblings_along(host: Path, daemon: Daemon) -> None:
    grow_both(host, daemon)
    pulled = run("git", "pull", "-q", cwd=host)
    assert (pulled.code, pulled.out, pulled.err) == (0, "", "")
    ended(host)
    assert head(host.parent / "tool") == head(daemon.base / "tool.git", "master")
    assert log(host).splitlines()[1:] == ["tool: brought master by 1 commit to origin/master"]
    assert f" {host}\n" in log(host)


def test_a_pull_that_rebases_leads_to_one_update(host: Path, daemon: Daemon) -> None:
    shell("for n in 1 2 3; do git commit -q --allow-empty -m mine-$n; done", host)
    grow_both(host, daemon)
    assert run("git", "pull", "-q", "--rebase", cwd=host).code == 0
    ended(host)
    quiet(host)
    assert head(host.parent / "tool") == head(daemon.base / "tool.git", "master")
    assert rounds(host) == 1, "two hooks have run: post-checkout and post-rewrite"


def test_a_rebase_that_drops_all_of_ones_own_is_seen(host: Path, daemon: Daemon) -> None:
    shell(
        "echo x > x; git add .; git commit -qm mine; git push -q origin HEAD:master; git commit -q --amend -m x", host
    )
    grow_both(host, daemon)
    assert run("git", "rebase", "-q", "--empty=drop", "origin/master", cwd=host).code == 0
    ended(host)
    assert head(host.parent / "tool") == head(daemon.base / "tool.git", "master")


def test_a_rebase_that_stops_is_waited_for_in_vain(host: Path, daemon: Daemon) -> None:
    shell("git switch -qc topic; echo mine > tools/perf/builtin.c; git commit -qam mine", host)
    shell("git branch -q -f master HEAD~; git switch -q master", host)
    shell("echo other > tools/perf/builtin.c; git commit -qam other; git switch -q topic", host)
    ended(host)
    quiet(host)
    before_it = rounds(host)
    grow(daemon.base, "tool")
    before = head(host.parent / "tool")
    assert run("git", "rebase", "-q", "master", cwd=host).code == 1
    until(lambda: "skipped: rebase in progress" in log(host))
    assert head(host.parent / "tool") == before
    shell("git checkout -q --theirs tools; git add .; GIT_EDITOR=true git rebase --continue", host)
    ended(host, before_it + 2)
    assert head(host.parent / "tool") != before


def test_a_switch_moves_the_pins(src: Path, daemon: Daemon) -> None:
    host = make(src, daemon, PINS)
    tool = src / "tool"
    assert head(tool) == head(tool, "v1^{}")
    shell("git switch -qc next; git commit -q --allow-empty -m more; git tag -am v6.2 v6.2", host)
    shell("git branch there; git switch -q there; git checkout -q -- tools", host)
    assert rounds(host) == 0, "no commit has changed"
    shell("git switch -q master", host)
    ended(host)
    assert head(tool) == head(tool, "v1^{}")
    shell("git switch -q next", host)
    ended(host, 2)
    assert head(tool) == head(tool, "v2^{}")
    shell("git switch -q master", host)
    ended(host, 3)
    assert head(tool) == head(tool, "v1^{}")
    assert "tool: moved to v2, from v1\n" in log(host)


def test_amending_and_new_work_trees_are_no_reason(host: Path) -> None:
    shell("git commit -q --amend --allow-empty -m x; git worktree add -q ../other; git stash -q || true", host)
    time.sleep(0.3)
    assert not (host / ".git" / "subprojects").exists()


def test_a_linked_work_tree_updates_by_its_own_manifest(src: Path, daemon: Daemon) -> None:
    host = make(src, daemon, PINS)
    shell("git branch -q old; git commit -q --allow-empty -m more; git tag -am v6.2 v6.2", host)
    shell("git worktree add -q ../elsewhere/old old", host)
    linked = src / "elsewhere" / "old"
    other = PINS.replace('host = "v6.1"\n', "").replace("v6.2", "v6.1")
    (linked / "subprojects.toml").write_text(manifest(daemon.url, other))
    shell("git commit -qam other; git switch -q --detach HEAD~", linked)
    ended(host)
    assert head(src / "tool") == head(src / "tool", "v1^{}")
    shell("git switch -q old", linked)
    ended(host, 2)
    assert f" {linked}\n" in log(host)
    assert head(src / "tool") == head(src / "tool", "v2^{}")


def test_a_pull_returns_though_an_upstream_hangs(host: Path, src: Path, daemon: Daemon) -> None:
    grow(src / "upstream", "linux")
    with Proxy(daemon.url, limit=0, then="hang") as proxy:
        shell(
            f"git config remote.origin.url {proxy.url}/tool.git; git config subprojects.url {proxy.url}", src / "tool"
        )
        (host / "subprojects.local.toml").write_text(f'project.tool.url = "{proxy.url}/tool.git"\n')
        pulled = run("git", "pull", "-q", cwd=host)
        assert (pulled.code, pulled.err) == (0, "")
        until(proxy.failed.is_set)
        assert last(host) == "-"
        told = inside("subprojects", "follow", "--status", cwd=host)
        assert "\nan update is running\nlog: " in told.out
        state = json.loads(inside("subprojects", "follow", "--status", "--json", cwd=host).out)
        assert state["running"]
        assert state["last"]["status"] is None
        assert "background" not in inside("subprojects", "status", cwd=host).err, "it may yet do all"
    ended(host)
    assert last(host) == "1"


def test_what_was_left_undone_is_said_until_it_was_seen(host: Path, daemon: Daemon, command: Command) -> None:
    grow_both(host, daemon)
    (host.parent / "tool" / "a").write_text("mine\n")
    shell("git pull -q", host)
    ended(host)
    said = f"warning: the update in the background left something undone: see {host}/.git/subprojects/follow.log\n"
    assert "tool: not updated: 1 changed file, and 1 commit to get" in log(host)
    assert said in command("subprojects", "status", cwd=host).err
    assert said in command("subprojects", "status", cwd=host.parent / "tool").err
    grow_both(host, daemon)
    assert run("git", "pull", "-q", cwd=host).err == said
    ended(host, 2)
    assert "left something" in command("subprojects", "follow", "--status", cwd=host).out
    assert command("subprojects", "update", "--dry-run", cwd=host).code == 1
    assert said in command("subprojects", "status", cwd=host).err
    assert command("subprojects", "update", cwd=host).code == 1
    assert said not in command("subprojects", "status", cwd=host).err
    shell("git checkout -q a", host.parent / "tool")
    grow_both(host, daemon)
    assert run("git", "pull", "-q", cwd=host).err == ""
    ended(host, 3)
    assert last(host) == "0"
    assert "did all" in command("subprojects", "follow", "--status", cwd=host).out


def test_an_update_that_was_killed_is_said(host: Path, command: Command) -> None:
    folder = host / ".git" / "subprojects"
    folder.mkdir()
    (folder / "follow.last").write_text("2026-01-02T03:04:05+00:00 -\n")
    said = command("subprojects", "status", cwd=host).err
    assert "the update in the background did not come to its end: see" in said


def test_two_updates_never_meet(host: Path, daemon: Daemon, tmp_path: Path) -> None:
    grow(daemon.base, "tool")
    folder = host / ".git" / "subprojects"
    folder.mkdir()
    before = head(host.parent / "tool")
    with (folder / "follow.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shell("git-subprojects follow --hook; git-subprojects follow --hook", host)
        assert run("git", "subprojects", "follow", "--run", cwd=host).code == 0, "it leaves it to who has the lock"
        said = host / "said"
        with (
            said.open("w") as stream,
            subprocess.Popen(["git", "subprojects", "update"], cwd=host, stderr=stream) as it,
        ):
            until(lambda: said.read_text() == "waiting for the update in the background\n")
            assert head(host.parent / "tool") == before
            fcntl.flock(lock, fcntl.LOCK_UN)
            assert it.wait() == 0
    assert head(host.parent / "tool") != before
    assert rounds(host) == 0
    ended_ = run("git", "subprojects", "follow", "--run", cwd=host)
    assert ended_.code == 0
    assert ended_.err.count("== 2") == 1, "what was wanted twice is done once"
    assert not (folder / "follow.wanted").exists()


def test_who_waits_for_the_other_update_can_be_interrupted(host: Path) -> None:
    folder = host / ".git" / "subprojects"
    folder.mkdir()
    with (folder / "follow.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with subprocess.Popen(UPDATE, cwd=host, stderr=subprocess.PIPE) as it:
            assert it.stderr is not None
            assert it.stderr.readline() == b"waiting for the update in the background\n"
            for pid in [it.pid, *children(it.pid)]:
                os.kill(pid, signal.SIGINT)
            assert it.wait(60) in (130, -signal.SIGINT)


def test_the_terminal_may_end(host: Path, src: Path, daemon: Daemon) -> None:
    grow_both(host, daemon)
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(host)
        os.execvp("sh", ["sh", "-c", "git pull -q; echo pulled; exec sleep 600"])  # noqa: S606
    said = b""
    while b"pulled" not in said:
        said += os.read(terminal, 4096)
    os.close(terminal)
    os.kill(pid, signal.SIGHUP)
    os.waitpid(pid, 0)
    ended(host)
    assert last(host) == "0"
    assert head(src / "tool") == head(daemon.base / "tool.git", "master")


def test_nothing_of_the_hooks_environment_is_passed_on(host: Path, src: Path, daemon: Daemon) -> None:
    grow_both(host, daemon)
    (src / "tool/.git/hooks").mkdir(exist_ok=True)
    shell(
        "printf '#!/bin/sh\\nenv >../env\\nls -l /proc/self/fd >../fds\\n' >.git/hooks/post-merge",
        src / "tool",
    )
    (src / "tool/.git/hooks/post-merge").chmod(0o755)
    ours = {"GIT_DIR": ".git", "GIT_WORK_TREE": ".", "GIT_INDEX_FILE": ".git/index", "GIT_ASKPASS": "mine"}
    ended_ = run("git", "pull", "-q", cwd=host, **ours, SSH_ASKPASS="mine", GIT_TERMINAL_PROMPT="1")
    assert ended_.code == 0, ended_.err
    ended(host)
    found = dict(line.split("=", 1) for line in (src / "env").read_text().splitlines() if "=" in line)
    assert found["GIT_ASKPASS"] == ""
    assert found["SSH_ASKPASS"] == "false"
    assert found["GIT_TERMINAL_PROMPT"] == "0"
    assert found.get("GIT_REFLOG_ACTION", "merge").startswith("merge")
    about = {key for key in found if key.startswith("GIT_") and str(host) in found[key]}
    assert about <= {"GIT_CEILING_DIRECTORIES"}
    assert head(host, "@{0}") == head(src / "upstream" / "linux.git", "master")


def test_git_pull_closes_its_streams(host: Path, daemon: Daemon, src: Path) -> None:
    grow(src / "upstream", "linux")
    with Proxy(daemon.url, limit=0, then="hang") as proxy:
        shell(f"git config remote.origin.url {proxy.url}/tool.git", src / "tool")
        assert shell("git pull 2>&1 3>&1 | cat", host) != ""
        until(proxy.failed.is_set)
        assert last(host) == "-", "the update is still waiting"
    ended(host)


def test_without_the_program_the_hooks_are_silent(host: Path, daemon: Daemon) -> None:
    grow_both(host, daemon)
    pulled = run("git", "pull", "-q", cwd=host, PATH="/usr/bin:/bin")
    assert (pulled.code, pulled.out, pulled.err) == (0, "", "")
    assert not (host / ".git" / "subprojects").exists()


def test_without_the_setting_a_hook_does_nothing(host: Path, daemon: Daemon) -> None:
    shell("git config --unset subprojects.follow; git-subprojects follow --hook", host)
    assert not (host / ".git" / "subprojects").exists()


def test_the_log_keeps_what_is_newest(host: Path) -> None:
    folder = host / ".git" / "subprojects"
    folder.mkdir()
    (folder / "follow.log").write_text("".join(f"line {number}\n" for number in range(20_000)))
    shell("git-subprojects follow --hook", host)
    ended(host)
    quiet(host)
    kept = log(host)
    assert 60_000 < len(kept) <= 65_536
    assert kept.startswith("line ")
    assert kept.endswith("nothing new in 1 project\n")


def test_a_work_tree_that_is_gone_is_left(host: Path) -> None:
    folder = host / ".git" / "subprojects"
    folder.mkdir()
    shell("git init -q ../stranger", host)
    (folder / "follow.wanted").write_text(f"{host}/gone\n{host.parent}/stranger\n")
    ended_ = run("git", "subprojects", "follow", "--run", cwd=host)
    assert ended_.code == 0
    assert ended_.err.count("skipped: no longer a work tree of this repository") == 2


def test_a_broken_manifest_is_told_in_the_log(host: Path, command: Command) -> None:
    (host / "subprojects.toml").write_text("schema = 1\nproject = 3\n")
    shell("git-subprojects follow --hook", host)
    ended(host)
    assert last(host) == "128"
    assert "subprojects.toml has 1 problem" in log(host)


def test_status_and_off(host: Path, src: Path, command: Command) -> None:
    told = command("subprojects", "follow", "--status", cwd=src / "tool")
    assert (told.code, told.out, told.err) == (0, f"on, by the hooks in {host}/.git/hooks\n", "")
    assert json.loads(command("subprojects", "follow", "--status", "--json", cwd=host).out) == {
        "version": 1,
        "follows": True,
        "folder": f"{host}/.git/hooks",
        "hooks": {"post-merge": "on", "post-rewrite": "on", "post-checkout": "on"},
        "running": False,
        "last": None,
        "log": f"{host}/.git/subprojects/follow.log",
    }
    (host / ".git/hooks/post-merge").unlink()
    told = command("subprojects", "follow", "--status", cwd=host)
    assert told.code == 1
    assert "missing, or changed since they were written: post-merge; again: git subprojects follow" in told.err
    assert command("subprojects", "follow", cwd=host).code == 0
    assert command("subprojects", "follow", "--status", cwd=host).code == 0
    shell("git-subprojects follow --hook", host)
    ended(host)
    quiet(host)
    off = command("subprojects", "follow", "--off", cwd=host)
    assert (off.code, off.err) == (0, "git pull here no longer updates the clones\n")
    assert not (host / ".git" / "subprojects").exists()
    told = command("subprojects", "follow", "--status", cwd=host)
    assert (told.code, told.out) == (0, "off\n")
    assert command("subprojects", "follow", "--off", cwd=host).code == 0
    assert shell("git config --get-all subprojects.follow || true", host) == ""


def test_off_while_an_update_runs(host: Path, src: Path, daemon: Daemon) -> None:
    with Proxy(daemon.url, limit=0, then="hang") as proxy:
        shell(f"git config remote.origin.url {proxy.url}/tool.git", src / "tool")
        shell("git-subprojects follow --hook", host)
        until(proxy.failed.is_set)
        off = run("git", "subprojects", "follow", "--off", cwd=host)
        assert off.code == 0
        assert off.err.startswith("an update is running, and will be finished: ")
    ended(host)


def test_a_bare_host(src: Path, host: Path, command: Command) -> None:
    shell("git clone -q --bare linux bare.git", src)
    told = command("subprojects", "follow", cwd=src / "bare.git")
    assert told.code == 128
    assert "bare.git is bare: nothing is pulled there" in told.err


def test_one_action_at_a_time(host: Path, command: Command) -> None:
    assert command("subprojects", "follow", "--off", "--status", cwd=host).code == 129


def test_no_process_is_left(host: Path) -> None:
    shell("git-subprojects follow --hook", host)
    ended(host)
    quiet(host)
    name = str(host)
    pids = {int(pid) for pid in os.listdir("/proc") if pid.isdigit() and _cwd(pid) == name}
    until(lambda: not alive(pids - {os.getpid()}))


def _cwd(pid: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return ""
