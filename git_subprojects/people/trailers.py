"""Trailers: what a commit's message says about people and other commits, and ``.get_maintainer.ignore``.

git-interpret-trailers(1) looks for them in the last paragraph only. git send-email(1) takes those at the beginning of
any line, and so does this: kernel developers write a ``Cc:`` below the ``---`` to keep it out of the history.
"""

import re
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from git_subprojects.people.mailbox import Mailbox, mailboxes, same_key

PersonTrailer = Literal["Cc", "Reported-by", "Suggested-by", "Co-developed-by", "Acked-by", "Reviewed-by", "Tested-by"]
"""The trailers that name somebody who wants to know of a patch."""

PEOPLE: tuple[PersonTrailer, ...] = get_args(PersonTrailer)

# Regular expressions stay text: the re module compiles and keeps each when it is first reached.
_TRAILER = r"(?s)([A-Za-z][A-Za-z0-9-]*)[ \t]*:(?!//)[ \t]*(.*)"
_BLANK = " \t\r"
# A '#' begins a comment after white space only, and not in quotes: ``Cc: <stable@vger.kernel.org> # 5.10+``.
_BEFORE_COMMENT = r"""(?:"[^"]*"|(?<=[^ \t])#|[^#])*+"""
# And no domain has a '#': ``Cc: stable@vger.kernel.org#v5.10+``.
_COMMENT_OF_DOMAIN = r"(@[A-Za-z0-9.-]+>?)#.*"
_FIXES = r"(?:commit[ \t]+)?([0-9a-f]{6,64})(?![0-9a-z])"
_LOCAL = ("@localhost", "@localhost.localdomain")
_SIGNED = ("signed-off-by", "acked-by", "reviewed-by")
_KNOWN = {key.casefold(): key for key in PEOPLE}


class Trailer(NamedTuple):
    """A trailer, unfolded; ``key`` as it was written, ``line`` counted from 1 in the message."""

    key: str
    value: str
    line: int


def trailers(message: str) -> list[Trailer]:
    """Return all trailers of a message, in order: ``Key: value`` at the beginning of a line.

    Lines that follow and begin with white space belong to the value, joined by one space.
    """
    return list(_trailers(message))


@lru_cache(maxsize=1)
def _trailers(message: str) -> tuple[Trailer, ...]:
    # People and fixes are asked for one after the other, of the same message.
    found: list[tuple[str, list[str], int]] = []
    matched = re.compile(_TRAILER).fullmatch
    is_open = False
    for number, line in enumerate(message.split("\n"), 1):
        content = line.strip(_BLANK)
        if is_open and content and line[0] in _BLANK:
            found[-1][1].append(content)
            continue
        match = matched(line.rstrip(_BLANK)) if ":" in line else None
        is_open = match is not None
        if match:
            found.append((match[1], [match[2]] if match[2] else [], number))
    return tuple(Trailer(key, " ".join(values), number) for key, values, number in found)


def people(message: str) -> list[tuple[PersonTrailer, Mailbox]]:
    """Return (trailer as in PEOPLE, mailbox) of everybody that a message names so, each pair once, in order.

    ``Reported-and-tested-by`` counts as the first that PEOPLE knows of the two.
    """
    found: dict[tuple[PersonTrailer, Mailbox], None] = {}
    for trailer in trailers(message):
        key = _person_key(trailer.key)
        if key is not None:
            found.update(dict.fromkeys((key, mailbox) for mailbox in _reachable(trailer.value)))
    return list(found)


def unreachable(message: str) -> list[Trailer]:
    """Return the trailers that are to name somebody, and hold no address that mail can reach."""
    named = [trailer for trailer in trailers(message) if _person_key(trailer.key) is not None]
    return [trailer for trailer in named if not _reachable(trailer.value)]


def fixes(message: str) -> list[str]:
    """Return the ids of the commits that ``Fixes: 54a4f0239f2e ("subject")`` lines name.

    In lower case, each once, in order. The subject is not looked at: a bug's number can look like an id, so an id
    may name no commit.
    """
    found: dict[str, None] = {}
    for trailer in trailers(message):
        match = re.match(_FIXES, trailer.value.lower()) if trailer.key.casefold() == "fixes" else None
        if match:
            found[match[1]] = None
    return list(found)


def signers(message: str) -> list[Mailbox]:
    """Return who signed a commit off, acked or reviewed it, each once, in order."""
    signed = [trailer.value for trailer in trailers(message) if trailer.key.casefold() in _SIGNED]
    return list(dict.fromkeys(mailbox for value in signed for mailbox in mailboxes(value)))


def ignored(content: bytes) -> frozenset[str]:
    """Return the addresses of a ``.get_maintainer.ignore`` file, each as :func:`same_key` gives it.

    The file has one mailbox a line, and comments after ``#``.
    """
    lines = content.decode("utf-8", "replace").split("\n")
    values = (line.partition("#")[0].strip(_BLANK) for line in lines)
    return frozenset(same_key(mailbox.address) for value in values for mailbox in mailboxes(value))


def _person_key(key: str) -> PersonTrailer | None:
    key = key.casefold()
    if key in _KNOWN:
        return _KNOWN[key]
    roles = key.removesuffix("-by").split("-and-")
    return next((_KNOWN[f"{role}-by"] for role in roles if f"{role}-by" in _KNOWN), None)


def _reachable(value: str) -> list[Mailbox]:
    """Return the mailboxes of a trailer's value, but for those on the machine where it was written."""
    match = re.match(_BEFORE_COMMENT, value)
    text = re.sub(_COMMENT_OF_DOMAIN, r"\1", match[0] if match else value)
    return [mailbox for mailbox in mailboxes(text) if not mailbox.address.casefold().endswith(_LOCAL)]
