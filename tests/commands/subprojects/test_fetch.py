"""What ``update`` and ``status --fetch`` take from a remote or a mirror, and what they say of it."""

import os
import shutil
from pathlib import Path

import pexpect
import pytest

from tests.support.commands import Command, Result, config, shell
from tests.support.daemon import Daemon
from tests.support.http_server import http_serving
from tests.support.repositories import make_host, push
from tests.support.repositories import upstream as make_upstream

pytestmark = pytest.mark.slow

HISTORY = """
echo 1 > a; git add .; git commit -qm one; git tag v1; git tag -am v2 v2
git switch -qc topic; git commit -q --allow-empty -m topic; git switch -q master
git commit -q --allow-empty -m two
"""


@pytest.fixture
def base(daemon: Daemon) -> Path:
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    make_upstream(daemon.base, "tool", HISTORY)
    return daemon.base


def host_with(src: Path, keys: str) -> Path:
    return make_host(src, f'schema = 1\n[host]\nversions = "v[0-9]*"\n[project.tool]\n{keys}\n')


def says(top: Path, keys: str) -> None:
    (top / "subprojects.toml").write_text(f'schema = 1\n[host]\nversions = "v[0-9]*"\n[project.tool]\n{keys}\n')


def git(top: Path, words: str) -> str:
    return shell(f"git {words}", top).strip()


class Workspace:
    """A host with one sibling, ``tool``."""

    def __init__(self, command: Command, src: Path, keys: str) -> None:
        self._command = command
        self.top = host_with(src, keys)
        self.tool = src / "tool"
        assert command("clone-project", "tool", cwd=self.top).code == 0

    def run(self, *words: str) -> Result:
        return self._command("subprojects", *words, cwd=self.top)


# A mirror that is behind, or has something else.


@pytest.fixture
def mirrored(base: Path, daemon: Daemon, src: Path, command: Command) -> Workspace:
    """Return a workspace whose tool is served by its mirror from now on, which has what the tool had first."""
    shutil.copytree(base / "tool.git", base / "mirror.git")
    space = Workspace(command, src, f'url = "{daemon.url}/tool.git"\nmirrors = ["{daemon.url}/mirror.git"]')
    push(base, "tool", "git commit -q --allow-empty -m three; git commit -q --allow-empty -m four")
    push(base, "tool", "git switch -qc new master", "HEAD:new")
    assert space.run("update").code == 0
    (base / "tool.git").rename(base / "away.git")
    return space


def test_a_mirror_that_is_behind_takes_nothing_back(mirrored: Workspace, daemon: Daemon) -> None:
    before = git(mirrored.tool, "for-each-ref")
    for _ in range(2):
        ended = mirrored.run("update")
        assert ended.code == 0
        assert f"tool: the mirror {daemon.url}/mirror.git is behind: master by 2 commits\n" in ended.err
        assert git(mirrored.tool, "for-each-ref") == before
    assert "ahead" not in mirrored.run("status").out
    assert "nobody else" not in mirrored.run("freeze").err


def test_what_a_mirror_has_more_is_taken(mirrored: Workspace, base: Path) -> None:
    (base / "mirror.git").rename(base / "old.git")
    shutil.copytree(base / "away.git", base / "mirror.git")
    push(base, "mirror", "git commit -q --allow-empty -m five")
    ended = mirrored.run("update")
    assert ended.code == 0
    assert "is behind" not in ended.err
    assert git(mirrored.tool, "log -1 --format=%s") == "five"
    assert git(mirrored.tool, "for-each-ref refs/subprojects") == ""


def test_another_history_of_a_mirror_is_not_taken(mirrored: Workspace, base: Path) -> None:
    push(base, "mirror", "git commit -q --allow-empty -m other")
    before = git(mirrored.tool, "rev-parse origin/master")
    ended = mirrored.run("update")
    assert "has another history, which is not taken: master" in ended.err
    assert git(mirrored.tool, "rev-parse origin/master") == before


def test_a_branch_that_a_mirror_lacks_is_not_gone(mirrored: Workspace) -> None:
    shell("git switch -q new", mirrored.tool)
    ended = mirrored.run("update")
    assert (ended.code, "gone" in ended.err) == (0, False)


# A tag that was moved.


@pytest.mark.parametrize("depth", ["", "depth = 1"])
@pytest.mark.parametrize("tag", ["v1", "v2", "refs/tags/v2"])
def test_a_moved_tag_is_told_of(base: Path, daemon: Daemon, src: Path, command: Command, depth: str, tag: str) -> None:
    keys = f'url = "{daemon.url}/tool.git"\n{depth}\n[[project.tool.pin]]\nrevision = "{tag}"'
    space = Workspace(command, src, keys)
    assert "moved" not in space.run("update").err
    before = git(space.tool, "rev-parse HEAD")
    name = tag.rpartition("/")[2]
    push(base, "tool", f"git tag -f {name} master 2>/dev/null")
    for words in (["update"], ["status", "--fetch"]):
        said = space.run(*words).err
        assert f"tool: the tag {name} was moved at origin; here it is what it was" in said
        assert git(space.tool, "rev-parse HEAD") == before
    shell(said.partition("hint: to take it: ")[2].splitlines()[0], space.top)
    assert "moved at origin" not in space.run("update").err
    assert git(space.tool, "rev-parse HEAD") == git(base / "tool.git", f"rev-parse {name}^{{commit}}")


def test_a_tag_that_is_gone_is_told_of(base: Path, daemon: Daemon, src: Path, command: Command) -> None:
    space = Workspace(command, src, f'url = "{daemon.url}/tool.git"\n[[project.tool.pin]]\nrevision = "v1"')
    git(base / "tool.git", "tag -d v1")
    ended = space.run("update")
    assert (ended.code, ended.err) == (
        0,
        "warning: tool: origin has no refs/tags/v1 any more\nnothing new in 1 project\n",
    )


# Branches that change their place or name.


@pytest.mark.parametrize(
    ("first", "then"),
    [("topic", "topic/one"), ("topic", "topic/one/two"), ("deep/topic/one", "deep/topic"), ("deep/a/b", "deep")],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_branch_where_a_folder_was(
    base: Path, daemon: Daemon, src: Path, command: Command, first: str, then: str, packed: bool
) -> None:
    served = base / "tool.git"
    git(served, "branch -D topic")
    git(served, f"branch {first} master")
    space = Workspace(command, src, f'url = "{daemon.url}/tool.git"')
    if packed:
        git(space.tool, "pack-refs --all")
    git(served, f"branch -D {first}")
    git(served, f"branch {then} master")
    push(base, "tool", "git commit -q --allow-empty -m three")
    ended = space.run("update")
    assert ended.code == 0
    assert f"tool: removed origin/{first}" in ended.err
    assert git(space.tool, f"rev-parse origin/{then}")
    assert git(space.tool, "log -1 --format=%s") == "three"


@pytest.mark.parametrize("keys", ["", "depth = 1", "depth = 5", 'filter = "blob:none"'])
def test_the_default_branch_is_renamed(base: Path, daemon: Daemon, src: Path, command: Command, keys: str) -> None:
    git(base / "tool.git", "config uploadpack.allowFilter true")
    space = Workspace(command, src, f'url = "{daemon.url}/tool.git"\n{keys}')
    git(base / "tool.git", "branch -m master trunk")
    push(base, "tool", "git commit -q --allow-empty -m renamed", "HEAD:trunk")
    ended = space.run("update")
    assert ended.code == 0, ended.err
    assert git(space.tool, "branch --show-current") == "trunk"
    assert git(space.tool, "log -1 --format=%s") == "renamed"
    push(base, "tool", "git commit -q --allow-empty -m more", "HEAD:trunk")
    assert "brought trunk by 1 commit" in space.run("update").err
    if keys == "depth = 1":
        assert git(space.tool, "rev-parse --is-shallow-repository") == "true"


# A commit that no server gives by its id.


@pytest.mark.parametrize("keys", ["", "depth = 1"])
@pytest.mark.parametrize("where", ["v1", "topic", "master~1"])
def test_a_server_that_gives_no_ids(
    base: Path, daemon: Daemon, src: Path, command: Command, keys: str, where: str
) -> None:
    config("protocol.version", "0")
    commit = git(base / "tool.git", f"rev-parse {where}")
    keys = f'url = "{daemon.url}/tool.git"\n{keys}\n'
    space = Workspace(command, src, f'{keys}[[project.tool.pin]]\nrevision = "{commit}"')
    assert git(space.tool, "rev-parse HEAD") == commit
    other = git(base / "tool.git", "rev-parse master")
    says(space.top, f'{keys}[[project.tool.pin]]\nrevision = "{other}"')
    assert space.run("update").code == 0
    assert git(space.tool, "rev-parse HEAD") == other


# Passwords, and no network.


def test_a_password_is_asked_for(src: Path, base: Path, command: Command) -> None:
    with http_serving(base) as http:
        top = host_with(src, f'url = "{http.locked}/tool.git"')
        asking = {key: value for key, value in os.environ.items() if "ASKPASS" not in key and "PROMPT" not in key}
        for words, said in (
            ("git clone-project -q tool", "tool"),
            ("git subprojects update", "nothing new in 1 project"),
            ("git subprojects status --fetch", "on master"),
            ("git subprojects check --online", "no problems"),
        ):
            child = pexpect.spawn("sh", ["-c", words], cwd=str(top), encoding="utf-8", timeout=30, env=asking)
            child.expect("(?<!read )Username for '[^']*': ")
            child.sendline("user")
            child.expect("Password for")
            child.sendline("word")
            child.expect(pexpect.EOF)
            child.close()
            assert child.exitstatus == 0, child.before
            assert said in (child.before or "") or said == "tool"
        for words in ("update", "check --online"):
            ended = command("subprojects", *words.split(), cwd=top)
            assert (ended.code, "terminal prompts disabled" in ended.out + ended.err) == (1, True)


def test_all_of_a_project_is_asked_for_at_once(src: Path, base: Path, command: Command) -> None:
    with http_serving(base) as http:
        keys = f'url = "{http.url}/tool.git"\nbranch = "master"\n'
        top = host_with(src, keys)
        http.times.clear()
        assert command("subprojects", "check", "--online", cwd=top).code == 0
        number = len(http.times)
        says(top, f'{keys}pin = [{{ revision = "v1" }}, {{ host = "v6.1", revision = "gone" }}]')
        http.times.clear()
        ended = command("subprojects", "check", "--online", cwd=top)
        assert len(http.times) == number
        assert ended.out.count(" has no ") == 1


def test_without_a_network_one_line_says_so(src: Path, base: Path, daemon: Daemon, command: Command) -> None:
    tables = [f'[project.p{n}]\nurl = "git://nowhere{n}.invalid/p"\n' for n in range(3)]
    top = make_host(src, "schema = 1\n" + "".join(tables))
    for n in range(3):
        shell(f"git clone -q {base}/tool.git p{n}", src)
        git(src / f"p{n}", f"remote set-url origin git://nowhere{n}.invalid/p")
    ended = command("subprojects", "update", cwd=top)
    assert ended.code == 1
    assert ended.err.count("error: ") == 1
    assert "error: no network: 3 projects not reached\n" in ended.err
    ended = command("subprojects", "-v", "status", "--fetch", cwd=top)
    assert "no network: 3 projects not reached" in ended.err


# Servers that have had too many requests.


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("verb", ["clone", "update"])
def test_a_server_is_left_alone_as_long_as_it_asks(
    src: Path, base: Path, command: Command, status: int, verb: str
) -> None:
    config("subprojects.retries", "1")
    with http_serving(base) as http:
        top = host_with(src, f'url = "{http.url}/tool.git"')
        if verb == "update":
            assert command("clone-project", "tool", cwd=top).code == 0
        http.status, http.headers, http.failures = status, {"Retry-After": "2"}, 1
        http.times.clear()
        words = ["clone-project", "tool"] if verb == "clone" else ["subprojects", "update"]
        ended = command(*words, cwd=top)
        assert ended.code == 0, ended.err
        assert http.times[1] - http.times[0] >= 2
        assert "trying again in 2 s" in ended.err


def test_after_that_one_at_a_time(src: Path, base: Path, command: Command) -> None:
    config("subprojects.retries", "3")
    names = [f"p{n}" for n in range(6)]
    for name in names:
        shutil.copytree(base / "tool.git", base / f"{name}.git")
    with http_serving(base) as http:
        tables = [f'[project.{name}]\nurl = "{http.url}/{name}.git"\n' for name in names]
        top = make_host(src, "schema = 1\n" + "".join(tables))
        http.headers, http.failures = {"Retry-After": "1"}, 4
        assert command("clone-project", "--all", "-j4", cwd=top).code == 0
        assert http.most == 1


def test_who_has_to_wait_too_long_is_told(src: Path, base: Path, command: Command) -> None:
    config("subprojects.retries", "1")
    with http_serving(base) as http:
        top = host_with(src, f'url = "{http.url}/tool.git"')
        http.headers, http.failures = {"Retry-After": "86400"}, 9
        ended = command("clone-project", "tool", cwd=top)
        assert ended.code == 1
        assert (
            "the server has had too many requests, and asks to wait 86400 s: try again later, or with -j1" in ended.err
        )
        assert len(http.times) == 1


# ssh says why.


@pytest.fixture
def ssh(tmp_path: Path) -> Path:
    """Return a program that fails as ssh does; its words are in a file beside it."""
    program = tmp_path / "ssh"
    program.write_text('#!/bin/sh\ncat "$0.words" >&2\nexit 255\n')
    program.chmod(0o755)
    config("core.sshCommand", str(program))
    config("ssh.variant", "simple")
    return program


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("Host key verification failed.", "the server's key is not known here"),
        ("git@a.example: Permission denied (publickey).", "does the server know your key?"),
        ("ssh: connect to host a.example port 22: Connection refused", "is the network there?"),
        ("kex_exchange_identification: Connection closed by remote host", "is the network there?"),
    ],
)
def test_the_reason_of_ssh_is_shown(src: Path, base: Path, command: Command, ssh: Path, words: str, hint: str) -> None:
    ssh.with_suffix(".words").write_text(f"{words}\n")
    top = host_with(src, 'url = "ssh://git@a.example/tool.git"')
    ended = command("clone-project", "tool", cwd=top)
    assert (ended.code, f"error: tool: {words}\nhint: {hint}" in ended.err) == (1, True), ended.err
    assert "Could not read from remote repository" not in ended.err


def test_add_lets_git_ask_for_a_password(src: Path, base: Path) -> None:
    top = make_host(src, "schema = 1\n")
    asking = {key: value for key, value in os.environ.items() if "ASKPASS" not in key and "PROMPT" not in key}
    with http_serving(base) as http:
        words = f"git subprojects add -y {http.locked}/tool.git"
        child = pexpect.spawn("sh", ["-c", words], cwd=str(top), encoding="utf-8", timeout=30, env=asking)
        child.expect("(?<!read )Username for '[^']*': ")
        child.sendline("user")
        child.expect("Password for")
        child.sendline("word")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0, child.before
    assert "[project.tool]" in (top / "subprojects.toml").read_text()
