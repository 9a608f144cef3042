"""Objects that a relative has already are not fetched again, and nothing depends on the relative afterwards."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Command, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, noise, upstream
from tests.support.tcp import Proxy

pytestmark = pytest.mark.slow

MANIFEST = """
schema = 1

[project.qemu]
url = "{url}/qemu.git"
{qemu}

[project.qemu-kvm]
url = "{url}/qemu-kvm.git"
{kvm}
"""

BORROWS = 'borrow = ["qemu"]'


@pytest.fixture
def twins(daemon: Daemon) -> None:
    """Serve two projects with a common history of 400 kB, to which each has added a little."""
    for name, branch in (("qemu", "master"), ("qemu-kvm", "kvm")):
        own = f"git branch -qm {branch}; echo {name} > file; git add .; git commit -qm {name}"
        script = f"{noise(4)} for n in 1 2 3 4; do git add $n; git commit -qm $n; done; {own}"
        upstream(daemon.base, name, script)


def clone(command: Command, host: Path, *words: str, code: int = 0) -> tuple[dict[str, Any], str]:
    """Run the command and return what is said of the last project, and all that is said besides."""
    ended = command("clone-project", "--json", *words, cwd=host)
    assert ended.code == code, ended.err
    last = json.loads(ended.out)["projects"][-1]
    assert isinstance(last, dict)
    return last, ended.err


def objects(path: Path) -> Path:
    store = Path(shell("git rev-parse --path-format=absolute --git-path objects", path).strip())
    assert not (store / "info/alternates").exists()
    return store


def inodes(store: Path) -> set[int]:
    return {path.stat().st_ino for path in store.rglob("*") if path.is_file() and path.parent.name != "info"}


def check_stands_alone(path: Path, *donors: Path) -> None:
    """Check that a clone is whole with its donors gone."""
    objects(path)
    for donor in donors:
        shutil.rmtree(donor)
    assert run("git", "fsck", "--full", "--strict", "--no-dangling", cwd=path) == (0, "", "")
    assert run("git", "status", "--porcelain", cwd=path) == (0, "", "")
    assert run("git", "gc", "-q", "--prune=now", cwd=path).code == 0


def test_a_twin_costs_a_tenth_of_the_bytes_and_no_space(
    src: Path, daemon: Daemon, twins: None, command: Command
) -> None:
    with Proxy(daemon.url) as proxy:
        host = make_host(src, MANIFEST.format(url=proxy.url, qemu="", kvm=BORROWS))
        clone(command, host, "qemu-kvm")
        plain = proxy.received
        shutil.rmtree(src / "qemu-kvm")
        clone(command, host, "qemu")
        before = proxy.received
        one, _ = clone(command, host, "qemu-kvm")
        assert proxy.received - before < plain / 10
    assert one["borrowed"] == ["qemu"]
    lent, own = inodes(objects(src / "qemu")), inodes(objects(src / "qemu-kvm"))
    assert lent <= own
    assert len(own - lent) <= 6, "a pack of its own with its index, or a few loose objects"
    check_stands_alone(src / "qemu-kvm", src / "qemu")


@pytest.mark.parametrize(
    ("qemu", "kvm"),
    [("", 'twins = ["qemu"]'), ('twins = ["qemu-kvm"]', ""), ('borrow = ["qemu-kvm"]', ""), (BORROWS[:0], BORROWS)],
)
def test_either_of_the_two_may_say_so(
    src: Path, daemon: Daemon, twins: None, command: Command, qemu: str, kvm: str
) -> None:
    host = make_host(src, MANIFEST.format(url=daemon.url, qemu=qemu, kvm=kvm))
    clone(command, host, "qemu")
    ended = command("clone-project", "qemu-kvm", cwd=host)
    assert "qemu-kvm: cloned to ../qemu-kvm, with objects borrowed from qemu; on kvm (" in ended.err
    check_stands_alone(src / "qemu-kvm")


@pytest.mark.parametrize("order", ["qemu,qemu-kvm", "qemu-kvm,qemu"])
def test_in_one_run_the_second_waits_for_the_first(
    src: Path, daemon: Daemon, twins: None, command: Command, order: str
) -> None:
    with Proxy(daemon.url) as proxy:
        host = make_host(src, MANIFEST.format(url=proxy.url, qemu="", kvm=BORROWS))
        plan = json.loads(command("clone-project", "-n", "--json", order, cwd=host).out)["plan"]
        last, _ = clone(command, host, order)
        assert proxy.received < 500_000, "the common history has come twice"
    first, second = order.split(",")
    assert (plan[0]["after"], plan[1]["after"]) == ([], [first])
    assert plan[1]["donors"] == [{"name": first, "path": str(src / first)}]
    assert (last["name"], last["borrowed"]) == (second, [first])
    check_stands_alone(src / second, src / first)


def test_the_first_has_failed(src: Path, daemon: Daemon, twins: None, command: Command) -> None:
    host = make_host(src, MANIFEST.format(url=daemon.url, qemu='branch = "none"', kvm=BORROWS))
    last, said = clone(command, host, "qemu,qemu-kvm", code=1)
    assert (last["state"], last["borrowed"]) == ("cloned", [])
    assert f"warning: qemu-kvm: nothing borrowed from qemu: {src}/qemu is no repository that git trusts\n" in said


@pytest.mark.parametrize("kind", ["with a work tree", "linked", "bare"])
def test_the_host_lends_too(
    src: Path, daemon: Daemon, twins: None, command: Command, kind: str, tmp_path: Path
) -> None:
    manifest = f'schema = 1\n[host]\ntwins = ["qemu-kvm"]\n[project.qemu-kvm]\nurl = "{daemon.url}/qemu-kvm.git"\n'
    shell(f"git clone -q {daemon.url}/qemu.git linux", src)
    host = make_host(src, manifest)
    if kind == "linked":
        shell("git worktree add -q ../../elsewhere", host)
        host = tmp_path / "elsewhere"
    if kind == "bare":
        shell("git clone -q --bare linux linux.git; rm -rf linux", src)
        host = src / "linux.git"
    one, _ = clone(command, host, "qemu-kvm")
    assert one["borrowed"] == ["host"]
    check_stands_alone(src / "qemu-kvm", src / ("linux.git" if kind == "bare" else "linux"))


def test_two_lenders_and_loose_objects(src: Path, daemon: Daemon, twins: None, command: Command) -> None:
    shell(f"git clone -q {daemon.url}/qemu.git linux; git -C linux commit -q --allow-empty -m loose", src)
    # The second lender has borrowed from the first: they share files.
    manifest = MANIFEST.format(url=daemon.url, qemu='borrow = ["host"]', kvm='borrow = ["qemu", "host"]')
    host = make_host(src, manifest)
    one, _ = clone(command, host, "qemu,qemu-kvm")
    assert one["borrowed"] == ["qemu", "host"]
    loose = shell("git rev-parse HEAD", host).strip()
    assert (objects(src / "qemu-kvm") / loose[:2] / loose[2:]).samefile(objects(host) / loose[:2] / loose[2:])
    check_stands_alone(src / "qemu-kvm", src / "qemu", host)


@pytest.mark.parametrize(
    ("words", "spoil", "why"),
    [
        (["--depth=1"], ":", "it is a shallow clone"),
        (["--filter=blob:none"], ":", "it is a partial clone"),
        ([], "rm qemu/.git/HEAD", None),
    ],
    ids=["shallow", "partial", "broken"],
)
def test_a_relative_that_cannot_lend_is_said(
    src: Path, daemon: Daemon, twins: None, command: Command, words: list[str], spoil: str, why: str | None
) -> None:
    shell("git config uploadpack.allowFilter true", daemon.base / "qemu.git")
    host = make_host(src, MANIFEST.format(url=daemon.url, qemu="", kvm=BORROWS))
    clone(command, host, *words, "qemu")
    shell(spoil, src)
    one, said = clone(command, host, "qemu-kvm")
    assert one["borrowed"] == []
    if why is not None:
        assert f"warning: qemu-kvm: nothing borrowed from qemu: {why}\n" in said
    check_stands_alone(src / "qemu-kvm")


@pytest.mark.parametrize("extent", ["--depth=1", "--filter=tree:0"])
def test_a_clone_of_a_part_borrows_nothing(
    src: Path, daemon: Daemon, twins: None, command: Command, extent: str
) -> None:
    host = make_host(src, MANIFEST.format(url=daemon.url, qemu="", kvm=BORROWS))
    clone(command, host, "qemu")
    one, said = clone(command, host, extent, "qemu-kvm")
    assert one["borrowed"] == []
    assert "nothing borrowed" not in said


def test_with_nobody_there_nothing_is_borrowed(src: Path, daemon: Daemon, twins: None, command: Command) -> None:
    host = make_host(src, MANIFEST.format(url=daemon.url, qemu="", kvm=BORROWS))
    one, said = clone(command, host, "qemu-kvm")
    assert (one["borrowed"], "borrowed" in said) == ([], False)


@pytest.fixture
def another_device(tmp_path: Path) -> Iterator[Path | None]:
    """Return a folder on another file system, if there is one to write to."""
    for place in ("/dev/shm", f"/run/user/{os.getuid()}", "/var/tmp", Path.cwd().anchor, os.path.expanduser("~")):
        if os.access(place, os.W_OK) and os.stat(place).st_dev != tmp_path.stat().st_dev:
            folder = tempfile.mkdtemp(dir=place)
            yield Path(folder)
            shutil.rmtree(folder, ignore_errors=True)
            return
    yield None


def test_what_lies_on_another_file_system_is_copied(
    src: Path, daemon: Daemon, twins: None, command: Command, another_device: Path | None
) -> None:
    with Proxy(daemon.url) as proxy:
        host = make_host(src, MANIFEST.format(url=proxy.url, qemu="", kvm=BORROWS))
        clone(command, host, "qemu")
        if another_device is not None:
            shell(f"mv qemu/.git {another_device}/qemu; echo gitdir: {another_device}/qemu > qemu/.git", src)
        else:
            # A store that borrows itself cannot be linked either.
            shell("git init -q other; mv qemu/.git/objects other/objects; mkdir -p qemu/.git/objects/info", src)
            (objects(src / "qemu") / "info/alternates").write_text(f"{src}/other/objects\n")
        before = proxy.received
        one, _ = clone(command, host, "qemu-kvm")
        assert proxy.received - before < 20_000
    assert one["borrowed"] == ["qemu"]
    check_stands_alone(src / "qemu-kvm", src / "qemu", *filter(None, [another_device]))


def test_a_relative_that_itself_borrows(src: Path, daemon: Daemon, twins: None, command: Command) -> None:
    host = make_host(src, MANIFEST.format(url=daemon.url, qemu="", kvm=BORROWS))
    shell(f"git clone -q {daemon.url}/qemu.git first; git clone -q --shared first qemu", src)
    shell(f"git remote set-url origin {daemon.url}/qemu.git", src / "qemu")
    one, _ = clone(command, host, "qemu-kvm")
    assert one["borrowed"] == ["qemu"]
    check_stands_alone(src / "qemu-kvm", src / "first", src / "qemu")


def test_a_store_that_cannot_be_linked_is_copied(src: Path, daemon: Daemon, twins: None, command: Command) -> None:
    host = make_host(src, MANIFEST.format(url=daemon.url, qemu="", kvm=BORROWS))
    clone(command, host, "qemu")
    shell("git commit -q --allow-empty -m loose", src / "qemu")
    # link(2) refuses a folder, as it may refuse other people's files.
    (objects(src / "qemu") / "ff" / ("f" * 38)).mkdir(parents=True)
    one, _ = clone(command, host, "qemu-kvm")
    assert one["borrowed"] == ["qemu"]
    assert not inodes(objects(src / "qemu")) & inodes(objects(src / "qemu-kvm"))
    check_stands_alone(src / "qemu-kvm", src / "qemu")
