"""What hostile servers, commits and settings would have written to a terminal, and secrets that must not be."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.commands import Command, config, listing, run, shell
from tests.support.daemon import Daemon, serving
from tests.support.repositories import make_host, upstream
from tests.support.traps import unchanged

pytestmark = pytest.mark.slow


def manifest(url: str, more: str = "") -> str:
    return f'schema = 1\n[project.qemu]\nurl = "{url}"\n{more}\n'


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
        host = make_host(src, manifest(f"git://{place}/qemu.git"))
        ended = command("clone-project", "--json", "qemu", cwd=host)
    assert ended.code == 1
    assert "all is well" in ended.err
    assert_harmless(ended.err)
    assert "all is well" in json.loads(ended.out)["projects"][0]["error"]
    assert listing(src) == {"linux"}


def test_what_comes_beside_a_pack_cannot_either(src: Path, tmp_path: Path, command: Command) -> None:
    (tmp_path / "spoof").write_bytes(SPOOF)
    hook = tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\ncat '{tmp_path}/spoof' >&2\nexit 1\n")
    hook.chmod(0o755)
    config("uploadpack.packObjectsHook", str(hook))
    config("subprojects.retries", "0")
    with serving(tmp_path / "daemon", dict(os.environ)) as daemon:
        upstream(daemon.base, "qemu")
        host = make_host(src, manifest(f"{daemon.url}/qemu.git"))
        ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 1
    assert "remote: hint: run this" in ended.err
    assert_harmless(ended.err)


@pytest.mark.parametrize("unit", [b"a", b"Remote branch "])
def test_a_line_without_an_end_costs_little(unit: bytes, src: Path, command: Command) -> None:
    line = unit * (65000 // len(unit))
    advertised = packet(b"%040d HEAD\0side-band-64k\n" % 1) + b"0000"
    with answering(advertised + packet(b"NAK\n"), packet(b"\x02" + line), 150) as place:
        host = make_host(src, manifest(f"git://{place}/qemu.git"))
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
        host = make_host(src, manifest("https://qemu.example/qemu.git"))
        with unchanged(tmp_path):
            ended = command("clone-project", "-v", "--json", "qemu", cwd=host)
    assert ended.code == 1
    assert "qemu" in ended.err
    assert "SECRET" not in ended.err
    assert "SECRET" not in ended.out


def test_the_token_of_a_relative_url_s_base_is_not_shown(src: Path, tmp_path: Path, command: Command) -> None:
    config("subprojects.retries", "0")
    host = make_host(src, manifest("../qemu.git", 'mirrors = ["../mirror.git"]'))
    run("git", "remote", "add", "origin", f"http://me:{HIDDEN}@127.0.0.1:1/linux.git", cwd=host)
    with unchanged(tmp_path):
        for words in (["-v", "--json", "qemu"], ["--dry-run", "qemu"], ["--dry-run", "--json", "qemu"], ["--list"]):
            ended = command("clone-project", *words, cwd=host)
            assert "SECRET" not in ended.out + ended.err


def test_a_sibling_does_not_inherit_the_host_s_token(src: Path, daemon: Daemon, command: Command) -> None:
    upstream(daemon.base, "qemu")
    config(f"url.{daemon.url}/.insteadOf", "http://git.example/")
    host = make_host(src, manifest("../qemu.git"))
    run("git", "remote", "add", "origin", f"http://me:{HIDDEN}@git.example/linux.git", cwd=host)
    assert command("clone-project", "qemu", cwd=host).code == 0
    settings = (src / "qemu" / ".git" / "config").read_text()
    assert "url = http://git.example/qemu.git" in settings
    assert "SECRET" not in settings


def test_what_a_commit_says_cannot_steer_the_terminal(src: Path, tmp_path: Path, command: Command) -> None:
    host = make_host(src, 'schema = 1\n[host.route]\nto = ["list@linux.example"]\n')
    (tmp_path / "spoof").write_bytes(SPOOF)
    shell(
        """
        name=$(printf 'a\033[2J\\nhint: run this\\n\\377\\342\\200\\256b'); echo > "$name"; git add .
        GIT_AUTHOR_NAME=$(printf 'x\033[2J') git commit -qF ../../spoof --cleanup=verbatim
        """,
        host,
    )
    for words in ([], ["--explain"], ["--to"], ["--json"]):
        ended = command("route-patch", *words, "HEAD", cwd=host)
        assert ended.code == 0
        assert_harmless(ended.out + ended.err)
    host.joinpath("subprojects.toml").write_text("schema = 1\n")
    ended = command("route-patch", "HEAD", cwd=host)
    assert ended.code == 1
    assert_harmless(ended.out + ended.err)


@pytest.mark.parametrize(
    "value", ["", "-x", "nowhere", "/dev/null", "x" * 5000, "a\nb", "\x1b[2J", "~", "../linux/.git/hooks"]
)
@pytest.mark.parametrize("key", ["host", "project"])
def test_a_sibling_s_own_settings_may_say_anything(
    key: str, value: str, src: Path, tmp_path: Path, command: Command
) -> None:
    make_host(src, manifest("https://qemu.example/qemu.git"))
    shell(
        "git init -q .; git commit -q --allow-empty -m first; echo > file; git add file; git commit -qm file",
        src / "qemu",
    )
    for name, text in {"host": "../linux", "project": "qemu", key: value}.items():
        run("git", "config", f"subprojects.{name}", text, cwd=src / "qemu")
    with unchanged(tmp_path):
        for words in (["route-patch", "HEAD"], ["clone-project", "--dry-run", "qemu"]):
            ended = command(*words, cwd=src / "qemu")
            assert "Traceback" not in ended.err
            assert_harmless(ended.out + ended.err)
    assert ended.code in (0, 1, 128)


def test_commands_to_paste_are_quoted(src: Path, daemon: Daemon, command: Command) -> None:
    upstream(daemon.base, "qemu")
    url = "https://qemu.example/qemu.git;reboot"
    config(f"url.{daemon.url}/qemu.git.insteadOf", url)
    host = make_host(src, manifest(url, 'directory = "q`reboot`"\nbranch = "nope"'))
    assert f"git ls-remote '{url}'" in command("clone-project", "qemu", cwd=host).err
    shell("git init -q .; git remote add origin https://other.example/x.git", src / "q`reboot`")
    assert f"git subprojects adopt '{src}/q`reboot`'" in command("clone-project", "qemu", cwd=host).err
    adopted = command("subprojects", "adopt", "../q`reboot`", cwd=host).err
    assert f"git remote add upstream '{url}'" in adopted
    (host / "subprojects.toml").write_text(manifest(url, 'directory = "q;reboot"\nbuild = [["make", "a b;c"]]'))
    moved = command("clone-project", "qemu", cwd=host).err
    assert f"mv '{src}/q`reboot`' '{src}/q;reboot' && git -C {host} subprojects adopt '{src}/q;reboot'" in moved
    shell("git config --remove-section subprojects", src / "q`reboot`")
    shown = command("clone-project", "qemu", cwd=host).err
    assert "build qemu: cd '../q;reboot' && make 'a b;c'" in shown
    assert "git -C '../q;reboot' route-patch HEAD" in shown


def test_a_tab_shows_no_trap(src: Path, tmp_path: Path) -> None:
    host = make_host(
        src,
        """
        schema = 1
        [project.one]
        description = "\\u001b[2J\\u202e"
        url = "--upload-pack=x"
        groups = ["a;reboot", "\\u202e", 1]
        [project."two;reboot"]
        [project."--three"]
        """,
    )
    for line in ("git clone-project ", "git clone-project --group "):
        ended = run(
            "bash", "-c", "exec git-clone-project 8>&1 9>/dev/null >&2", cwd=host,
            _ARGCOMPLETE="2", _ARGCOMPLETE_SHELL="fish", _ARGCOMPLETE_DFS="\t",
            COMP_LINE=line, COMP_POINT=str(len(line)),
        )  # fmt: skip
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.strip() == ("" if "--group" in line else "one")
