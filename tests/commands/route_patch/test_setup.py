"""``git route-patch --setup``: git send-email and b4 ask this program by their own config."""

import json
import re
from pathlib import Path

import pytest

from tests.support.commands import Result, config, run, shell
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

TO, CC = "git route-patch --to", "git route-patch --cc"


def setup(top: Path, *words: str) -> Result:
    return run("git", "route-patch", "--setup", *words, cwd=top)


def local(top: Path) -> str:
    return (top / ".git" / "config").read_text()


def test_it_is_shown_first_and_written_only_when_agreed(linux: Path) -> None:
    before = local(linux)
    ended = setup(linux, "send-email")
    assert ended.code == 1
    assert ended.err == (
        f"git config sendemail.toCmd '{TO}'\ngit config sendemail.ccCmd '{CC}'\n"
        "error: nothing is written, for nobody can be asked here\nhint: --yes writes it\n"
    )
    assert local(linux) == before
    assert setup(linux, "send-email", "--yes").code == 0
    assert run("git", "config", "sendemail.toCmd", cwd=linux).out == f"{TO}\n"
    ended = setup(linux, "send-email")
    assert (ended.code, ended.err) == (0, "send-email asks git route-patch already\n")


def test_it_is_undone(linux: Path) -> None:
    setup(linux, "b4", "--yes")
    setup(linux, "send-email", "--yes")
    shell("git config sendemail.ccCmd mine", linux)
    ended = setup(linux, "send-email", "--remove", "--yes")
    assert (ended.code, ended.err) == (0, "git config --unset sendemail.toCmd\n")
    assert run("git", "config", "sendemail.ccCmd", cwd=linux).out == "mine\n"
    assert setup(linux, "b4", "--remove", "--yes").code == 0
    assert "route-patch" not in local(linux)
    ended = setup(linux, "b4", "--remove")
    assert (ended.code, ended.err) == (0, "b4 does not ask git route-patch already\n")


def test_what_has_another_value_is_left_and_nothing_written(linux: Path) -> None:
    config("sendemail.ccCmd", "mine")
    before = local(linux)
    ended = setup(linux, "send-email", "--yes")
    assert ended.code == 1
    assert "sendemail.ccCmd is 'mine' already, so nothing is written" in ended.err
    assert "git config --unset sendemail.ccCmd" in ended.err
    assert local(linux) == before


def test_what_the_user_has_set_for_all_is_set(linux: Path) -> None:
    config("sendemail.toCmd", TO)
    assert setup(linux, "send-email", "--yes").code == 0
    assert run("git", "config", "--local", "sendemail.toCmd", cwd=linux).code == 1
    ended = setup(linux, "send-email", "--remove", "--yes")
    assert ended.err == "git config --unset sendemail.ccCmd\n", "only what is the repository's own is removed"


def test_json(linux: Path) -> None:
    answer = json.loads(setup(linux, "send-email", "--yes", "--json").out)
    assert answer == {
        "version": 1,
        "settings": {"sendemail.toCmd": TO, "sendemail.ccCmd": CC},
        "changed": ["sendemail.toCmd", "sendemail.ccCmd"],
    }


@pytest.mark.parametrize(
    ("prefix", "value"), [("PATCH iproute2", "iproute2"), ("libvirt PATCH", ""), ("kvm PATCH x", ""), ("PATCH", "")]
)
def test_b4_puts_its_own_prefixes_behind_patch(linux: Path, prefix: str, value: str) -> None:
    with (linux / "subprojects.toml").open("a") as file:
        file.write(f'venue.prefix = "{prefix}"\n')
    setup(linux, "b4", "--yes")
    assert run("git", "config", "b4.send-prefixes", cwd=linux).out.strip() == value


def test_there_is_no_other_program_to_set_up(linux: Path) -> None:
    assert setup(linux, "mutt").code == 129


@needs_send_email
def test_git_send_email_asks(linux: Path) -> None:
    assert setup(linux, "send-email", "--yes").code == 0
    shell("git format-patch -q main..topic~1 -o ../patches", linux)
    assert mails(run(*SEND, *NOBODY_ELSE, "../patches", cwd=linux)) == [{"To": MEMORY_TO, "Cc": MEMORY_CC}]


@needs_b4
def test_b4_asks_checks_and_writes_what_it_would_send(linux: Path) -> None:
    assert setup(linux, "b4", "--yes").code == 0
    shell("git config b4.prep-cover-strategy branch-description; git switch -q main", linux)
    made = b4(linux, "prep", "-n", "series", "-f", "main")
    assert made.code == 0, made.err
    shell("git cherry-pick main..topic", linux)
    assert b4(linux, "prep", "--auto-to-cc").code == 0
    letter = run("git", "config", "branch.b4/series.description", cwd=linux).out
    for header, people in (("To", BOTH_TO), ("Cc", BOTH_CC)):
        assert sorted(re.findall(rf"(?m)^{header}: (?:.*<)?([\w.-]+@[\w.-]+)", letter)) == people
    letter = letter.replace("EDITME: cover title for series", "mm, fs: two")
    run("git", "config", "branch.b4/series.description", letter, cwd=linux)
    checked = b4(linux, "prep", "--check")
    assert "Success: 2, Warning: 0, Error: 0" in checked.err + checked.out, checked.err
    sent = b4(linux, "send", "--no-sign", "-o", "../out")
    assert sent.code == 0, sent.err
    first = min((linux.parent / "out").glob("*.eml")).read_text()
    for person in (*BOTH_TO, *BOTH_CC):
        assert person in first.partition("\n\n")[0]


@needs_b4
def test_b4_is_told_what_is_wrong(linux: Path) -> None:
    with (linux / "subprojects.toml").open("a") as file:
        file.write("venue.sign-off = true\n")
    shell("git add .; git commit -qm 'all: sign'; git branch -f main; git config b4.prep-cover-strategy commit", linux)
    assert setup(linux, "b4", "--yes").code == 0
    assert b4(linux, "prep", "-n", "series", "-f", "main").code == 0
    shell("echo 2 > mm/more.c; git add .; git commit -qm 'mm: more'", linux)
    checked = b4(linux, "prep", "--check")
    assert "ERROR: sign-off: no Signed-off-by: line, and linux takes no patch without one" in checked.err + checked.out
    assert trailers(linux, "To") == []
