"""Patch files, mailboxes and standard input tried on twins and other revisions, and ported."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Command, run, shell
from tests.support.twins import qemu, state, twin_of, verdicts

__all__ = ["qemu"]

pytestmark = pytest.mark.slow


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


@pytest.fixture
def same_names(qemu: Path, patches: Path) -> Path:
    """Return a folder of a and b with one patch each in a file, and two in a mailbox, of the same names."""
    one, two, three, four = sorted(patches.iterdir())
    for name, own in (("a", [one, two]), ("b", [four, three])):
        folder = qemu.parent / name
        folder.mkdir()
        (folder / "0001-x.patch").write_bytes(own[0].read_bytes())
        (folder / "series.mbox").write_bytes(b"".join(path.read_bytes() for path in own))
    return qemu.parent


@pytest.mark.parametrize("names", [["a", "b"], ["b", "a"]])
def test_files_and_mailboxes_of_the_same_name(qemu: Path, same_names: Path, command: Command, names: list[str]) -> None:
    expected = {
        "0001-x.patch": {"a": [["clean"]], "b": [["already"]]},
        "series.mbox": {"a": [["clean"], ["conflict"]], "b": [["already"], ["missing"]]},
    }
    for file, of_folder in expected.items():
        paths = [same_names / name / file for name in names]
        found = command("route-patch", "--twins", "--onto", "master", "--json", *paths, cwd=qemu)
        told = [verdict for name in names for verdict in of_folder[name]]
        assert verdicts(found.out) == told, found.err
        assert verdicts(found.out, "onto") == [["clean"]] * len(told)
        shown = command("route-patch", "--twins", *paths, cwd=qemu)
        lines = [line.split() for line in shown.out.splitlines() if ".patch" in line or ".mbox" in line]
        kinds = {"clean", "already", "conflict", "missing"}
        assert [line[0] for line in lines if line[0] in kinds] == [kind for row in told for kind in row]


def test_a_file_that_is_named_twice_is_there_the_second_time(qemu: Path, same_names: Path, command: Command) -> None:
    path = same_names / "a" / "0001-x.patch"
    found = command("route-patch", "--twins", "--json", path, path, cwd=qemu)
    assert verdicts(found.out) == [["clean"], ["already"]], found.err


def test_a_port_of_two_mailboxes(qemu: Path, same_names: Path, command: Command) -> None:
    shell("rm */0001-x.patch", same_names)
    boxes = [same_names / name / "series.mbox" for name in ("a", "b")]
    found = command("route-patch", "--port", "qemu-kvm", "--branch", "both", "--conflicts", *boxes, cwd=qemu)
    assert "holds several patches" not in found.err
    assert "README: Shorter: is there already, and left out" in found.err
    assert shell("git log -1 --format=%s both", twin_of(qemu)) == "pc: Better\n"


NOBODY = {
    "GIT_AUTHOR_NAME": "", "GIT_AUTHOR_EMAIL": "", "GIT_COMMITTER_NAME": "", "GIT_COMMITTER_EMAIL": "", "EMAIL": "",
    "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.useConfigOnly", "GIT_CONFIG_VALUE_0": "true",
}  # fmt: skip


@pytest.mark.parametrize("option", [["--twins"], ["--twin", "qemu-kvm"], ["--onto", "master"]])
@pytest.mark.parametrize("kind", ["mail", "plain", "no author", "mailbox"])
def test_without_an_identity(
    qemu: Path, patches: Path, command: Command, monkeypatch: pytest.MonkeyPatch, option: list[str], kind: str
) -> None:
    (first,) = patches.glob("0001*")
    if kind == "plain":
        shell(f"sed -n '/^diff/,/^-- /p' {first.name} | head -n -1 > x; mv x {first.name}", patches)
    elif kind == "no author":
        shell(f"sed -i '/^From: /d' {first.name}", patches)
    elif kind == "mailbox":
        first.write_text(first.read_text() * 2)
    for name, value in NOBODY.items():
        monkeypatch.setenv(name, value)
    assert run("git", "var", "GIT_COMMITTER_IDENT", cwd=qemu).code != 0, "git knows nobody"
    found = command("route-patch", *option, "--json", first, cwd=qemu)
    again = [["already"]] if kind == "mailbox" else []
    assert verdicts(found.out, "onto" if option[0] == "--onto" else "twins") == [["clean"], *again], found.err


def test_a_port_keeps_the_author_and_needs_a_committer(qemu: Path, patches: Path, command: Command) -> None:
    (first,) = patches.glob("0001*")
    words: list[str | Path] = ["git-route-patch", "--port", "qemu-kvm", "--branch", "ported", first]
    found = run(*words, cwd=qemu, **NOBODY)
    assert found.code == 128
    assert "git does not know who you are" in found.err
    assert "what it is based on" not in found.err
    shell(f"sed -i '/^From: /d' {first.name}", patches)
    assert run(*words, cwd=qemu).code == 0
    assert shell("git log -1 --format='%an <%ae>' ported", twin_of(qemu)) == "A. U. Thor <author@example.org>\n"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("s/^Date: .*/Date: yesterday-ish/", "git can make no commit of it: invalid date format: yesterday-ish"),
        ("s/^@@ -17,7 /@@ -17,9 /", "git can make no commit of it: corrupt patch at line "),
        ("s/^ line 19 of pc/ line XX of pc/", "git can make no commit of it: patch failed: hw/pc.c:"),
        ("s/^index [0-9a-f]*/index 1234567/", "what it is based on is not here: "),
    ],
)
def test_an_error_says_what_git_says(qemu: Path, patches: Path, command: Command, change: str, message: str) -> None:
    (first,) = patches.glob("0001*")
    shell(f"sed -i '{change}' {first.name}", patches)
    found = command("route-patch", "--onto", "master", first, cwd=qemu)
    assert found.code == 128
    assert found.err.startswith(f"fatal: 0001-pc-Better.patch: {message}"), found.err
