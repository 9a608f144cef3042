"""Sends patches to their destinations: series by git send-email, pull requests as their site wants them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from git_subprojects import render_outgoing
from git_subprojects.answers import counted
from git_subprojects.commands.requesting import request
from git_subprojects.commands.sender import Sender
from git_subprojects.errors import FAILED, Error
from git_subprojects.mail import sent

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from git_subprojects.commands.outgoing import Outgoing
    from git_subprojects.commands.routing import Session
    from git_subprojects.mail.record import Record
    from git_subprojects.pull_requests.proposal import Proposal
    from git_subprojects.ui import Screen


def send(
    session: Session, outgoing: Sequence[Outgoing], arguments: argparse.Namespace, screen: Screen, folder: str
) -> int:
    """Send what goes out to each destination, one after the other; return the exit status.

    One that fails does not stop the others, and is named at the end; but no mail is sent before all can be.
    ``folder`` is for files on the way.

    Raises:
        Error: no mail can be sent at all, or somebody else is sending from here.
    """
    failed: list[str] = []
    mail = [one for one in outgoing if one.destination.venue.kind == "email"]
    records: list[Record] = []
    if mail:
        with sent.locked(session.place.git):
            records = _mailed(mail, Sender(session, arguments, screen, folder, is_alone=len(mail) == 1), screen, failed)
    proposals: list[Proposal] = []
    for one in outgoing:
        if one not in mail:
            with _told(one, failed, screen):
                proposals.append(request(session, one, arguments, screen))
    if arguments.json:
        screen.answer(render_outgoing.sent_json(records, proposals))
    if failed and len(outgoing) > 1:
        screen.error(f"{len(failed)} of {counted(len(outgoing), 'destination')} failed: {', '.join(failed)}")
    return FAILED if failed else 0


def _mailed(mail: Sequence[Outgoing], sender: Sender, screen: Screen, failed: list[str]) -> list[Record]:
    prepared = []
    for one in mail:
        with _told(one, failed, screen):
            prepared.append((one, sender.prepare(one)))
    for one, ready in [] if failed else prepared:
        with _told(one, failed, screen):
            if ready is not None:
                sender.finish(ready)
    return sender.records


@contextmanager
def _told(one: Outgoing, failed: list[str], screen: Screen) -> Iterator[None]:
    """Say what goes wrong for one destination, and add it to those that ``failed``."""
    try:
        yield
    except Error as error:
        screen.error(f"{one.destination.project}: {error.message}", error.hint)
        failed.append(one.destination.project)
