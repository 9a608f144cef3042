"""Where a clone comes from: mirrors, retries, stalls, relative and rewritten URLs, and what protocols may be used."""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Command, config, listing, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, upstream
from tests.support.tcp import Proxy

pytestmark = pytest.mark.slow

NOBODY = "git://127.0.0.1:1"
"""Where nothing listens."""


@pytest.fixture(autouse=True)
def impatient(sealed: None) -> None:
    config("subprojects.retries", "0")
    config("subprojects.retryPause", "0")


@pytest.fixture
def base(daemon: Daemon) -> Path:
    return upstream(daemon.base, "one", "seq 20000 > file; mkdir lib; echo c > lib/c; git add .; git commit -qm first")


def host_with(src: Path, url: str, keys: str = "", script: str = "") -> Path:
    return make_host(src, f'schema = 1\n[project.one]\nurl = "{url}"\n{keys}', script)


def git(path: Path, *words: str) -> str:
    ended = run("git", *words, cwd=path)
    assert ended.code == 0, ended.err
    return ended.out.strip()


def outcome(command: Command, host: Path) -> tuple[dict[str, Any], str]:
    """Clone the project, which must succeed; return what is said of it in JSON and besides."""
    ended = command("clone-project", "one", "--json", cwd=host)
    assert ended.code == 0, ended.err
    (only,) = json.loads(ended.out)["projects"]
    assert isinstance(only, dict)
    return only, ended.err


def refused(command: Command, host: Path) -> str:
    """Try to clone the project, which must fail and leave nothing behind; return what is said."""
    ended = command("clone-project", "one", cwd=host)
    assert ended.code == 1, ended.err
    assert listing(host.parent) == {"linux"}
    return ended.err


@pytest.mark.parametrize(
    ("first", "why"),
    [
        (f"{NOBODY}/one.git", "127.0.0.1[0: 127.0.0.1]: errno=Connection refused"),
        ("{url}/none.git", "remote error: no such repository: {path}/none.git"),
        ("https://nowhere.invalid/one", "Could not resolve host: nowhere.invalid"),
    ],
)
def test_a_mirror_serves_and_that_is_said(
    src: Path, daemon: Daemon, base: Path, command: Command, first: str, why: str
) -> None:
    first = first.format(url=daemon.url)
    host = host_with(src, first, f'mirrors = ["{NOBODY}/x", "{daemon.url}/one.git", "{NOBODY}/y"]')
    ended = command("clone-project", "-q", "one", cwd=host)
    assert ended.code == 0, ended.err
    warnings = ended.err.splitlines()
    assert warnings[0].startswith(f"warning: one: {first}: ")
    assert warnings[0].endswith(f"{why.format(path=daemon.path)}; trying the mirror {NOBODY}/x")
    assert warnings[1].startswith(f"warning: one: {NOBODY}/x: ")
    assert warnings[1].endswith(f"; trying the mirror {daemon.url}/one.git")
    assert len(warnings) == 2
    assert git(src / "one", "remote", "get-url", "origin") == first
    assert git(src / "one", "rev-parse", "--abbrev-ref", "@{u}") == "origin/master"


def test_a_mirror_is_named_in_the_outcome(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    host = host_with(src, f"{NOBODY}/one.git", f'mirrors = ["{daemon.url}/one.git"]')
    ended = command("clone-project", "one", cwd=host)
    assert f"one: cloned to ../one, from its mirror {daemon.url}/one.git; on master (" in ended.err
    shell("rm -rf one", src)
    data, _ = outcome(command, host)
    assert (data["mirror"], data["url"]) == (True, f"{daemon.url}/one.git")


@pytest.mark.parametrize("keys", ['filter = "blob:none"', 'filter = "blob:none"\nsparse = ["lib"]', "depth = 1"])
def test_all_comes_from_the_mirror(src: Path, daemon: Daemon, base: Path, command: Command, keys: str) -> None:
    # What a partial clone lacks is fetched at the checkout, when the canonical URL is still out of reach.
    shell("git config uploadpack.allowFilter true", base)
    outcome(command, host_with(src, f"{NOBODY}/one.git", f'mirrors = ["{daemon.url}/one.git"]\n{keys}'))
    assert (src / "one/lib/c").read_text() == "c\n"
    assert git(src / "one", "config", "remote.origin.url") == f"{NOBODY}/one.git"


def test_submodules_come_from_the_mirror_and_point_to_the_canonical_url(
    src: Path, daemon: Daemon, base: Path, command: Command
) -> None:
    upstream(daemon.base, "part")
    shell(
        f"""
        git clone -q {base} work; cd work
        git submodule --quiet add {daemon.url}/part.git part
        git config -f .gitmodules submodule.part.url ../part.git
        git add .gitmodules; git commit -qm part; git push -q origin master
        """,
        src.parent,
    )
    outcome(command, host_with(src, f"{NOBODY}/one.git", f'submodules = true\nmirrors = ["{daemon.url}/one.git"]'))
    assert (src / "one/part/file").read_text() == "hello\n"
    assert git(src / "one", "config", "submodule.part.url") == f"{NOBODY}/part.git"
    assert git(src / "one/part", "remote", "get-url", "origin") == f"{NOBODY}/part.git"


def test_no_mirror_is_asked_for_what_the_project_has_not(
    src: Path, daemon: Daemon, base: Path, command: Command
) -> None:
    with Proxy(daemon.url) as mirror:
        host = host_with(src, f"{daemon.url}/one.git", f'branch = "x"\nmirrors = ["{mirror.url}/one.git"]')
        said = refused(command, host)
    assert "there is no branch or tag 'x'" in said
    assert mirror.times == []


def test_every_url_fails(src: Path, command: Command) -> None:
    said = refused(command, host_with(src, f"{NOBODY}/one.git", f'mirrors = ["{NOBODY}/two.git"]'))
    assert f"{NOBODY}/one.git: " in said
    assert "error: one: unable to connect to 127.0.0.1:\n" in said
    assert "hint: is the network there?" in said


@pytest.mark.parametrize("limit", [0, 3000], ids=["at once", "in the middle of the pack"])
def test_a_cut_connection_is_tried_again(src: Path, daemon: Daemon, base: Path, command: Command, limit: int) -> None:
    config("subprojects.retries", "2")
    with Proxy(daemon.url, limit=limit, failing=2) as proxy:
        data, said = outcome(command, host_with(src, f"{proxy.url}/one.git"))
    assert len(proxy.times) == 3
    assert said.count("; trying again in 0 s\n") == 2
    assert data["mirror"] is False
    assert git(src / "one", "fsck") == ""


def test_so_many_times_and_then_the_mirror(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    config("subprojects.retries", "3")
    with Proxy(daemon.url, limit=3000) as proxy:
        host = host_with(src, f"{proxy.url}/one.git", f'mirrors = ["{daemon.url}/one.git"]')
        data, _ = outcome(command, host)
    assert len(proxy.times) == 4
    assert data["mirror"] is True


def test_the_pauses_grow(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    config("subprojects.retries", "2")
    config("subprojects.retryPause", "1")
    with Proxy(daemon.url, limit=0) as proxy:
        said = refused(command, host_with(src, f"{proxy.url}/one.git"))
    first, second, third = proxy.times
    assert second - first >= 1
    assert third - second >= 2
    assert [line[-19:] for line in said.splitlines() if "again in" in line] == [
        "trying again in 1 s",
        "trying again in 2 s",
    ]


def test_only_the_network_is_tried_again(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    config("subprojects.retries", "2")
    shell("rm one.git/git-daemon-export-ok one.git/HEAD -f", daemon.base)
    with Proxy(daemon.url) as proxy:
        said = refused(command, host_with(src, f"{proxy.url}/one.git"))
    assert len(proxy.times) == 1
    assert "again" not in said


def test_silence_ends(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    config("subprojects.stallTimeout", "1")
    with Proxy(daemon.url, limit=3000, then="hang", failing=1) as proxy:
        host = host_with(src, f"{proxy.url}/one.git")
        before = time.monotonic()
        said = refused(command, host)
        assert time.monotonic() - before > 1
        assert "error: one: nothing came for 1 seconds\n" in said
        assert "hint: wait longer with: git config --global subprojects.stallTimeout SECONDS (0: for ever)\n" in said
        outcome(command, host)


def test_silence_is_tried_again_and_sends_to_the_mirror(
    src: Path, daemon: Daemon, base: Path, command: Command
) -> None:
    config("subprojects.stallTimeout", "1")
    config("subprojects.retries", "1")
    with Proxy(daemon.url, limit=0, then="hang") as proxy:
        host = host_with(src, f"{proxy.url}/one.git", f'mirrors = ["{daemon.url}/one.git"]')
        data, said = outcome(command, host)
    assert len(proxy.times) == 2
    assert f"{proxy.url}/one.git: nothing came for 1 seconds; trying the mirror {daemon.url}/one.git\n" in said
    assert data["mirror"] is True


@pytest.mark.parametrize("key", ["stallTimeout", "retries", "retryPause", "jobs"])
@pytest.mark.parametrize("value", ["-1", "soon", ""])
def test_settings_that_are_no_numbers(src: Path, command: Command, key: str, value: str) -> None:
    config(f"subprojects.{key}", value)
    ended = command("clone-project", "one", cwd=host_with(src, f"{NOBODY}/one.git"))
    assert ended.code == 128
    assert f"fatal: config subprojects.{key}: expected a whole number from " in ended.err


@pytest.mark.parametrize(
    ("origin", "relative"),
    [
        ("{url}/linux.git", "../one.git"),
        ("{url}/group/linux.git/", "../../one.git"),
        ("{url}/linux.git", "./../one.git"),
        ("{base}/linux.git", "../one.git"),
        (None, "../../upstream/one.git"),
    ],
)
def test_a_relative_url_starts_from_the_hosts_own(
    src: Path, daemon: Daemon, base: Path, command: Command, origin: str | None, relative: str
) -> None:
    script = "" if origin is None else f"git remote add origin {origin.format(url=daemon.url, base=daemon.base)}"
    outcome(command, host_with(src, relative, script=script))
    url = f"{daemon.url}/one.git" if origin and origin.startswith("{url}") else f"{daemon.base}/one.git"
    assert git(src / "one", "remote", "get-url", "origin") == url


def test_a_relative_url_that_climbs_too_far(src: Path, command: Command) -> None:
    host = host_with(src, "../../../one.git", script="git remote add origin https://x.invalid/linux.git")
    said = refused(command, host)
    assert (
        "error: one: its URL ../../../one.git cannot be resolved: 'https://x.invalid' has no folder above it\n" in said
    )
    assert "hint: set project.one.url in subprojects.local.toml\n" in said


def test_a_relative_mirror_may_be_local_and_no_other(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    host = host_with(src, f"{NOBODY}/one.git", 'mirrors = ["../../upstream/one.git"]')
    assert outcome(command, host)[0]["url"] == str(base)
    shell("rm -rf one linux", src)
    host = host_with(src, "../none.git", f'mirrors = ["file://{base}"]')
    assert "error: one: transport 'file' not allowed\n" in refused(command, host)


def test_the_users_own_settings_may_rewrite_a_url(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    config(f"url.{base}.insteadOf", "https://example.invalid/one.git")
    data, _ = outcome(command, host_with(src, "https://example.invalid/one.git"))
    assert data["url"] == "https://example.invalid/one.git"
    assert git(src / "one", "config", "remote.origin.url") == "https://example.invalid/one.git"


def test_local_files_need_the_users_consent(src: Path, base: Path, command: Command) -> None:
    host = host_with(src, f"file://{base}")
    said = refused(command, host)
    assert "error: one: transport 'file' not allowed\n" in said
    assert "hint: a manifest may use https, ssh, git and http; for local files set config protocol.file.allow" in said
    config("protocol.file.allow", "always")
    outcome(command, host)


def test_submodules_may_not_be_local_files_either(src: Path, daemon: Daemon, base: Path, command: Command) -> None:
    shell(
        f"""
        git clone -q {base} work; cd work
        git -c protocol.file.allow=always submodule --quiet add {base} part
        git commit -qm part; git push -q origin master
        """,
        src.parent,
    )
    host = host_with(src, f"{daemon.url}/one.git", "submodules = true")
    assert "error: one: its submodules: transport 'file' not allowed\n" in refused(command, host)
    config("protocol.file.allow", "always")
    outcome(command, host)
    assert (src / "one/part/lib/c").read_text() == "c\n"


def test_the_user_may_allow_less(
    src: Path, daemon: Daemon, base: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "https:ext")
    host = host_with(src, f"{daemon.url}/one.git")
    assert "error: one: transport 'git' not allowed\n" in refused(command, host)


def test_without_git(src: Path, tmp_path: Path) -> None:
    host = make_host(src, "schema = 1\n")
    folder = tmp_path / "bin"
    folder.mkdir()
    ended = run(shutil.which("git-clone-project") or "", "--all", cwd=host, PATH=str(folder))
    assert ended == (128, "", "fatal: git was not found on PATH\nhint: install git 2.39 or later\n")


def test_a_relative_url_of_a_fork_names_the_other_remote(src: Path, daemon: Daemon, command: Command) -> None:
    upstream(daemon.base, "org/one")
    host = host_with(src, "../one.git")
    shell(f"git remote add origin {daemon.url}/me/host.git; git remote add upstream {daemon.url}/org/host.git", host)
    ended = command("clone-project", "one", cwd=host)
    hint = f"../one.git starts from {daemon.url}/me/host.git; from upstream it is {daemon.url}/org/one.git: "
    assert (ended.code, hint in ended.err) == (1, True)
    shell(ended.err.partition(hint)[2].splitlines()[0], host)
    assert command("clone-project", "one", cwd=host).code == 0
    assert git(src / "one", "config", "remote.origin.url") == f"{daemon.url}/org/one.git"


def test_the_history_of_a_partial_clone_comes_from_the_mirror_too(src: Path, daemon: Daemon, command: Command) -> None:
    script = "echo 1 > a; git add .; git commit -qm one; echo 2 > a; git commit -qam two"
    made = upstream(daemon.base, "mirrored", script)
    shell("git config uploadpack.allowFilter true; git config uploadpack.allowAnySHA1InWant true", made)
    keys = f'mirrors = ["{daemon.url}/mirrored.git"]\nfilter = "blob:none"'
    host = host_with(src, f"{NOBODY}/one.git", keys)
    assert command("clone-project", "one", cwd=host).code == 0
    assert git(src / "one", "config", "remote.origin.url") == f"{NOBODY}/one.git"
    assert "-1\n+2" in git(src / "one", "log", "-p")
