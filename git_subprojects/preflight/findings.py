"""What is wrong with patches, as far as they and their destination tell. Pure.

Every function looks at one thing and yields what it finds of that name.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from git_subprojects.answers import counted
from git_subprojects.model import Destination, Patch
from git_subprojects.routing.addresses import Mailbox, mailboxes, same_key
from git_subprojects.routing.trailers import trailers
from git_subprojects.workspace.facts import Upstream

ERROR, WARNING, NOTE = "error", "warning", "note"

NAMES = {
    "sign-off": "a Signed-off-by: line by the author, where the project wants one",
    "subject": "the form of the subject",
    "author": "an author's address that nobody can answer to",
    "work-in-progress": "fixup!, WIP and the like",
    "whitespace": "white space errors, as git diff --check finds them",
    "checker": "the project's own checker",
    "base": "whether the project's branch has what the patches are based on",
    "old-base": "patches against the old revision that the manifest pins",
    "detached": "commits that are on no branch",
    "recipients": "whether anybody gets the patches, and mail can reach them",
    "uncovered": "paths that no rule covers",
    "mixed": "a patch for several projects",
    "posting": "a list that is moderated, or for subscribers only",
    "size": "a message that is longer than the list takes",
    "change-id": "a Change-Id: line, where gerrit wants one",
}
"""Every check by its name, which --skip-check takes, and what it looks at."""

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
_MOST_SHOWN = 5

_AMEND = "git commit --amend, or for a commit further down git rebase --interactive"


class Finding(NamedTuple):
    """Something that was found.

    ``name`` is a key of NAMES; ``patch`` is how the patch is called (its commit or file), "" for all of a series.
    ``message`` says what was found and what it means, ``hint`` what to do; ``output`` is what a checker has said.
    """

    name: str
    severity: str
    project: str
    message: str
    hint: str | None = None
    patch: str = ""
    subject: str = ""
    output: str = ""


class Written(NamedTuple):
    """A patch as it would be sent: read from a file at ``path`` that has ``size`` bytes."""

    patch: Patch
    path: str
    size: int

    @property
    def name(self) -> str:
        """How it is called."""
        return self.patch.commit[:12] or self.patch.name


def of_patch(written: Written, one: Destination, areas: "Areas | None") -> Iterator[Finding]:
    """Yield what is wrong with one patch for a destination. ``areas``: how subjects begin there, where known."""
    patch, project, venue = written.patch, one.project, one.venue

    def found(name: str, severity: str, message: str, hint: str | None = None) -> Finding:
        return Finding(name, severity, project, message, hint, written.name, patch.subject)

    if venue.sign_off:
        for message in _sign_off(patch, project):
            yield found(
                "sign-off", ERROR, message, f"git commit --amend --signoff, or git rebase --signoff {_before(patch)}"
            )
    for severity, message in _subject(patch, areas):
        yield found("subject", severity, message, _AMEND)
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


def _subject(patch: Patch, areas: "Areas | None") -> Iterator[tuple[str, str]]:
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
    if areas is not None and areas.are_usual and not _AREA.match(text):
        examples = f", such as '{areas.example}'" if areas.example else ""
        yield WARNING, f"its subject does not begin with what it is about, as others there do{examples}"


class Areas(NamedTuple):
    """How many of the last subjects of a project begin with an area (``mm: ``), and the most usual one."""

    total: int
    with_area: int
    example: str = ""

    @property
    def are_usual(self) -> bool:
        """Whether a subject without one stands out."""
        return self.total >= 10 and self.with_area * 10 >= self.total * 8


def areas(subjects: Sequence[str]) -> Areas:
    """Return how subjects begin; the newest come first."""
    found = [text.partition(":")[0] + ":" for text in subjects if _AREA.match(text)]
    return Areas(len(subjects), len(found), max(found, key=found.count, default=""))


def _author(patch: Patch) -> Iterator[str]:
    people = mailboxes(patch.author)
    if not people:
        yield f"'{patch.author}' is no address"
    for one in people:
        if _UNREACHABLE.fullmatch(one.address):
            yield f"nobody can answer to its author's address, {one.address}"


def of_series(
    one: Destination, patches: Sequence[Written], upstream: Upstream | None, subscribed: Collection[str]
) -> Iterator[Finding]:
    """Yield what is wrong with a destination's patches as a whole. ``subscribed`` are lists, in lower case."""

    def found(name: str, severity: str, message: str, hint: str | None = None) -> Finding:
        return Finding(name, severity, one.project, message, hint)

    if one.venue.kind == "email":
        if not one.to:
            yield found("recipients", ERROR, "nobody gets these patches", "see git route-patch --explain")
        for person in (*one.to, *one.cc):
            if not person.address.rpartition("@")[0].isascii():
                yield found(
                    "recipients",
                    ERROR,
                    f"git send-email cannot reach {person.address}: it speaks no SMTPUTF8",
                    f"--exclude {person.address}",
                )
        yield from (found("posting", NOTE, *words) for words in _posting(one, subscribed))
    if one.uncovered:
        paths = [path.decode("utf-8", "replace") for path in one.uncovered]
        more = f" and {len(paths) - _MOST_SHOWN} more" if len(paths) > _MOST_SHOWN else ""
        yield found(
            "uncovered",
            WARNING,
            f"no rule covers {', '.join(paths[:_MOST_SHOWN])}{more}: is there somebody else who should see this?",
            "git route-patch --history tells who has changed them lately",
        )
    if upstream is not None and patches:
        yield from (found("base", WARNING, *words) for words in _base(upstream))


def _posting(one: Destination, subscribed: Collection[str]) -> Iterator[tuple[str, str]]:
    lists = [person.address for person in (*one.to, *one.cc) if person.role == "list"]
    # What the manifest says of a list, it says of the one that gets every patch.
    own = [person.address for person in one.to if any(reason.key.endswith(".route.to") for reason in person.reasons)]
    lists = [address for address in lists if address in own] or lists
    if any(same_key(address) in subscribed for address in lists):
        return
    shown = " and ".join(lists[:2]) or "the list"
    told = f"git config --global --add subprojects.subscribed {lists[0] if lists else 'LIST'}"
    if one.venue.posting == "subscribers":
        yield (
            f"only subscribers may post to {shown}",
            f"subscribe first; {told} says that you have",
        )
    if one.venue.posting == "moderated":
        yield (
            f"the first mail of a stranger to {shown} waits for a moderator",
            f"do not send it twice; {told} says that the list knows you",
        )


def _base(upstream: Upstream) -> Iterator[tuple[str, str]]:
    if upstream.ref is None:
        yield (
            "there is no branch of the project's here to tell whether the patches are based on it",
            "git remote add origin URL; git fetch origin",
        )
    elif upstream.has_some:
        yield f"{upstream.name} has some of these patches already", f"git log {upstream.name}.. shows what it lacks"
    elif upstream.base is None:
        yield f"the patches have nothing in common with {upstream.name}", f"git rebase --onto {upstream.name} FIRST^"
    elif upstream.between:
        yield (
            f"the patches are based on {counted(upstream.between, 'commit')} that {upstream.name} does not have",
            f"send those too, or git rebase --onto {upstream.name} FIRST^; if they are there by now, git fetch",
        )


def cc_suppressed(one: Destination, setting: str) -> Finding:
    """Return what is found where the user's config lets git send-email leave out who is in Cc."""
    return Finding(
        "recipients",
        WARNING,
        one.project,
        f"your sendemail.suppressCc is '{setting}', so git send-email will leave out all who are in Cc",
        "git config --unset-all sendemail.suppressCc; author and body are values that keep them",
    )


def on_old_base(one: Destination, upstream: Upstream, pin: str) -> Finding:
    """Return what is found where patches are based on the revision ``pin``, and the project has gone on."""
    return Finding(
        "old-base",
        WARNING,
        one.project,
        f"the patches are based on {pin}, which the manifest pins for this host, and {upstream.name} has gone on by"
        f" {counted(upstream.behind, 'commit')}",
        f"git rebase --onto {upstream.name} {pin}",
    )


def detached(one: Destination) -> Finding:
    """Return what is found where HEAD is on no branch."""
    return Finding(
        "detached", WARNING, one.project, "HEAD is detached: these commits are on no branch", "git switch -c NAME"
    )


def mixed(one: Destination, written: Written, others: Iterable[str]) -> Finding:
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


def whitespace(one: Destination, written: Written, output: str) -> Finding:
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


def checker(one: Destination, written: Written | None, command: str, status: int, output: str) -> Finding:
    """Return what is found where the project's own checker has ended with a ``status`` that is not 0.

    ``written`` is the patch that it was run on, None for all of them.
    """
    return Finding(
        "checker",
        WARNING,
        one.project,
        f"{command} ended with status {status}",
        _AMEND,
        "" if written is None else written.name,
        "" if written is None else written.patch.subject,
        output,
    )


def checker_not_run(one: Destination, why: str, hint: str) -> Finding:
    """Return what is found where the project's own checker was not run."""
    return Finding("checker", NOTE, one.project, why, hint)


def _before(patch: Patch) -> str:
    return f"{patch.commit[:12]}^" if patch.commit else "BASE"
