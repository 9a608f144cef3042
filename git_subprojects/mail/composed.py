"""Patch files of a series made whole: the cover letter's words, what is added to it, and everybody's header fields."""

from collections.abc import Callable
from typing import NamedTuple

from git_subprojects.mail import cover, headers
from git_subprojects.mail.formatted import Files
from git_subprojects.mail.record import Letter, Record
from git_subprojects.mail.series import Series, fields


class Added(NamedTuple):
    """What git tells of a series beyond its patches: the diffstat, and how it differs from the version before."""

    stat: str
    differences: str = ""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """What there is of both, as it stands in a cover letter."""
        return tuple(filter(None, (self.stat, self.differences)))


def compose(series: Series, record: Record, files: Files, added: Added) -> None:
    """Complete the files of a series where they lie. Raises OSError where they cannot be written."""
    if files.cover is not None:
        letter = record.letter or Letter()
        subject = record.messages[0].subject if letter.subject else ""
        _rewrite(files.cover, lambda message: cover.filled(message, subject, letter.blurb, added.paragraphs))
    elif added.differences:
        _rewrite(files.patches[0], lambda message: cover.with_note(message, added.differences))
    for path, found in zip(files.all, fields(series, record), strict=True):
        _rewrite(path, lambda message, found=found: headers.with_fields(message, found))  # type: ignore[misc]


def _rewrite(path: str, change: Callable[[bytes], bytes]) -> None:
    with open(path, "rb") as file:
        content = change(file.read())
    with open(path, "wb") as file:
        file.write(content)
