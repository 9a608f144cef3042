"""``git subprojects add``, ``adopt`` and ``remove``: the manifest is written to, and nothing is lost."""

import fcntl
import json
import os
import socket
import time
from pathlib import Path

import pexpect
import pytest
import tomli

from tests.support.commands import Command, config, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, sibling
from tests.support.repositories import upstream as make_upstream

pytestmark = pytest.mark.slow

MANIFEST = """# Ours
schema = 1
[host]
name = "linux"  # short

[project.lib]
url = "../lib"
"""

MAILS = r"""
mkdir -p scripts docs .github
printf 'List of maintainers\n\nTRACING\nM:\tA. U. Thor <a@example.org>\nL:\ttrace@example.org\nF:\t*\n' > MAINTAINERS
printf '[b4]\n\tsend-series-to = Tool <tool@lists.example.org>, bad address\n\tsend-prefixes = tool\n' > .b4-config
printf '\tlinkmask = https://lore.example.org/tool/%%s\n' >> .b4-config
printf '[gitpublishprofile "default"]\n\tcc = more@example.org\n' > .gitpublish
printf '\tto = tool@lists.example.org, "x@example.org; rm -rf /"\n' >> .gitpublish
echo 'Add a Signed-off-by line.' > CONTRIBUTING.md
echo '#!/usr/bin/perl' > scripts/checkpatch.pl
echo '* @owner' > .github/CODEOWNERS
git add .; git commit -qm one
"""


@pytest.fixture
def linux(src: Path, daemon: Daemon) -> Path:
    config("subprojects.retries", "0")
    top = make_host(src, None)
    (top / "subprojects.toml").write_text(MANIFEST)
    return top


def text(linux: Path) -> str:
    return (linux / "subprojects.toml").read_text()


def test_a_project_is_added_with_what_its_tree_tells(linux: Path, daemon: Daemon, command: Command) -> None:
    make_upstream(daemon.base, "tool", MAILS)
    words = ("--yes", "--description", "A tool", "--group", "trace")
    ended = command("subprojects", "add", *words, f"{daemon.url}/tool.git", cwd=linux)
    assert ended.code == 0, ended.err
    new = f"""
[project.tool]
url = "{daemon.url}/tool.git"
description = "A tool"
groups = ["trace"]

[project.tool.venue]
guide = "CONTRIBUTING.md"
prefix = "PATCH tool"
sign-off = true
check = [["scripts/checkpatch.pl", "--terse", "{{patch}}"]]
archive = "https://lore.example.org/tool/"

[project.tool.route]
to = ["Tool <tool@lists.example.org>"]
cc = ["more@example.org"]
maintainers = "MAINTAINERS"
codeowners = ".github/CODEOWNERS"
"""
    assert text(linux) == MANIFEST + new
    assert ended.err == (
        f"tool: its default branch is master\n{new.strip()}\n"
        "tool: added to subprojects.toml; git clone-project tool clones it\n"
    )
    assert command("clone-project", "tool", cwd=linux).code == 0


@pytest.mark.parametrize(
    ("script", "url", "venue"),
    [
        ("touch .gitreview", "x.git", {"kind": "gerrit"}),
        ("touch .gitlab-ci.yml HACKING", "x.git", {"kind": "gitlab", "guide": "HACKING"}),
        ("echo use git send-email > CONTRIBUTING", "x", {"guide": "CONTRIBUTING"}),
        ("touch a; echo '[' > .b4-config", "x.git", {}),
    ],
)
def test_other_kinds_of_projects(
    linux: Path, daemon: Daemon, command: Command, script: str, url: str, venue: dict[str, str]
) -> None:
    make_upstream(daemon.base, "x", f"{script}; git add .; git commit -qm one")
    ended = command("subprojects", "add", "--json", "--yes", "--name", "tool", f"{daemon.url}/{url}", cwd=linux)
    assert ended.code == 0, ended.err
    project = {"url": f"{daemon.url}/{url}", **({"venue": venue} if venue else {})}
    assert json.loads(ended.out) == {"version": 1, "name": "tool", "project": project, "added": True}
    assert tomli.loads(text(linux))["project"]["tool"] == project


def test_github_is_known_by_its_url(linux: Path, daemon: Daemon, command: Command) -> None:
    make_upstream(daemon.base, "tool", MAILS.replace("L:", "X:").replace("send-series-to", "x").replace("to =", "x ="))
    config(f"url.{daemon.url}/.insteadOf", "https://github.com/example/")
    ended = command("subprojects", "add", "--yes", "https://github.com/example/tool", cwd=linux)
    assert ended.code == 0, ended.err
    project = tomli.loads(text(linux))["project"]["tool"]
    assert project["venue"]["kind"] == "github"
    assert project["route"] == {"maintainers": "MAINTAINERS", "codeowners": ".github/CODEOWNERS"}


@pytest.mark.parametrize("answer", ["y", "n"])
def test_it_is_shown_and_asked_for(linux: Path, daemon: Daemon, answer: str) -> None:
    make_upstream(daemon.base, "tool")
    child = pexpect.spawn(
        "git", ["subprojects", "add", f"{daemon.url}/tool.git"], cwd=str(linux), encoding="utf-8", timeout=60,
        env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    child.expect(r"\[project.tool\]")
    child.expect(r"Add this to subprojects.toml\? \[y/N\] ")
    assert text(linux) == MANIFEST, "nothing is written before"
    child.sendline(answer)
    child.read()
    child.close()
    assert child.exitstatus == (0 if answer == "y" else 1)
    assert (text(linux) != MANIFEST) is (answer == "y")


def test_where_nobody_can_be_asked_nothing_is_written(linux: Path, daemon: Daemon, command: Command) -> None:
    make_upstream(daemon.base, "tool")
    ended = command("subprojects", "add", f"{daemon.url}/tool.git", cwd=linux)
    assert ended.code == 1
    assert ended.err.endswith("error: nothing is written, for nobody can be asked here\nhint: --yes writes it\n")
    assert text(linux) == MANIFEST


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--upload-pack=x", "../x"], 129, "unknown option '--upload-pack=x'"),
        (["https://user:secret@example.org/x"], 129, "without credentials"),
        (["ext::sh -c true"], 129, "a URL without white space"),
        (["git://127.0.0.1:1/nothing.git"], 128, "is the network there?"),
        (["--name", "host/x", "../x"], 129, "expected a name of letters"),
        (["--name", "lib", "../x"], 128, "the manifest has a project 'lib' already"),
        (["../nothing"], 128, "does not exist"),
        (["../empty"], 128, "HEAD"),
    ],
)
def test_what_cannot_be_added(linux: Path, command: Command, words: list[str], code: int, said: str) -> None:
    shell("git init -q --bare empty", linux.parent)
    ended = command("subprojects", "add", "--yes", *words, cwd=linux)
    assert ended.code == code, ended.err
    assert said in ended.err
    assert "secret" not in ended.err
    assert text(linux) == MANIFEST


def test_a_directory_that_will_not_do_is_refused_before(linux: Path, daemon: Daemon, command: Command) -> None:
    make_upstream(daemon.base, "tool")
    ended = command("subprojects", "add", "--yes", "--directory", "Lib", f"{daemon.url}/tool.git", cwd=linux)
    assert ended.code == 128
    assert "expected a folder of its own, found that of project 'lib'" in ended.err
    assert text(linux) == MANIFEST


def test_a_manifest_that_is_no_file_is_not_written(src: Path, daemon: Daemon, command: Command) -> None:
    top = make_host(src, MANIFEST)
    for words in (["--manifest", "HEAD:subprojects.toml"], []):
        if not words:
            shell("git rm -q subprojects.toml; git commit -qm gone", top)
        ended = command("subprojects", "add", "--yes", *words, "../x", cwd=top)
        assert ended.code == 128
        assert "which cannot be written to\nhint: git subprojects init" in ended.err


def test_a_manifest_that_changes_meanwhile_is_left(linux: Path, daemon: Daemon) -> None:
    make_upstream(daemon.base, "tool")
    child = pexpect.spawn(
        "git", ["subprojects", "add", f"{daemon.url}/tool.git"], cwd=str(linux), encoding="utf-8", timeout=60,
        env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    child.expect(r"\[y/N\] ")
    (linux / "subprojects.toml").write_text(MANIFEST + "# mine\n")
    child.sendline("y")
    said = child.read()
    child.close()
    assert child.exitstatus == 128
    assert "was changed meanwhile, so nothing was written" in said
    assert text(linux) == MANIFEST + "# mine\n"
    assert not (linux / "subprojects.toml.lock").exists()


def test_another_run_that_writes_is_heeded(linux: Path, daemon: Daemon, command: Command) -> None:
    make_upstream(daemon.base, "tool")
    lock = linux / "subprojects.toml.lock"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ended = command("subprojects", "add", "--yes", f"{daemon.url}/tool.git", cwd=linux)
    assert ended.code == 128
    assert f"another run is writing {linux}/subprojects.toml\n" in ended.err
    assert text(linux) == MANIFEST
    assert lock.exists()


def test_a_clone_that_no_project_has_is_named_and_adopted(linux: Path, daemon: Daemon, command: Command) -> None:
    make_upstream(daemon.base, "tool", MAILS)
    clone = linux.parent / "deep" / "gadget"
    shell(f"git clone -q {daemon.url}/tool.git gadget; echo mine > gadget/new", clone.parent)
    before = shell("git for-each-ref; git status --porcelain", clone)
    ended = command("subprojects", "adopt", "--yes", "--json", "--name", "tool", clone, cwd=linux)
    assert ended.code == 0, ended.err
    assert json.loads(ended.out) == {"version": 1, "project": "tool", "path": str(clone)}
    project = tomli.loads(text(linux))["project"]["tool"]
    assert (project["url"], project["directory"]) == (f"{daemon.url}/tool.git", "deep/gadget")
    assert project["route"]["maintainers"] == "MAINTAINERS"
    assert "tool: adopted ../deep/gadget\n" in ended.err
    assert shell("git config subprojects.project; git config subprojects.host", clone).split() == [
        "tool",
        "../../linux",
    ]
    assert shell("git for-each-ref; git status --porcelain", clone) == before
    assert command("subprojects", "adopt", clone, cwd=linux).code == 0, "once more does no harm"


@pytest.mark.parametrize(
    ("script", "folder", "said"),
    [
        ("git init -q x", "../x", "it has no remote origin"),
        ("git init -q x; git -C x remote add origin /some/where", "../x", "its origin is /some/where"),
        ("mkdir x", "../x", "x is no git repository"),
        ("git init -q ../x", "../../x", "where siblings are"),
        ("true", ".", "the host itself"),
        ("git -C linux worktree add -q ../x", "../x", "is a linked work tree of"),
    ],
)
def test_what_cannot_be_adopted(linux: Path, command: Command, script: str, folder: str, said: str) -> None:
    shell(script, linux.parent)
    ended = command("subprojects", "adopt", "--yes", folder, cwd=linux)
    assert ended.code == 128
    assert said in ended.err
    assert text(linux) == MANIFEST


def test_one_that_is_not_agreed_to_is_not_adopted(linux: Path, daemon: Daemon, command: Command) -> None:
    make_upstream(daemon.base, "tool")
    shell(f"git clone -q {daemon.url}/tool.git", linux.parent)
    assert command("subprojects", "adopt", "../tool", cwd=linux).code == 1
    assert run("git", "config", "subprojects.project", cwd=linux.parent / "tool").code == 1


@pytest.fixture
def lib(linux: Path, daemon: Daemon) -> Path:
    """Return a clone of the project lib."""
    make_upstream(daemon.base, "lib")
    (linux / "subprojects.toml").write_text(MANIFEST.replace("../lib", f"{daemon.url}/lib.git"))
    return sibling(linux, f"{daemon.url}/lib.git", "lib")


def test_a_project_is_taken_out(linux: Path, lib: Path, command: Command) -> None:
    (lib / ".git" / "info").mkdir(exist_ok=True)
    (lib / ".git" / "info" / "exclude").write_text("*.o\n")
    (lib / "x.o").touch()
    ended = command("subprojects", "remove", "--yes", "lib", cwd=linux)
    assert ended.code == 0, ended.err
    assert text(linux) == MANIFEST[: MANIFEST.index("\n[project")]
    assert ended.err == "lib is removed from subprojects.toml\nlib: its clone is left in ../lib\n"
    assert run("git", "config", "--local", "--get-regexp", "^subprojects", cwd=lib).code == 1
    assert (lib / "file").exists()


def test_with_its_clone(linux: Path, lib: Path, command: Command) -> None:
    ended = command("subprojects", "remove", "--delete", "lib", cwd=linux)
    assert ended.code == 1, "nobody can be asked"
    assert lib.exists()
    ended = command("subprojects", "remove", "--delete", "--yes", "--json", "lib", cwd=linux)
    assert json.loads(ended.out) == {"version": 1, "project": "lib", "path": str(lib), "deleted": True}
    assert not lib.exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo x > file", "1 changed file"),
        ("touch x", "1 untracked file"),
        ("echo x > file; git stash -q", "1 stash"),
        ("git commit -q --allow-empty -m x", "1 commit not pushed"),
        ("git switch -qc topic; git commit -q --allow-empty -m x; git switch -q master", "1 commit not pushed"),
        ("git checkout -q --detach; git commit -q --allow-empty -m x", "1 commit not pushed"),
        ("git commit -q --allow-empty -m x; git tag mine; git reset -q --hard HEAD^", "the tag mine"),
        ("git bisect start", "bisect in progress"),
        ("git worktree add -q ../x", "1 linked work tree"),
        (
            "printf x > .git/index",
            "a git repository that git cannot read: .git/index: index file smaller than expected",
        ),
    ],
)
def test_work_that_is_nowhere_else_is_not_left_alone(
    linux: Path, lib: Path, command: Command, script: str, said: str
) -> None:
    shell(script, lib)
    before = text(linux)
    ended = command("subprojects", "remove", "--yes", "--delete", "lib", cwd=linux)
    assert ended.code == 128
    assert f"fatal: lib: in {lib} there is work that is nowhere else: {said}\n" in ended.err
    assert text(linux) == before
    assert lib.exists()


def test_a_tag_that_origin_has_is_nobodys_loss(linux: Path, lib: Path, command: Command) -> None:
    shell("git commit -q --allow-empty -m x; git tag theirs; git push -q origin theirs 2>/dev/null || true", lib)
    shell("git push -q ../../upstream/lib.git theirs; git reset -q --hard HEAD^", lib)
    assert command("subprojects", "remove", "--yes", "--delete", "lib", cwd=linux).code == 0


def test_one_that_others_refer_to_stays(linux: Path, lib: Path, command: Command) -> None:
    before = text(linux) + '[project.tool]\nurl = "../tool"\nborrow = ["lib"]\n'
    (linux / "subprojects.toml").write_text(before)
    ended = command("subprojects", "remove", "--yes", "lib", cwd=linux)
    assert ended.code == 128
    assert "project.tool.borrow[0]: expected another project of this manifest, found 'lib'" in ended.err
    assert text(linux) == before
    ended = command("subprojects", "remove", "lob", cwd=linux)
    assert ended.code == 128
    assert "did you mean lib" in ended.err


def test_what_is_no_clone_of_it_is_left(linux: Path, command: Command) -> None:
    shell("mkdir lib; touch lib/x", linux.parent)
    assert command("subprojects", "remove", "--yes", "--delete", "lib", cwd=linux).code == 0
    assert (linux.parent / "lib" / "x").exists()


def test_a_manifest_by_a_link_keeps_its_mode_and_the_link(linux: Path, command: Command) -> None:
    shell("mv subprojects.toml real.toml; ln -s real.toml subprojects.toml; chmod 600 real.toml", linux)
    assert command("subprojects", "remove", "--yes", "lib", cwd=linux).code == 0
    assert (linux / "subprojects.toml").is_symlink()
    assert (linux / "real.toml").stat().st_mode & 0o777 == 0o600
    assert "lib" not in text(linux)


def test_a_dead_server_is_asked_again_after_a_pause(linux: Path, command: Command) -> None:
    config("subprojects.retries", "1")
    config("subprojects.retryPause", "1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"git://127.0.0.1:{server.getsockname()[1]}/tool.git"
    start = time.monotonic()
    ended = command("subprojects", "add", "--yes", url, cwd=linux)
    assert ended.code == 128
    assert "; trying again in 1 s\n" in ended.err
    assert time.monotonic() - start >= 1, "it says that it waits, and does"
    assert text(linux) == MANIFEST
