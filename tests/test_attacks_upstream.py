"""Hostile upstreams: what git itself, or the way it is called, has to stop."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Command, Daemon, config, listing, make_host, run, upstream
from tests.traps import has_run, payload, unchanged

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
    host = make_host(
        src, 'schema = 1\n[project.qemu]\nurl = "../qemu.git"\n[project.top]\nurl = "../../../../../../../x"\n'
    )
    git(host, "remote", "add", "origin", str(tmp_path / "up" / "linux.git"))
    assert command("clone-project", "qemu", cwd=host).code == 0
    assert git(src / "qemu", "config", "remote.origin.url") == str(tmp_path / "up" / "qemu.git")
    ended = command("clone-project", "top", cwd=host)
    assert ended.code == 1
    assert "top: its URL ../../../../../../../x cannot be resolved" in ended.err
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


@contextmanager
def answering(answer: bytes, then: bytes = b"", times: int = 0) -> Iterator[str]:
    """Serve ``answer``, and ``then`` so many times, to everybody who asks for something."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    try:
                        client.recv(65536)
                        client.sendall(answer)
                        for _ in range(times):
                            client.sendall(then)
                        client.shutdown(socket.SHUT_WR)
                        client.recv(65536)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def packet(text: bytes) -> bytes:
    return b"%04x" % (len(text) + 4) + text


SPOOF = b"\x1b]0;owned\x07\x1b[2J\r\x9b31mfatal: all is well\nhint: run this: \xe2\x80\xae rm -rf ~ \x08\x08 \xff"


def assert_harmless(text: str) -> None:
    """Fail if a terminal would do anything but show ``text``, or a line would pass for one of the program's own."""
    assert all(line.isprintable() for line in text.split("\n"))
    assert not [line for line in text.split("\n") if line.startswith(("fatal: all", "hint: run"))]


def test_what_a_server_says_cannot_steer_the_terminal(src: Path, command: Command) -> None:
    with answering(packet(b"ERR " + SPOOF)) as place:
        host = make_host(src, f'schema = 1\n[project.qemu]\nurl = "git://{place}/qemu.git"\n')
        ended = command("clone-project", "--json", "qemu", cwd=host)
    assert ended.code == 1
    assert "all is well" in ended.err
    assert_harmless(ended.err)
    assert "all is well" in json.loads(ended.out)["projects"][0]["error"]
    assert listing(src) == {"linux"}


def test_what_comes_beside_a_pack_cannot_either(src: Path, daemon: Daemon, tmp_path: Path, command: Command) -> None:
    upstream(daemon.base, "qemu")
    host = make_host(src, manifest(daemon))
    (tmp_path / "spoof").write_bytes(SPOOF)
    hook = tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\ncat '{tmp_path}/spoof' >&2\nexit 1\n")
    hook.chmod(0o755)
    config("uploadpack.packObjectsHook", str(hook))
    config("subprojects.retries", "0")
    ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 1
    assert "remote: hint: run this" in ended.err
    assert_harmless(ended.err)


@pytest.mark.parametrize("unit", [b"a", b"Remote branch "])
def test_a_line_without_an_end_costs_little(unit: bytes, src: Path, command: Command) -> None:
    line = unit * (65000 // len(unit))
    advertised = packet(b"%040d HEAD\0side-band-64k\n" % 1) + b"0000"
    with answering(advertised + packet(b"NAK\n"), packet(b"\x02" + line), 150) as place:
        host = make_host(src, f'schema = 1\n[project.qemu]\nurl = "git://{place}/qemu.git"\n')
        config("subprojects.retries", "0")
        before = os.times()
        ended = command("clone-project", "qemu", cwd=host)
        after = os.times()
    assert ended.code == 1
    assert len(ended.err) < 100_000
    assert after.user - before.user < 3
    assert "Traceback" not in ended.err


HIDDEN = "glpat-SECRET"


@pytest.mark.parametrize(
    ("userinfo", "answer"),
    [
        (HIDDEN, "404 Not Found"),
        (f"me:{HIDDEN}", "401 Unauthorized"),
        (f"{HIDDEN}:x-oauth-basic", "500 Oops"),
        (f"me:{HIDDEN}", "302 Found"),
        (f"a'b{HIDDEN}", "404 Not Found"),
        (f"a@{HIDDEN}", "404 Not Found"),
    ],
)
def test_tokens_of_the_user_s_config_are_not_shown(
    userinfo: str, answer: str, src: Path, tmp_path: Path, command: Command
) -> None:
    config("subprojects.retries", "0")
    head = f"HTTP/1.1 {answer}\r\nLocation: http://{userinfo}@127.0.0.1:1/\r\nWWW-Authenticate: Basic realm=x\r\n"
    with answering(f"{head}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()) as place:
        config(f"url.http://{userinfo}@{place}/.insteadOf", "https://qemu.example/")
        host = make_host(src, 'schema = 1\n[project.qemu]\nurl = "https://qemu.example/qemu.git"\n')
        with unchanged(tmp_path):
            ended = command("clone-project", "-v", "--json", "qemu", cwd=host)
    assert ended.code == 1
    assert "qemu" in ended.err
    assert "SECRET" not in ended.err
    assert "SECRET" not in ended.out


def test_the_token_of_a_relative_url_s_base_is_not_shown(src: Path, tmp_path: Path, command: Command) -> None:
    config("subprojects.retries", "0")
    host = make_host(src, 'schema = 1\n[project.qemu]\nurl = "../qemu.git"\nmirrors = ["../mirror.git"]\n')
    git(host, "remote", "add", "origin", f"http://me:{HIDDEN}@127.0.0.1:1/linux.git")
    with unchanged(tmp_path):
        for words in (["-v", "--json", "qemu"], ["--dry-run", "qemu"], ["--dry-run", "--json", "qemu"], ["--list"]):
            ended = command("clone-project", *words, cwd=host)
            assert "SECRET" not in ended.out + ended.err
    assert not has_run(tmp_path)
