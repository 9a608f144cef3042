"""An author's address that nobody can answer to. Pure."""

import re
from collections.abc import Iterator

from git_subprojects.people.mailbox import mailboxes
from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing

_UNREACHABLE = re.compile(
    r"""(?ix)
    [^@]*
    |(?:.*[^a-z])?(?:no|do-?not)[-_.]?reply(?:[^a-z].*)?@.*
    |.*@(?:.*\.)?noreply\..*
    |.*@(?:[^.@]*|.*\.(?:local|localdomain|localhost|lan|home|internal|invalid|\(none\)))
    """
)
_HINT = "git config user.email YOU@EXAMPLE.ORG; git commit --amend --reset-author"


def find(outgoing: Outgoing, _: Facts) -> Iterator[Finding]:
    """Yield the patches whose author cannot be reached."""
    for written in outgoing.written:
        author = written.patch.author
        people = mailboxes(author)
        if not people:
            yield Finding("error", f"'{author}' is no address", _HINT, written)
        for mailbox in people:
            if _UNREACHABLE.fullmatch(mailbox.address):
                message = f"nobody can answer to its author's address, {mailbox.address}"
                yield Finding("error", message, _HINT, written)
