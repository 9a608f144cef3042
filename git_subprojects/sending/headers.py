"""The head of a mail: recipients and thread as header fields (RFC 5322, RFC 2047), put into a patch file."""

import re
from collections.abc import Iterable, Sequence
from email.header import Header

from git_subprojects.people.mailbox import format_mailbox
from git_subprojects.routing.model import Recipient

_LONGEST_LINE = 900
"""RFC 5322 allows 998 bytes; who passes a mail on may add to a line."""

Field = tuple[str, str]
"""A header field: its name, and its value in ASCII, folded by ``\\n`` and white space."""


def mailbox(recipient: Recipient) -> str:
    """Return a recipient as a mail's header has it: ASCII, folded if it is long.

    A name that cannot be folded is left out. A domain is in ASCII, as IDNA has it, where it can be.
    """
    address = _in_ascii(recipient.address)
    text = _one_line(recipient.name)
    if text.isascii() and "=?" not in text:
        # Quoted where that is needed.
        text, charset = format_mailbox(text, "").removesuffix(" <>"), "us-ascii"
    else:
        charset = "utf-8"
    folded = Header(text, charset, maxlinelen=76).encode()
    if not folded or any(len(line) > _LONGEST_LINE for line in folded.split("\n")):
        return address
    return f"{folded} <{address}>"


def addresses(name: str, recipients: Sequence[Recipient]) -> list[Field]:
    """Return the field ``name`` with the recipients, one a line; nothing where there are none."""
    return [(name, ",\n\t".join(mailbox(recipient) for recipient in recipients))] if recipients else []


def subject(text: str) -> str:
    """Return the value of a Subject field: folded, and in encoded words where it is not ASCII.

    What stands in brackets before it stays legible.
    """
    text = _one_line(text)
    prefix, bracket, rest = text.partition("] ")
    header = Header(header_name="Subject", maxlinelen=76)
    if bracket and prefix.isascii():
        header.append(prefix + bracket.strip(), "us-ascii")
        text = rest
    if text:
        header.append(text, "us-ascii" if text.isascii() and "=?" not in text else "utf-8")
    return header.encode()


def with_fields(message: bytes, fields: Iterable[Field]) -> bytes:
    """Return a patch file with ``fields`` at the end of its head; those of the same names there are dropped.

    No line of the head keeps a control character, which could end it in the eyes of some mailer: a commit's subject
    may hold any.
    """
    head, body = split(message)
    added = list(fields)
    dropped = {name.lower().encode() for name, _ in added}
    kept = [line for line in head if line.partition(b":")[0].lower() not in dropped]
    lines = [re.sub(rb"[\x00-\x08\x0b-\x1f\x7f]", b" ", line) for line in kept]
    lines += [f"{name}: {value}".encode() for name, value in added]
    return b"\n".join(lines) + b"\n\n" + body


def split(message: bytes) -> tuple[list[bytes], bytes]:
    """Return the fields of a mail's head, each with its folded lines, and its body.

    The line ``From …`` that git format-patch begins with is the first of them.
    """
    head, _, body = message.partition(b"\n\n")
    lines: list[bytes] = []
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1] += b"\n" + line
        else:
            lines.append(line)
    return lines, body


def _one_line(text: str) -> str:
    """Return a text without what Header would take for the end of a line, or a mailer for something else."""
    return "".join(c if c.isprintable() else " " for c in text).strip()


def _in_ascii(address: str) -> str:
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError:
        return address
