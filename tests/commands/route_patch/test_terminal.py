"""``git route-patch --check`` and ``--send`` before a real terminal: questions, the editor, git send-email's words."""

import os
from pathlib import Path

import pexpect
import pytest

from tests.support.commands import config, shell
from tests.support.send_email import needs_send_email
from tests.support.series import commit, describe, linux, sent, series, server, subjects
from tests.support.smtp import Server

__all__ = ["linux", "server"]

pytestmark = [pytest.mark.slow, needs_send_email]

WITH_CHECKER = """
schema = 1
[host]
name = "linux"
route.maintainers = "MAINTAINERS"
[host.venue]
sign-off = true
check = [["./checker", "{patch}"]]
"""


def terminal(top: Path, *words: str, editor: str = "false") -> "pexpect.spawn[str]":
    environment = {**os.environ, "TERM": "xterm", "GIT_EDITOR": editor}
    return pexpect.spawn(
        "git", ["route-patch", *words], cwd=str(top), env=environment, encoding="utf-8", timeout=60, echo=False
    )


def ended(child: "pexpect.spawn[str]") -> tuple[int, str]:
    shown = child.read()
    child.close()
    # git ends as what it has started: by the same signal.
    status = child.exitstatus if child.signalstatus is None else 128 + child.signalstatus
    assert status is not None
    return status, shown.replace("\r\n", "\n")


def editor(top: Path, script: str) -> str:
    """Return an editor that does as ``script`` says with the file ``$1``, and keeps what it was shown."""
    path = top.parent / "editor"
    path.write_text(f'#!/bin/sh\ncp "$1" ../shown\n{script}\n')
    path.chmod(0o755)
    return str(path)


def test_a_cover_letter_is_written_in_the_editor(linux: Path, server: Server) -> None:
    series(linux)
    child = terminal(
        linux, "--send", "main..", editor=editor(linux, "sed -i '1s/.*/mm, fs: by hand/; 3s/.*/Größer./' \"$1\"")
    )
    code, shown = ended(child)
    assert code == 0, shown
    assert subjects(server)[0] == "[PATCH 0/2] mm, fs: by hand"
    assert "Größer." in server.messages[0].text
    template = (linux.parent / "shown").read_text()
    assert "\nTo: Jürgen Größe <mm@example.org>\n" in template
    assert "\nA. U. Thor (2):\n  mm: größer\n  fs: add ext\n\n fs/ext.c  | 11 +" in template


def test_a_branchs_description_is_where_it_begins(linux: Path, server: Server) -> None:
    series(linux)
    describe(linux)
    code, shown = ended(terminal(linux, "--send", "main..", editor=editor(linux, "")))
    assert code == 0, shown
    assert (linux.parent / "shown").read_text().startswith("mm, fs: two steps\n\nFirst the größer one.\n# ---")
    assert subjects(server)[0] == "[PATCH 0/2] mm, fs: two steps"


@pytest.mark.parametrize(
    ("script", "part"),
    [
        (': > "$1"', "the cover letter has no subject, so nothing is sent"),
        ("echo 'An hour of work' > \"$1\"; exit 3", "ended with status 3, so nothing is sent"),
    ],
)
def test_without_a_subject_nothing_is_sent_and_nothing_lost(
    linux: Path, server: Server, script: str, part: str
) -> None:
    series(linux)
    code, shown = ended(terminal(linux, "--send", "main..", editor=editor(linux, script)))
    assert code == 1
    assert part in shown
    assert "what was written is in" in shown
    assert server.messages == []
    kept = linux / ".git" / "COVER_EDITMSG"
    if "An hour" in script:
        assert kept.read_text() == "An hour of work\n"
        code, shown = ended(terminal(linux, "--send", "main..", editor=editor(linux, "")))
        assert code == 0, shown
        assert (linux.parent / "shown").read_text().startswith("An hour of work\n\n\n# ---")
        assert subjects(server)[0] == "[PATCH 0/2] An hour of work"
        assert not kept.exists()


def test_one_letter_is_not_lost_for_want_of_another(linux: Path, server: Server) -> None:
    series(linux)
    commit(linux, "perf: one", "tools/perf/list.c")
    commit(linux, "perf: two", "tools/perf/list.c")
    script = 'grep -q perf: "$1" && exit 1; sed -i \'1s/.*/An hour of work/\' "$1"'
    code, shown = ended(terminal(linux, "--send", "main..", editor=editor(linux, script)))
    assert code == 1
    assert "perf: the editor" in shown
    assert server.messages == []
    code, shown = ended(terminal(linux, "--send", "main..", editor=editor(linux, "sed -i '1s/^$/Second/' \"$1\"")))
    assert code == 0, shown
    assert [subject for subject in subjects(server) if " 0/2]" in subject] == [
        "[PATCH 0/2] An hour of work", "[PATCH perf 0/2] Second"
    ]  # fmt: skip


def test_what_is_found_asks(linux: Path, server: Server) -> None:
    commit(linux, "mm: one.", "mm/slab.c")
    child = terminal(linux, "--send", "main..")
    child.expect_exact("warning: subject: ")
    child.expect_exact("Send all the same? [y/N] ")
    child.sendline("n")
    assert ended(child)[0] == 1
    assert server.messages == []
    child = terminal(linux, "--send", "main..")
    child.expect_exact("Send all the same? [y/N] ")
    child.sendline("y")
    assert ended(child)[0] == 0
    assert len(server.messages) == 1
    shell("git commit -q --amend -m 'mm: two.'", linux)
    assert ended(terminal(linux, "--send", "--yes", "-v2", "main.."))[0] == 0


def test_git_send_email_asks_as_ever(linux: Path, server: Server) -> None:
    series(linux)
    config("sendemail.confirm", "always")
    shell("git config --global --unset-all sendemail.confirm; git config --global sendemail.confirm always", linux)
    child = terminal(linux, "--send", "--no-cover-letter", "main..")
    question = "Send this email? ([y]es|[n]o|[e]dit|[q]uit|[a]ll): "
    child.expect_exact("Subject: [PATCH 1/2] ")
    child.expect_exact(question)
    child.sendline("y")
    child.expect_exact("Subject: [PATCH 2/2] fs: add ext")
    child.expect_exact(question)
    child.sendline("q")
    code, shown = ended(child)
    assert code == 1
    assert "linux: 1 of 2 messages sent" in shown
    assert subjects(server) == ["[PATCH 1/2] mm: größer"]
    child = terminal(linux, "--send", "--no-cover-letter", "main..")
    child.expect_exact(question)
    child.sendline("a")
    assert ended(child)[0] == 0
    assert subjects(server) == ["[PATCH 1/2] mm: größer", "[PATCH 2/2] fs: add ext"]


def test_ctrl_c_at_a_question_sends_nothing(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    shell("git config --global --unset-all sendemail.confirm; git config --global sendemail.confirm always", linux)
    child = terminal(linux, "--send", "main..")
    child.expect_exact("Send this email?")
    child.sendintr()
    code, shown = ended(child)
    assert code == 130, shown
    assert "Traceback" not in shown
    assert server.messages == []
    assert sent(linux) == []


def test_the_checker_asks_for_leave(linux: Path) -> None:
    (linux / "subprojects.toml").write_text(WITH_CHECKER)
    (linux / "checker").write_text("#!/bin/sh\necho ran >> ../ran\n")
    shell("chmod +x checker; git add .; git commit -qm 'all: check'; git branch -f main", linux)
    commit(linux, "mm: one", "mm/slab.c")
    child = terminal(linux, "--check", "main..")
    child.expect_exact("linux checks patches with its own commands")
    child.expect_exact("./checker '{patch}'")
    child.expect_exact("Run them, now and from now on? [y/N] ")
    child.sendline("")
    _, shown = ended(child)
    assert "not run: you have not allowed it" in shown
    assert not (linux.parent / "ran").exists()
    child = terminal(linux, "--check", "main..")
    child.expect_exact("[y/N] ")
    child.sendline("yes")
    assert ended(child)[0] == 0
    assert (linux.parent / "ran").read_text() == "ran\n"
    _, shown = ended(terminal(linux, "--check", "main.."))
    assert "[y/N]" not in shown
