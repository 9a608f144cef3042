"""Runs that are interrupted, killed, or that meet: nothing is left behind, and two never work at one place."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.commands import Command, config, listing, run, shell
from tests.support.daemon import Daemon
from tests.support.processes import alive, descendants, end, until
from tests.support.repositories import make_host, noise, upstream
from tests.support.tcp import Proxy

pytestmark = pytest.mark.slow

HALF = 300_000
"""Half of what there is to transfer."""


@pytest.fixture
def base(daemon: Daemon) -> Path:
    """Return the served repository of a project, with 600 kB that cannot be compressed."""
    return upstream(daemon.base, "one", f"{noise(6)} git add .; git commit -qm first")


@contextmanager
def started(host: Path, *words: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """Run ``git-clone-project`` in the background; whatever happens, it and its children are ended."""
    process = subprocess.Popen(
        ["git-clone-project", *words],
        cwd=host,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    with process:
        try:
            yield process
        finally:
            children = descendants(process.pid)
            process.kill()
            for child in children:
                end(child)


def read_to(text: str, process: "subprocess.Popen[str]") -> None:
    """Read what a run says until it has said ``text``."""
    assert process.stderr is not None
    said: list[str] = []
    while text not in "".join(said):
        said.append(process.stderr.readline())
        assert said[-1], said


def host_with(src: Path, url: str) -> Path:
    return make_host(src, f'schema = 1\n[project.one]\nurl = "{url}/one.git"\n[project.two]\nurl = "{url}/two.git"\n')


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)],
    ids=["Ctrl-C", "SIGTERM", "hang-up"],
)
@pytest.mark.parametrize("limit", [0, HALF], ids=["hanging server", "in the middle of a transfer"])
def test_interrupted_it_leaves_no_child_and_no_folder(
    src: Path, daemon: Daemon, base: Path, number: signal.Signals, code: int, limit: int
) -> None:
    upstream(daemon.base, "two")
    with Proxy(daemon.url, limit=limit, then="hang") as proxy:
        host = host_with(src, proxy.url)
        with started(host, "one,two") as process:
            until(proxy.failed.is_set)
            until(lambda: list(src.glob(".one.clone-project/tree/.git/objects/pack/tmp_pack*")) if limit else True)
            children = descendants(process.pid)
            assert children
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        # While the proxy holds their connections, they do not end by themselves.
        until(lambda: not alive(children))
    assert process.returncode == code
    assert listing(src) <= {"linux", "two"}
    assert out == ""
    assert "Traceback" not in err
    assert "error" not in err


def test_interrupted_in_a_pause(src: Path) -> None:
    config("subprojects.retryPause", "60")
    host = host_with(src, "git://127.0.0.1:1")
    with started(host, "one") as process:
        read_to("trying again in 60 s", process)
        process.send_signal(signal.SIGINT)
        process.wait(60)
    assert process.returncode == 130
    assert listing(src) == {"linux"}


def test_interrupted_what_is_complete_stays(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    upstream(daemon.base, "two")
    with Proxy(daemon.url, limit=HALF, then="hang") as proxy:
        host = make_host(
            src,
            f'schema = 1\n[project.one]\nurl = "{proxy.url}/one.git"\n[project.two]\nurl = "{daemon.url}/two.git"\n',
        )
        with started(host, "--all") as process:
            until(proxy.failed.is_set)
            until((src / "two").exists)
            process.terminate()
            process.communicate(timeout=60)
    assert process.returncode == 143
    assert listing(src) == {"linux", "two"}
    assert command("clone-project", "-q", "two", cwd=host) == (0, "", "")


def test_two_runs_at_once_never_meet(src: Path, daemon: Daemon, base: Path) -> None:
    host = host_with(src, daemon.url)
    with started(host, "one") as first, started(host, "one") as second:
        said = [process.communicate(timeout=60)[1] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), said
    assert sorted("one: cloned to ../one" in text for text in said) == [False, True]
    assert sorted("one: is there already, in ../one: on master, clean\n" in text for text in said) == [False, True]
    assert listing(src) == {"linux", "one"}
    assert daemon.requests() == ["one.git"]


def test_the_second_run_waits_and_then_makes_it_if_the_first_has_failed(src: Path, daemon: Daemon, base: Path) -> None:
    config("subprojects.retries", "0")
    with Proxy(daemon.url, limit=HALF, then="hang", failing=1) as proxy:
        host = host_with(src, proxy.url)
        with started(host, "one") as first:
            until(proxy.failed.is_set)
            with started(host, "one", "--json") as second:
                assert second.stderr is not None
                assert second.stderr.readline().startswith("one: cloning ")
                assert second.stderr.readline() == "warning: one: another run is making it; waiting for that\n"
                assert len(proxy.times) == 1
                first.terminate()
                first.communicate(timeout=60)
                out, _ = second.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (143, 0)
    assert '"state": "cloned"' in out
    assert listing(src) == {"linux", "one"}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_while_waiting_it_leaves_the_other_run_alone(
    src: Path, daemon: Daemon, base: Path, number: signal.Signals, code: int
) -> None:
    with Proxy(daemon.url, limit=HALF, then="hang") as proxy:
        host = host_with(src, proxy.url)
        with started(host, "one") as first:
            until(proxy.failed.is_set)
            with started(host, "one") as second:
                read_to("waiting for that", second)
                second.send_signal(number)
                second.communicate(timeout=60)
            assert second.returncode == code
            assert (src / ".one.clone-project/tree/.git").is_dir()
            first.terminate()
            first.communicate(timeout=60)
    assert listing(src) == {"linux"}


def test_a_killed_run_holds_the_place_until_its_git_has_ended(src: Path, daemon: Daemon, base: Path) -> None:
    # A git with something to tell would end by itself once nobody reads it: this one waits for the first byte.
    with Proxy(daemon.url, limit=0, then="hang", failing=1) as proxy:
        host = host_with(src, proxy.url)
        with started(host, "one") as first:
            until(proxy.failed.is_set)
            orphans = descendants(first.pid)
            first.kill()
            first.wait()
            with started(host, "one") as second:
                assert second.stderr is not None
                assert second.stderr.readline().startswith("one: cloning ")
                assert second.stderr.readline() == "warning: one: another run is making it; waiting for that\n"
                assert alive(orphans)
                for orphan in orphans:
                    end(orphan)
                _, err = second.communicate(timeout=60)
    assert second.returncode == 0, err
    assert listing(src) == {"linux", "one"}
    assert run("git", "fsck", cwd=src / "one") == (0, "", "")


def test_what_a_killed_run_has_left_is_cleared(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    with Proxy(daemon.url, limit=HALF, then="hang", failing=1) as proxy:
        host = host_with(src, proxy.url)
        with started(host, "one") as process:
            until(lambda: list(src.glob(".one.clone-project/tree/.git/objects/pack/tmp_pack*")))
            children = descendants(process.pid)
            process.kill()
            process.wait()
            for child in children:
                end(child)
        assert listing(src) == {"linux", ".one.clone-project"}
        ended = command("clone-project", "one", cwd=host)
    assert ended.code == 0, ended.err
    assert "waiting" not in ended.err
    assert listing(src) == {"linux", "one"}
    assert run("git", "fsck", cwd=src / "one") == (0, "", "")


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("mkdir there; ln -s there .one.clone-project", ".one.clone-project: it is a symbolic link"),
        ("touch .one.clone-project", ".one.clone-project: "),
        ("mkdir -p .one.clone-project; ln -s /dev/null .one.clone-project/lock", ".one.clone-project: "),
    ],
)
def test_a_staging_folder_that_is_a_trap(
    src: Path, daemon: Daemon, base: Path, command: Command, script: str, message: str
) -> None:
    host = host_with(src, daemon.url)
    shell(script, src)
    before = shell("find .", src)
    ended = command("clone-project", "one", cwd=host)
    assert ended.code == 1
    assert f"error: one: {src}/{message}" in ended.err
    assert shell("find .", src) == before


def test_something_that_appears_meanwhile_is_not_replaced(src: Path, daemon: Daemon, base: Path) -> None:
    with Proxy(daemon.url, limit=HALF, then="hang", failing=1) as proxy:
        host = host_with(src, proxy.url)
        with started(host, "one") as first:
            until(proxy.failed.is_set)
            with started(host, "one") as second:
                read_to("waiting for that", second)
                shell("mkdir one; touch one/mine", src)
                first.terminate()
                first.communicate(timeout=60)
                _, err = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"error: one: {src}/one has appeared meanwhile, and is a folder that is no git repository\n" in err
    assert listing(src) == {"linux", "one"}
    assert listing(src / "one") == {"mine"}


def test_nor_is_something_that_appears_during_the_transfer(src: Path, daemon: Daemon, base: Path) -> None:
    # The proxy holds the first connection back until there is a second.
    with Proxy(daemon.url, together=2) as proxy:
        host = host_with(src, proxy.url)
        with started(host, "one") as process:
            until(lambda: proxy.times)
            shell("mkdir one; touch one/mine", src)
            with socket.create_connection(("127.0.0.1", urlsplit(proxy.url).port)):
                _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"error: one: {src}/one: Directory not empty\nhint: something else appeared there meanwhile" in err
    assert listing(src) == {"linux", "one"}
    assert listing(src / "one") == {"mine"}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_child_that_does_not_heed_is_ended_by_force(
    src: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text(f"#!/bin/sh\ntrap '' TERM INT\necho $$ > {tmp_path}/pid\nwhile :; do sleep 1; done\n")
    ssh.chmod(0o755)
    config("core.sshCommand", str(ssh))
    config("ssh.variant", "simple")
    host = host_with(src, "ssh://server.invalid")
    with started(host, "one") as process:
        until((tmp_path / "pid").exists)
        until((tmp_path / "pid").read_text)
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == code
    until(lambda: alive({int((tmp_path / "pid").read_text())}) == set())
    assert listing(src) == {"linux"}
