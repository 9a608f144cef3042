"""Header fields: what the standard library's parser reads out of them again."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from git_subprojects.routing.model import Recipient
from git_subprojects.sending import headers

MESSAGE = b"From 1234 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: [PATCH] x\n\nbody\n\nmore\n"


def recipient(address: str, name: str = "") -> Recipient:
    return Recipient(address, name, "maintainer", ())


def read(message: bytes) -> EmailMessage:
    _, _, rest = message.partition(b"\n")
    parsed = email.message_from_bytes(rest, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def people(message: bytes, header: str) -> list[tuple[str, str]]:
    value = read(message)[header]
    return [(one.display_name, one.addr_spec) for one in value.addresses]


@pytest.mark.parametrize(
    "name",
    [
        "A. Name",
        "Jürgen Größe",
        "王小明",
        'Quo"te',
        "Back\\slash",
        "Doe, Jane",
        "a@b",
        "Ü, (the) <first>",
        "=?utf-8?q?no?=",
    ],
)
def test_a_name_is_read_as_it_was(name: str) -> None:
    message = headers.with_fields(MESSAGE, headers.addresses("To", [recipient("a@example.org", name)]))
    assert people(message, "To") == [(name, "a@example.org")]
    assert message.isascii()


def test_a_hundred_people_stand_one_a_line() -> None:
    many = [recipient(f"r{number}@example.org", f"Récipient {number}") for number in range(100)]
    message = headers.with_fields(MESSAGE, headers.addresses("Cc", many))
    assert people(message, "Cc") == [(one.name, one.address) for one in many]
    assert max(map(len, message.split(b"\n"))) < 100


def test_a_name_is_folded_and_one_that_cannot_be_is_left_out() -> None:
    assert max(map(len, headers.mailbox(recipient("a@example.org", "long name " * 90)).split("\n"))) < 100
    assert max(map(len, headers.mailbox(recipient("a@example.org", "ü" * 1000)).split("\n"))) < 100
    assert headers.mailbox(recipient("a@example.org", "x" * 999)) == "a@example.org"


def test_a_domain_is_in_ascii() -> None:
    assert headers.mailbox(recipient("a@bücher.example")) == "a@xn--bcher-kva.example"
    assert headers.mailbox(recipient("a@" + "ü" * 80)) == "a@" + "ü" * 80


def test_fields_take_the_place_of_those_that_are_there() -> None:
    folded = b"From: A <a@example.org>\nTo: old@example.org,\n older@example.org\nSubject: x\n\nTo: body\n"
    message = headers.with_fields(folded, headers.addresses("To", [recipient("new@example.org")]))
    assert message == b"From: A <a@example.org>\nSubject: x\nTo: new@example.org\n\nTo: body\n"


@pytest.mark.parametrize("control", ["\r", "\r\r", "\x0b", "\x0c", "\x1b", "\x7f", "\x00"])
def test_nothing_in_the_head_ends_a_line_but_its_end(control: str) -> None:
    message = MESSAGE.replace(b"[PATCH] x", f"[PATCH] x{control}Bcc: everybody@example.org".encode())
    head, _, body = headers.with_fields(message, []).partition(b"\n\n")
    assert control.encode() not in head
    assert body == b"body\n\nmore\n"
    assert read(headers.with_fields(message, []))["Bcc"] is None


@given(st.text(max_size=60), st.text(max_size=60))
@example("", "\x1e0")
@example("ü\u2028Bcc: x", "ü\x85Bcc: x@y")
def test_no_name_and_no_subject_adds_a_field(name: str, subject: str) -> None:
    name, subject = (text.encode("utf-8", "replace").decode() for text in (name, subject))
    fields = [*headers.addresses("To", [recipient("a@example.org", name)]), ("X-Subject", headers.subject(subject))]
    message = headers.with_fields(MESSAGE, fields)
    assert [key.lower() for key in read(message)] == ["from", "subject", "to", "x-subject"]
    assert read(message).get_content() == "body\n\nmore\n"
    assert [address for _, address in people(message, "To")] == ["a@example.org"]
