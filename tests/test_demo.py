"""The demo runs to its end with the real commands, and leaves nothing behind but its playground."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import Result, run
from tests.support.paths import ROOT
from tests.support.processes import until
from tests.support.send_email import needs_send_email

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), needs_send_email]


def demo(playground: Path, *words: str, stdin: str = "", **environment: str) -> Result:
    return run(sys.executable, "-m", "demo", *words, "--playground", playground, cwd=ROOT, stdin=stdin, **environment)


def is_served(playground: Path) -> bool:
    settings = (playground / "home" / "daemon.gitconfig").read_text()
    port = re.findall(r"git://127\.0\.0\.1:(\d+)/", settings)[-1]
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


def objects_size(sibling: Path, *, of_its_own: bool) -> int:
    files = [path.stat() for path in (sibling / ".git" / "objects").rglob("*") if path.is_file()]
    return sum(file.st_size for file in files if not of_its_own or file.st_nlink == 1)


def assert_documented(shown: str) -> None:
    """Hold the examples in the documentation to what the demo shows, but for the ids of commits."""
    shown = without_ids(shown)
    for name in ("README.md", "docs/routing.md", "docs/sending.md", "docs/twins.md"):
        text = without_ids((ROOT / name).read_text(encoding="utf-8"))
        commands = re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        examples = [one for block in commands for one in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)]
        examples = [one for one in examples if one.count("\n") > 1]
        assert examples
        for example in examples:
            assert example in shown, name


def without_ids(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{12}\b", "ID", text)


def test_from_the_first_clone_to_the_last_route_and_on_in_the_shell(tmp_path: Path) -> None:
    playground = tmp_path / "playground"
    settings = (tmp_path / "home" / ".gitconfig").read_bytes()

    shown = demo(playground)

    assert shown.code == 0, shown.out + shown.err
    assert shown.err == ""
    src = playground / "src"
    assert {"linux", "systemtap", "qemu-kvm", "qemu", "seabios"} <= set(os.listdir(src))
    assert "qemu: cloned to ../qemu, with objects borrowed from qemu-kvm" in shown.out
    assert objects_size(src / "qemu", of_its_own=True) * 10 < objects_size(src / "qemu", of_its_own=False)
    assert "perf: in this tree" in shown.out
    assert (src / "seabios" / "bios.bin").exists()
    assert "systemtap: is there already, in ../systemtap: on master, clean" in shown.out
    assert "detached at release-5.1 on purpose" in shown.out
    assert "To: systemtap@sourceware.org" in shown.out
    assert "To: linux-perf-users@vger.kernel.org" in shown.out
    assert "To: Trace Keeper <trace@example.org>  (MAINTAINERS:40 TRACING)" in shown.out
    assert 'Cc: "T. Ester" <t.ester@example.org>  (Reported-by fork: Trace the child)' in shown.out
    assert "MAINTAINERS:46 THE REST: kernel/fork.c matches F: */" in shown.out
    assert "Trace Keeper <trace@example.org> (maintainer:TRACING)" in shown.out
    assert re.search(r"^MAINTAINERS:15: .*fs/ext3/", shown.out, re.MULTILINE)
    assert "systemtap  on master, 1 ahead of and 1 behind origin/master" in shown.out
    assert "qemu: brought master by 1 commit to origin/master" in shown.out
    assert re.search(r"^qemu: \w{12}\.\.\w{12}: 2 commits came$", shown.out, re.MULTILINE)
    assert not (src / "linux" / ".git" / "hooks" / "post-merge").exists()
    assert "error: sign-off: " in shown.out
    assert "warning: whitespace: " in shown.out
    assert "qemu: sent 1 message\nread it at https://lore.kernel.org/qemu-devel/" in shown.out
    assert "Subject: [PATCH v2] kvm: Tell kvm_init() the machine" in shown.out
    assert re.search(r"^1:  \w+ ! 1:  \w+ kvm: Tell", shown.out, re.MULTILINE)
    assert [path.name for path in sorted((playground / "mail").iterdir())] == [
        f"000{number}.eml" for number in range(1, 10)
    ]
    assert re.search(r"^  clean     \w+ vl: Say why the machine is reset \(offset 2 lines\)$", shown.out, re.MULTILINE)
    assert re.search(r"^  conflict  \w+ vl: Allow 288 CPUs$", shown.out, re.MULTILINE)
    ported = run("git", "log", "--format=%s", "origin/master..cpus", cwd=src / "qemu-kvm").out
    assert ported == "vl: Allow 288 CPUs\nvl: Say why the machine is reset\n"
    assert "  1. linux: [PATCH 0/1] More CPUs\n     to trace@example.org\n" in shown.out
    assert "Subject: [PATCH] perf list: Show the last event too" in (playground / "mail" / "0003.eml").read_text()
    assert_documented(shown.out)
    assert (tmp_path / "home" / ".gitconfig").read_bytes() == settings
    assert not is_served(playground)

    shell = demo(playground, "shell", stdin="pwd && git clone-project e2fsprogs", SHELL="/bin/sh")

    assert shell.code == 0
    assert str(src / "linux") in shell.out
    assert "e2fsprogs: cloned to ../e2fsprogs" in shell.err
    assert not is_served(playground)


def test_again_makes_the_playground_anew_but_takes_no_other_folder(tmp_path: Path) -> None:
    playground = tmp_path / "playground"
    assert demo(playground, "shell", stdin="touch mine", SHELL="/bin/sh").code == 0
    assert (playground / "src" / "linux" / "mine").exists()
    # Without du the demo stops half-way, and says where.
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "du").write_text("#!/bin/sh\nexit 3\n")
    (programs / "du").chmod(0o755)
    failed = demo(playground, PATH=f"{programs}{os.pathsep}{os.environ['PATH']}")
    assert failed.code == 1
    assert "The demo has failed: 'du -sh" in failed.err
    assert "ended with status 3" in failed.err
    assert not (playground / "src" / "linux" / "mine").exists()
    assert not is_served(playground)

    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis").write_text("years of work")
    refused = demo(mine)
    assert refused.code == 1
    assert f"{mine} is there and is no playground" in refused.err
    assert (mine / "thesis").read_text() == "years of work"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_daemon_outlives_it(tmp_path: Path, number: signal.Signals) -> None:
    playground = tmp_path / "playground"
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", "--playground", playground],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None
        shown = next(line for line in process.stdout if line.startswith("$ git clone"))
        assert "linux.git" in shown
        assert is_served(playground)
        # Ctrl-C reaches everything that the terminal's foreground runs, other signals only the demo.
        (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
        process.stdout.read()
    expected = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}
    assert process.returncode == expected[number]
    until(lambda: not is_served(playground))
