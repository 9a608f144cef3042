"""What is wrong with one patch, as far as it and its destination tell. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from git_subprojects.patches.model import Patch
from git_subprojects.people.mailbox import Mailbox, mailboxes, same_key
from git_subprojects.people.trailers import trailers
from git_subprojects.preflight.findings import AMEND, ERROR, WARNING, Finding
from git_subprojects.routing.model import Destination
from git_subprojects.sending.outgoing import Written

_WORK_IN_PROGRESS = re.compile(
    r"""(?ix)
    (?:fixup|squash|amend)!
    |\[?(?:wip|draft|te?mp|do[ ]?not[ ]?merge|xxx)\b
    |.*\b(?:do[ ]not|don't|not[ ]for|not[ ]to[ ]be)[ ](?:merged?|apply|applied|submit(?:ted)?)\b
    """
)
_UNREACHABLE = re.compile(
    r"""(?ix)
    [^@]*
    |(?:.*[^a-z])?(?:no|do-?not)[-_.]?reply(?:[^a-z].*)?@.*
    |.*@(?:.*\.)?noreply\..*
    |.*@(?:[^.@]*|.*\.(?:local|localdomain|localhost|lan|home|internal|invalid|\(none\)))
    """
)
_AREA = re.compile(r"[^\s:\[\]]+(?: [^\s:\[\]]+){0,2}:\s?\S")
_LONGEST_SUBJECT = 75


class Areas(NamedTuple):
    """How many of the last subjects of a project begin with an area (``mm: ``), and the most usual one."""

    total: int
    with_area: int
    example: str = ""

    @property
    def are_usual(self) -> bool:
        """Whether a subject without one stands out."""
        return self.total >= 10 and self.with_area * 10 >= self.total * 8


def areas_of(subjects: Sequence[str]) -> Areas:
    """Return how subjects begin; the newest come first."""
    found = [text.partition(":")[0] + ":" for text in subjects if _AREA.match(text)]
    return Areas(len(subjects), len(found), max(found, key=found.count, default=""))


def all_findings(written: Written, one: Destination, areas: Areas | None) -> Iterator[Finding]:
    """Yield what is wrong with a patch for a destination. ``areas``: how subjects begin there, where known."""
    patch, project, venue = written.patch, one.project, one.venue

    def found(name: str, severity: str, message: str, hint: str | None = None) -> Finding:
        return Finding(name, severity, project, message, hint, written.name, patch.subject)

    if venue.sign_off:
        for message in _sign_off(patch, project):
            yield found(
                "sign-off", ERROR, message, f"git commit --amend --signoff, or git rebase --signoff {_before(patch)}"
            )
    for severity, message in _subject(patch, areas):
        yield found("subject", severity, message, AMEND)
    for message in _author(patch):
        yield found(
            "author", ERROR, message, "git config user.email YOU@EXAMPLE.ORG; git commit --amend --reset-author"
        )
    if _WORK_IN_PROGRESS.match(patch.subject):
        yield found(
            "work-in-progress",
            ERROR,
            "its subject says that it is not meant to be sent yet",
            "git rebase --interactive --autosquash, or another subject; --rfc sends it for comments",
        )
    if venue.size_limit is not None and venue.kind == "email" and written.size > venue.size_limit:
        yield found(
            "size",
            ERROR,
            f"it has {written.size:,} bytes, and the list takes {venue.size_limit:,}",
            "split it, or put it where it can be fetched and send a link",
        )
    if venue.kind == "gerrit" and not any(trailer.key == "Change-Id" for trailer in trailers(patch.message)):
        yield found(
            "change-id",
            ERROR,
            "it has no Change-Id: line, by which gerrit knows a change again",
            "install gerrit's commit-msg hook, then git commit --amend --no-edit",
        )


def _sign_off(patch: Patch, project: str) -> Iterator[str]:
    signed = [trailer for trailer in trailers(patch.message) if trailer.key.casefold() == "signed-off-by"]
    by = [one for trailer in signed for one in mailboxes(trailer.value)]
    if not by:
        yield f"no Signed-off-by: line, and {project} takes no patch without one"
    elif not any(_is_same(one, author) for one in by for author in mailboxes(patch.author)):
        yield f"signed off by {', '.join(one.address for one in by)}, and not by its author, {patch.author}"


def _is_same(one: Mailbox, other: Mailbox) -> bool:
    return same_key(one.address) == same_key(other.address)


def _subject(patch: Patch, areas: Areas | None) -> Iterator[tuple[str, str]]:
    text = patch.subject
    if not text.strip():
        yield ERROR, "it has no subject"
        return
    if len(text) > _LONGEST_SUBJECT:
        yield (
            WARNING,
            f"its subject has {len(text)} characters, and more than {_LONGEST_SUBJECT} are hard to read in a list",
        )
    if text.endswith(".") and not text.endswith("..."):
        yield WARNING, "its subject ends with a full stop"
    if text.startswith("["):
        yield WARNING, "its subject begins with brackets, which git am takes away"
    elif areas is not None and areas.are_usual and not _AREA.match(text):
        examples = f", such as '{areas.example}'" if areas.example else ""
        yield WARNING, f"its subject does not begin with what it is about, as others there do{examples}"


def _author(patch: Patch) -> Iterator[str]:
    people = mailboxes(patch.author)
    if not people:
        yield f"'{patch.author}' is no address"
    for one in people:
        if _UNREACHABLE.fullmatch(one.address):
            yield f"nobody can answer to its author's address, {one.address}"


def mixed(written: Written, one: Destination, others: Iterable[str]) -> Finding:
    """Return what is found where a patch is for ``others`` too, and all of it would be sent to each."""
    return Finding(
        "mixed",
        WARNING,
        one.project,
        f"it touches {', '.join(others)} too, and each would get all of it",
        "split it: git rebase --interactive, then git reset HEAD^ at that commit",
        written.name,
        written.patch.subject,
    )


def whitespace(written: Written, one: Destination, output: str) -> Finding:
    """Return what is found where git diff --check has said ``output``."""
    return Finding(
        "whitespace",
        WARNING,
        one.project,
        "it brings white space errors",
        f"git rebase --whitespace=fix {_before(written.patch)}",
        written.name,
        written.patch.subject,
        output,
    )


def _before(patch: Patch) -> str:
    return f"{patch.commit[:12]}^" if patch.commit else "BASE"
