"""What keeps mail from being sent, all at once: before an editor opens or a question is asked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.sending import edit_cover_letter, send_email, store
from git_subprojects.sending.series import AlreadySentError, has_cover, plan_series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.sending.options import SendOptions
    from git_subprojects.sending.outgoing import Outgoing
    from git_subprojects.sending.parts import Part


def obstacles(parts: Sequence[Part], options: SendOptions, screen: Screen) -> Iterator[Error]:
    """Yield why the mails of these parts cannot be sent.

    Raises:
        Error: the options mean nothing.
    """
    mails = [(part, outgoing) for part in parts for outgoing in part.outgoing if outgoing.destination.venue.takes_mail]
    if not mails:
        return
    git = mails[0][0].git
    checks: list[Callable[[], None]] = [
        lambda: send_email.require(git, git.environment),
        lambda: send_email.require_server(git, git.environment, options.send_email_options),
    ]
    if not options.yes and not screen.can_confirm:
        yield Error("nobody can be asked here whether to send", "--yes sends without a question", FAILED)
    if not screen.can_confirm:
        checks += [partial(_letter, part, outgoing, options, is_linked=len(parts) > 1) for part, outgoing in mails]
    for check in checks:
        try:
            check()
        except Error as error:
            if error.code == USAGE:
                raise
            yield error


def _letter(part: Part, outgoing: Outgoing, options: SendOptions, *, is_linked: bool) -> None:
    """Raise Error where a series wants a cover letter that is not there."""
    try:
        plan = plan_series(part.git, store.records(part.git), (), outgoing, options)
        if plan.record is None and has_cover(plan, options, is_linked=is_linked):
            edit_cover_letter.require_subject(edit_cover_letter.draft(plan, options, part.git))
    except AlreadySentError:
        return
    except Error as error:
        raise Error(f"{outgoing.destination.project}: {error.message}", error.hint, FAILED) from error
