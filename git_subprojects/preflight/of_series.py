"""What is wrong with a destination's patches as a whole. Pure."""

from collections.abc import Collection, Iterator

from git_subprojects.people.mailbox import same_key
from git_subprojects.plural import counted
from git_subprojects.preflight.findings import AMEND, ERROR, NOTE, WARNING, Finding
from git_subprojects.routing.model import Destination
from git_subprojects.sending.outgoing import Written
from git_subprojects.workspace.facts import Upstream

_MOST_SHOWN = 5


def all_findings(one: Destination, upstream: Upstream | None, subscribed: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong. ``subscribed`` are lists, in lower case, that take mail of the user's."""

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
    if upstream is not None:
        first = one.parts[0].patch.commit[:12]
        yield from (found("base", WARNING, *words) for words in _base(upstream, f"{first}^"))


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


def _base(upstream: Upstream, before: str) -> Iterator[tuple[str, str]]:
    if upstream.ref is None:
        yield (
            "there is no branch of the project's here to tell whether the patches are based on it",
            "git remote add origin URL; git fetch origin",
        )
    elif upstream.has_some:
        yield f"{upstream.name} has some of these patches already", f"git log {upstream.name}.. shows what it lacks"
    elif upstream.base is None:
        yield f"the patches have nothing in common with {upstream.name}", f"git rebase --onto {upstream.name} {before}"
    elif upstream.between:
        yield (
            f"the patches are based on {counted(upstream.between, 'commit')} that {upstream.name} does not have",
            f"send those too, or git rebase --onto {upstream.name} {before}; if they are there by now, git fetch",
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


def checker_failed(one: Destination, written: Written | None, command: str, status: int, output: str) -> Finding:
    """Return what is found where the project's own checker has ended with a ``status`` that is not 0.

    ``written`` is the patch that it was run on, None for all of them.
    """
    return Finding(
        "checker",
        WARNING,
        one.project,
        f"{command} ended with status {status}",
        AMEND,
        "" if written is None else written.name,
        "" if written is None else written.patch.subject,
        output,
    )


def checker_not_run(one: Destination, why: str) -> Finding:
    """Return what is found where the project's own checker was not run."""
    return Finding("checker", NOTE, one.project, why, "--allow-checker lets it run, now and from now on")
