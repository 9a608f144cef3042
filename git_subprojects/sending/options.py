"""What the user wants done with patches that are sent. Pure values."""

from collections.abc import Collection
from typing import NamedTuple

from git_subprojects.manifest.model import SeriesRecipients
from git_subprojects.people.mailbox import Mailbox


class SendOptions(NamedTuple):
    """What the user asks for, beyond what the venue and earlier versions say.

    The mails are written to the folder ``output`` instead of being sent; ``dry_run``: they are only shown; ``yes``:
    nothing is asked. ``cover_letter`` is None where that depends on the number of patches, and ``description`` a file
    with its words. ``in_reply_to`` is a message's id without ``<>``; ``series`` is None where the venue and the number
    of patches tell. ``excluded`` are addresses, as ``same_key`` spells them, that get nothing. ``resend``: what was
    sent goes out once more, to ``resend_to`` alone if there are any. git send-email gets ``send_email_options``.
    ``json``: an answer for programs follows on standard output, where nothing else belongs then.
    """

    output: str | None = None
    dry_run: bool = False
    yes: bool = False
    version: int | None = None
    rfc: bool = False
    prefix: str | None = None
    cover_letter: bool | None = None
    description: str | None = None
    in_reply_to: str | None = None
    series: SeriesRecipients | None = None
    excluded: Collection[str] = ()
    resend: bool = False
    resend_to: tuple[Mailbox, ...] = ()
    send_email_options: tuple[str, ...] = ()
    json: bool = False

    @property
    def is_to_send(self) -> bool:
        """Whether patches leave this machine."""
        return self.output is None and not self.dry_run
