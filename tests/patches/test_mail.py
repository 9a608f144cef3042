"""Mails are read as git mailinfo reads them: the same author, subject and message, whatever they are made of."""

import base64
import quopri
import subprocess
from collections.abc import Callable
from email.header import Header
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from git_subprojects.patches.diff import read

DIFF = "diff --git a/f.c b/f.c\n--- a/f.c\n+++ b/f.c\n@@ -1 +1 @@\n-a\n+b\n"


class Facts(NamedTuple):
    """What a reader makes of a mail."""

    author: str
    subject: str
    message: str


def by_git(mail: bytes, folder: Path) -> Facts:
    words = ["git", "mailinfo", "message", "patch"]
    ended = subprocess.run(words, input=mail, cwd=folder, capture_output=True, check=True)
    fields = dict(line.split(": ", 1) for line in ended.stdout.decode().splitlines() if ": " in line)
    message = (folder / "message").read_bytes().decode().strip("\n").rstrip()
    return Facts(f"{fields['Author']} <{fields['Email']}>", fields.get("Subject", ""), message)


def by_us(mail: bytes) -> Facts:
    (patch,) = read("mail", mail.splitlines(keepends=True))
    assert patch.paths == (b"f.c",)
    return Facts(patch.author, patch.subject, patch.message)


class Part(NamedTuple):
    """A text in a charset and a transfer encoding; ``kind`` is its content type, "" for no such field."""

    text: str
    kind: str = "text/plain"
    charset: str = "utf-8"
    encoding: str = "8bit"

    def written(self) -> bytes:
        fields = f"Content-Type: {self.kind}; charset={self.charset}\n" if self.kind else ""
        fields += f"Content-Transfer-Encoding: {self.encoding}\n" if self.encoding else ""
        content = self.text.encode(self.charset, "replace")
        if self.encoding == "base64":
            content = base64.encodebytes(content)
        elif self.encoding == "quoted-printable":
            content = quopri.encodestring(content)
        return fields.encode() + b"\n" + content


def mail(fields: str, *parts: Part, kind: str = "mixed") -> bytes:
    """Return a mail with these header fields, of one part or of several."""
    head = fields.encode() + b"MIME-Version: 1.0\n"
    if len(parts) == 1:
        return head + parts[0].written()
    begin = f'Content-Type: multipart/{kind}; boundary="=-b?="\n\nnot for you\n'.encode()
    return head + begin + b"".join(b"--=-b?=\n" + part.written() + b"\n" for part in parts) + b"--=-b?=--\n"


FROM = "From: A <a@b.example>\nSubject: [PATCH] s\n"


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-8", "windows-1252"])
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("kind", ["mixed", "signed"])
def test_each_part_has_a_charset_and_an_encoding_of_its_own(
    charset: str, encoding: str, kind: str, tmp_path: Path
) -> None:
    text = Part(f"Cc: Jörg <j@x.org>\n\nWörter\n---\n{DIFF}", "text/plain", charset, encoding)
    written = mail(FROM, text, Part("--\nliste\n", charset="iso-8859-15"), kind=kind)
    facts = by_us(written)
    assert facts.message == "Cc: Jörg <j@x.org>\n\nWörter"
    assert facts == by_git(written, tmp_path)


def test_a_diff_stays_as_it_is_in_any_charset() -> None:
    diff = DIFF.replace("f.c", "ä.c")
    (patch,) = read("mail", mail(FROM, Part(f"ö\n---\n{diff}", charset="iso-8859-1")).splitlines(keepends=True))
    assert (patch.message, patch.paths) == ("ö", ("ä.c".encode("iso-8859-1"),))


def test_a_message_and_an_attached_patch_in_two_charsets(tmp_path: Path) -> None:
    written = mail(FROM, Part("ö\n---\n", charset="iso-8859-1"), Part(DIFF, "text/x-patch", "utf-8", "base64"))
    assert by_us(written) == by_git(written, tmp_path) == Facts("A <a@b.example>", "s", "ö")


def encoded(charset: str) -> Callable[[str], str]:
    return lambda text: Header(text, charset, maxlinelen=60).encode()


NAMES = st.text("aé Žx", min_size=1, max_size=40).map(lambda text: "N" + " ".join(text.split()))
WORDS = st.lists(st.text("abcé:,.Ž", min_size=1, max_size=9), min_size=1, max_size=9).map(" ".join)
NAME_FORMS = st.sampled_from([
    str, encoded("utf-8"), lambda name: f'"{name}"', lambda name: f'"{name}, Q."', lambda name: f"{name} (x)"
])  # fmt: skip
PREFIXES = st.sampled_from(["", "[PATCH] ", "[PATCH v2 1/3] ", "Re: [x] [PATCH] ", "[PATCH]\n "])
LINES = st.lists(
    st.sampled_from(
        ["", "Wörter", "words", "Cc: Žofie <z@x.org>", " indented", "- item", "[tag] x", "a: b", "=20", "--x"]
    ),
    max_size=6,
).map("\n".join)
IN_BODY = st.sampled_from(
    [
        "",
        "From: B <b@x.org>\n\n",
        "From: B\n <b@x.org>\nSubject: [x] y\n\n",
        "Subject: other\n\n",
        "From: =?utf-8?q?=C3=96?= <b@x.org>\n\n",
    ]
)
CHARSETS = st.sampled_from(["utf-8", "iso-8859-2", "windows-1250"])
ENCODINGS = st.sampled_from(["8bit", "quoted-printable", "base64"])
OTHERS = st.lists(
    st.sampled_from([Part("--\nliste ö\n", charset="iso-8859-1"), Part("sig", "application/pgp-signature")]), max_size=2
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES, NAME_FORMS, PREFIXES, WORDS, st.booleans(), IN_BODY, LINES, CHARSETS, ENCODINGS, OTHERS)
def test_git_mailinfo_agrees(
    tmp_path: Path,
    name: str,
    form: Callable[[str], str],
    prefix: str,
    words: str,
    is_encoded: bool,
    in_body: str,
    lines: str,
    charset: str,
    encoding: str,
    others: list[Part],
) -> None:
    subject = encoded("utf-8")(words) if is_encoded else words
    fields = f"From: {form(name)} <a@b.example>\nSubject: {prefix}{subject}\n"
    written = mail(fields, Part(f"{in_body}{lines}\n---\n{DIFF}", "text/plain", charset, encoding), *others)
    assert by_us(written) == by_git(written, tmp_path)
