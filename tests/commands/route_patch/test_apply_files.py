"""Patch files, mailboxes and standard input tried on twins and other revisions, and ported."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Command, run, shell
from tests.support.twins import qemu, state, twin_of, verdicts

__all__ = ["qemu"]


@pytest.fixture
def patches(qemu: Path) -> Path:
    """Return a folder with the series as patch files; the branch itself has gone."""
    shell("git format-patch -q -o ../patches master..; git switch -q master; git branch -qD topic", qemu)
    # What git am would find in any clone of those who wrote them is not here.
    shell("git reflog expire --expire=now --all; git gc -q --prune=now", qemu)
    return qemu.parent / "patches"


def test_patch_files_are_tried_as_commits_are(qemu: Path, patches: Path, command: Command) -> None:
    before = state(qemu), state(twin_of(qemu))
    found = command("route-patch", "--twins", "--onto", "master", "--json", patches, cwd=qemu)
    assert found.code == 1
    assert verdicts(found.out) == [["clean"], ["conflict"], ["missing"], ["already"]], found.err
    assert verdicts(found.out, "onto") == [["clean"]] * 4
    first, second, *_ = json.loads(found.out)["patches"]
    assert (first["file"], first["subject"]) == ("0001-pc-Better.patch", "pc: Better")
    assert second["twins"][0]["files"][0]["commit"]["subject"] == "pc: Go our own way"
    assert first["twins"][0]["destinations"][0]["patches"][0]["file"] == "0001-pc-Better.patch"
    shown = command("route-patch", "--twins", patches, cwd=qemu)
    assert "  clean     0001-pc-Better.patch pc: Better (offset 2 lines)\n" in shown.out
    assert (state(qemu), state(twin_of(qemu))) == before


@pytest.mark.parametrize("encoding", ["", "--attach", "base64"])
def test_a_mailbox_on_standard_input(qemu: Path, patches: Path, encoding: str) -> None:
    mails = [path.read_text() for path in sorted(patches.iterdir())]
    if encoding == "base64":
        import base64

        head, _, body = mails[0].partition("\n\n")
        coded = base64.encodebytes(body.encode()).decode()
        kind = "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64"
        mails[0] = f"{head}\n{kind}\n\n{coded}\n"
    found = run("git-route-patch", "--twins", "--json", "-", cwd=qemu, stdin="".join(mails))
    assert verdicts(found.out) == [["clean"], ["conflict"], ["missing"], ["already"]], found.err


def test_a_plain_diff(qemu: Path, patches: Path, tmp_path: Path, command: Command) -> None:
    shell("sed -n '/^diff/,/^-- /p' 0001*.patch | head -n -1 > ../plain.diff", patches)
    found = command("route-patch", "--twins", "--json", "../plain.diff", cwd=qemu)
    assert verdicts(found.out) == [["clean"]], found.err


def test_a_base_that_only_the_twin_has(qemu: Path, command: Command) -> None:
    there = twin_of(qemu)
    shell("sed -i 's/kvm has it/so has kvm it/' hw/pc.c; git commit -qam 'pc: Turn'", there)
    shell("git format-patch -q -1 -o ../out; git reset -q --hard HEAD~", there)
    found = command("route-patch", "--twins", "--json", "../out/0001-pc-Turn.patch", cwd=qemu)
    assert verdicts(found.out) == [["clean"]], found.err


def test_a_base_that_is_nowhere(qemu: Path, patches: Path, command: Command) -> None:
    shell("sed -i 's/^index [0-9a-f]*/index 1234567/' 0001*.patch", patches)
    before = state(qemu)
    found = command("route-patch", "--twins", patches, cwd=qemu)
    assert found.code == 128
    assert found.err.startswith("fatal: 0001-pc-Better.patch: what it is based on is not here: ")
    assert state(qemu) == before


def test_several_in_a_file_that_is_no_mailbox(qemu: Path, command: Command) -> None:
    shell("git log -p -2 topic > ../log", qemu)
    found = command("route-patch", "--twins", "../log", cwd=qemu)
    assert (found.code, "holds several patches, and is no mailbox" in found.err) == (129, True), found.err


def test_a_port_of_patch_files(qemu: Path, patches: Path, command: Command) -> None:
    there = twin_of(qemu)
    (first,) = patches.glob("0001*")
    text = first.read_text().replace('From: "A. U. Thor"', "From: =?UTF-8?q?J=C3=BCrgen?=")
    first.write_text(text.replace("Fri, 2 Jan 2026 03:04:05 +0000", "Fri, 31 Dec 1999 23:59:59 -0330"))
    found = command("route-patch", "--port", "qemu-kvm", "--branch", "ported", "-x", first, cwd=qemu)
    assert found.code == 0, found.err
    told = shell("git log -1 --format='%an <%ae> %ad%n%B' --date=iso ported", there).splitlines()
    assert told[0] == "Jürgen <author@example.org> 1999-12-31 23:59:59 -0330"
    assert told[1:4] == ["pc: Better", "", f"(cherry picked from commit {text.split()[1]})"]
    shell("sed -n '/^diff/,/^-- /p' 0001*.patch | head -n -1 > ../plain.diff", patches)
    found = command("route-patch", "--port", "qemu-kvm", "--branch", "plain", "-x", "../plain.diff", cwd=qemu)
    assert "plain.diff does not tell which commit it was" in found.err
    found = command("route-patch", "--port", "qemu-kvm", "--branch", "both", "--conflicts", patches, cwd=qemu)
    assert found.code == 1
    assert "<<<<<<<" in (there.parent / "qemu-kvm-both" / "hw" / "pc.c").read_text()
