"""Hostile upstreams: what git itself, or the way it is called, has to stop."""

from pathlib import Path

import pytest

from tests.support.commands import Command, config, listing, run
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, upstream
from tests.support.traps import payload, unchanged

pytestmark = pytest.mark.slow

THREE = "for n in 1 2 3; do echo $n > file; git add .; git commit -qm $n; done"


def git(path: Path, *words: str) -> str:
    ended = run("git", *words, cwd=path)
    assert ended.code == 0, ended.err
    return ended.out.strip()


def manifest(daemon: Daemon, more: str = "") -> str:
    return f'schema = 1\n[project.qemu]\nurl = "{daemon.url}/qemu.git"\n{more}\n'


@pytest.mark.parametrize(
    ("ref", "depth"),
    [("refs/heads/{id}", ""), ("refs/tags/{id}", ""), ("HEAD", ""), ("HEAD", "depth = 1\n")],
)
def test_a_ref_named_as_the_pinned_commit_is_not_taken_for_it(
    ref: str, depth: str, src: Path, daemon: Daemon, command: Command
) -> None:
    bare = upstream(daemon.base, "qemu", THREE)
    pinned, other = git(bare, "rev-parse", "HEAD~1", "HEAD~2").split()
    if ref == "HEAD":
        git(bare, "update-ref", f"refs/heads/{pinned}", other)
        git(bare, "symbolic-ref", "HEAD", f"refs/heads/{pinned}")
    else:
        git(bare, "update-ref", ref.format(id=pinned), other)
    git(bare, "config", "uploadpack.allowAnySHA1InWant", "true")
    host = make_host(src, manifest(daemon, f'{depth}branch = "{pinned}"'))
    ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 0, ended.err
    assert git(src / "qemu", "rev-parse", "--verify", "HEAD") == pinned
    assert (src / "qemu" / "file").read_text() == "2\n"
    assert run("git", "symbolic-ref", "-q", "HEAD", cwd=src / "qemu").code == 1


@pytest.mark.parametrize("depth", ["", "depth = 1\n"])
def test_a_name_of_both_a_branch_and_a_tag_means_nothing(
    depth: str, src: Path, daemon: Daemon, tmp_path: Path, command: Command
) -> None:
    bare = upstream(daemon.base, "qemu", THREE)
    git(bare, "update-ref", "refs/heads/v1", "HEAD~1")
    git(bare, "update-ref", "refs/tags/v1", "HEAD~2")
    host = make_host(src, manifest(daemon, f'{depth}branch = "v1"'))
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 1
    assert "'v1' is both a branch and a tag" in ended.err
    assert "refs/heads/v1 or refs/tags/v1" in ended.err
    ended = command("clone-project", "qemu", "--revision", "refs/tags/v1", cwd=host)
    assert ended.code == 0, ended.err
    assert (src / "qemu" / "file").read_text() == "1\n"


@pytest.mark.parametrize("branch", ["--orphan=x", "--recurse-submodules"])
def test_a_head_that_is_an_option_is_not_given_to_git(
    branch: str, src: Path, daemon: Daemon, tmp_path: Path, command: Command
) -> None:
    bare = upstream(daemon.base, "qemu")
    git(bare, "update-ref", f"refs/heads/{branch}", "HEAD")
    git(bare, "symbolic-ref", "HEAD", f"refs/heads/{branch}")
    host = make_host(src, manifest(daemon))
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 1
    assert f"names a branch '{branch}', an option to git" in ended.err


def add_submodule(path: Path, url: str, name: str = "inner") -> str:
    """Return a script that commits a submodule with ``url``, without asking anybody."""
    commit = git(path, "rev-parse", "HEAD")
    return f"""
        git config -f .gitmodules submodule.{name}.path {name}
        git config -f .gitmodules submodule.{name}.url '{url}'
        git add .gitmodules; git update-index --add --cacheinfo 160000,{commit},{name}; git commit -qm submodule
        """


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("file://{secret}", False),
        ("{secret}", False),
        ("ext::{payload}", False),
        ("ext::{payload}", True),
        ("-u{payload}", True),
        ("fd::7/x", True),
    ],
)
def test_submodules_may_not_do_what_the_manifest_may_not(
    url: str, allowed: bool, src: Path, daemon: Daemon, tmp_path: Path, command: Command
) -> None:
    if allowed:
        config("protocol.ext.allow", "always")
    secret = upstream(tmp_path / "home", "secret")
    script = add_submodule(secret, url.format(secret=secret, payload=payload(tmp_path)))
    upstream(daemon.base, "qemu", script)
    host = make_host(src, manifest(daemon, "submodules = true"))
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 1
    assert "qemu: its submodules: " in ended.err
    assert "Traceback" not in ended.err


def test_submodules_over_the_network_are_cloned(src: Path, daemon: Daemon, tmp_path: Path, command: Command) -> None:
    inner = upstream(daemon.base, "inner")
    upstream(daemon.base, "qemu", add_submodule(inner, f"{daemon.url}/inner.git"))
    host = make_host(src, manifest(daemon, "submodules = true"))
    assert command("clone-project", "qemu", cwd=host).code == 0
    assert (src / "qemu" / "inner" / "file").read_text() == "hello\n"


def test_a_command_in_a_submodule_is_not_run(src: Path, daemon: Daemon, tmp_path: Path, command: Command) -> None:
    inner = upstream(daemon.base, "inner")
    command_in_it = f"git config -f .gitmodules submodule.inner.update '!{payload(tmp_path)}'\n"
    upstream(daemon.base, "qemu", command_in_it + add_submodule(inner, f"{daemon.url}/inner.git"))
    host = make_host(src, manifest(daemon, "submodules = true"))
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 1
    assert "submodule.inner.update" in ended.err


@pytest.mark.parametrize("url", ["file://{path}", "file://localhost{path}"])
def test_a_local_url_needs_the_user_s_own_word(url: str, src: Path, tmp_path: Path, command: Command) -> None:
    path = upstream(tmp_path / "up", "qemu")
    host = make_host(src, f'schema = 1\n[project.qemu]\nurl = "{url.format(path=path)}"\n')
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=host)
    assert ended.code in (1, 128)
    assert "qemu: transport 'file' not allowed" in ended.err or "project.qemu.url: expected" in ended.err


def test_a_relative_url_goes_where_the_host_came_from(src: Path, tmp_path: Path, command: Command) -> None:
    upstream(tmp_path / "up", "qemu")
    too_far = "../" * 50 + "x"
    host = make_host(src, f'schema = 1\n[project.qemu]\nurl = "../qemu.git"\n[project.top]\nurl = "{too_far}"\n')
    git(host, "remote", "add", "origin", str(tmp_path / "up" / "linux.git"))
    assert command("clone-project", "qemu", cwd=host).code == 0
    assert git(src / "qemu", "config", "remote.origin.url") == str(tmp_path / "up" / "qemu.git")
    ended = command("clone-project", "top", cwd=host)
    assert ended.code == 1
    assert f"top: its URL {too_far} cannot be resolved" in ended.err
    assert "project.top.url" in ended.err


@pytest.mark.parametrize("key", ["protocol.git.allow", "protocol.allow"])
def test_what_the_user_forbids_stays_forbidden(
    key: str, src: Path, daemon: Daemon, tmp_path: Path, command: Command
) -> None:
    upstream(daemon.base, "qemu")
    host = make_host(src, manifest(daemon))
    config(key, "never")
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 1
    assert "transport 'git' not allowed" in ended.err


@pytest.mark.parametrize("entry", ["!*", '"x', "a\\b[", " -f", "tools/*.c"])
def test_sparse_entries_are_folders_and_nothing_else(
    entry: str, src: Path, daemon: Daemon, tmp_path: Path, command: Command
) -> None:
    upstream(daemon.base, "qemu", "mkdir -p tools other; echo x | tee tools/x other/x; git add .; git commit -qm x")
    host = make_host(src, manifest(daemon, f"sparse = ['{entry}']"))
    ended = command("clone-project", "qemu", cwd=host)
    assert "Traceback" not in ended.err
    assert listing(src) - {"qemu"} == {"linux"}
    if ended.code == 0:
        assert "other" not in listing(src / "qemu")
    else:
        assert "qemu: " in ended.err
