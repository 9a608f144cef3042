"""``git subprojects update``: siblings are brought to what is new, and nothing of the user's is lost."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Command, Result, config, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, sibling
from tests.support.repositories import upstream as make_upstream

pytestmark = pytest.mark.slow

HISTORY = """
echo 1 > a; git add .; git commit -qm one; git tag v1
echo 2 > a; git commit -qam two; git tag v2
"""

MORE = "echo 3 > a; echo new > b; git add .; git commit -qm three"


@pytest.fixture
def upstream(daemon: Daemon) -> Path:
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    make_upstream(daemon.base, "tool", HISTORY)
    shell("git clone -q tool.git work", daemon.base)
    return daemon.base / "work"


def manifest(daemon: Daemon, more: str = "") -> str:
    head = 'schema = 1\n[host]\nname = "linux"\nversions = "v[0-9]*"\n'
    return f'{head}[project.tool]\nurl = "{daemon.url}/tool.git"\n{more}'


@pytest.fixture
def tool(src: Path, daemon: Daemon, upstream: Path) -> Path:
    """Return a sibling whose upstream has gone on by a commit since it was cloned."""
    top = make_host(src, manifest(daemon))
    sibling(top, f"{daemon.url}/tool.git")
    push(upstream, MORE)
    return src / "tool"


def push(work: Path, script: str) -> None:
    shell(f"{script}; git push -q --force --tags origin HEAD:master", work)


def update(tool: Path, command: Command, *words: str) -> Result:
    return command("subprojects", "update", *words, cwd=tool.parent / "linux")


def head(top: Path, name: str = "HEAD") -> str:
    return shell(f"git rev-parse {name}", top).strip()


def test_a_branch_is_brought_to_its_upstream(tool: Path, upstream: Path, command: Command) -> None:
    ended = update(tool, command)
    assert (ended.code, ended.out, ended.err) == (0, "", "tool: brought master by 1 commit to origin/master\n")
    assert head(tool) == head(upstream)
    assert (tool / "b").read_text() == "new\n"
    ended = update(tool, command)
    assert (ended.code, ended.err) == (0, "nothing new in 1 project\n")


def test_what_is_untracked_and_stashed_is_no_hindrance(tool: Path, upstream: Path, command: Command) -> None:
    shell("echo mine > c; echo 9 > a; git stash -q", tool)
    assert update(tool, command).code == 0
    assert head(tool) == head(upstream)
    assert shell("git stash list | wc -l; cat c", tool).split() == ["1", "mine"]


def refused(tool: Path, command: Command) -> str:
    """Update, which must refuse and change nothing that is checked out; return what is said."""
    before = (head(tool), shell("git status --porcelain; git diff; git stash list", tool))
    ended = update(tool, command)
    assert ended.code == 1
    assert (head(tool), shell("git status --porcelain; git diff; git stash list", tool)) == before
    return ended.err


def test_changed_files_are_left_alone(tool: Path, command: Command) -> None:
    shell("echo mine > a", tool)
    said = refused(tool, command)
    assert said == (
        "warning: tool: not updated: 1 changed file, and 1 commit to get\n"
        f"hint: git -C {tool} stash; git -C {tool} merge --ff-only; git -C {tool} stash pop\n"
    )
    assert refused(tool, command) == said


def test_commits_of_ones_own_are_not_merged(tool: Path, upstream: Path, command: Command) -> None:
    shell("echo mine > c; git add .; git commit -qm mine", tool)
    said = refused(tool, command)
    assert "warning: tool: not updated: master has 1 commit of its own, and origin/master 1 commit more\n" in said
    hint = said.splitlines()[-1].removeprefix("hint: ")
    shell(hint, tool)
    assert update(tool, command).code == 0
    assert head(tool, "HEAD^") == head(upstream)


def test_commits_that_wait_to_be_pushed_are_no_failure(tool: Path, upstream: Path, command: Command) -> None:
    assert update(tool, command).code == 0
    shell("git commit -q --allow-empty -m mine", tool)
    mine = head(tool)
    assert update(tool, command).code == 0
    assert head(tool) == mine


def test_a_file_that_would_be_overwritten_stops_it(tool: Path, command: Command) -> None:
    (tool / "b").write_text("mine")
    said = refused(tool, command)
    assert "error: tool: The following untracked working tree files would be overwritten by merge:" in said
    assert (tool / "b").read_text() == "mine"


def test_a_rewritten_upstream_loses_nothing(tool: Path, upstream: Path, command: Command) -> None:
    assert update(tool, command).code == 0
    push(upstream, "git reset -q --hard HEAD~1; git commit -q --allow-empty -m rewritten")
    said = refused(tool, command)
    assert "not updated: origin/master was rewritten, and master is what it was before\n" in said
    shell("git commit -q --allow-empty -m mine", tool)
    said = refused(tool, command)
    assert "not updated: origin/master was rewritten, and master has 1 commit of its own\n" in said
    shell(said.splitlines()[-1].removeprefix("hint: "), tool)
    assert shell("git log --format=%s -2", tool).split() == ["mine", "rewritten"]
    assert update(tool, command).code == 0


def test_after_an_upstream_was_rewritten_the_hint_leads_there(tool: Path, upstream: Path, command: Command) -> None:
    assert update(tool, command).code == 0
    push(upstream, "git reset -q --hard HEAD~1; git commit -q --allow-empty -m rewritten")
    shell(refused(tool, command).splitlines()[-1].removeprefix("hint: "), tool)
    assert head(tool) == head(upstream)


def test_a_topic_is_left_where_it_is(tool: Path, command: Command) -> None:
    shell("git switch -qc topic", tool)
    before = head(tool)
    ended = update(tool, command)
    assert (ended.code, ended.err) == (0, "tool: left on topic, which follows no branch\n")
    assert head(tool) == before
    assert head(tool, "origin/master") != before, "but what is new is there"


def test_a_detached_head_of_the_users_is_left(tool: Path, command: Command) -> None:
    shell("git checkout -q --detach HEAD~1; git commit -q --allow-empty -m mine", tool)
    before = head(tool)
    ended = update(tool, command)
    assert ended.code == 0
    assert f"tool: left detached at {before[:12]}, which is no pin of the manifest\n" in ended.err
    assert head(tool) == before


def test_a_rebase_is_not_disturbed(tool: Path, command: Command) -> None:
    shell(
        "git fetch -q; echo mine > a; git commit -qam mine; git rebase -q origin/master >/dev/null 2>&1 || true", tool
    )
    assert "not updated: rebase in progress" in refused(tool, command)


def test_an_upstream_branch_that_is_gone(tool: Path, command: Command) -> None:
    shell("git branch -q -u origin/master; git config branch.master.merge refs/heads/gone", tool)
    assert "not updated: its upstream origin/gone is gone" in refused(tool, command)


def pins(daemon: Daemon, host: Path, text: str) -> None:
    (host / "subprojects.toml").write_text(manifest(daemon, text))


PIN = '[[project.tool.pin]]\nhost = "{}"\nrevision = "{}"\n'


def test_a_pin_that_the_manifest_moves_is_followed(src: Path, daemon: Daemon, upstream: Path, command: Command) -> None:
    top = make_host(src, manifest(daemon, PIN.format("v6.1", "v1")))
    shell("git clone-project -q tool", top)
    tool = src / "tool"
    ended = update(tool, command)
    assert (ended.code, ended.err) == (0, "nothing new in 1 project\n")
    pins(daemon, top, PIN.format("v6.0", "v1") + PIN.format("v6.1", "v2"))
    shell("git tag v6.0 v6.1^{}", top)
    assert "would move to v2, from v1" in update(tool, command, "--dry-run").err
    assert head(tool) == head(tool, "v1")
    ended = update(tool, command)
    assert (ended.code, ended.err) == (0, "tool: moved to v2, from v1\n")
    assert head(tool) == head(tool, "v2")
    assert run("git", "symbolic-ref", "-q", "HEAD", cwd=tool).code == 1


def test_a_host_that_has_gone_on_brings_back_the_branch(
    src: Path, daemon: Daemon, upstream: Path, command: Command
) -> None:
    text = PIN.format("v6.1", "v1") + '[[project.tool.pin]]\nhost = "v6.2"\n'
    top = make_host(src, manifest(daemon, text))
    shell("git clone-project -q tool", top)
    push(upstream, MORE)
    shell("git commit -q --allow-empty -m more; git tag -am v6.2 v6.2", top)
    shell("echo mine > c", src / "tool")
    ended = update(src / "tool", command)
    assert (ended.code, ended.err) == (0, "tool: switched to master, from v1\n")
    assert head(src / "tool") == head(upstream)
    assert shell("git symbolic-ref --short HEAD; cat c", src / "tool").split() == ["master", "mine"]


def test_changes_keep_a_pin_where_it_is(src: Path, daemon: Daemon, upstream: Path, command: Command) -> None:
    top = make_host(src, manifest(daemon, PIN.format("v6.1", "v1")))
    shell("git clone-project -q tool", top)
    shell("git tag v6.0 v6.1^{}", top)
    pins(daemon, top, PIN.format("v6.0", "v1") + PIN.format("v6.1", "v2"))
    (src / "tool" / "a").write_text("mine")
    assert "not updated: 1 changed file, and v2 is pinned" in refused(src / "tool", command)


def test_a_pin_that_is_not_there_is_said(src: Path, daemon: Daemon, upstream: Path, command: Command) -> None:
    top = make_host(src, manifest(daemon, PIN.format("v6.1", "v1")))
    shell("git clone-project -q tool; git tag v6.0 v6.1^{}", top)
    pins(daemon, top, PIN.format("v6.0", "v1") + PIN.format("v6.1", "v9"))
    assert "not updated: there is no v9 here" in refused(src / "tool", command)


def test_one_that_fails_does_not_stop_the_others(
    src: Path, daemon: Daemon, tool: Path, upstream: Path, command: Command
) -> None:
    make_upstream(daemon.base, "other")
    more = f'[project.other]\nurl = "{daemon.url}/other.git"\n[project.absent]\nurl = "{daemon.url}/tool.git"\n'
    pins(daemon, src / "linux", more)
    shell("git clone-project -q other", src / "linux")
    shell("rm -rf other.git", daemon.base)
    ended = update(tool, command, "-j2")
    assert ended.code == 1
    assert "error: other: " in ended.err
    assert "tool: brought master by 1 commit to origin/master" in ended.err
    assert head(tool) == head(upstream)
    assert not (src / "absent").exists(), "only what is cloned is updated"
    ended = update(tool, command, "nobody")
    assert ended.code == 1
    assert ended.err.startswith("error: the manifest has no project 'nobody'")


def test_a_dry_run_does_nothing(tool: Path, command: Command) -> None:
    before = shell("git for-each-ref; git rev-parse HEAD", tool)
    ended = update(tool, command, "--dry-run")
    assert (ended.code, ended.err) == (0, "nothing new in 1 project\n"), "as far as is known without asking"
    shell("git fetch -q", tool)
    fetched = shell("git for-each-ref; git rev-parse HEAD", tool)
    assert fetched != before
    assert update(tool, command, "--dry-run").err == "tool: would bring master by 1 commit to origin/master\n"
    assert shell("git for-each-ref; git rev-parse HEAD", tool) == fetched


def test_json_tells_all(tool: Path, command: Command) -> None:
    ended = update(tool, command, "--json")
    assert json.loads(ended.out) == {
        "version": 1,
        "projects": [
            {
                "name": "tool",
                "path": str(tool),
                "action": "forward",
                "target": "origin/master",
                "why": "master by 1 commit",
                "error": None,
                "hint": None,
            }
        ],
    }


def test_nothing_cloned(src: Path, daemon: Daemon, command: Command) -> None:
    top = make_host(src, manifest(daemon))
    ended = command("subprojects", "update", cwd=top)
    assert (ended.code, ended.err) == (0, "no project is cloned; git subprojects list shows what there is\n")
