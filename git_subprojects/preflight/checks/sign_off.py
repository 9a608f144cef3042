"""A Signed-off-by: line by the author, where the project needs one. Pure."""

import re
from collections.abc import Iterator

from git_subprojects.patches.model import Patch
from git_subprojects.people.mailbox import mailboxes, same_key
from git_subprojects.people.trailers import trailers
from git_subprojects.preflight.base import AMEND, Facts, Finding, before
from git_subprojects.sending.outgoing import Outgoing

_NOTES = re.compile(r"^---\s*$", re.MULTILINE)
"""Where git am ends a message: what is below is for the readers of the mail."""


def find(outgoing: Outgoing, _: Facts) -> Iterator[Finding]:
    """Yield the patches that are not signed off, or by others only."""
    for written in outgoing.written if outgoing.destination.venue.sign_off else ():
        message = _problem(written.patch, outgoing.destination.project)
        if message is None:
            continue
        hint = f"git commit --amend --signoff, or git rebase --signoff {before(written.patch)}"
        if _NOTES.search(written.patch.message):
            # git would write it at the end, which git am drops.
            hint = f"write it above the line '---': {AMEND}"
        yield Finding("error", message, hint, written)


def _problem(patch: Patch, project: str) -> str | None:
    message = _NOTES.split(patch.message)[0]
    lines = [trailer.value for trailer in trailers(message) if trailer.key.casefold() == "signed-off-by"]
    signers = [mailbox.address for line in lines for mailbox in mailboxes(line)]
    if not signers:
        return f"no Signed-off-by: line, and {project} takes no patch without one"
    authors = {same_key(mailbox.address) for mailbox in mailboxes(patch.author)}
    if authors.isdisjoint(map(same_key, signers)):
        return f"signed off by {', '.join(signers)}, and not by its author, {patch.author}"
    return None
