"""What is known of a version of a series: what it was made of, and which of its messages were sent. Pure values."""

from typing import NamedTuple

from git_subprojects.sending.archive import link

REFS = "refs/subprojects/sent/"


class CoverLetter(NamedTuple):
    """A cover letter as its author writes it: one line, and paragraphs, which may be empty."""

    subject: str = ""
    blurb: str = ""


class Message(NamedTuple):
    """A mail of a series: its id without ``<>``, its subject, and when it was sent (ISO 8601), None if it was not."""

    id: str
    subject: str
    sent: str | None = None


class Record(NamedTuple):
    """One version of a series for one project.

    ``commits`` are its patches, oldest first, ``changes`` what identifies them even after a rebase: their
    subjects. ``to`` and ``cc`` are all who get any of it. ``in_reply_to`` is the id of what the first message answers.
    ``added`` are those whom the user has added by hand.
    """

    series: str
    project: str
    version: int
    prefix: str
    base: str | None
    commits: tuple[str, ...]
    changes: tuple[str, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    messages: tuple[Message, ...]
    letter: CoverLetter | None = None
    archive: str | None = None
    in_reply_to: str | None = None
    added: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The ref that keeps it."""
        return f"{REFS}{self.series}/v{self.version}"

    @property
    def is_begun(self) -> bool:
        """Whether anything of it was sent."""
        return any(message.sent for message in self.messages)

    @property
    def is_complete(self) -> bool:
        """Whether all of it was sent."""
        return all(message.sent for message in self.messages)

    @property
    def when(self) -> str | None:
        """When the last of it was sent."""
        return max((message.sent for message in self.messages if message.sent), default=None)

    def url(self, message_id: str) -> str | None:
        """Return where a message can be read, if the venue has named an archive."""
        return None if self.archive is None else link(self.archive, message_id)

    def with_sent(self, message_id: str, when: str) -> "Record":
        """Return the record with a message marked as sent."""
        messages = [one._replace(sent=when) if one.id == message_id else one for one in self.messages]
        return self._replace(messages=tuple(messages))
