"""``git route-patch --send``: what arrives at a real mail server, and what is remembered of it."""

import json
import re
from pathlib import Path

import pytest

from tests.support import smtp
from tests.support.commands import config, run, shell
from tests.support.inside import inside
from tests.support.send_email import needs_send_email
from tests.support.series import AUTHOR, commit, describe, linux, send, sent, series, server, subjects
from tests.support.smtp import Server

__all__ = ["linux", "server"]

pytestmark = [pytest.mark.slow, needs_send_email]


def people(message: smtp.Message, header: str) -> list[tuple[str, str]]:
    value = message.mail[header]
    return [] if value is None else [(one.display_name, one.addr_spec) for one in value.addresses]


MM = [("Jürgen Größe", "mm@example.org")]
FS = [("F. S.", "fs@example.org")]
KERNEL = ("", "linux-kernel@example.org")
MM_CC = [KERNEL, ("王小明", "reviewer@example.org"), ("", "linux-mm@example.org")]
FS_CC = [KERNEL, ("", "linux-fs@example.org")]


def test_one_patch_reaches_whom_it_concerns(linux: Path, server: Server) -> None:
    commit(linux, "mm: größer", "mm/slab.c", "ü")
    ended = send(linux, "main..")
    assert ended.code == 0, ended.err
    (message,) = server.messages
    assert message.mail["Subject"] == "[PATCH] mm: größer"
    assert people(message, "To") == MM
    assert people(message, "Cc") == MM_CC
    assert sorted(message.rcpt_tos) == [
        "linux-kernel@example.org", "linux-mm@example.org", "mm@example.org", "reviewer@example.org"
    ]  # fmt: skip
    assert message.mail_from == AUTHOR
    assert message.mail["In-Reply-To"] is None
    body = message.text
    assert "+ü\n" in body
    base = shell("git rev-parse main", linux).strip()
    assert f"\nbase-commit: {base}\n" in body
    assert "linux: sent 1 message\nread it at https://lore.kernel.org/lkml/" in ended.err


def test_a_series_has_a_cover_letter_for_all_and_each_patch_its_own(linux: Path, server: Server) -> None:
    series(linux)
    describe(linux)
    ended = send(linux, "--per-patch-recipients", "main..")
    assert ended.code == 0, ended.err
    assert subjects(server) == ["[PATCH 0/2] mm, fs: two steps", "[PATCH 1/2] mm: größer", "[PATCH 2/2] fs: add ext"]
    cover, first, second = server.messages
    assert sorted(people(cover, "To")) == sorted(FS + MM)
    assert sorted(people(cover, "Cc")) == sorted({*FS_CC, *MM_CC})
    assert (people(first, "To"), people(first, "Cc")) == (MM, MM_CC)
    assert (people(second, "To"), people(second, "Cc")) == (FS, FS_CC)
    top = cover.mail["Message-ID"]
    assert cover.mail["In-Reply-To"] is None
    for message in (first, second):
        assert (message.mail["In-Reply-To"], message.mail["References"]) == (top, top)
    text = cover.text
    assert "First the größer one.\n\nA. U. Thor (2):\n  mm: größer\n  fs: add ext\n" in text
    assert text.count("2 files changed, 12 insertions(+)") == 1
    assert f"base-commit: {shell('git rev-parse main', linux).strip()}" in text
    assert "base-commit" not in first.text


@pytest.mark.parametrize(
    ("setting", "key", "words", "whole"),
    [
        ("", "", [], True),
        ("", 'series = "per-patch"', [], False),
        ("", 'series = "per-patch"', ["--whole-series"], True),
        ("per-patch", 'series = "whole"', [], False),
        ("whole", "", ["--per-patch-recipients"], False),
    ],
)
def test_a_series_goes_whole_or_patch_by_patch(
    linux: Path, server: Server, setting: str, key: str, words: list[str], whole: bool
) -> None:
    if key:
        text = (linux / "subprojects.toml").read_text()
        (linux / "subprojects.toml").write_text(text.replace("[host.venue]\n", f"[host.venue]\n{key}\n"))
        shell("git commit -qam 'all: how'; git branch -f main", linux)
    series(linux)
    describe(linux)
    if setting:
        config("subprojects.series", setting)
    ended = send(linux, "main..", *words)
    assert ended.code == 0, ended.err
    cover, first, _ = server.messages
    assert ({*first.rcpt_tos} == {*cover.rcpt_tos}) is whole


def test_a_long_series_goes_patch_by_patch(linux: Path, server: Server) -> None:
    for number in range(14):
        commit(linux, f"mm: {number}", "mm/slab.c")
    commit(linux, "fs: one", "fs/ext.c")
    describe(linux)
    assert send(linux, "main..").code == 0
    assert {*server.messages[1].rcpt_tos} < {*server.messages[0].rcpt_tos}


def test_a_word_for_series_that_there_is_not(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    config("subprojects.series", "half")
    ended = send(linux, "main..")
    assert (ended.code, server.messages) == (128, [])
    assert "config subprojects.series: expected whole or per-patch, found 'half'" in ended.err


def test_a_new_version_goes_to_who_was_added_to_the_one_before(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c", body="Cc: Gone <gone@example.org>")
    boss = "Boss <boss@example.org>"
    assert send(linux, "main..", "--", f"--cc={boss}", "--bcc=me@example.org").code == 0
    shell("git commit -q --amend -m 'mm: one' -m 'Reviewed-by: Rev <rev@example.org>' -s", linux)
    ended = send(linux, "--skip-check=sign-off", "main..")
    assert ended.code == 0, ended.err
    assert "linux: boss@example.org had v1, and gets v2\n" in ended.err
    assert "linux: Gone <gone@example.org> had v1, and does not get v2\n" in ended.err
    second = server.messages[1]
    assert {"boss@example.org", "rev@example.org"} <= {*second.rcpt_tos}
    assert not {"gone@example.org", "me@example.org"} & {*second.rcpt_tos}
    shell("git commit -q --amend -m 'mm: two' -s", linux)
    assert send(linux, "--skip-check=sign-off", "--exclude=boss@example.org", "-v3", "main..").code == 0
    assert "boss@example.org" not in server.messages[2].rcpt_tos


def test_a_range_for_two_projects_becomes_two_series(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    commit(linux, "perf: two", "tools/perf/list.c")
    commit(linux, "fs: three", "fs/ext.c")
    describe(linux)
    ended = send(linux, "main..")
    assert ended.code == 0, ended.err
    assert subjects(server) == [
        "[PATCH 0/2] mm, fs: two steps", "[PATCH 1/2] mm: one", "[PATCH 2/2] fs: three", "[PATCH perf] perf: two"
    ]  # fmt: skip
    assert people(server.messages[-1], "To") == [("", "perf@example.org")]
    assert server.messages[-1].mail["In-Reply-To"] is None
    cover = server.messages[0].text
    assert "fs/ext.c" in cover
    assert "tools/perf" not in cover
    assert len({message.mail["Message-ID"] for message in server.messages}) == 4
    assert [(one["project"], one["version"]) for one in sent(linux)] == [("linux", 1), ("perf", 1)]


def test_nothing_is_sent_before_all_can_be(linux: Path, server: Server) -> None:
    commit(linux, "perf: one", "tools/perf/list.c")
    series(linux)
    ended = send(linux, "main..")
    assert ended.code == 1
    assert "error: linux: a series wants a cover letter" in ended.err
    assert "nothing is sent: 1 problem" in ended.err
    assert server.messages == []
    describe(linux)
    server.refuse = {"linux-fs@example.org"}
    ended = send(linux, "main..")
    assert ended.code == 1
    assert subjects(server) == ["[PATCH perf] perf: one"]
    server.refuse = set()
    ended = send(linux, "main..")
    assert ended.code == 0, ended.err
    assert "perf: this series was sent already" in ended.err
    assert subjects(server)[1:] == [
        "[PATCH 0/2] mm, fs: two steps",
        "[PATCH 1/2] mm: größer",
        "[PATCH 2/2] fs: add ext",
    ]


def test_what_was_sent_is_remembered(linux: Path, server: Server) -> None:
    series(linux)
    describe(linux)
    send(linux, "main..")
    (one,) = sent(linux)
    ids = [message.mail["Message-ID"].strip("<>") for message in server.messages]
    assert one["base"] == shell("git rev-parse main", linux).strip()
    assert one["commits"] == shell("git rev-list --reverse main..", linux).split()
    messages = one["messages"]
    assert isinstance(messages, list)
    assert [message["id"] for message in messages] == ids
    assert [message["url"] for message in messages] == [f"https://lore.kernel.org/lkml/{one}/" for one in ids]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", message["sent"]) for message in messages)
    shown = inside("route-patch", "--sent", cwd=linux)
    assert "linux v1: mm, fs: two steps (sent " in shown.out
    assert '  To: "F. S." <fs@example.org>\n' in shown.out
    assert f"  [PATCH 2/2] fs: add ext\n    https://lore.kernel.org/lkml/{ids[2]}/\n" in shown.out
    assert shell("git status --porcelain", linux) == ""


def test_nothing_sent_is_said(linux: Path) -> None:
    ended = inside("route-patch", "--sent", cwd=linux)
    assert (ended.code, ended.out, ended.err) == (0, "", "nothing was sent from here\n")
    assert sent(linux) == []
    assert inside("route-patch", "--sent", cwd=linux.parent).code == 128


def test_a_new_version_is_counted_and_compared(linux: Path, server: Server) -> None:
    series(linux)
    describe(linux)
    send(linux, "main..")
    shell("echo 2 >> fs/ext.c; git commit -q --amend --all --no-edit", linux)
    commit(linux, "fs: more", "fs/more.c")
    ended = send(linux, "main..")
    assert ended.code == 0, ended.err
    cover = server.messages[3]
    assert subjects(server)[3:] == [
        "[PATCH v2 0/3] mm, fs: two steps",
        "[PATCH v2 1/3] mm: größer",
        "[PATCH v2 2/3] fs: add ext",
        "[PATCH v2 3/3] fs: more",
    ]
    text = cover.text
    assert "First the größer one." in text, "what was written for v1 is where v2 begins"
    assert "Range-diff against v1:\n1:  " in text
    assert re.search(r"^2:  \w+ ! 2:  \w+ fs: add ext$", text, re.MULTILINE)
    assert re.search(r"^-:  -+ > 3:  \w+ fs: more$", text, re.MULTILINE)
    assert cover.mail["In-Reply-To"] is None, "a thread of its own"
    assert [one["version"] for one in sent(linux)] == [1, 2]
    ended = send(linux, "main..", "-v", "7")
    assert subjects(server)[7] == "[PATCH v7 0/3] mm, fs: two steps"
    shell("git commit -q --amend --no-edit --date=2026-04-04T04:04:04", linux)
    ended = send(linux, "main..", "-v", "2")
    assert ended.code == 1
    assert "v2 of this series was sent already, and its patches were others" in ended.err
    assert "-v 8 sends it once more" in ended.err


def test_where_the_project_wants_it_a_new_version_answers_the_old(linux: Path, server: Server) -> None:
    text = (linux / "subprojects.toml").read_text()
    (linux / "subprojects.toml").write_text(text.replace("[host.venue]\n", '[host.venue]\nthread = "same"\n'))
    shell("git commit -qam 'all: same thread'; git branch -f main; git push -q origin HEAD:refs/heads/x", linux)
    commit(linux, "mm: one", "mm/slab.c")
    assert send(linux, "main..").code == 0
    shell("echo 2 >> mm/slab.c; git commit -q --amend --all --no-edit", linux)
    assert send(linux, "main..").code == 0
    first, second = server.messages
    assert second.mail["Subject"] == "[PATCH v2] mm: one"
    assert second.mail["In-Reply-To"] == second.mail["References"] == first.mail["Message-ID"]
    text = second.text
    assert re.search(r"^1:  \w+ ! 1:  \w+ mm: one$", text, re.MULTILINE)
    assert text.index("\n---\n") < text.index("Range-diff against v1:") < text.index("mm/slab.c | 2 ++")
    (linux.parent / "mail").write_bytes(second.content)
    shell("git checkout -q --detach main; git am -q ../mail; git diff --exit-code topic", linux)


def test_sent_once_it_is_not_sent_again(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    send(linux, "main..")
    ended = send(linux, "main..")
    assert ended.code == 0, "asking again is no error"
    assert "linux: this series was sent already, on 20" in ended.err
    assert "-v 2 sends it once more" in ended.err
    ended = inside("route-patch", "--output=out", "main..", cwd=linux)
    assert ended.code == 1, "there are no files then"
    assert len(server.messages) == 1
    assert send(linux, "-v2", "main..").code == 0
    assert subjects(server)[1] == "[PATCH v2] mm: one"
    ended = send(linux, "-v1", "main..")
    assert ended.code == 0
    assert "linux: v2 of this series was sent already" in ended.err


def test_another_patch_on_top_is_another_series(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    send(linux, "HEAD")
    commit(linux, "mm: one", "mm/slab.c", "2")
    assert send(linux, "--skip-check=base", "HEAD").code == 0
    assert subjects(server) == ["[PATCH] mm: one", "[PATCH] mm: one"]
    assert shell("git for-each-ref --format='%(refname)' refs/subprojects", linux).split() == [
        "refs/subprojects/sent/mm-one-2/v1", "refs/subprojects/sent/mm-one/v1"
    ]  # fmt: skip


def test_the_old_version_stays_there_to_compare(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    send(linux, "main..")
    old = shell("git rev-parse HEAD", linux).strip()
    shell("echo 2 >> mm/slab.c; git commit -q --amend --all --no-edit", linux)
    shell("git reflog expire --expire=now --all; git gc -q --prune=now", linux)
    assert run("git", "cat-file", "-e", old, cwd=linux).code == 0


def test_form_is_as_asked(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    ended = send(linux, "--rfc", "--subject-prefix=PATCH net-next", "--in-reply-to=<1@example.org>", "--cover-letter",
                 "--description-file=../letter", "--exclude=Jürgen <mm@example.org>", "main..")  # fmt: skip
    assert ended.code == 1
    assert "../letter: No such file" in ended.err
    (linux.parent / "letter").write_text("mm: a letter\n\nWords.\n")
    ended = send(linux, "--rfc", "--subject-prefix=PATCH net-next", "--in-reply-to=<1@example.org>", "--cover-letter",
                 "--description-file=../letter", "--exclude=Jürgen <mm@example.org>", "main..")  # fmt: skip
    assert ended.code == 0, ended.err
    assert subjects(server) == ["[RFC PATCH net-next 0/1] mm: a letter", "[RFC PATCH net-next 1/1] mm: one"]
    cover, patch = server.messages
    assert (cover.mail["In-Reply-To"], cover.mail["References"]) == ("<1@example.org>", "<1@example.org>")
    assert patch.mail["References"].split() == ["<1@example.org>", cover.mail["Message-ID"]]
    assert "mm@example.org" not in cover.rcpt_tos
    assert people(cover, "To") == [KERNEL, ("", "linux-mm@example.org")]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--subject-prefix=PATCH] Bcc: x"], "--subject-prefix: expected"),
        (["--subject-prefix=PATCH\nBcc: x@example.org"], "--subject-prefix: expected"),
        (["--in-reply-to=x"], "--in-reply-to: 'x' is no message id"),
        (["--in-reply-to=<a@b>\nBcc: x@example.org"], "is no message id"),
        (["--exclude=x"], "--exclude: 'x' is not one mail address"),
        (["--", "--quiet"], "git send-email --quiet does not tell"),
        (["-v0"], "expected a whole number from 1 up"),
    ],
)
def test_what_cannot_be_meant_is_refused(linux: Path, server: Server, words: list[str], part: str) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    ended = send(linux, "main..", *words)
    assert ended.code == 129
    assert part in ended.err
    assert server.messages == []


def test_its_own_options_reach_git_send_email(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    assert send(linux, "main..", "--", "--bcc=hidden@example.org", "--no-xmailer").code == 0
    (message,) = server.messages
    assert "hidden@example.org" in message.rcpt_tos
    assert message.mail["X-Mailer"] is None


def test_an_identity_of_git_send_email_is_used(linux: Path, server: Server) -> None:
    for key in ("smtpServer", "smtpServerPort", "smtpDomain"):
        value = run("git", "config", f"sendemail.{key}").out.strip()
        config(f"sendemail.work.{key}", value)
        shell(f"git config --global --unset sendemail.{key}", linux)
    config("sendemail.work.from", "Work <work@example.org>")
    commit(linux, "mm: one", "mm/slab.c")
    assert send(linux, "main..", "--", "--identity=work").code == 0
    shell("echo 2 >> mm/slab.c; git commit -q --amend --all --no-edit", linux)
    config("sendemail.identity", "work")
    assert send(linux, "main..").code == 0
    assert [message.mail_from for message in server.messages] == ["work@example.org"] * 2
    assert 'From: "A. U. Thor" <author@example.org>\n\n' in server.messages[0].text


def test_a_dry_run_shows_all_and_sends_nothing(linux: Path, server: Server) -> None:
    series(linux)
    ended = send(linux, "--dry-run", "main..")
    assert ended.code == 0, ended.err
    assert "the cover letter is to be written yet" in ended.err
    assert "dry run: 3 messages not sent\n" in ended.err
    assert ended.out.count("Dry-OK. Log says:") == 3
    assert "*** BLURB HERE ***\n\nA. U. Thor (2):\n  mm: größer\n" in ended.out
    assert "+++ b/mm/slab.c" not in ended.out
    assert "+++ b/mm/slab.c" in send(linux, "-v", "--dry-run", "main..").out
    assert "RCPT TO:<linux-fs@example.org>" in ended.out
    assert server.messages == []
    assert sent(linux) == []
    assert shell("git for-each-ref refs/subprojects", linux) == ""


def test_json_stands_alone_on_standard_output(linux: Path, server: Server) -> None:
    series(linux)
    ended = run("git", "route-patch", "--send", "--dry-run", "--json", "-v", "main..", cwd=linux)
    assert [one["project"] for one in json.loads(ended.out)["series"]] == ["linux"], ended
    assert "[PATCH 1/2] " in ended.err


def test_errors_found_before_stop_all(linux: Path, server: Server) -> None:
    commit(linux, "fixup! mm: one", "mm/slab.c")
    ended = send(linux, "main..")
    assert ended.code == 1
    assert "error: work-in-progress: " in ended.err
    assert "nothing is sent: 1 error" in ended.err
    assert server.messages == []
    assert send(linux, "--skip-check=work-in-progress", "main..").code == 0
    assert len(server.messages) == 1


def test_without_anybody_to_ask_a_cover_letter_must_be_there(linux: Path, server: Server) -> None:
    series(linux)
    ended = send(linux, "main..")
    assert ended.code == 1
    assert "wants a cover letter, and nobody can be asked for one here" in ended.err
    assert server.messages == []
    assert send(linux, "--no-cover-letter", "main..").code == 0
    assert subjects(server) == ["[PATCH 1/2] mm: größer", "[PATCH 2/2] fs: add ext"]
    assert server.messages[1].mail["In-Reply-To"] == server.messages[0].mail["Message-ID"]


def test_files_are_left_ready_for_git_send_email(linux: Path, server: Server) -> None:
    series(linux)
    commit(linux, "perf: two", "tools/perf/list.c")
    out = linux.parent / "out"
    ended = inside("route-patch", "--output", out, "--per-patch-recipients", "main..", cwd=linux)
    assert ended.code == 0, ended.err
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*.patch")) == [
        "linux/0000-cover-letter.patch", "linux/0001-mm-gr-er.patch", "linux/0002-fs-add-ext.patch",
        "perf/0001-perf-two.patch",
    ]  # fmt: skip
    letter = out / "linux" / "0000-cover-letter.patch"
    assert f"write the cover letter first: {letter}" in ended.err
    assert server.messages == []
    again = inside("route-patch", "--output", out, "main..", cwd=linux)
    assert again.code == 1
    assert f"{letter} is there already" in again.err
    letter.write_text(letter.read_text().replace("*** SUBJECT HERE ***", "by hand").replace("*** BLURB HERE ***", "!"))
    for folder in ("linux", "perf"):
        assert f"git send-email --no-thread --to-cmd=true {out}/{folder}" in ended.err
        assert run("git", "send-email", "--no-thread", "--to-cmd=true", out / folder, cwd=linux).code == 0
    cover, first, second, perf = server.messages
    assert subjects(server) == ["[PATCH 0/2] by hand", "[PATCH 1/2] mm: größer", "[PATCH 2/2] fs: add ext",
                                "[PATCH perf] perf: two"]  # fmt: skip
    assert people(first, "To") == MM
    assert second.mail["In-Reply-To"] == cover.mail["Message-ID"]
    assert perf.mail["In-Reply-To"] is None


def test_output_of_one_series_lies_in_the_folder_itself(linux: Path) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    assert inside("route-patch", "--output=out", "-v3", "main..", cwd=linux).code == 0
    assert [path.name for path in (linux / "out").iterdir()] == ["v3-0001-mm-one.patch"]


@pytest.mark.parametrize(
    ("settings", "words", "more"),
    [
        (["sendemail.suppressCc all"], [], set()),
        (["sendemail.suppressCc cc", "sendemail.suppressCc self"], [], set()),
        (["sendemail.identity work", "sendemail.work.suppressCc all"], [], set()),
        (["sendemail.work.suppressCc all", "sendemail.signedOffByCc true"], ["--identity=work"], set()),
        (["sendemail.signedOffByCc true", "sendemail.suppressFrom true"], ["--signed-off-by-cc"], set()),
        (["sendemail.ccCmd 'echo evil@example.org #'", "sendemail.toCmd 'echo evil@example.org #'"], [], set()),
        (["sendemail.cc boss@example.org", "sendemail.bcc me@example.org"], [], {"boss@example.org", "me@example.org"}),
        (["sendemail.identity w", "sendemail.w.to w@example.org", "sendemail.to t@example.org"], [], {"w@example.org"}),
        ([], ["--cc", "boss@example.org", "--bcc=me@example.org"], {"boss@example.org", "me@example.org"}),
        ([], ["--cc-cmd=echo boss@example.org #"], {"boss@example.org"}),
        (["format.cc evil@example.org", "format.headers 'To: evil@example.org'"], [], set()),
    ],
)
def test_the_envelope_is_the_decision(
    linux: Path, server: Server, settings: list[str], words: list[str], more: set[str]
) -> None:
    body = "Cc: Trailer Person <trailer@example.org>\nCc: Left Out <out@example.org>\nAcked-by: Ack <ack@example.org>"
    commit(linux, "mm: one", "mm/slab.c", body=body)
    shell("git commit -q --amend --no-edit --author='Else <else@example.org>'", linux)
    shell("".join(f"git config --add {setting}\n" for setting in settings), linux)
    decided = {f"{name}@example.org" for name in ("linux-mm", "mm", "linux-kernel", "reviewer", "trailer", "ack")}
    ended = send(linux, "main..", "--exclude=out@example.org", "--skip-check=sign-off", "--", *words)
    assert ended.code == 0, ended.err
    (message,) = server.messages
    assert {*message.rcpt_tos} == decided | more
    if not any("-cmd" in word for word in words):
        assert {*re.findall(r"linux: each mail goes to (\S+) too, by ", ended.err)} == more


@pytest.mark.parametrize("option", ["-v2", "--reroll-count=2", "--in-reply-to=x@example.org", "--thread"])
def test_what_would_change_the_mails_stands_before_the_dashes(linux: Path, server: Server, option: str) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    ended = send(linux, "main..", "--", option)
    assert (ended.code, server.messages) == (1, [])
    assert "would change the mails after git route-patch has written them" in ended.err


@pytest.mark.parametrize("value", ["all", "cc"])
def test_git_send_email_is_not_to_leave_people_out(linux: Path, server: Server, value: str) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    ended = send(linux, "main..", "--", f"--suppress-cc={value}")
    assert (ended.code, server.messages) == (1, [])
    assert f"git send-email --suppress-cc={value} would leave out whom git route-patch has found" in ended.err


@pytest.mark.parametrize(
    ("line", "reached"),
    [
        ("Tested-by: Foo Bar <foo at bar.example>", []),
        ("Cc: Doe, John <jd@x.example>", ["jd@x.example"]),
        ("Cc: stable@vger.kernel.org#v5.10+", ["stable@vger.kernel.org"]),
        ("Cc: <stable@vger.kernel.org> # 5.4", ["stable@vger.kernel.org"]),
        ("Cc: root@localhost", []),
        ("Reported-by: syzbot", []),
    ],
)
def test_trailers_without_an_address_stop_nothing(linux: Path, server: Server, line: str, reached: list[str]) -> None:
    commit(linux, "mm: one", "mm/slab.c", body=line)
    ended = send(linux, "main..")
    assert ended.code == 0, ended.err
    usual = {"linux-mm@example.org", "mm@example.org", "linux-kernel@example.org", "reviewer@example.org"}
    assert {*server.messages[0].rcpt_tos} - usual == {*reached}
    assert (f"'{line}' names nobody that mail can reach" in ended.err) is (reached == [])


def test_quiet_still_tells_what_is_wrong(linux: Path, server: Server) -> None:
    commit(linux, "mm: one.", "mm/slab.c")
    ended = send(linux, "-q", "main..")
    assert ended.code == 0
    assert ended.err.startswith("warning: subject: ")
    assert "sent 1 message" not in ended.err


def test_a_version_may_be_the_first_that_is_known(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    assert send(linux, "main..", "-v3").code == 0
    assert subjects(server) == ["[PATCH v3] mm: one"]


def test_half_of_a_series_is_listed_as_such(linux: Path, server: Server) -> None:
    series(linux)
    server.drop_after = 1
    assert send(linux, "--no-cover-letter", "main..").code == 1
    shown = inside("route-patch", "--sent", cwd=linux).out
    assert ", 1 of 2 messages)" in shown.splitlines()[0]
    assert "  [PATCH 2/2] fs: add ext  (not sent)" in shown


def test_git_format_patch_may_fail(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    shell("git config format.coverFromDescription nonsense", linux)
    ended = send(linux, "main..")
    assert ended.code == 128
    assert "git format-patch cannot write the patches: " in ended.err
    assert server.messages == []


def test_dry_run_that_git_send_email_refuses(linux: Path, server: Server) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    ended = send(linux, "--dry-run", "main..", "--", "--no-such-option")
    assert ended.code == 1
    assert "linux: git send-email cannot send this: unrecognized argument: --no-such-option" in ended.err


def test_a_patch_that_concerns_nobody_goes_to_all(linux: Path, server: Server) -> None:
    text = (linux / "subprojects.toml").read_text().replace('route.cc = ["linux-kernel@example.org"]\n', "")
    (linux / "subprojects.toml").write_text(text)
    shell("git commit -qam 'all: no list'; git branch -f main", linux)
    commit(linux, "mm: one", "mm/slab.c")
    commit(linux, "lib: two", "lib/two.c")
    ended = send(linux, "--no-cover-letter", "main..")
    assert ended.code == 0, ended.err
    assert "no rule covers lib/two.c" in ended.err
    first, second = server.messages
    assert people(second, "To") == people(first, "To") == MM


def test_all_that_is_missing_is_told_at_once(linux: Path) -> None:
    series(linux)
    shell("git commit -q --amend -m 'fixup! fs: add ext' -s", linux)
    ended = inside("route-patch", "--send", "main..", cwd=linux)
    assert ended.code == 1
    for told in (
        "error: work-in-progress: ",
        "git send-email does not know how mail leaves this machine",
        "nobody can be asked here whether to send",
        "a series wants a cover letter, and nobody can be asked for one here",
        "nothing is sent: ",
    ):
        assert told in ended.err
    shell("git commit -q --amend -m 'fs: add ext' -s", linux)
    ended = inside("route-patch", "--send", "--yes", "--no-cover-letter", "--skip-check=sign-off", "main..", cwd=linux)
    assert (ended.code, ended.err.endswith("error: nothing is sent: 1 problem\n")) == (128, True)


def test_the_rest_of_a_series_is_named(linux: Path, server: Server) -> None:
    series(linux)
    ended = send(linux, "HEAD~1")
    assert ended.code == 0, ended.err
    assert "1 commit of this branch that origin/main does not have stay here" in ended.err
    assert "hint: all of them: origin/main..\n" in ended.err


@pytest.mark.parametrize("key", ["sendemail.useImapOnly", "sendemail.work.useImapOnly"])
def test_what_git_send_email_would_only_keep_is_not_sent(linux: Path, server: Server, key: str) -> None:
    commit(linux, "mm: one", "mm/slab.c")
    config(key, "true")
    config("sendemail.identity", "work")
    ended = send(linux, "main..")
    assert (ended.code, server.messages, sent(linux)) == (128, [], [])
    assert f"error: with {key}, git send-email puts mails into a folder and sends none\n" in ended.err


def test_what_was_sent_is_sent_once_more(linux: Path, server: Server) -> None:
    series(linux)
    describe(linux)
    assert send(linux, "--resend", "main..").code == 1, "it was not sent before"
    assert send(linux, "main..").code == 0
    before = sent(linux)
    ended = send(linux, "--resend", "main..")
    assert ended.code == 0, ended.err
    assert subjects(server)[3:] == [
        "[RESEND PATCH 0/2] mm, fs: two steps", "[RESEND PATCH 1/2] mm: größer", "[RESEND PATCH 2/2] fs: add ext",
    ]  # fmt: skip
    first, again = server.messages[0], server.messages[3]
    assert (again.rcpt_tos, again.mail["In-Reply-To"]) == (first.rcpt_tos, None)
    assert again.mail["Message-ID"] != first.mail["Message-ID"]
    ended = send(linux, "--resend-to=New Person <new@example.org>", "HEAD~1")
    assert ended.code == 0, ended.err
    alone = server.messages[6]
    assert (alone.rcpt_tos, alone.mail["Subject"]) == (("new@example.org",), "[RESEND PATCH] mm: größer")
    assert alone.mail["In-Reply-To"] == first.mail["Message-ID"]
    assert sent(linux) == before
    ended = send(linux, "--resend-to=nobody", "HEAD~1")
    assert (ended.code, len(server.messages)) == (129, 7)
