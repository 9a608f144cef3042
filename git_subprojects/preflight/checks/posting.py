"""A list that is moderated, or for subscribers only. Pure."""

from collections.abc import Iterator

from git_subprojects.people.mailbox import same_key
from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield that not everybody may post to the list, unless it knows the user."""
    destination = outgoing.destination
    if not destination.venue.takes_mail:
        return
    lists = [person.address for person in (*destination.to, *destination.cc) if person.role == "list"]
    # What the manifest says about a list, it says about the one that gets every patch.
    to_all = [
        person.address
        for person in destination.to
        if any(reason.key.endswith(".route.to") for reason in person.reasons)
    ]
    lists = [address for address in lists if address in to_all] or lists
    if any(same_key(address) in facts.subscribed for address in lists):
        return
    shown = " and ".join(lists[:2]) or "the list"
    command = f"git config --global --add subprojects.subscribed {lists[0] if lists else 'LIST'}"
    if destination.venue.posting == "subscribers":
        yield Finding("note", f"only subscribers may post to {shown}", f"subscribe first; {command} says that you have")
    if destination.venue.posting == "moderated":
        yield Finding(
            "note",
            f"the first mail of a stranger to {shown} waits for a moderator",
            f"do not send it twice; {command} says that the list knows you",
        )
