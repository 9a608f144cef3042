"""Sends patches to their destinations: series by git send-email, pull requests as their site wants them."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.errors import Error
from git_subprojects.sending import store
from git_subprojects.sending.mailer import Mailer, Prepared
from git_subprojects.sending.parts import LinkedPart, linked
from git_subprojects.sending.propose import check, propose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.sending.options import SendOptions
    from git_subprojects.sending.outgoing import Outgoing
    from git_subprojects.sending.parts import Part
    from git_subprojects.sending.record import Record
    from git_subprojects.venues.base import Proposal


class Sent(NamedTuple):
    """What has become of patches: series sent by mail, what was proposed elsewhere, and the projects that failed."""

    records: list[Record]
    proposals: list[Proposal]
    failed: list[str]


def send(parts: Sequence[Part], options: SendOptions, screen: Screen, folder: str) -> Sent:
    """Send what goes out to each destination, one after the other.

    One that fails is reported. It does not stop the others, unless they belong to another part; but no mail is
    sent before all can be. ``folder`` is for files on the way.

    Raises:
        Error: no mail can be sent at all, or somebody else is sending from here.
    """
    failed: list[str] = []
    with ExitStack() as locks:
        sendings: list[_Sending] = []
        locked: set[str | None] = set()
        for number, part in enumerate(parts, 1):
            at = part.top or part.git.directory
            if at not in locked and any(_is_mail(one) for one in part.outgoing):
                # In-tree projects have one repository with the host.
                locks.enter_context(store.locked(part.git))
                locked.add(at)
            place = os.path.join(folder, f"part-{number}")
            is_alone = sum(_is_mail(one) for each in parts for one in each.outgoing) == 1
            sendings.append(_Sending(part, options, screen, place, is_alone=is_alone, is_linked=len(parts) > 1))
        for one in sendings:
            one.prepare(failed)
        has_failed = bool(failed)
        for number, one in enumerate(sendings):
            if len(parts) > 1 and failed:
                break
            others = linked([each.linked() for each in sendings], number) if len(parts) > 1 else ""
            one.finish(failed, others, with_mail=not has_failed)
    records = [record for one in sendings for record in one.records]
    return Sent(records, [found for one in sendings for found in one.proposals], failed)


class _Sending:
    """A part that is on its way."""

    def __init__(
        self, part: Part, options: SendOptions, screen: Screen, folder: str, *, is_alone: bool, is_linked: bool
    ) -> None:
        self._part = part
        self._options = options
        self._screen = screen
        self._mail = [one for one in part.outgoing if _is_mail(one)]
        self._mailer = (
            Mailer(part, options, screen, folder, is_alone=is_alone, is_linked=is_linked) if self._mail else None
        )
        self._prepared: list[tuple[Outgoing, Prepared | Record]] = []
        self._possible: list[Outgoing] = []
        self.proposals: list[Proposal] = []

    @property
    def records(self) -> list[Record]:
        """What was, or would be, sent by mail."""
        return [] if self._mailer is None else self._mailer.records

    def prepare(self, failed: list[str]) -> None:
        """Make all mail ready, and see whether all else can be done."""
        for outgoing in self._mail:
            with _reporting(outgoing, failed, self._screen):
                assert self._mailer is not None  # noqa: S101 - there is mail
                self._prepared.append((outgoing, self._mailer.prepare(outgoing)))

        for outgoing in self._part.outgoing:
            if not _is_mail(outgoing):
                with _reporting(outgoing, failed, self._screen):
                    if self._options.is_to_send:
                        check(self._part, outgoing, self._options, self._screen)
                    self._possible.append(outgoing)

    def linked(self) -> list[LinkedPart]:
        """Return what other parts say about this one."""
        by_mail = [
            LinkedPart(outgoing.destination, ready.record if isinstance(ready, Prepared) else ready)
            for outgoing, ready in self._prepared
        ]
        return by_mail + [
            LinkedPart(outgoing.destination, None) for outgoing in self._part.outgoing if not _is_mail(outgoing)
        ]

    def finish(self, failed: list[str], linked: str, *, with_mail: bool) -> None:
        """Send it all; ``linked`` is about the other parts, and ``with_mail`` is whether all mail is ready."""
        for outgoing, ready in self._prepared if with_mail else []:
            with _reporting(outgoing, failed, self._screen):
                if isinstance(ready, Prepared) and self._mailer is not None:
                    self._mailer.finish(ready, linked)
        for outgoing in self._possible:
            with _reporting(outgoing, failed, self._screen):
                self.proposals.append(propose(self._part, outgoing, self._options, self._screen, linked))


def _is_mail(outgoing: Outgoing) -> bool:
    return outgoing.destination.venue.takes_mail


@contextmanager
def _reporting(outgoing: Outgoing, failed: list[str], screen: Screen) -> Iterator[None]:
    """Report what goes wrong for one destination, and add it to those that ``failed``."""
    try:
        yield
    except Error as error:
        screen.error(f"{outgoing.destination.project}: {error.message}", error.hint)
        failed.append(outgoing.destination.project)
