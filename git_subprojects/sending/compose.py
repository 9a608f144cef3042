"""Patch files of a series made whole: the cover letter's words, what is added to it, and everybody's header fields."""

from collections.abc import Callable
from typing import NamedTuple

from git_subprojects.sending import cover_letter as cover
from git_subprojects.sending import headers
from git_subprojects.sending.format_patch import Files
from git_subprojects.sending.record import CoverLetter, Record
from git_subprojects.sending.series import Series, fields


class Added(NamedTuple):
    """What is said of a series beyond its patches: its diffstat, and how it differs from the version before.

    ``linked`` is about series for other projects. Any may be empty; git's own diffstat stands in a cover letter then.
    """

    stat: str = ""
    differences: str = ""
    linked: str = ""


def compose(series: Series, record: Record, files: Files, added: Added) -> None:
    """Complete the files of a series in place. Raises OSError where they cannot be written."""
    if files.cover is not None:
        letter = record.letter or CoverLetter()
        subject = record.messages[0].subject if letter.subject else ""
        blurb = _paragraphs(letter.blurb, added.linked)
        _rewrite(files.cover, lambda message: cover.filled(message, subject, blurb, added.stat, added.differences))
    elif added.linked or added.differences:
        note = _paragraphs(added.linked, added.differences)
        _rewrite(files.patches[0], lambda message: cover.with_note(message, note))
    for path, added_fields in zip(files.all, fields(series, record), strict=True):
        _rewrite(path, lambda message, added_fields=added_fields: headers.with_fields(message, added_fields))  # type: ignore[misc]


def below_cover_letter(cover_letter: str, added: Added) -> str:
    """Return what will stand below the author's words in a cover letter, a file: the patches, and what they change."""
    with open(cover_letter, "rb") as file:
        return cover.below(cover.filled(file.read(), "", "", added.stat, added.differences))


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _rewrite(path: str, change: Callable[[bytes], bytes]) -> None:
    with open(path, "rb") as file:
        content = change(file.read())
    with open(path, "wb") as file:
        file.write(content)
