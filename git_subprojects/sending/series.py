"""What is to be sent to one destination: which version, what it answers, who gets which mail."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git.process import Git
from git_subprojects.manifest.model import SeriesRecipients
from git_subprojects.patches.model import Patch
from git_subprojects.people.mailbox import format_mailbox, mailboxes, same_key
from git_subprojects.routing.model import Destination, Reason, Recipient
from git_subprojects.sending import headers
from git_subprojects.sending.headers import Field
from git_subprojects.sending.options import SendOptions
from git_subprojects.sending.outgoing import Outgoing
from git_subprojects.sending.record import CoverLetter, Message, Record
from git_subprojects.sending.store import new_name, related

PREFIX = "PATCH"

WHOLE_BELOW = 15
"""Patches; a series that is shorter goes to everybody whole."""

_PLAIN_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+"


class AlreadySentError(Error):
    """All of a series was sent before, just as it is: ``record`` is the record of it."""

    def __init__(self, message: str, hint: str, record: Record) -> None:
        super().__init__(message, hint)
        self.record = record


class Series(NamedTuple):
    """A series for one destination, planned.

    ``each`` are the recipients of each patch alone, as (To, Cc); ``destination`` has those of all. ``record`` is this
    very version, if some of it was sent, ``previous`` the last version before of which any was, and ``letter`` what was
    last written of a cover letter. ``draft`` is a record of nothing sent, which this series replaces. ``is_whole``:
    everybody gets all patches. ``kept`` are those whom the user has added to an earlier version, who get this one too.
    ``is_again``: it was sent before, just so, and that is not recorded once more.
    """

    name: str
    destination: Destination
    each: tuple[tuple[tuple[Recipient, ...], tuple[Recipient, ...]], ...]
    version: int
    prefix: str
    base: str | None
    in_reply_to: str | None
    record: Record | None = None
    previous: Record | None = None
    draft: Record | None = None
    letter: CoverLetter | None = None
    is_whole: bool = False
    kept: tuple[Recipient, ...] = ()
    is_again: bool = False

    @property
    def patches(self) -> tuple[Patch, ...]:
        """The patches, oldest first."""
        return tuple(part.patch for part in self.destination.parts)

    @property
    def commits(self) -> tuple[str, ...]:
        """The ids of their commits."""
        return tuple(patch.commit for patch in self.patches)

    def subject(self, number: int, *, has_cover: bool) -> str:
        """Return the subject of the mail of that number; 0 is the cover letter."""
        version = f" v{self.version}" if self.version > 1 else ""
        total = len(self.patches)
        place = f" {number:0{len(str(total))}}/{total}" if has_cover or total > 1 else ""
        text = self.patches[number - 1].subject if number else (self.letter or CoverLetter()).subject
        return f"[{self.prefix}{version}{place}] {text}"


def plan_series(
    git: Git, records: Sequence[Record], taken: Collection[str], outgoing: Outgoing, options: SendOptions
) -> Series:
    """Return the series of what goes out to a destination.

    ``records`` are of what was sent before, ``taken`` are names of series that must not be given again.

    Raises:
        AlreadySentError: all of it was sent before.
        Error: the version that is asked for was, of other commits.
    """
    destination = outgoing.destination
    commits = tuple(part.patch.commit for part in destination.parts)
    subjects = tuple(part.patch.subject for part in destination.parts)
    latest = related(git, records, destination.project, commits, subjects)
    if options.resend:
        return _again(latest, outgoing, options)
    version = _version(latest, commits, options.version)
    mine = [one for one in records if latest is not None and one.series == latest.series]
    record = next((one for one in mine if one.version == version and one.commits == commits and one.is_begun), None)
    previous = next((one for one in reversed(mine) if one.version < version and one.is_begun), None)
    kept = () if previous is None else _kept(previous, destination, options.excluded)
    destination = destination._replace(cc=(*destination.cc, *kept))
    in_reply_to = options.in_reply_to
    if in_reply_to is None and previous is not None and destination.venue.thread == "same":
        in_reply_to = previous.messages[0].id
    prefix = options.prefix or destination.venue.prefix or PREFIX
    if options.rfc:
        prefix = f"RFC {prefix}"
    return Series(
        latest.series if latest is not None else new_name({*taken, *(one.series for one in records)}, subjects[0]),
        destination,
        tuple((alone.to, (*alone.cc, *kept)) for alone in outgoing.each),
        version,
        prefix if record is None else record.prefix,
        None if outgoing.upstream is None else outgoing.upstream.base,
        in_reply_to if record is None else record.in_reply_to,
        record,
        previous,
        latest if latest is not None and not latest.is_begun else None,
        latest.letter if latest is not None else None,
        (options.series or destination.venue.series or _usual(len(commits))) == "whole",
        kept,
    )


def _again(sent: Record | None, outgoing: Outgoing, options: SendOptions) -> Series:
    """Return what is sent once more, all of a version or some of its patches. Raises Error where it was not sent."""
    destination = outgoing.destination
    commits = tuple(part.patch.commit for part in destination.parts)
    if sent is None or not sent.is_complete or not set(sent.commits).issuperset(commits):
        raise Error("these very patches were not sent before", "see git route-patch --sent; leave --resend out to send")
    is_part = commits != sent.commits
    if options.resend_to:
        reason = Reason("--resend-to")
        people = tuple(Recipient(person.address, person.name, "earlier", (reason,)) for person in options.resend_to)
        destination = destination._replace(to=people, cc=())
    return Series(
        sent.series,
        destination,
        tuple((destination.to, destination.cc) for _ in commits),
        sent.version,
        f"RESEND {sent.prefix}",
        sent.base,
        options.in_reply_to or (sent.messages[0].id if is_part or options.resend_to else sent.in_reply_to),
        letter=None if is_part else sent.letter,
        is_whole=True,
        is_again=True,
    )


def _kept(previous: Record, destination: Destination, excluded: Collection[str]) -> tuple[Recipient, ...]:
    """Return whom the user had added to the version before, and who is not found anyway."""
    found = {same_key(person.address) for person in (*destination.to, *destination.cc)}
    reason = Reason(f"had v{previous.version}")
    people = {same_key(person.address): person for text in previous.added for person in mailboxes(text)}
    return tuple(
        Recipient(person.address, person.name, "earlier", (reason,))
        for key, person in people.items()
        if key not in found and key not in excluded
    )


def dropped(series: Series) -> list[str]:
    """Return who had the version before and does not get this one."""
    if series.previous is None:
        return []
    now = {same_key(person.address) for person in (*series.destination.to, *series.destination.cc)}
    before = (*series.previous.to, *series.previous.cc, *series.previous.added)
    return [text for text in before if not now.issuperset(same_key(person.address) for person in mailboxes(text))]


def has_cover(plan: Series, options: SendOptions, *, is_linked: bool) -> bool:
    """Return whether a series has a cover letter; ``is_linked``: there are parts of it for other projects."""
    if plan.record is not None:
        return len(plan.record.messages) > len(plan.patches)
    wanted = options.cover_letter
    return is_linked or len(plan.patches) > 1 if wanted is None else wanted


def _usual(number: int) -> SeriesRecipients:
    """Return who gets the patches of a series where nobody says it.

    Maintainers want to see what a patch is for; but a long series fills the boxes of people whom it hardly concerns.
    """
    return "whole" if number < WHOLE_BELOW else "per-patch"


def _version(latest: Record | None, commits: tuple[str, ...], wanted: int | None) -> int:
    if latest is None:
        return wanted or 1
    if wanted is not None and wanted > latest.version:
        return wanted
    what = f"v{latest.version} of this series" if latest.version > 1 else "this series"
    hint = f"-v {latest.version + 1} sends it once more, as a new version"
    if latest.commits == commits:
        if latest.is_complete:
            raise AlreadySentError(f"{what} was sent already, on {(latest.when or '')[:10]}", hint, latest)
        return latest.version
    if wanted is not None and (wanted < latest.version or latest.is_begun):
        raise Error(f"v{wanted} of this series was sent already, and its patches were others", hint)
    return latest.version + latest.is_begun


def new_record(series: Series, *, has_cover: bool, stamp: str, address: str, added: Iterable[str] = ()) -> Record:
    """Return the record of a series of which nothing is sent yet; ``stamp`` is found in no other message's id.

    ``address`` is the sender's; ``added`` are those whom the user adds by hand.
    """
    domain = address if re.fullmatch(_PLAIN_ADDRESS, address) else "git@localhost"
    numbers = range(0 if has_cover else 1, len(series.patches) + 1)
    return Record(
        series.name,
        series.destination.project,
        series.version,
        series.prefix,
        series.base,
        series.commits,
        tuple(patch.subject for patch in series.patches),
        tuple(format_mailbox(person.name, person.address) for person in series.destination.to),
        tuple(format_mailbox(person.name, person.address) for person in series.destination.cc),
        tuple(Message(f"{stamp}-{number}-{domain}", series.subject(number, has_cover=has_cover)) for number in numbers),
        series.letter if has_cover else None,
        series.destination.venue.archive,
        series.in_reply_to,
        tuple(dict.fromkeys((*(format_mailbox(person.name, person.address) for person in series.kept), *added))),
    )


def fields(series: Series, record: Record) -> list[list[Field]]:
    """Return the header fields of each mail: who gets it, its id, and what it answers.

    The cover letter goes to all who get any patch, and so does all of a whole series, and a patch that concerns nobody
    by itself. All other mails answer the first.
    """
    has_cover = len(record.messages) > len(series.patches)
    everybody = (series.destination.to, series.destination.cc)
    of_mails = []
    for number, message in enumerate(record.messages):
        goes_to_all = series.is_whole or (has_cover and number == 0)
        to, cc = everybody if goes_to_all else series.each[number - has_cover]
        if not to:
            to, cc = everybody
        first = record.messages[0].id
        answered = record.in_reply_to if number == 0 else first
        above = [message_id for message_id in (record.in_reply_to, first if number else None) if message_id is not None]
        of_mails.append(
            [
                *headers.addresses("To", to),
                *headers.addresses("Cc", cc),
                ("Message-ID", f"<{message.id}>"),
                *(
                    [
                        ("In-Reply-To", f"<{answered}>"),
                        ("References", "\n ".join(f"<{message_id}>" for message_id in above)),
                    ]
                    if answered
                    else []
                ),
            ]
        )
    return of_mails
