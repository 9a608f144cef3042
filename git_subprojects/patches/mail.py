"""What stands before a diff: the head of a mail, of ``git log``, or of ``hg export``; and the text inside a mail.

docs/adr/0011 says why not with the email package, and how this is held to git mailinfo.
"""

import binascii
import re
from collections.abc import Iterable, Iterator
from itertools import chain, takewhile
from typing import NamedTuple

from git_subprojects.people.encoded_words import charset_named, decoded
from git_subprojects.people.mailbox import mailboxes

_HEADERS_LIMIT = 1 << 20
_PIECES_LIMIT = 1 << 14
_FROM_LINE_LIMIT = 1 << 9
_FOLDED_LIMIT = 1 << 14
_DELIMITERS_LIMIT = 64

_HEADER = re.compile(rb"([!-9;-~]+):[ \t]*(.*)", re.DOTALL)
_FROM_LINE = re.compile(rb"From \S.* \d\d?:\d\d(?::\d\d)?.* \d{4}\b")
_MAIL_COMMIT = re.compile(rb"From ([0-9a-f]{40}(?:[0-9a-f]{24})?) ")
_LOG_COMMIT = re.compile(rb"commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)(?=[ \r\n]|$)")
_LOG_SECOND = re.compile(rb"(?:Author|AuthorDate|Merge|Commit|Reflog|tree|parent|gpg)\b")
_IN_BODY = (b"from", b"subject", b"date")
_HG = b"# HG changeset patch"
_HG_FIELD = re.compile(rb"# (User|Node ID) +(.*)")
_PREFIXES = re.compile(r"\A(?:[\s:]|\[[^\]]*\]|[Rr][Ee]:)*")
_MESSAGE_ENDS = re.compile(rb"---(?:\s*$| \S)|diff -|Index: |-- $")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BOUNDARY = re.compile(rb'boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))', re.IGNORECASE)
_CHARSET = re.compile(rb'charset\s*=\s*"?([^\s;"]+)', re.IGNORECASE)
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))

STARTS = (b"From ", b"commit ", _HG)
"""How a line begins that may begin a patch; ``kind`` tells whether it does."""

MAIL_STARTS = STARTS[:1]
"""The same inside a mail, where only another mail ends it."""


class Head(NamedTuple):
    """What is said of a patch before its diff."""

    commit: str = ""
    subject: str = ""
    author: str = ""
    message: str = ""
    parents: int = 1


Headers = dict[bytes, bytes]
"""A mail's headers, unfolded but not decoded, by name in lower case; of several by one name, the first."""


def kind(line: bytes, following: bytes) -> str:
    """Return what ``line``, with ``following`` after it, begins: "mail", "log", "hg", or "" for nothing."""
    if line.startswith(b"From "):
        is_mail = len(line) < _FROM_LINE_LIMIT and _FROM_LINE.match(line) and _HEADER.match(following)
        return "mail" if is_mail else ""
    if line.startswith(_HG):
        return "hg" if following.startswith(b"# ") else ""
    return "log" if _LOG_COMMIT.match(line) and _LOG_SECOND.match(following) else ""


def kind_at_top(line: bytes) -> str:
    """Return "mail" if a text whose first line this is may be a mail: svn's ``Index:`` is no header."""
    return "mail" if _HEADER.match(line) and not line.startswith(b"Index:") else ""


def headers(lines: Iterator[bytes]) -> tuple[Headers, list[bytes], list[bytes]]:
    """Take a mail's headers off ``lines``; return them, the lines as they came, and what was taken too much."""
    values: dict[bytes, list[bytes]] = {}
    raw: list[bytes] = []
    rest: list[bytes] = []
    value: list[bytes] = []
    room = _HEADERS_LIMIT
    for line in lines:
        room -= len(line)
        match = _HEADER.match(line)
        if match is not None:
            value = [match[2].strip()]
            if room > 0:
                values.setdefault(match[1].lower(), value)
        elif line[:1] in b" \t" and value and line.strip():
            value.extend([line.strip()] if room > 0 else [])
        elif raw or not line.startswith(b"From "):
            (rest if line.strip() else raw).append(line)
            break
        if room > 0:
            raw.append(line)
    return {name: b" ".join(value) for name, value in values.items()}, raw, rest


def body(found: Headers, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a mail's text, of several parts those that are text.

    Of each part the transfer encoding is undone, and what stands before the diff is in UTF-8.
    """
    boundary = _boundary(found)
    if boundary is not None:
        return _parts(boundary, iter(lines))
    encoding = found.get(b"content-transfer-encoding", b"").lower()
    text = iter(lines)
    if encoding == b"quoted-printable":
        text = _lines(map(binascii.a2b_qp, lines))
    elif encoding == b"base64":
        text = _lines(_from_base64(lines))
    named = _CHARSET.search(found.get(b"content-type", b""))
    charset = charset_named(named[1].decode("ascii", "replace")) if named is not None else None
    return text if charset is None else _in_utf8(text, charset)


def _in_utf8(lines: Iterator[bytes], charset: str) -> Iterator[bytes]:
    for line in lines:
        if _MESSAGE_ENDS.match(line.rstrip(b"\r\n")):
            # A diff is bytes: its files may be in any charset, or in several.
            yield line
            break
        yield line.decode(charset, "replace").encode()
    yield from lines


def _boundary(found: Headers) -> bytes | None:
    """Return what parts a mail of several parts; None for one that is whole."""
    kind = found.get(b"content-type", b"")
    match = _BOUNDARY.search(kind) if kind.lower().startswith(b"multipart/") else None
    return match[1] or match[2] if match is not None else None


def _parts(boundary: bytes | None, lines: Iterator[bytes]) -> Iterator[bytes]:
    delimiters: set[bytes] = set()

    def inside(line: bytes) -> bool:
        return not line.startswith(b"--") or line.rstrip() not in delimiters

    part = lines
    while True:
        if boundary is not None and len(delimiters) < _DELIMITERS_LIMIT:
            delimiters.update((b"--" + boundary, b"--" + boundary + b"--"))
        for _ in takewhile(inside, part):
            pass
        first = next(lines, None)
        if first is None:
            return
        part = takewhile(inside, chain([first], lines))
        found, _, rest = headers(part)
        boundary = _boundary(found)
        if boundary is None and _is_text(found):
            yield from body(found, chain(rest, part))


def _is_text(found: Headers) -> bool:
    """Return whether a part may hold a patch: plain text of any sort, or an attachment named as a patch is."""
    kind = found.get(b"content-type", b"text/plain").lower()
    if kind.startswith(b"text/"):
        return not kind.startswith(b"text/html")
    named = kind + found.get(b"content-disposition", b"").lower()
    return b".patch" in named or b".diff" in named


def _from_base64(lines: Iterable[bytes]) -> Iterator[bytes]:
    carry = b""
    for line in lines:
        data = carry + line.translate(None, _NOT_BASE64)
        whole = len(data) & ~3
        carry = data[whole:]
        try:
            yield binascii.a2b_base64(data[:whole])
        except binascii.Error:
            # Padding in the wrong place: this line is lost, the next ones need not be.
            carry = b""


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines in ``chunks`` joined; a line without end comes in pieces."""
    pending: list[bytes] = []
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for line in ended:
            yield b"".join([*pending, line, b"\n"])
            pending = []
        if rest:
            pending.append(rest)
        if len(pending) > _PIECES_LIMIT:
            yield b"".join(pending)
            pending = []
    if pending:
        yield b"".join(pending)


def head_of_mail(start: bytes, found: Headers, text: Iterable[bytes]) -> Head:
    """Return the head of a mail: ``start`` is its first line, ``text`` the lines after its headers.

    As git-am(1) reads it: ``From:`` and ``Subject:`` at the top of the text are those of the commit, a subject loses
    all that stands in brackets before it, and the message ends at ``---`` or at the diff.
    """
    lines = _message_lines(text)
    if lines and lines[0].startswith(_HG):
        return head_of_hg(lines)
    values = dict(found)
    at = 0
    last = b""
    while at < len(lines):
        match = _HEADER.match(lines[at])
        if match is not None and match[1].lower() in _IN_BODY:
            last = match[1].lower()
            values[last] = match[2]
        elif last and lines[at][:1] in (b" ", b"\t") and len(values[last]) < _FOLDED_LIMIT:
            values[last] += b" " + lines[at].strip()
        else:
            break
        at += 1
    commit = _MAIL_COMMIT.match(start)
    subject = _one_line(decoded(values.get(b"subject", b"").decode("utf-8", "replace")))
    author = _author(values.get(b"from", b""))
    return Head(_commit(commit[1]) if commit else "", _PREFIXES.sub("", subject), author, _text(lines[at:]))


def head_of_log(text: Iterable[bytes]) -> Head:
    """Return the head of a commit as git-log(1) shows it: fields, a blank line, the message indented by four."""
    commit = author = b""
    parents = 1
    message: list[bytes] = []
    for line in text:
        if line.startswith(b"    ") or (message and not line.strip()):
            message.append(line.rstrip()[4:])
        elif message:
            break
        elif match := _LOG_COMMIT.match(line):
            commit = match[1]
        elif line.startswith((b"Author:", b"author ")):
            name, closed, _ = line[7:].partition(b">")
            author = name + closed
        elif line.startswith(b"Merge:"):
            parents = 2
    subject, message = _paragraph(message)
    return Head(_commit(commit), _text(subject), _one_line(_text([author])), _text(message), parents)


def head_of_text(text: Iterable[bytes]) -> Head:
    """Return the head of a bare diff, such as quilt keeps: what stands before it is its message."""
    return Head(message=_text(_message_lines(text)))


def head_of_hg(text: Iterable[bytes]) -> Head:
    """Return the head of a changeset as ``hg export`` writes it: lines with ``#``, then the message."""
    lines = _message_lines(text)
    fields: dict[bytes, bytes] = {}
    at = 0
    while at < len(lines) and lines[at].startswith(b"#"):
        if match := _HG_FIELD.match(lines[at]):
            fields[match[1]] = match[2]
        at += 1
    subject, message = _paragraph(lines[at:])
    commit, author = (fields.get(name, b"") for name in (b"Node ID", b"User"))
    return Head(_commit(commit), _text(subject), _one_line(_text([author])), _text(message))


def _message_lines(text: Iterable[bytes]) -> list[bytes]:
    """Return the lines of ``text`` up to where the message ends, without their ends, nor blank ones at the top."""
    lines: list[bytes] = []
    for line in (line.rstrip(b"\r\n") for line in text):
        if _MESSAGE_ENDS.match(line):
            break
        if lines or line.strip():
            lines.append(line)
    return lines


def _paragraph(lines: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Return the first paragraph as one line, as git makes a subject, and what follows it."""
    ends = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    return [b" ".join(line.strip() for line in lines[:ends])], lines[ends:]


def _commit(name: bytes) -> str:
    return name.decode("ascii", "replace") if name.strip(b"0") else ""


def _author(value: bytes) -> str:
    """Return ``Name <address>`` of a ``From:`` field, as git has it: the name without quotes."""
    text = value.decode("utf-8", "replace")
    author = next(iter(mailboxes(text)), None)
    if author is None:
        return _one_line(decoded(text))
    return f"{author.name} <{author.address}>" if author.name else author.address


def _one_line(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


def _text(lines: list[bytes]) -> str:
    return b"\n".join(lines).decode("utf-8", "replace").strip("\n").rstrip()
