"""``git route-patch --send`` and ``--output``: check patches, and let them go where they belong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from git_subprojects.commands.route_patch.outgoing import check
from git_subprojects.commands.route_patch.several_projects import sessions
from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.manifest.model import SeriesRecipients
from git_subprojects.manifest.values import prefix
from git_subprojects.output import findings as output
from git_subprojects.output import sent as output_of_sent
from git_subprojects.output.forms.json import document
from git_subprojects.people.mailbox import mailboxes
from git_subprojects.plural import counted
from git_subprojects.sending.obstacles import obstacles
from git_subprojects.sending.options import SendOptions
from git_subprojects.sending.send_parts import send
from git_subprojects.sending.store import MESSAGE_ID
from git_subprojects.system.scratch import scratch_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.options import Send
    from git_subprojects.commands.route_patch.session import Session
    from git_subprojects.git.config import Config
    from git_subprojects.people.mailbox import Mailbox
    from git_subprojects.preflight.base import Finding


def run(options: Send, screen: Screen) -> int:
    """Check patches and send them, or write them to a folder; return the exit status: FAILED if not all of them."""
    with scratch_folder() as folder, sessions(options, screen) as routed:
        wanted = _send_options(options, routed[0])
        _refuse_files(routed)
        checked = check(routed, options, screen, folder)
        problems = list(obstacles(checked.parts, wanted, screen)) if wanted.is_to_send else []
        status = _ended_by(checked.findings, problems, wanted, screen)
        if status is not None:
            return status
        sent = send(checked.parts, wanted, screen, folder)
    if options.form == "json":
        screen.data(document(**output_of_sent.data(sent.records, sent.proposals)))
    if wanted.dry_run:
        number = sum(message.sent is None for record in sent.records for message in record.messages)
        screen.note(f"dry run: {counted(number, 'message')} not sent")
    total = sum(len(part.outgoing) for part in checked.parts)
    if sent.failed and total > 1:
        screen.error(f"{len(sent.failed)} of {counted(total, 'destination')} failed: {', '.join(sent.failed)}")
    return FAILED if sent.failed else 0


def _send_options(options: Send, session: Session) -> SendOptions:
    """Return what is wanted. Raises Error where a prefix or an id is none."""
    if options.subject_prefix is not None:
        expected = prefix(options.subject_prefix)
        if expected is not None:
            raise Error(f"--subject-prefix: expected {expected}, found '{options.subject_prefix}'", code=USAGE)
    in_reply_to = options.in_reply_to
    if in_reply_to is not None:
        in_reply_to = in_reply_to.strip().removeprefix("<").removesuffix(">")
        if re.fullmatch(MESSAGE_ID, in_reply_to) is None:
            hint = "such as 20260102.030405@example.org"
            raise Error(f"--in-reply-to: '{in_reply_to}' is no message id", hint, USAGE)
    return SendOptions(
        output=options.output,
        dry_run=options.dry_run,
        yes=options.yes,
        version=options.reroll_count,
        rfc=options.rfc,
        prefix=options.subject_prefix,
        cover_letter=options.cover_letter,
        description=options.description_file,
        in_reply_to=in_reply_to,
        series=_series(options, session.context.config),
        excluded=session.router.excluded,
        resend=options.resend or bool(options.resend_to),
        resend_to=_mailboxes(options.resend_to),
        send_email_options=options.send_email_options,
        json=options.form == "json",
    )


def _mailboxes(values: Sequence[str]) -> tuple[Mailbox, ...]:
    found = [mailboxes(value) for value in values]
    for value, people in zip(values, found, strict=True):
        if len(people) != 1:
            raise Error(f"--resend-to: '{value}' is not one mail address", code=USAGE)
    return tuple(person for people in found for person in people)


def _series(options: Send, config: Config) -> SeriesRecipients | None:
    """Return who is to get the patches of a series; None: the user does not say. Raises Error for another word."""
    if options.whole_series or options.per_patch_recipients:
        return "whole" if options.whole_series else "per-patch"
    value = config.text("subprojects.series")
    choices: tuple[SeriesRecipients, ...] = get_args(SeriesRecipients)
    if value is not None and value not in choices:
        raise Error(f"config subprojects.series: expected {' or '.join(choices)}, found '{value}'")
    return next((choice for choice in choices if choice == value), None)


def _refuse_files(sessions: Sequence[Session]) -> None:
    for session in sessions:
        first = session.patches[0]
        if first.is_file:
            raise Error(
                f"{first.name or 'standard input'} is a file, and what is sent is remembered by its commits",
                "name the commits, or give git send-email --to-cmd='git route-patch --to' the file",
                USAGE,
            )


def _ended_by(
    findings: Sequence[Finding], problems: Sequence[Error], options: SendOptions, screen: Screen
) -> int | None:
    """Show what was found, and what keeps mail from being sent; return the exit status, None where that goes on."""
    # Those who want quiet want to know of errors and warnings all the same.
    grave = [finding for finding in findings if finding.severity != "note" or not screen.quiet]
    if grave:
        screen.say(output.text(grave))
    for problem in problems:
        screen.error(problem.message, problem.hint)
    severities = {finding.severity for finding in findings}
    if "error" in severities and not options.dry_run:
        screen.error(
            f"nothing is sent: {output.summary(findings)}",
            "fix what is wrong, or skip a check by its name: --skip-check NAME",
        )
        return FAILED
    if problems:
        screen.error(f"nothing is sent: {counted(len(problems), 'problem')}")
        return max(problem.code for problem in problems)
    asks = options.is_to_send and not options.yes and screen.can_confirm
    if asks and "warning" in severities and not screen.confirm("Send all the same?"):
        screen.note("nothing sent")
        return FAILED
    return None
