"""Upstreams that are not as they should be: said in words, tried elsewhere, and nothing left of what was begun."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.commands import Command, Result, config, listing, run
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, upstream
from tests.support.tcp import Proxy

pytestmark = pytest.mark.slow

BIG = "head -c 300000 /dev/urandom > file; git add .; git commit -qm big"


@contextmanager
def silent() -> Iterator[str]:
    """Give the URL of somebody who takes every call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"git://127.0.0.1:{server.getsockname()[1]}"


def nobody() -> str:
    """Return the URL of a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"git://127.0.0.1:{probe.getsockname()[1]}"


def clone_both(src: Path, daemon: Daemon, command: Command, bad: str) -> tuple[Result, str]:
    """Clone a bad and a good project in one run, of which only the good one may come of; return what was said."""
    upstream(daemon.base, "good")
    config("subprojects.retryPause", "0")
    config("subprojects.stallTimeout", "1")
    host = make_host(src, f'schema = 1\n[project.bad]\n{bad}\n[project.good]\nurl = "{daemon.url}/good.git"\n')
    ended = command("clone-project", "--json", "bad", "good", cwd=host)
    assert ended.code == 1
    assert "Traceback" not in ended.err
    assert "good: cloned to ../good" in ended.err
    assert "error: 1 of 2 projects failed: bad" in ended.err
    assert listing(src) == {"linux", "good"}
    first, second = json.loads(ended.out)["projects"]
    assert (first["state"], second["state"]) == ("failed", "cloned")
    assert f"error: bad: {first['error'].splitlines()[0]}" in ended.err
    return ended, first["error"]


def test_it_is_empty(src: Path, daemon: Daemon, command: Command) -> None:
    run("git", "init", "-q", "--bare", daemon.base / "bad.git")
    ended, error = clone_both(src, daemon, command, f'url = "{daemon.url}/bad.git"')
    assert error == f"{daemon.url}/bad.git has no commits yet"
    assert "hint: there is nothing to stand on" in ended.err


def test_its_head_names_no_branch(src: Path, daemon: Daemon, command: Command) -> None:
    bare = upstream(daemon.base, "bad")
    run("git", "symbolic-ref", "HEAD", "refs/heads/gone", cwd=bare)
    ended, error = clone_both(src, daemon, command, f'url = "{daemon.url}/bad.git"')
    assert error == f"the HEAD of {daemon.url}/bad.git names a branch that is not there"
    assert "hint: name one: --revision BRANCH" in ended.err


def test_it_is_gone(src: Path, daemon: Daemon, command: Command) -> None:
    ended, error = clone_both(src, daemon, command, f'url = "{daemon.url}/bad.git"')
    bad = f"{daemon.path}/bad.git"
    assert f"access denied or repository not exported: {bad}" in error or f"no such repository: {bad}" in error
    assert "trying again" not in ended.err


def test_it_refuses(src: Path, daemon: Daemon, command: Command) -> None:
    ended, error = clone_both(src, daemon, command, f'url = "{nobody()}/bad.git"')
    assert "Connection refused" in error
    assert ended.err.count("; trying again in 0 s") == 2
    assert "hint: is the network there?" in ended.err


def test_it_hangs(src: Path, daemon: Daemon, command: Command) -> None:
    config("subprojects.retries", "0")
    with silent() as url:
        ended, error = clone_both(src, daemon, command, f'url = "{url}/bad.git"')
    assert error == "nothing came for 1 seconds"
    assert "git config --global subprojects.stallTimeout SECONDS" in ended.err


@pytest.mark.parametrize(
    ("limit", "depth"), [(0, ""), (2, ""), (40, ""), (200, ""), (100_000, ""), (100_000, "depth = 1\n")]
)
def test_it_is_cut_off(limit: int, depth: str, src: Path, daemon: Daemon, command: Command) -> None:
    upstream(daemon.base, "bad", BIG)
    with Proxy(daemon.url, limit=limit) as proxy:
        ended, error = clone_both(src, daemon, command, f'{depth}url = "{proxy.url}/bad.git"')
        assert len(proxy.times) == 3
    assert error
    assert "hint: is the network there?" in ended.err


@contextmanager
def served_once(url: str) -> Iterator[str]:
    """Pass the first connection on to the daemon at ``url``; take the others, and say nothing."""
    daemon = urlsplit(url)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def copy(source: socket.socket, target: socket.socket) -> None:
            with suppress(OSError):
                while data := source.recv(65536):
                    target.sendall(data)
                target.shutdown(socket.SHUT_WR)

        def serve() -> None:
            client, _ = server.accept()
            with client, socket.create_connection((daemon.hostname, daemon.port)) as upward:
                sending = threading.Thread(target=copy, args=(client, upward))
                sending.start()
                copy(upward, client)
                sending.join()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"git://127.0.0.1:{server.getsockname()[1]}{daemon.path}"
        thread.join()


def test_it_hangs_when_asked_once_more(src: Path, daemon: Daemon, command: Command) -> None:
    """A shallow clone asks a second time, whether a tag bears the branch's name."""
    config("subprojects.retries", "0")
    upstream(daemon.base, "bad")
    with served_once(daemon.url) as url:
        _, error = clone_both(src, daemon, command, f'depth = 1\nbranch = "master"\nurl = "{url}/bad.git"')
    assert error == "nothing came for 1 seconds"


PINS = {
    "branch": ('branch = "nope"', "there is no branch or tag 'nope' at {url} (project.bad.branch)"),
    "pin": (
        'pin = [{ host = "v6.1", revision = "v9" }]',
        "there is no branch or tag 'v9' at {url} (project.bad.pin[0]: the host contains v6.1)",
    ),
    "full name": ('branch = "refs/tags/master"', "there is no branch or tag 'refs/tags/master' at {url}"),
    "commit": (f'branch = "{"1" * 40}"', f"{{url}} did not give the commit {'1' * 40} (project.bad.branch)"),
    "commit of SHA-256": (f'branch = "{"1" * 64}"', f"{{url}} did not give the commit {'1' * 64}"),
}


@pytest.mark.parametrize(("pin", "message"), PINS.values(), ids=PINS.keys())
@pytest.mark.parametrize("depth", ["", "depth = 1\n"])
def test_a_pin_that_is_not_there(
    pin: str, message: str, depth: str, src: Path, daemon: Daemon, command: Command
) -> None:
    upstream(daemon.base, "bad")
    url = f"{daemon.url}/bad.git"
    _, error = clone_both(src, daemon, command, f'{depth}{pin}\nurl = "{url}"')
    assert error.startswith(message.format(url=url))


def test_a_pin_that_is_no_commit(src: Path, daemon: Daemon, command: Command) -> None:
    bare = upstream(daemon.base, "bad")
    run("git", "tag", "tree", "HEAD^{tree}", cwd=bare)
    clone_both(src, daemon, command, f'branch = "tree"\nurl = "{daemon.url}/bad.git"')


def test_damaged_objects(src: Path, daemon: Daemon, command: Command) -> None:
    bare = upstream(daemon.base, "bad", BIG)
    run("git", "repack", "-adq", cwd=bare)
    (pack,) = bare.glob("objects/pack/*.pack")
    pack.chmod(0o644)
    content = bytearray(pack.read_bytes())
    content[len(content) // 2] ^= 1
    pack.write_bytes(content)
    clone_both(src, daemon, command, f'url = "{daemon.url}/bad.git"')
