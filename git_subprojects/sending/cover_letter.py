"""The cover letter of a series: what its author writes, and what git format-patch has put around it."""

import re

from git_subprojects.sending import headers
from git_subprojects.sending.record import CoverLetter

_BLURB = b"*** BLURB HERE ***"
_LONGEST_SUBJECT = 100
"""git format-patch takes a longer first paragraph of a branch's description for no subject."""

_SCISSORS = "# ------------------------ >8 ------------------------"
_ABOVE = "# Write the cover letter above: a subject, a blank line, and what the series is about."
_BELOW = "# All from the line above on is left out; without a subject nothing is sent. Who gets it, and what is added:"


def parsed(text: str) -> CoverLetter:
    """Return the letter in a text of a subject, a blank line and the rest."""
    subject, _, blurb = text.strip().partition("\n\n")
    return CoverLetter(" ".join(subject.split()), blurb.strip())


def of_description(text: str) -> CoverLetter:
    """Return the letter in a branch's description, as ``git format-patch --cover-from-description=auto`` takes it."""
    letter = parsed(text)
    return CoverLetter(blurb=text.strip()) if len(letter.subject) > _LONGEST_SUBJECT else letter


def to_edit(letter: CoverLetter, below_letter: str) -> str:
    """Return what the author is to edit; ``around`` is shown below, and is no part of the letter."""
    return f"{letter.subject}\n\n{letter.blurb}\n{_SCISSORS}\n{_ABOVE}\n{_BELOW}\n\n{below_letter}\n"


def edited(text: str) -> CoverLetter:
    """Return the letter in what ``to_edit`` has returned, edited."""
    return parsed(f"\n{text}".partition(f"\n{_SCISSORS}")[0])


def filled(message: bytes, subject: str, blurb: str, stat: str, differences: str) -> bytes:
    """Return git's cover letter with its author's words, and with ``differences`` behind the list of the patches.

    ``subject`` is with all that stands before it in brackets; where it is empty, git's own words stay for who will
    write. ``stat`` takes the place of git's diffstat, where there is any.
    """
    fields, body = headers.split(message)
    if stat:
        # Only a diffstat has lines that begin with one space.
        body = re.sub(rb"(?m)^ (?! ).*\n", b"", body)
    if subject:
        fields = [field for field in fields if not field.lower().startswith(b"subject:")]
        fields.append(b"Subject: " + headers.subject(subject).encode())
        body = body.replace(_BLURB, blurb.encode("utf-8", "replace"), 1)
        if not blurb:
            body = body.lstrip(b"\n")
    body = _with_added(body, "\n\n".join(filter(None, (stat, differences))).encode("utf-8", "replace"))
    if not body.isascii() and not any(field.lower().startswith(b"content-type:") for field in fields):
        fields += [
            b"MIME-Version: 1.0",
            b"Content-Type: text/plain; charset=UTF-8",
            b"Content-Transfer-Encoding: 8bit",
        ]
    return b"\n".join(fields) + b"\n\n" + body


def below(message: bytes) -> str:
    """Return what git has put below the place for the author's words."""
    return message.partition(_BLURB)[2].decode("utf-8", "replace").strip()


def _with_added(body: bytes, added: bytes) -> bytes:
    """Return a body with ``added`` before what git ends it with: the base, and the signature."""
    ends = [at for mark in (b"\n\nbase-commit: ", b"\n-- \n") if (at := body.rfind(mark)) >= 0]
    end = min(ends, default=len(body))
    return body[:end].rstrip(b"\n") + b"\n\n" + added.rstrip(b"\n") + b"\n" + body[end:] if added else body


def with_note(message: bytes, note: str) -> bytes:
    """Return a patch with a note between its message and its changes, which git am leaves out."""
    before, mark, after = message.partition(b"\n---\n")
    return before + mark + note.encode("utf-8", "replace").rstrip(b"\n") + b"\n\n" + after if mark else message
