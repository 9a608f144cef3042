"""What git am would not make the same commit of is found, and nothing else: held to git am itself."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.commands import Command, config, run, shell
from tests.support.repositories import make_host

MANIFEST = 'schema = 1\n[host]\nname = "linux"\nroute.to = ["list@example.org"]\n'


@pytest.fixture
def top(src: Path) -> Path:
    path = make_host(src, MANIFEST, kept=True)
    shell("seq 40 > f.c; git add .; git commit -qm 'f: Begin'; git switch -qc topic", path)
    return path


def commit(top: Path, message: str, change: str = "sed -i s/^20$/twenty/ f.c") -> None:
    shell(change, top)
    run("git", "add", "-A", cwd=top)
    words = ["git", "commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F-"]
    subprocess.run(words, cwd=top, input=message.encode(), check=True)


def findings(command: Command, top: Path, *revisions: str) -> list[str]:
    """Return what the check finds, each in a line."""
    skipped = "--skip-check=subject,base,detached,whitespace,work-in-progress,author"
    ended = command("route-patch", "--check", "--terse", skipped, *(revisions or ["master.."]), cwd=top)
    return [line.partition("round-trip: ")[2] for line in ended.out.splitlines() if "round-trip: " in line]


def arrives(top: Path, revision: str = "HEAD") -> bool:
    """Return whether git am makes the same commit of what git format-patch writes."""
    words = ("format-patch", "-1", "--stdout", "--binary", "--no-signoff", revision)
    mail = run("git", *words, cwd=top).out
    shell(f"git worktree add -q --detach ../am {revision}^", top)
    ended = run("git", "am", "-q", cwd=top.parent / "am", stdin=mail)
    facts = ("log", "-1", "--format=%T%n%an <%ae>%n%B")
    same = run("git", *facts, cwd=top.parent / "am").out == run("git", *facts, revision, cwd=top).out
    shell("git worktree remove -f ../am", top)
    return ended.code == 0 and same


@pytest.mark.slow
@pytest.mark.parametrize(
    ("message", "finding"),
    [
        ("f: Fix\n\nIt is broken.\n", ""),
        ("f: Fix\n\n  indented\n\n* list\n- item\n--\nsignature\n", ""),
        ("f: Größe\n\nß — 漢字\n", ""),
        ("f: Fix\n\n> From: quoted\n\nFrom: later on\n", ""),
        ("f: Fix\n\nbefore\n---\nafter\n", "git am would end its message before the line '---'"),
        ("f: Fix\n\ndiff --git a/f.c b/f.c\nis what it says\n", "git am would end its message before the line 'diff "),
        ("f: Fix\n\nIndex: f.c\nis what it says\n", "git am would end its message before the line 'Index: f.c'"),
        ("f: Fix\n\nFrom: Somebody <s@example.org>\n\nbody\n", "git am would have"),
        ("f: Fix\n\nSubject: another\n\nbody\n", "git am would have 'another' in its message, and not 'f: Fix'"),
        ("f: Fix\n\nDate: Thu, 1 Jan 2026 00:00:00 +0000\n\nbody\n", "git am would have"),
        ("f: Fix it\nin two lines\n\nbody\n", "git am would have 'f: Fix it in two lines' in its message"),
        ("Re: Fix\n\nbody\n", "git am would have 'Fix' in its message, and not 'Re: Fix'"),
        ("[RFC] f: Fix\n\nbody\n", "git am would have 'f: Fix' in its message, and not '[RFC] f: Fix'"),
        ("f: Fix\n\nFrom a@b Mon Sep 17 00:00:00 2001\nbody\n", "git am would take a line that begins with 'From '"),
    ],
)
def test_messages(top: Path, command: Command, message: str, finding: str) -> None:
    commit(top, message)
    found = findings(command, top)
    assert [line.startswith(finding) for line in found] == ([True] if finding else []), found
    assert arrives(top) is (not finding)


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        "git mv f.c g.c; sed -i s/^20$/twenty/ g.c",
        "printf 'a\\0b' > binary; chmod +x f.c",
        "git rm -q f.c; ln -s nowhere link",
        "sed -i 's/$/\\r/' f.c",
        "printf 'no newline' > last; mkdir 'with space'; echo 1 > 'with space/ü\"q'",
        "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),module; git config diff.ignoreSubmodules all",
        "true",
    ],
)
def test_changes_that_arrive(top: Path, command: Command, change: str) -> None:
    shell(change, top)
    shell("git add -A . ':!module'; git commit -qm 'f: Fix' --allow-empty", top)
    assert findings(command, top) == []


def test_the_author_is_kept(top: Path, command: Command) -> None:
    config("format.from", "Other <other@example.org>")
    shell("git config i18n.commitEncoding ISO-8859-1", top)
    run("git", "commit", "-q", "--allow-empty", "-m", "f: Nothing", "--author=Jo <jo@example.org>", cwd=top)
    commit(top, "f: Gr\N{LATIN SMALL LETTER O WITH DIAERESIS}\n")
    assert findings(command, top) == []


@pytest.mark.slow
def test_commits_are_taken_in_the_order_in_which_they_apply(top: Path, command: Command) -> None:
    commit(top, "f: One\n", "sed -i s/^20$/a/ f.c")
    commit(top, "f: Two\n", "sed -i s/^a$/b/ f.c")
    commit(top, "f: Three\n", "sed -i s/^b$/c/ f.c")
    assert findings(command, top, "HEAD", "HEAD~2", "HEAD~1") == []
    out = top.parent / "out"
    ended = command("route-patch", "--output", out, "HEAD", "HEAD~2", "HEAD~1", cwd=top)
    assert ended.code == 0, ended.err
    names = sorted(path.name for path in out.iterdir())
    assert names == ["0000-cover-letter.patch", "0001-f-One.patch", "0002-f-Two.patch", "0003-f-Three.patch"]
    (found,) = findings(command, top, "HEAD", "HEAD~2")
    assert found.startswith("git am cannot apply it, after the patches before it")


@pytest.mark.slow
def test_a_commit_that_is_left_out(top: Path, command: Command) -> None:
    commit(top, "f: One\n", "sed -i s/^2$/a/ f.c")
    commit(top, "f: Two\n", "sed -i s/^20$/a/ f.c")
    commit(top, "f: Three\n", "sed -i s/^38$/c/ f.c")
    (found,) = findings(command, top, "HEAD~2", "HEAD")
    assert "it changes files that commits between have changed, which are not sent" in found


@pytest.mark.slow
def test_an_evil_merge(top: Path, command: Command) -> None:
    commit(top, "f: One\n", "sed -i s/^2$/a/ f.c")
    shell(
        """
        git switch -qc side master; echo 1 > other; git add .; git commit -qm 'other: One'; git switch -q topic
        git merge -q --no-commit side; sed -i s/^35$/evil/ f.c; git add .; git commit -qm merge
        """,
        top,
    )
    commit(top, "f: Two\n", "sed -i s/^20$/b/ f.c")
    found = findings(command, top)
    assert len(found) == 1
    assert "it changes files that a merge before it has changed, which makes no patch" in found[0]
    ended = command("route-patch", "--send", "--yes", "--skip-check=base,detached", "master..", cwd=top)
    assert ended.code != 0
    assert os.listdir(top.parent) == ["linux"]
