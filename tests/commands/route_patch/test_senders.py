"""``git route-patch`` as git send-email and b4 call it themselves."""

from pathlib import Path

import pytest

from tests.support.commands import config, run, shell
from tests.support.send_email import (
    BOTH_CC,
    BOTH_TO,
    MEMORY_CC,
    MEMORY_TO,
    NOBODY_ELSE,
    SEND,
    b4,
    linux,
    mails,
    needs_b4,
    needs_send_email,
    trailers,
)  # fmt: skip

__all__ = ["linux"]

pytestmark = pytest.mark.slow

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
