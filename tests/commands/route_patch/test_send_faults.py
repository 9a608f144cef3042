"""``git route-patch --send`` where something goes wrong: what was sent is known, and sending again sends the rest."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support import smtp
from tests.support.commands import config, run, shell
from tests.support.processes import until
from tests.support.send_email import needs_send_email
from tests.support.series import commit, describe, linux, send, sent, series, server, subjects
from tests.support.smtp import Server

__all__ = ["linux", "server"]

pytestmark = [pytest.mark.slow, needs_send_email]

COVER, FIRST, SECOND = "[PATCH 0/2] mm, fs: two steps", "[PATCH 1/2] mm: größer", "[PATCH 2/2] fs: add ext"


def state(top: Path) -> list[bool]:
    """Return which messages of the one series that was sent are known to have been."""
    (one,) = sent(top)
    messages = one["messages"]
    assert isinstance(messages, list)
    return [message["sent"] is not None for message in messages]


def test_a_connection_that_breaks(linux: Path, server: Server) -> None:
    for number in range(5):
        commit(linux, f"mm: step {number}", "mm/slab.c")
    server.drop_after = 2
    ended = send(linux, "--no-cover-letter", "main..")
    assert ended.code == 1
    assert "linux: 2 of 5 messages sent; git send-email ended with status" in ended.err
    assert "the same command sends the rest" in ended.err
    assert state(linux) == [True, True, False, False, False]
    server.drop_after = None
    ended = send(linux, "--no-cover-letter", "main..")
    assert ended.code == 0, ended.err
    assert "linux: 2 of 5 messages were sent before" in ended.err
    assert subjects(server) == [f"[PATCH {number + 1}/5] mm: step {number}" for number in range(5)]
    first = server.messages[0].mail["Message-ID"]
    assert [message.mail["In-Reply-To"] for message in server.messages] == [None, *[first] * 4]
    assert state(linux) == [True] * 5


def test_a_recipient_that_is_refused(linux: Path, server: Server) -> None:
    series(linux)
    describe(linux)
    server.refuse = {"linux-fs@example.org"}
    ended = send(linux, "main..")
    assert ended.code == 1
    assert "User unknown" in ended.err
    assert "linux: 0 of 3 messages sent" in ended.err
    assert sent(linux) == []
    server.refuse = {"reviewer@example.org"}
    assert send(linux, "--exclude=reviewer@example.org", "main..").code == 0
    assert subjects(server) == [COVER, FIRST, SECOND]


def test_what_was_written_is_not_lost(linux: Path, server: Server) -> None:
    series(linux)
    server.refuse = {"linux-fs@example.org"}
    (linux.parent / "letter").write_text("mm, fs: two steps\n\nWords that took an hour.\n")
    assert send(linux, "--description-file=../letter", "main..").code == 1
    server.refuse = set()
    assert send(linux, "main..").code == 0
    assert subjects(server) == [COVER, FIRST, SECOND]
    assert "Words that took an hour." in server.messages[0].text


def test_some_sent_and_then_changed_is_a_new_version(linux: Path, server: Server) -> None:
    series(linux)
    describe(linux)
    server.drop_after = 1
    assert send(linux, "main..").code == 1
    server.drop_after = None
    shell("git commit -q --amend --no-edit --date=2026-02-02T02:02:02", linux)
    assert send(linux, "main..").code == 0
    assert subjects(server)[:2] == [COVER, "[PATCH v2 0/2] mm, fs: two steps"]
    assert len(server.messages) == 4


def test_nothing_sent_and_then_changed_is_no_new_version(linux: Path, server: Server) -> None:
    series(linux)
    describe(linux)
    server.drop_after = 0
    assert send(linux, "main..").code == 1
    server.drop_after = None
    shell("git commit -q --amend --no-edit --date=2026-02-02T02:02:02", linux)
    assert send(linux, "main..").code == 0
    assert subjects(server) == [COVER, FIRST, SECOND]
    assert len(sent(linux)) == 1


def test_a_server_that_is_slow(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    server.delay = 1.5
    assert send(linux, "main..").code == 0
    assert state(linux) == [True]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_knows_what_was_sent(linux: Path, server: Server, number: signal.Signals) -> None:
    series(linux)
    describe(linux)
    server.hold_after = 1
    process = subprocess.Popen(
        ["git", "route-patch", "--send", "--yes", "main.."], cwd=linux, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    with process:
        assert server.held.wait(60)
        until(lambda: state(linux) == [True, False, False])
        os.killpg(process.pid, number)
        process.communicate()
    assert process.returncode in (128 + number, -number)
    known = state(linux)
    assert known == [True, False, False]
    server.hold_after = None
    arrived = len(server.messages)
    assert send(linux, "main..").code == 0
    assert subjects(server)[arrived:] == [FIRST, SECOND]


@pytest.mark.parametrize(("encryption", "auth"), [("tls", True), ("ssl", False), ("", True)])
def test_servers_that_want_a_login_or_a_secret(linux: Path, encryption: str, auth: bool) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    with smtp.serving(encryption=encryption, auth=auth) as server:
        server.configure()
        config("sendemail.confirm", "never")
        ended = send(linux, "main..")
        assert ended.code == 0, ended.err
        assert subjects(server) == ["[PATCH] mm: one"]
        assert smtp.PASSWORD not in ended.out + ended.err


def test_a_wrong_password(linux: Path) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    with smtp.serving(auth=True) as server:
        server.configure()
        config("sendemail.confirm", "never")
        shell("git config --global --unset sendemail.smtpPass; git config --global sendemail.smtpPass wrong", linux)
        ended = send(linux, "main..")
        assert ended.code == 1
        assert "0 of 1 message sent" in ended.err
        assert server.messages == []
    assert sent(linux) == []


def test_no_server_to_speak_to(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    ended = send(linux, "main..", "--", "--smtp-server-port=1")
    assert ended.code == 1
    assert "Unable to initialize SMTP properly" in ended.err
    assert "0 of 1 message sent" in ended.err


@pytest.mark.skipif(Path("/usr/sbin/sendmail").exists(), reason="git send-email would use this machine's sendmail")
def test_no_way_out_is_configured(linux: Path) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    ended = send(linux, "main..")
    assert ended.code == 128
    assert "git send-email does not know how mail leaves this machine" in ended.err
    assert "hint: git config --global sendemail.smtpServer mail.example.org" in ended.err
    assert "--output DIR" in ended.err


def test_a_sendmail_is_a_way_out(linux: Path, tmp_path: Path) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    sendmail = tmp_path / "bin" / "sendmail"
    sendmail.parent.mkdir()
    sendmail.write_text("#!/bin/sh\ncat > ../mail\n")
    sendmail.chmod(0o755)
    path = f"{sendmail.parent}{os.pathsep}{os.environ['PATH']}"
    words = ["--", "--confirm=never", f"--sendmail-cmd={sendmail}"] if Path("/usr/sbin/sendmail").exists() else []
    ended = run(
        "git", "route-patch", "--send", "--yes", "main..", *(words or ["--", "--confirm=never"]), cwd=linux, PATH=path
    )
    assert ended.code == 0, ended.err
    assert "Subject: [PATCH] mm: one" in (linux.parent / "mail").read_text()


def test_no_git_send_email(linux: Path, server: Server, tmp_path: Path) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    core = tmp_path / "git-core"
    shutil.copytree(run("git", "--exec-path").out.strip(), core, symlinks=True)
    (core / "git-send-email").unlink()
    ended = run("git", "route-patch", "--send", "--yes", "main..", cwd=linux, GIT_EXEC_PATH=str(core))
    assert ended.code == 128
    assert "error: git send-email is not installed" in ended.err
    assert "Debian: git-email" in ended.err
    ended = run("git", "route-patch", "--output=out", "main..", cwd=linux, GIT_EXEC_PATH=str(core))
    assert ended.code == 0, ended.err


def test_nobody_to_be(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    config("user.useConfigOnly", "true")
    for key in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        os.environ.pop(key)
    ended = send(linux, "main..")
    assert ended.code == 128
    assert "git does not know who you are" in ended.err
    assert "git config --global user.email" in ended.err


def test_ranges_that_make_no_mail(linux: Path, server: Server) -> None:
    ended = send(linux, "main..")
    assert ended.code == 1
    assert "names no commits" in ended.err
    commit(linux, "mm: one", "mm/slab.c")
    shell("git format-patch -q -1 -o ..", linux)
    ended = send(linux, "../0001-mm-one.patch")
    assert ended.code == 129
    assert "0001-mm-one.patch is a file, and what is sent is remembered by its commits" in ended.err
    assert server.messages == []


def test_merges_are_passed_over_and_root_commits_sent(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    shell("git switch -qc other main", linux)
    commit(linux, "fs: other", "fs/ext.c")
    shell("git switch -q topic; git merge -q --no-edit other", linux)
    describe(linux)
    ended = send(linux / "mm", "main..")
    assert ended.code == 0, ended.err
    assert "is a merge: it makes no patch" in ended.err
    assert subjects(server)[0] == COVER
    assert {subject[12:] for subject in subjects(server)[1:]} == {"mm: one", "fs: other"}
    assert " mm/slab.c |    1 +\n fs/ext.c  |    1 +\n 2 files changed" in server.messages[0].text
    root = shell("git rev-list --max-parents=0 HEAD", linux).strip()
    assert send(linux, "--skip-check=base", root).code == 0
    assert "create mode 100644 MAINTAINERS" in server.messages[3].text


def test_a_detached_head_sends(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    shell("git checkout -q --detach", linux)
    ended = send(linux, "main..")
    assert ended.code == 0, ended.err
    assert "HEAD is detached: these commits are on no branch" in ended.err
    assert len(server.messages) == 1


@pytest.mark.parametrize(
    "subject", ["x\rBcc: evil@example.org", "x\r\rTo: evil@example.org", "x\x0bBcc: evil@example.org"]
)
def test_a_subject_adds_no_header(linux: Path, server: Server, subject: str) -> None:
    commit(linux, subject, "mm/slab.c")
    words = ("main..", "--skip-check=round-trip", "--cover-letter", f"--description-file={letter(linux, subject)}")
    assert send(linux, *words).code == 0
    for message in server.messages:
        assert not any("evil" in address for address in message.rcpt_tos)
        assert message.mail["Bcc"] is None
        head = message.content.partition(b"\r\n\r\n")[0]
        assert b"evil" not in b"".join(line for line in head.splitlines() if line.lower().startswith((b"to:", b"cc:")))
        assert b"\r" not in head.replace(b"\r\n", b"")


def letter(top: Path, text: str) -> Path:
    path = top.parent / "letter"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "line",
    [
        "M:	A\rBcc: evil@example.org <a@example.org>",
        "L:	a@example.org\x0cevil@x.org",
    ],
)
def test_a_name_adds_no_header(linux: Path, server: Server, line: str) -> None:
    text = (linux / "MAINTAINERS").read_text()
    (linux / "MAINTAINERS").write_text(text.replace("R:	", line + "\nR:	"))
    shell("git commit -qam 'all: evil'; git branch -f main", linux)
    commit(linux, "mm: one", "mm/slab.c")
    assert send(linux, "main..").code == 0
    (message,) = server.messages
    assert message.mail["Bcc"] is None
    assert not any("evil" in address for address in message.rcpt_tos)


def test_a_hundred_in_copy(linux: Path, server: Server) -> None:
    people = "".join(f"R:	Reviewér {number} <r{number}@example.org>\n" for number in range(100))
    text = (linux / "MAINTAINERS").read_text()
    (linux / "MAINTAINERS").write_text(text.replace("R:	", people + "R:	", 1))
    shell("git commit -qam 'all: many'; git branch -f main", linux)
    commit(linux, "mm: one", "mm/slab.c")
    assert send(linux, "main..").code == 0
    (message,) = server.messages
    assert {f"r{number}@example.org" for number in range(100)} <= set(message.rcpt_tos)
    assert ("Reviewér 99", "r99@example.org") in [
        (one.display_name, one.addr_spec) for one in message.mail["Cc"].addresses
    ]
    assert max(map(len, message.content.splitlines())) < 998


def test_damaged_records_are_passed_over(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    shell(
        "git tag -am '{\"form\": 1}' broken; git update-ref refs/subprojects/sent/x/v1 $(git rev-parse broken)", linux
    )
    shell("git update-ref refs/subprojects/sent/y/v1 HEAD; git tag -d broken", linux)
    assert send(linux, "main..").code == 0
    assert len(sent(linux)) == 1


def test_json_tells_what_was_sent(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    ended = send(linux, "--json", "main..")
    assert ended.code == 0
    (one,) = json.loads(ended.out)["series"]
    assert one["messages"][0]["id"] == server.messages[0].mail["Message-ID"].strip("<>")
    assert "OK. Log says:" in ended.err


def test_the_rest_is_sent_in_the_form_of_what_was_sent(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    commit(linux, "mm: two", "mm/slab.c")
    server.drop_after = 1
    assert send(linux, "--rfc", "--no-cover-letter", "--in-reply-to=1@example.org", "main..").code == 1
    server.drop_after = None
    assert send(linux, "main..").code == 0
    assert subjects(server) == ["[RFC PATCH 1/2] mm: one", "[RFC PATCH 2/2] mm: two"]
    first, second = server.messages
    assert second.mail["References"].split() == ["<1@example.org>", first.mail["Message-ID"]]


def test_two_at_a_time_do_not_meet(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    server.hold_after = 0
    words = ["git", "route-patch", "--send", "--yes", "main.."]
    with subprocess.Popen(words, cwd=linux, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as one:
        assert server.held.wait(60)
        ended = send(linux, "main..")
        assert ended.code == 128
        assert "another git route-patch is sending from this repository" in ended.err
        server.hold_after = None
        one.communicate()
    assert one.returncode == 0
    assert len(server.messages) == 1
