"""``git route-patch`` as git send-email and b4 call it themselves."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import Result, config, run, shell

MAINTAINERS = """
List of maintainers

MEMORY
M:	M. Maintainer <mm@example.org>
R:	R. Reviewer <reviewer@example.org>
L:	linux-mm@example.org
S:	Maintained
F:	mm/

FILE SYSTEMS
M:	Fée Système <fs@example.org>
L:	linux-fs@example.org
S:	Maintained
F:	fs/
"""

MANIFEST = """
schema = 1
[host]
name = "linux"
route.maintainers = "MAINTAINERS"
route.cc = ["linux-kernel@example.org"]
"""

MEMORY_TO = ["mm@example.org"]
MEMORY_CC = ["linux-kernel@example.org", "linux-mm@example.org", "reviewer@example.org"]
BOTH_TO = ["fs@example.org", "mm@example.org"]
BOTH_CC = ["linux-fs@example.org", *MEMORY_CC]


def has_send_email() -> bool:
    folder = subprocess.run(["git", "--exec-path"], capture_output=True, text=True).stdout.strip()
    return (Path(folder) / "git-send-email").exists()


needs_send_email = pytest.mark.skipif(not has_send_email(), reason="git send-email is not installed")
needs_b4 = pytest.mark.skipif(not Path(sys.executable).with_name("b4").exists(), reason="b4 is not installed")


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a host with a commit for mm/ and one for fs/."""
    # b4 looks for commits of the user's own.
    config("user.name", "C. O. Mitter")
    config("user.email", "committer@example.org")
    top = src / "linux"
    top.mkdir()
    (top / "MAINTAINERS").write_text(MAINTAINERS)
    (top / "subprojects.toml").write_text(MANIFEST)
    shell(
        """
        git init -q -b main .; git add .; git commit -qm begin
        git switch -qc topic
        mkdir mm fs
        echo 1 > mm/slab.c; git add .; git commit -qsm 'mm: add the slab'
        echo 1 > fs/ext.c; git add .; git commit -qsm 'fs: add ext'
        """,
        top,
    )
    return top


def mails(ended: Result) -> list[dict[str, list[str]]]:
    """Return the addresses in To and Cc of each mail that git send-email would send."""
    assert ended.code == 0, ended.err
    found: list[dict[str, list[str]]] = []
    text = ended.out.replace("\n\t", " ").replace("\n ", " ")
    for mail in re.split(r"(?m)^Dry-OK\. Log says:\n", text)[1:]:
        headers = {name: re.search(rf"(?m)^{name}: (.*)$", mail) for name in ("To", "Cc")}
        found.append({
            name: sorted(re.findall(r"[\w.-]+@[\w.-]+", match[1])) if match else [] for name, match in headers.items()
        })  # fmt: skip
    return found


SEND = ("git", "send-email", "--dry-run", "--confirm=never", "--from=author@example.org")
NOBODY_ELSE = ("--suppress-cc=self", "--suppress-cc=author", "--suppress-cc=body")
COMMANDS = ("--to-cmd=git route-patch --to", "--cc-cmd=git route-patch --cc")


@needs_send_email
def test_git_send_email_asks_for_each_patch(linux: Path) -> None:
    shell("git format-patch -q main -o ../patches", linux)
    ended = run(*SEND, *COMMANDS, "--suppress-cc=all", "../patches", cwd=linux)
    assert mails(ended) == [{"To": MEMORY_TO, "Cc": []}, {"To": ["fs@example.org"], "Cc": []}], "all is cc-cmd, too"
    ended = run(*SEND, *NOBODY_ELSE, *COMMANDS, "../patches", cwd=linux)
    assert mails(ended) == [
        {"To": MEMORY_TO, "Cc": MEMORY_CC},
        {"To": ["fs@example.org"], "Cc": ["linux-fs@example.org", "linux-kernel@example.org"]},
    ]


@needs_send_email
def test_git_send_email_is_told_by_its_config(linux: Path) -> None:
    config("sendemail.toCmd", "git route-patch --to")
    config("sendemail.ccCmd", "git route-patch --cc")
    shell("git format-patch -q main..topic~1 -o ../patches", linux)
    assert mails(run(*SEND, *NOBODY_ELSE, "../patches", cwd=linux)) == [{"To": MEMORY_TO, "Cc": MEMORY_CC}]
    ended = run(*SEND, *NOBODY_ELSE, "-1", "topic~1", cwd=linux)
    assert mails(ended) == [{"To": MEMORY_TO, "Cc": MEMORY_CC}], "it makes the files itself"


@needs_send_email
def test_git_send_email_sends_a_cover_letter_to_everybody(linux: Path) -> None:
    shell("git format-patch -q --cover-letter main -o ../patches", linux)
    shell("sed -i 's/\\*\\*\\* [A-Z ]* HERE \\*\\*\\*/x/' ../patches/0000-cover-letter.patch", linux)
    cover, *_ = mails(run(*SEND, *NOBODY_ELSE, *COMMANDS, "../patches", cwd=linux))
    assert cover == {"To": BOTH_TO, "Cc": BOTH_CC}


@needs_send_email
def test_git_send_email_is_not_let_to_send_to_nobody(linux: Path) -> None:
    (linux / "subprojects.toml").write_text("schema = 1\n[host]\nname = 'linux'\nroute.maintainers = 'MAINTAINERS'\n")
    shell("echo 1 > Makefile; git add Makefile; git commit -qm build; git format-patch -q -1 -o ../patches", linux)
    ended = run(*SEND, *COMMANDS, "--to=somebody@example.org", "../patches", cwd=linux)
    assert ended.code != 0
    assert "subprojects.toml does not say where patches to linux go" in ended.err


def b4(linux: Path, *words: str) -> Result:
    return run("b4", "--offline-mode", *words, cwd=linux, EMAIL="author@example.org")


def trailers(linux: Path, name: str) -> list[str]:
    """Return the addresses in the trailers of that name of b4's cover letter."""
    lines = run("git", "log", "--format=%B", "main..", cwd=linux).out.splitlines()
    found = [line.removeprefix(f"{name}: ") for line in lines if line.startswith(f"{name}: ")]
    return sorted(address for line in found for address in re.findall(r"[\w.-]+@[\w.-]+", line))


@needs_b4
def test_b4_fills_in_whom_a_series_goes_to(linux: Path) -> None:
    shell("git config b4.send-auto-to-cmd 'git route-patch --to'", linux)
    shell("git config b4.send-auto-cc-cmd 'git route-patch --cc'", linux)
    shell("git config b4.prep-cover-strategy commit; git switch -q main", linux)
    made = b4(linux, "prep", "-n", "series", "-f", "main")
    assert made.code == 0, made.err
    shell("git cherry-pick main..topic", linux)
    filled = b4(linux, "prep", "--auto-to-cc")
    assert filled.code == 0, filled.err
    assert trailers(linux, "To") == BOTH_TO
    assert trailers(linux, "Cc") == BOTH_CC
    assert "Fée Système <fs@example.org>" in run("git", "log", "--format=%B", "main..", cwd=linux).out


@needs_b4
def test_b4_is_told_why_there_is_nobody(linux: Path) -> None:
    (linux / "MAINTAINERS").unlink()
    (linux / "subprojects.toml").write_text("schema = 1\n[host]\nname = 'linux'\n")
    shell("git commit -qam 'No rules'; git branch -qf main; git config b4.prep-cover-strategy commit", linux)
    shell("git config b4.send-auto-to-cmd 'git route-patch --to'", linux)
    assert b4(linux, "prep", "-n", "series", "-f", "main").code == 0
    shell("echo 1 > x; git add x; git commit -qsm x", linux)
    ended = b4(linux, "prep", "--auto-to-cc")
    assert ended.code != 0
    assert "subprojects.toml does not say where patches to linux go" in ended.err
