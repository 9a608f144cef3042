"""What a clone stands on, and how much of the project it holds."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Command, config, listing, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, upstream

pytestmark = pytest.mark.slow

HISTORY = """
mkdir -p lib/deep docs
for n in 1 2 3; do
    echo $n > file; echo $n > lib/deep/code; echo $n > docs/text; git add .; git commit -qm "$n"; git tag "v$n"
done
git branch stable v2
git branch both v1 && git tag -a -m both both v2
git commit -q --allow-empty -m 'on a branch with the name of a commit'
git branch $(git rev-parse v1)
git reset -q --hard v3
git checkout -qb review && echo off > file && git commit -qam off && git checkout -q master
"""


@pytest.fixture
def base(daemon: Daemon) -> Path:
    """Return the served repository of the project."""
    made = upstream(daemon.base, "one", HISTORY)
    shell("git update-ref refs/review/1 review; git branch -qD review; git config uploadpack.allowFilter true", made)
    return made


def host_with(src: Path, daemon: Daemon, keys: str = "") -> Path:
    return make_host(src, f'schema = 1\n[project.one]\nurl = "{daemon.url}/one.git"\n{keys}')


def git(path: Path, *words: str) -> str:
    ended = run("git", *words, cwd=path)
    assert ended.code == 0, ended.err
    return ended.out.strip()


def cloned(command: Command, host: Path, *words: str) -> dict[str, Any]:
    """Clone the project, which must succeed, and return what is said of it."""
    ended = command("clone-project", "one", "--json", *words, cwd=host)
    assert ended.code == 0, ended.err
    (only,) = json.loads(ended.out)["projects"]
    assert isinstance(only, dict)
    assert only["commit"] == git(host.parent / "one", "rev-parse", "HEAD")
    return only


def refused(command: Command, host: Path, *words: str) -> str:
    """Try to clone the project, which must fail and leave nothing behind; return what is said."""
    ended = command("clone-project", "one", *words, cwd=host)
    assert ended.code == 1, ended.err
    assert listing(host.parent) == {"linux"}
    return ended.err


@pytest.mark.parametrize(
    ("key", "branch", "tag"),
    [
        ("", "master", "v3"),
        ('branch = "stable"', "stable", "v2"),
        ('branch = "refs/heads/stable"', "stable", "v2"),
        ('branch = "refs/heads/both"', "both", "v1"),
        ('branch = "refs/heads/both"\ndepth = 1', "both", "v1"),
        ('branch = "stable"\ndepth = 1', "stable", "v2"),
        ('pin = [{ revision = "stable" }]', "stable", "v2"),
        ('pin = [{ host = "v6.1" }, { host = "v7.0", revision = "v1" }]\nbranch = "stable"', "stable", "v2"),
    ],
)
def test_a_branch_tracks_its_upstream(
    src: Path, daemon: Daemon, base: Path, command: Command, key: str, branch: str, tag: str
) -> None:
    one = cloned(command, host_with(src, daemon, key))
    commit = git(base, "rev-parse", tag)
    assert (one["branch"], one["commit"]) == (branch, commit)
    assert git(src / "one", "status", "--porcelain", "--branch") == f"## {branch}...origin/{branch}"
    shell(f"git update-ref refs/heads/{branch} refs/review/1", base)
    git(src / "one", "pull", "-q", "--ff-only", *(["--unshallow"] if "depth" in key else []))
    assert (src / "one/file").read_text() == "off\n"


@pytest.mark.parametrize(
    ("key", "revision", "tag"),
    [
        ('pin = [{ host = "v6.1", revision = "v1" }]', "v1", "v1"),
        ('pin = [{ host = "v6.1", revision = "refs/tags/v1" }]', "refs/tags/v1", "v1"),
        ('branch = "refs/tags/both"', "refs/tags/both", "v2"),
        ('branch = "refs/tags/both"\ndepth = 1', "refs/tags/both", "v2"),
        ('branch = "v2"\ndepth = 1', "v2", "v2"),
        ('branch = "v2"\nfilter = "blob:none"', "v2", "v2"),
    ],
)
def test_a_tag_is_detached_on_purpose(
    src: Path, daemon: Daemon, base: Path, command: Command, key: str, revision: str, tag: str
) -> None:
    one = cloned(command, host_with(src, daemon, key))
    assert (one["branch"], one["revision"]) == (None, revision)
    assert one["commit"] == git(base, "rev-parse", f"{tag}^{{commit}}")
    assert git(src / "one", "status", "--porcelain", "--branch") == "## HEAD (no branch)"
    assert (src / "one/file").read_text() == f"{tag[1:]}\n"


def test_it_is_said_why_it_is_detached(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    host = host_with(src, daemon, 'pin = [{ revision = "v1" }, { host = "v6.1", revision = "v2" }]')
    commit = git(base, "rev-parse", "v2")
    ended = command("clone-project", "one", cwd=host)
    reason = "on purpose, project.one.pin[1]: the host contains v6.1"
    assert f"one: cloned to ../one; detached at v2 {reason} ({commit[:12]})\n" in ended.err
    assert "advice" not in ended.err.replace("git config advice.subprojectsNext", "")


@pytest.mark.parametrize("extent", ["", "depth = 1", 'filter = "blob:none"'])
@pytest.mark.parametrize("name", ["v1", "refs/review/1"], ids=["reachable", "of no branch"])
def test_a_commit_id_means_the_commit(
    src: Path, daemon: Daemon, base: Path, command: Command, extent: str, name: str
) -> None:
    # For v1 there is a branch with that very name, and with another commit.
    commit = git(base, "rev-parse", name)
    one = cloned(command, host_with(src, daemon, f'pin = [{{ revision = "{commit}" }}]\n{extent}'))
    assert (one["commit"], one["branch"], one["pinned"]) == (commit, None, True)
    assert git(src / "one", "status", "--porcelain") == ""
    assert git(src / "one", "cat-file", "-p", "HEAD:file") == ("1" if name == "v1" else "off")


def test_the_command_line_overrides_the_pin(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    one = cloned(command, host_with(src, daemon, 'pin = [{ revision = "v1" }]'), "--revision", "stable")
    assert (one["branch"], one["because"], one["notes"]) == ("stable", "asked for by --revision", [])


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("v9", "there is no branch or tag 'v9' at {url}/one.git (asked for by --revision)"),
        ("refs/heads/v1", "there is no branch or tag 'refs/heads/v1'"),
        ("refs/tags/stable", "there is no branch or tag 'refs/tags/stable'"),
        ("refs/review/2", "there is no ref 'refs/review/2'"),
        ("both", "'both' is both a branch and a tag at {url}/one.git"),
        ("0123456789abcdef" * 2 + "01234567", "{url}/one.git did not give the commit 0123456789abcdef"),
    ],
)
@pytest.mark.parametrize("extent", ["--full", "--depth=1"])
def test_a_revision_that_means_nothing(
    src: Path, daemon: Daemon, base: Path, command: Command, revision: str, message: str, extent: str
) -> None:
    said = refused(command, host_with(src, daemon), f"--revision={revision}", extent)
    assert f"error: one: {message.format(url=daemon.url)}" in said
    assert said.count("\nhint: ") >= 1


def test_an_upstream_without_commits(src: Path, daemon: Daemon, command: Command) -> None:
    shell("git init -q --bare one.git", daemon.base)
    assert f"error: one: {daemon.url}/one.git has no commits yet\n" in refused(command, host_with(src, daemon))


def test_an_upstream_whose_head_names_no_branch(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    shell("git symbolic-ref HEAD refs/heads/gone", base)
    host = host_with(src, daemon)
    assert f"the HEAD of {daemon.url}/one.git names a branch that is not there\n" in refused(command, host)
    assert cloned(command, host, "--revision", "stable")["branch"] == "stable"


def test_an_upstream_whose_head_is_detached(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    shell("git update-ref --no-deref HEAD refs/review/1", base)
    ended = command("clone-project", "one", cwd=host_with(src, daemon))
    commit = git(base, "rev-parse", "refs/review/1")
    assert f"one: cloned to ../one; detached, as the remote's HEAD is ({commit[:12]})\n" in ended.err
    assert git(src / "one", "rev-parse", "HEAD") == commit


def test_what_git_leaves_running_is_not_waited_for(
    src: Path, daemon: Daemon, base: Path, command: Command, tmp_path: Path
) -> None:
    shell(
        r"""
        mkdir hooks
        printf '#!/bin/sh\nsleep 600 &\necho $! > %s/pid\n' "$PWD" > hooks/post-checkout
        chmod +x hooks/post-checkout
        """,
        tmp_path / "template",
    )
    config("init.templateDir", str(tmp_path / "template"))
    cloned(command, host_with(src, daemon))
    os.kill(int((tmp_path / "template/pid").read_text()), signal.SIGTERM)


def is_shallow(path: Path) -> bool:
    return git(path, "rev-parse", "--is-shallow-repository") == "true"


@pytest.mark.parametrize(
    ("key", "words", "commits"),
    [
        ("depth = 2", [], 2),
        ("depth = 2", ["--depth", "1"], 1),
        ("depth = 2", ["--full"], 3),
        ("depth = 2", ["--filter=blob:none"], 3),
        ("", ["--depth=1"], 1),
    ],
)
def test_depth(
    src: Path, daemon: Daemon, base: Path, command: Command, key: str, words: list[str], commits: int
) -> None:
    cloned(command, host_with(src, daemon, key), *words)
    assert int(git(src / "one", "rev-list", "--count", "HEAD")) == commits
    assert is_shallow(src / "one") is (commits < 3)


@pytest.mark.parametrize(
    ("key", "words", "wanted"),
    [
        ('filter = "blob:none"', [], "blob:none"),
        ('filter = "blob:none"', ["--filter", "blob:limit=1k"], "blob:limit=1024"),
        ('filter = "blob:none"', ["--full"], None),
        ('filter = "tree:0"', ["--depth=1"], None),
        ("depth = 1", ["--filter=tree:0"], "tree:0"),
    ],
)
def test_filter(
    src: Path, daemon: Daemon, base: Path, command: Command, key: str, words: list[str], wanted: str | None
) -> None:
    cloned(command, host_with(src, daemon, key), *words)
    found = run("git", "config", "remote.origin.partialclonefilter", cwd=src / "one").out.strip()
    assert found == (wanted or "")
    missing = git(src / "one", "rev-list", "--objects", "--all", "--missing=print").count("?")
    assert (missing > 0) is (wanted in ("blob:none", "tree:0"))
    assert (src / "one/lib/deep/code").read_text() == "3\n"


def test_sparse(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    host = host_with(src, daemon, 'sparse = ["lib/deep/"]')
    cloned(command, host)
    assert listing(src / "one") == {".git", "file", "lib"}
    assert git(src / "one", "status", "--porcelain") == ""
    assert git(src / "one", "sparse-checkout", "list") == "lib/deep"
    shell("rm -rf one", src)
    cloned(command, host, "--full")
    assert listing(src / "one") == {".git", "file", "lib", "docs"}


def add_to_stable(src: Path, daemon: Daemon, base: Path, script: str) -> None:
    """Commit what ``script`` does to the branch "stable" of the project."""
    shell(f"git clone -q {daemon.url}/one.git made", src)
    shell(f"{script}; git commit -qm 'take part'; git push -q {base} HEAD:stable; rm -r ../made", src / "made")


def test_submodules(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    upstream(daemon.base, "part")
    absolute, relative = f"{daemon.url}/part.git part", "../one.git again"
    add_to_stable(src, daemon, base, f"git submodule --quiet add {absolute}; git submodule --quiet add {relative}")
    host = host_with(src, daemon, 'submodules = true\nbranch = "stable"')
    cloned(command, host)
    assert (src / "one/part/file").read_text() == "hello\n"
    assert (src / "one/again/file").read_text() == "3\n"


def test_submodules_of_a_shallow_clone_are_shallow(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    add_to_stable(src, daemon, base, "git submodule --quiet add ../one.git part")
    cloned(command, host_with(src, daemon, 'submodules = true\nbranch = "stable"\ndepth = 1'))
    assert is_shallow(src / "one/part")


def test_without_the_key_there_are_no_submodules(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    add_to_stable(src, daemon, base, "git submodule --quiet add ../one.git part")
    cloned(command, host_with(src, daemon, 'branch = "stable"'))
    assert listing(src / "one/part") == set()
