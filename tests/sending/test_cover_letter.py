"""The cover letter: what is asked, what is read of the answer, and what comes of git's own."""

import base64
import hashlib

import pytest

from git_subprojects.sending import cover_letter as cover
from git_subprojects.sending.archive import link
from git_subprojects.sending.record import CoverLetter

GIT = """\
From 1234 Mon Sep 17 00:00:00 2001
From: A <a@example.org>
Subject: [PATCH v2 0/2] *** SUBJECT HERE ***

*** BLURB HERE ***

A (2):
  one
  two


base-commit: 0123
--\x20
2.39.5

"""


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("subject", CoverLetter("subject")),
        ("subject\n\nblurb\n\nmore\n", CoverLetter("subject", "blurb\n\nmore")),
        ("\n\n  two\n  lines\n\nblurb", CoverLetter("two lines", "blurb")),
        ("", CoverLetter()),
    ],
)
def test_the_first_paragraph_is_the_subject(text: str, letter: CoverLetter) -> None:
    assert cover.parsed(text) == letter


def test_a_branch_described_at_length_has_no_subject() -> None:
    assert cover.of_description("short\n\nblurb") == CoverLetter("short", "blurb")
    assert cover.of_description("long " * 30 + "\n\nblurb") == CoverLetter("", ("long " * 30).strip() + " \n\nblurb")


def test_what_is_to_be_edited_is_read_back() -> None:
    letter = CoverLetter("subject", "blurb\n\n# no comment")
    text = cover.to_edit(letter, "To: a@example.org")
    assert "To: a@example.org" in text
    assert cover.edited(text) == letter
    assert cover.edited(cover.to_edit(CoverLetter(), "To: a@example.org")) == CoverLetter()
    assert cover.edited("all else\n\nwas deleted") == CoverLetter("all else", "was deleted")


def test_it_is_filled_in() -> None:
    found = cover.filled(
        GIT.encode(), "[PATCH v2 0/2] mend it", "In two steps.", " a | 1 +", "Range-diff against v1:\n1 = 1"
    )
    assert found.decode() == GIT.replace("*** SUBJECT HERE ***", "mend it").replace(
        "*** BLURB HERE ***", "In two steps."
    ).replace("  two\n\n\n", "  two\n\n a | 1 +\n\nRange-diff against v1:\n1 = 1\n\n\n")


def test_without_a_subject_its_author_still_finds_where_to_write() -> None:
    assert cover.filled(GIT.encode(), "", "", "", "") == GIT.encode()
    assert cover.filled(GIT.encode(), "", "blurb", "", "") == GIT.encode()


def test_without_a_blurb_nothing_stands_in_its_place() -> None:
    assert b"[PATCH v2 0/2] mend it\n\nA (2):\n" in cover.filled(GIT.encode(), "[PATCH v2 0/2] mend it", "", "", "")


def test_another_diffstat_takes_the_place_of_gits() -> None:
    there = GIT.replace(
        "  two\n", "  two\n    more\n\n a | 1 +\n 1 file changed, 1 insertion(+)\n create mode 100644 a\n"
    )
    found = cover.filled(there.encode(), "", "", " b | 2 ++", "").decode()
    assert " a | 1 +" not in found
    assert "  two\n    more\n\n b | 2 ++\n\n\nbase-commit" in found
    assert cover.filled(there.encode(), "", "", "", "") == there.encode()


def test_words_of_any_language_are_declared() -> None:
    found = cover.filled(GIT.encode(), "[PATCH v2 0/2] größer", "größer", "", "").decode()
    head, _, body = found.partition("\n\n")
    assert "Subject: [PATCH v2 0/2] =?utf-8?b?Z3LDtsOfZXI=?=" in head
    assert "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit" in head
    assert body.startswith("größer\n")


def test_without_base_and_signature_what_is_added_stands_at_the_end() -> None:
    assert cover.filled(b"Subject: x\n\nA (1):\n  one\n", "", "", "stat", "") == (
        b"Subject: x\n\nA (1):\n  one\n\nstat\n"
    )


def test_a_note_stands_where_git_am_does_not_read() -> None:
    assert cover.with_note(b"Subject: x\n\nbody\n---\n a | 1 +\n", "Range-diff\n") == (
        b"Subject: x\n\nbody\n---\nRange-diff\n\n a | 1 +\n"
    )
    assert cover.with_note(b"Subject: x\n\nbody\n", "note") == b"Subject: x\n\nbody\n"


@pytest.mark.parametrize("end", ["", "/"])
def test_where_a_message_can_be_read(end: str) -> None:
    message_id = "20260102.1-a+b@example.org"
    lore = "https://lore.kernel.org/qemu-devel"
    assert link(lore + end, message_id) == f"{lore}/{message_id}/"
    assert link(lore + end, "a/b?c@example.org") == f"{lore}/a%2Fb%3Fc@example.org/"
    hashed = base64.b32encode(hashlib.sha1(message_id.encode()).digest()).decode()  # noqa: S324 - so it is named
    for archive in ("https://lists.example.org/archives/list/x@example.org", "https://e.org/hyperkitty/list/x@e.org"):
        assert link(archive + end, message_id) == f"{archive}/message/{hashed}/"
    pipermail = "https://lists.example.org/pipermail/x" + end
    assert link(pipermail, message_id) == pipermail
