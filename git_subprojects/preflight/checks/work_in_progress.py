"""fixup!, WIP and the like. Pure."""

import re
from collections.abc import Iterator

from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing

_WORK_IN_PROGRESS = re.compile(
    r"""(?ix)
    (?:fixup|squash|amend)!
    |\[?(?:wip|draft|te?mp|do[ ]?not[ ]?merge|xxx)\b
    |.*\b(?:do[ ]not|don't|not[ ]for|not[ ]to[ ]be)[ ](?:merged?|apply|applied|submit(?:ted)?)\b
    """
)


def find(outgoing: Outgoing, _: Facts) -> Iterator[Finding]:
    """Yield the patches whose subject says that they are not ready."""
    for written in outgoing.written:
        if _WORK_IN_PROGRESS.match(written.patch.subject):
            yield Finding(
                "error",
                "its subject says that it is not meant to be sent yet",
                "git rebase --interactive --autosquash, or another subject; --rfc sends it for comments",
                written,
            )
