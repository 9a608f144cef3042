"""Mailboxes as RFC 5322 and 6532 write them, in headers, trailers and files of recipients.

Whatever comes in was written by others and ends up in a mail header. So a mailbox is taken only if all of it is
printable, and anything that could pass for two addresses is none. The ``email`` package is not used: importing it
would take longer than all the rest of a start.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from git_subprojects.people.encoded_words import ENCODED_WORD, decoded

LONGEST_ADDRESS = 320
"""Bytes: 64 of the local part, ``@``, 255 of the domain (RFC 5321, 4.5.3.1)."""

LONGEST_NAME = 1000
LONGEST_DOMAIN = 255
MOST_TOKENS = 4 * LONGEST_NAME
"""What one mailbox is made of; the rest of a longer one is not read, so that memory stays small."""

_NEVER = frozenset("\r\n\0")
"""What no unfolded value of a header holds."""

# Regular expressions stay text: the re module compiles and keeps each when it is first reached.
_GAP = " \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_TOKEN = rf"""(?xs)
    (?P<gap>[{_GAP}]+)
    |(?P<open>["(])
    |(?P<mark>[<>,;:])
    |(?P<atom>{ENCODED_WORD}|\[[^\[\]<>"]*\]|[^{_GAP}"(\[<>,;:=]+|.)
"""
_QUOTED = r'(?s)"(?:[^"\\]|\\.)*+"'
_IN_COMMENT = r"(?s)\\.|[()]"
_SPECIAL = r'[()<>\[\]:;@\\,."]|=\?'
# Some mailers take an address that begins with '-' for an option, and all take '=?' for an encoded word.
_ADDRESS = r"""(?x)(?!-|.*=\?)
    (?:[^\s()<>\[\]:;@\\,"]+|"(?:[^"\\<>]|\\[^<>])++")
    @(?:(?!\.)[^\s()<>\[\]:;@\\,"]+(?<!\.)|\[[^\s()<>\[\];@\\,"]+\])
"""


class Mailbox(NamedTuple):
    """A person or a list; ``name`` is decoded and may be empty, ``address`` is without ``<>``."""

    name: str
    address: str


class _Token(NamedTuple):
    """``kind`` is gap, atom, quoted, comment, or one of the characters ``<>,;:`` itself."""

    kind: str
    text: str


class _Word(NamedTuple):
    """What stands between two gaps; ``text`` is ``raw`` without quotes and escapes."""

    kind: str
    raw: str
    text: str


def mailboxes(text: str) -> list[Mailbox]:
    """Return the mailboxes of a header's or a trailer's value, unfolded.

    Commas separate them, and so do semicolons; the members of a group count, its name does not. Never raises: what is
    no mailbox is left out, and so is one with a control, bidirectional or zero-width character in it. Where there is
    more than one line, somebody tries to add a header, and nobody is returned. A name of more than 1000 characters is
    taken for empty. A quote or a comment that never ends is read as if it had not begun.
    """
    return list(_mailboxes(text))


@lru_cache(maxsize=4096)
def _mailboxes(text: str) -> tuple[Mailbox, ...]:
    text = text.strip()
    if not _NEVER.isdisjoint(text):
        return ()
    found = []
    part: list[_Token] = []
    for token in _tokens(text):
        if token.kind in (",", ";", ":"):
            found.append(_mailbox(part))
            part = []
        elif len(part) < MOST_TOKENS:
            part.append(token)
    found.append(_mailbox(part))
    return tuple(mailbox for mailbox in found if mailbox is not None)


def of_ident(text: str) -> Mailbox | None:
    """Return the mailbox in ``Name <address>`` as git writes it: the name is never quoted, whatever is in it.

    None if it cannot stand in a header as it is, as in ``mailboxes``.
    """
    name, _, address = text.removesuffix(">").rpartition("<")
    name = _tidy(name)
    return Mailbox(name, address) if is_address(address) and name.isprintable() else None


def is_address(text: str) -> bool:
    """Return whether ``text`` is one address that can stand in a header as it is (RFC 5322, addr-spec; RFC 6532)."""
    return (
        len(text) <= LONGEST_ADDRESS
        and text.isprintable()
        and len(text.encode()) <= LONGEST_ADDRESS
        and re.fullmatch(_ADDRESS, text) is not None
    )


def format_mailbox(name: str, address: str) -> str:
    """Return ``Name <address>`` as a header has it, or the bare address where there is no name.

    The name is quoted if it holds a special of RFC 5322, and otherwise stays as it is, non-ASCII or not (RFC 6532).
    What is not printable becomes a space in a name, and is left out of an address, as ``<`` and ``>`` are.
    """
    name = _tidy("".join(c if c.isprintable() else " " for c in name))
    address = "".join(c for c in address if c.isprintable() and c not in "<>")
    if not name:
        return address
    if re.search(_SPECIAL, name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{address}>"


def same_key(address: str) -> str:
    """Return what two addresses have in common if they are the same: in lower case, the domain in ASCII (IDNA).

    RFC 5321 lets a host tell ``A@x`` from ``a@x``; none does, and writing twice to the same person is worse.
    """
    if address.isascii():
        return address.lower()
    local, at, domain = address.casefold().rpartition("@")
    return f"{local}{at}{_in_ascii(domain) if at else domain}"


def _in_ascii(domain: str) -> str:
    if domain.isascii() or len(domain) > LONGEST_DOMAIN:
        return domain
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    next_token = re.compile(_TOKEN).match
    never_closed: set[str] = set()
    while match := next_token(text, at):
        kind, first, end = str(match.lastgroup), text[at], match.end()
        if kind == "mark":
            kind = first
        elif kind == "open":
            closed = None if first in never_closed else _end(text, at)
            if closed is None:
                # Once is enough to know: looking again for each quote would take the square of the time.
                never_closed.add(first)
                kind = "gap"
            else:
                kind = "quoted" if first == '"' else "comment"
                end = closed
        yield _Token(kind, text[at:end])
        at = end


def _end(text: str, at: int) -> int | None:
    """Return where the quoted string or the comment that begins at ``at`` ends; comments nest."""
    if text[at] == '"':
        match = re.compile(_QUOTED).match(text, at)
        return match.end() if match else None
    depth = 0
    for match in re.compile(_IN_COMMENT).finditer(text, at):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return None


def _mailbox(tokens: Sequence[_Token]) -> Mailbox | None:
    """Return the mailbox that stands between two commas."""
    kinds = [token.kind for token in tokens]
    if "<" in kinds:
        start = kinds.index("<")
        end = kinds.index(">", start) if ">" in kinds[start:] else len(kinds)
        address = "".join(token.text for token in tokens[start:end] if token.kind in ("atom", "quoted"))
        before, after = _words(tokens[:start]), _words(tokens[end:])
    else:
        words = _words(tokens)
        at = next((at for at, word in enumerate(words) if word.kind != "comment" and is_address(word.raw)), None)
        if at is None:
            return None
        address, before, after = words[at].raw, words[:at], words[at + 1 :]
    comments = [word._replace(kind="atom", text=word.text[1:-1]) for word in after if word.kind == "comment"]
    name = _name(before) or _name(comments)
    return Mailbox(name, address) if is_address(address) and name.isprintable() else None


def _words(tokens: Sequence[_Token]) -> list[_Word]:
    words = []
    run: list[_Token] = []
    for token in (*tokens, _Token("gap", "")):
        if token.kind in ("atom", "quoted"):
            run.append(token)
            continue
        if run:
            # Only what is wholly outside of quotes can be an encoded word.
            kind = "quoted" if any(part.kind == "quoted" for part in run) else "atom"
            words.append(_Word(kind, "".join(part.text for part in run), "".join(map(_unquoted, run))))
            run = []
        if token.kind == "comment":
            words.append(_Word("comment", token.text, _unescaped(token.text)))
    return words


def _unquoted(token: _Token) -> str:
    return _unescaped(token.text[1:-1]) if token.kind == "quoted" else token.text


def _unescaped(text: str) -> str:
    return re.sub(r"(?s)\\(.)", r"\1", text)


def _name(words: Sequence[_Word]) -> str:
    if sum(len(word.text) + 1 for word in words) > LONGEST_NAME + 1:
        return ""
    runs = [(quoted, " ".join(word.text for word in run)) for quoted, run in groupby(words, _is_quoted)]
    return _tidy(" ".join(text if quoted else decoded(text) for quoted, text in runs))


def _is_quoted(word: _Word) -> bool:
    return word.kind == "quoted"


def _tidy(name: str) -> str:
    return re.sub(f"[{_GAP}]+", " ", name).strip(" ")
