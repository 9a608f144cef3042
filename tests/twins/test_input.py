"""Patches and repositories of every odd kind, tried in memory; git itself is asked where it can tell."""

import json
import subprocess
from pathlib import Path

import pytest

from git_subprojects.twins.verdicts import ALREADY, CLEAN, CONFLICT, MISSING
from tests.support.commands import Command, config, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, sibling, upstream
from tests.support.trees import FILE, LINK, SCRIPT, SUBMODULE, Node, Tree, imported, listed, outcome, tried
from tests.support.twins import MANIFEST, qemu, state, twin_of, verdicts

__all__ = ["qemu"]

LINES = [f"{number}\n".encode() for number in range(30)]
TEXT = b"".join(LINES)
LATER, EARLIER = TEXT.replace(b"25\n", b"x\n"), TEXT.replace(b"3\n", b"y\n", 1)
BINARY = b"\x89\0\1" + TEXT


def text(content: bytes, mode: str = FILE) -> Tree:
    return {"a": (mode, content)}


def link(target: str) -> Tree:
    return {"a": (LINK, target.encode())}


def module(digit: str) -> Tree:
    return {"a": (SUBMODULE, digit.encode() * 40), "b": (FILE, b"")}


def beside(**files: bytes) -> Tree:
    """Return a tree of files, an underscore for each slash, beside one that stays."""
    return {"stays": (FILE, b""), **{name.replace("_", "/"): (FILE, content) for name, content in files.items()}}


def crlf(content: bytes) -> Tree:
    return text(content.replace(b"\n", b"\r\n"))


NUL = TEXT * 200 + b"\0\n"
CR = b"a\rb\rc\n"
TAIL = b"".join(b"%d after\n" % number for number in range(20))
LONG = b"".join(b"%d long after\n" % number for number in range(60))

CASES: dict[str, tuple[Tree, Tree, Tree, str, str]] = {
    "a binary file as it was": (text(BINARY), text(BINARY), text(BINARY + b"x"), CLEAN, ""),
    "a binary file that is there": (text(BINARY), text(BINARY + b"x"), text(BINARY + b"x"), ALREADY, ""),
    "a binary file that has changed": (text(BINARY), text(BINARY + b"x"), text(BINARY + b"y"), CONFLICT, "is binary"),
    "a text that is binary there": (text(TEXT), text(BINARY), text(LATER), CLEAN, ""),
    "a binary file of a text": (text(TEXT), text(EARLIER), text(BINARY), CONFLICT, "is binary"),
    "a mode": (text(TEXT), text(EARLIER), text(TEXT, SCRIPT), CLEAN, ""),
    "a mode that is there": (text(TEXT), text(EARLIER, SCRIPT), text(TEXT, SCRIPT), ALREADY, ""),
    "a mode and lines": (text(TEXT), text(EARLIER, SCRIPT), text(LATER), CLEAN, ""),
    "a link": (link("x"), link("x"), link("y"), CLEAN, ""),
    "a link that has changed": (link("x"), link("z"), link("y"), CONFLICT, "another thing"),
    "a file for a link": (link("x"), link("x"), text(TEXT), CLEAN, ""),
    "lines where a link is": (text(TEXT), link("x"), text(LATER), CONFLICT, "another thing"),
    "a submodule": (module("1"), module("1"), module("2"), CLEAN, ""),
    "a submodule that is there": (module("1"), module("2"), module("2"), ALREADY, ""),
    "a submodule that has moved": (module("1"), module("3"), module("2"), CONFLICT, "another thing"),
    "a rename with edits": (text(TEXT), text(EARLIER), beside(b=LATER), CLEAN, ""),
    "a rename that is there": (text(TEXT), beside(b=LATER), beside(b=LATER), ALREADY, ""),
    "a rename that is there, without the edits": (text(TEXT), beside(b=EARLIER), beside(b=LATER), CLEAN, ""),
    "a rename to what is there": (beside(a=TEXT), beside(a=TEXT, b=b"1"), beside(b=LATER), CONFLICT, "and so is a"),
    "a rename below itself": (text(TEXT), text(TEXT), beside(a_b=LATER), CLEAN, ""),
    "no end of the last line": (text(TEXT[:-1]), text(EARLIER[:-1]), text(LATER[:-1]), CLEAN, ""),
    "an end for the last line": (text(TEXT[:-1]), text(EARLIER[:-1]), text(TEXT), CLEAN, ""),
    "an end for another last line": (text(TEXT[:-1]), text(TEXT[:-3] + b"z"), text(TEXT), CONFLICT, ""),
    "CRLF there": (text(TEXT), crlf(TEXT), text(LATER), CONFLICT, "CRLF or LF"),
    "CRLF here": (crlf(TEXT), text(TEXT), crlf(LATER), CONFLICT, "CRLF or LF"),
    "CRLF on both sides": (crlf(TEXT), crlf(EARLIER), crlf(LATER), CLEAN, ""),
    "CR within lines": (text(TEXT + CR + TEXT), text(EARLIER + CR + TEXT), text(TEXT + CR + LATER), CLEAN, ""),
    "a NUL far behind": (text(NUL), text(b"new\n" + NUL), text(NUL + b"\0\n"), CLEAN, ""),
    "a file where a folder is": (beside(), beside(a_x=b""), beside(a=TEXT), CONFLICT, "is a folder"),
    "a folder where a file is": (beside(), beside(a=b""), beside(a_x=TEXT), CONFLICT, "needs a folder where a is"),
    "a file for a folder": (beside(a_x=b""), beside(a_x=b""), beside(a=TEXT), CLEAN, ""),
    "a file for a larger folder": (beside(a_x=b""), beside(a_x=b"", a_y=b""), beside(a=TEXT), CONFLICT, "is a folder"),
    "an empty file": (beside(), beside(), beside(a=b""), CLEAN, ""),
    "a new file where an empty one is": (beside(), beside(a=b""), beside(a=TEXT), CLEAN, ""),
    "a new file that is there": (beside(), beside(a=b"1"), beside(a=b"2"), CONFLICT, "not the same"),
    "a rename of what changes there": (text(TEXT), beside(b=TEXT), text(LATER), CLEAN, ""),
    "a mode of what is renamed there": (text(TEXT), beside(b=TEXT), text(TEXT, SCRIPT), MISSING, ""),
    "a change that fits twice": (text(b"x\n"), text(b"x\nx\n"), text(b"x\nx\n"), ALREADY, ""),
    "a file that has gone": (text(TEXT), beside(), text(LATER), MISSING, ""),
    "a deletion that is there": (beside(a=TEXT), beside(), beside(), ALREADY, ""),
    "a deletion of what has changed": (beside(a=TEXT), beside(a=LATER), beside(), CONFLICT, "has changed"),
    "a deletion of what is renamed": (beside(a=TEXT), beside(b=TEXT), beside(), MISSING, ""),
    "context for one file, a merge for the other": (
        {**text(TEXT + LONG), "b": (FILE, TEXT)},
        {**text(LONG + TEXT), "b": (FILE, TEXT.replace(b"23\n", b"z\n"))},
        {**text(TEXT.replace(b"15\n", b"fifteen\n") + LONG), "b": (FILE, LATER)},
        CONFLICT,
        "",
    ),
    "a block that has moved": (
        text(TEXT + TAIL),
        text(TAIL + TEXT),
        text(TEXT.replace(b"15\n", b"fifteen\n") + TAIL),
        CLEAN,
        "",
    ),
}


@pytest.fixture
def top(tmp_path: Path) -> Path:
    path = tmp_path / "repository"
    shell("git init -q -b main .", path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_verdicts(top: Path, name: str) -> None:
    base, ours, theirs, verdict, why = CASES[name]
    _, mine, patch = imported(top, [Node(base, None), Node(ours, 0), Node(theirs, 0)])
    (one,) = tried(top, [patch], top, mine)
    assert one.verdict.kind == verdict, one
    assert why in " ".join(file.why for file in one.verdict.files)
    shell(f"git read-tree {mine}; git diff-tree -p --binary --full-index -M {patch}^ {patch} > ../diff", top)
    applied = subprocess.run(["git", "apply", "--cached", "../diff"], cwd=top, capture_output=True)
    if verdict == CLEAN and applied.returncode == 0:
        tree = shell("git write-tree", top).strip()
        assert outcome(one, listed(top, mine)) == listed(top, tree)
    elif verdict in (CONFLICT, MISSING):
        assert applied.returncode != 0, "git can"


def test_a_root_commit(top: Path, command: Command) -> None:
    shell("echo 1 > a; git add .; git commit -qm first; git switch -q --orphan other; git rm -rfq . || true", top)
    shell("echo 2 > b; git add .; git commit -qm root", top)
    found = command("route-patch", "--onto", "main", "--onto", "HEAD", "--json", "HEAD", cwd=top)
    assert verdicts(found.out, "onto") == [["clean", "already"]], found.err


ODD = """
for name in $'li\\nne' '"quoted"' $'caf\\xe9'; do echo x > "$name"; done; git add .; git commit -qm begin
for name in *; do echo y > "$name"; done; git commit -qam change
git switch -qc other HEAD~; git rm -q $'caf\\xe9'; git commit -qm 'Go without'
"""


def test_names_of_any_bytes(top: Path, command: Command) -> None:
    shell(ODD, top)
    found = command("route-patch", "--onto", "other", "--json", "main", cwd=top)
    (file,) = json.loads(found.out)["patches"][0]["onto"][0]["files"]
    assert file["path"] == "caf\udce9"
    shown = command("route-patch", "--onto", "other", "main", cwd=top).out
    assert '"caf\\351" is not there: removed by' in shown


def test_a_bare_repository_and_one_without_a_manifest(top: Path, command: Command) -> None:
    shell("echo 1 > a; git add .; git commit -qm first; git switch -qc other; echo 2 > a; git commit -qam second", top)
    shell("git clone -q --bare . ../bare.git", top)
    found = command("route-patch", "--onto", "main", "--json", "other", cwd=top.parent / "bare.git")
    assert verdicts(found.out, "onto") == [["clean"]], found.err


@pytest.mark.parametrize(("here", "there"), [("sha256", "sha256"), ("sha1", "sha256"), ("sha256", "sha1")])
def test_repositories_with_sha_256(tmp_path: Path, here: str, there: str) -> None:
    nodes = [Node({**text(TEXT), "new": (FILE, b"x")}, None), Node({**text(EARLIER)}, None)]
    mine, theirs = tmp_path / "here", tmp_path / "there"
    shell(f"git init -q --object-format={here} .", mine)
    shell(f"git init -q --object-format={there} .", theirs)
    _, patch = imported(mine, [nodes[0], Node({**text(LATER), "new": (FILE, b"x")}, 0)])
    _, target = imported(theirs, nodes)
    (one,) = tried(mine, [patch], theirs, target)
    assert one.verdict.kind == CLEAN
    made = one.applied.changes[b"a"]
    assert made is not None
    wanted = TEXT.replace(b"25\n", b"x\n").replace(b"3\n", b"y\n", 1)
    hashed = subprocess.run(
        ["git", "hash-object", "--stdin"], cwd=theirs, input=wanted, capture_output=True, check=True
    )
    assert made.id == hashed.stdout.decode().strip()


def test_a_port_between_kinds_of_repositories(src: Path, tmp_path: Path, command: Command) -> None:
    base = tmp_path / "served"
    script = "seq 30 > a; git add .; git commit -qm begin"
    shell(
        f"git init -q -b master --object-format=sha256 .; {script}; git clone -q --bare . ../qemu-kvm.git", base / "w"
    )
    upstream(base, "qemu", script)
    host = make_host(src, MANIFEST.format(base=base.as_uri()))
    top = sibling(host, (base / "qemu.git").as_uri(), "qemu")
    there = sibling(host, (base / "qemu-kvm.git").as_uri(), "qemu-kvm")
    shell("sed -i 15d a; git commit -qam change; sed -i 20d a; cp a b; git add .; git commit -qm more", top)
    assert command("route-patch", "--port", "qemu-kvm", "--branch", "ported", "HEAD~2..", cwd=top).code == 0
    assert shell("git show ported:a", there) == (top / "a").read_text()
    assert len(shell("git rev-parse ported", there).strip()) == 64
    shell("git fsck", there)


def mark(there: Path, url: str) -> None:
    """Mark a clone of the twin as git clone-project does."""
    for key, value in (("project", "qemu-kvm"), ("host", "../linux"), ("url", url)):
        shell(f"git config subprojects.{key} {value}", there)


def test_a_partial_clone_gets_what_it_lacks(qemu: Path, command: Command, daemon: Daemon) -> None:
    there = twin_of(qemu)
    origin = shell("git config remote.origin.url", there).strip().removeprefix("file://")
    shell(f"cp -r {origin} . ; git -C qemu-kvm.git config uploadpack.allowFilter true", daemon.base)
    shell("rm -rf qemu-kvm", qemu.parent)
    shell(f"git clone -q --no-checkout --filter=blob:none {daemon.url}/qemu-kvm.git", qemu.parent)
    mark(there, f"{daemon.url}/qemu-kvm.git")
    missing = "git rev-list --objects --all --missing=print | grep -c '^?'"
    before = int(shell(missing, there))
    found = command("route-patch", "--twins", "--json", "topic~3", cwd=qemu)
    assert verdicts(found.out) == [["clean"]], found.err
    assert int(shell(missing, there)) == before - 1, "only what was looked at"
    shell(f"git config remote.origin.url {daemon.url}/nowhere.git", there)
    shell("git switch -q master; sed -i 10d README; git commit -qam 'README: Shorter there'", qemu)
    found = command("route-patch", "--twins", "--json", "HEAD", cwd=qemu)
    assert found.code == 1
    assert "of a file is not there, and cannot be fetched" in found.err
    (twin,) = json.loads(found.out)["patches"][0]["twins"]
    assert (twin["verdict"], "cannot be fetched" in twin["error"]) == (None, True)


def test_a_shallow_twin(qemu: Path, command: Command) -> None:
    there = twin_of(qemu)
    url = shell("git config remote.origin.url", there).strip()
    shell(f"rm -rf qemu-kvm; git clone -q --depth 1 {url}", qemu.parent)
    mark(there, url)
    found = command("route-patch", "--twins", "--json", "master..", cwd=qemu)
    assert verdicts(found.out) == [["clean"], ["conflict"], ["missing"], ["already"]], found.err


def test_below_the_top_and_in_a_linked_work_tree(qemu: Path, command: Command) -> None:
    found = command("route-patch", "--twins", "--json", "topic~2", cwd=qemu / "hw")
    (file,) = json.loads(found.out)["patches"][0]["twins"][0]["files"]
    assert file["commit"]["subject"] == "pc: Go our own way"
    found = command("route-patch", "--onto", "topic~1", "--json", "topic~2", cwd=qemu / "hw")
    assert verdicts(found.out, "onto") == [["already"]]


def test_a_twin_on_a_topic_of_its_own_is_tried_at_its_upstream(qemu: Path, command: Command) -> None:
    shell("git switch -qc mine; git rm -q hw/pc.c; git commit -qm gone; echo dirt >> README", twin_of(qemu))
    before = state(twin_of(qemu))
    assert verdicts(command("route-patch", "--twins", "--json", "topic~3", cwd=qemu).out) == [["clean"]]
    assert state(twin_of(qemu)) == before


def test_an_upstream_that_is_not_there(qemu: Path, command: Command) -> None:
    shell("git remote remove origin; git symbolic-ref HEAD refs/heads/none", twin_of(qemu))
    found = command("route-patch", "--twins", "topic~3", cwd=qemu)
    assert found.code == 1
    assert "error: qemu-kvm: HEAD: there is no such commit to apply the patches to\n" in found.err


def test_user_settings_change_nothing(qemu: Path, command: Command) -> None:
    words = ("route-patch", "--twins", "--json", "master..")
    usual = command(*words, cwd=qemu).out
    for key, value in {
        "color.ui": "always", "diff.noprefix": "true", "log.showSignature": "true",
        "diff.renames": "false", "log.follow": "true", "diff.external": "false", "merge.conflictStyle": "diff3",
        "log.date": "relative", "core.quotePath": "false", "diff.algorithm": "patience", "log.abbrevCommit": "true",
        "blame.date": "relative", "blame.showEmail": "true", "log.diffMerges": "combined", "diff.orderFile": "nowhere",
    }.items():  # fmt: skip
        config(key, value)
    found = command(*words, cwd=qemu)
    assert found.out == usual


def test_hostile_merges_take_their_time_and_no_more(top: Path) -> None:
    many = b"".join(b"%d\n" % number for number in range(20_000))
    ours = b"".join(b"%d\n%s" % (number, b"x\n" if number % 2 else b"") for number in range(20_000))
    theirs = b"".join(b"%d\n%s" % (number, b"y\n" if not number % 2 else b"") for number in range(20_000))
    _, mine, patch = imported(top, [Node(text(many), None), Node(text(ours), 0), Node(text(theirs), 0)])
    (one,) = tried(top, [patch], top, mine)
    assert one.verdict.kind in (CLEAN, CONFLICT)


@pytest.mark.slow
def test_a_patch_of_very_many_files_that_are_not_there(top: Path) -> None:
    """No command line holds them all: what is told of them is cut, and the verdict is the same."""
    many: Tree = {f"{'long' * 60}{number}/f": (FILE, b"%d\n" % number) for number in range(9_000)}
    changed: Tree = {path: (mode, content + b"x\n") for path, (mode, content) in many.items()}
    _, other, patch = imported(top, [Node(many, None), Node({"b": (FILE, b"")}, None), Node(changed, 0)])
    (one,) = tried(top, [patch], top, other)
    assert one.verdict.kind == MISSING
    assert len(one.verdict.files) == 9_000
