"""Destinations that take no mail, and what is proposed to them."""

from git_subprojects.manifest.model import Venue
from git_subprojects.patches.model import Patch
from git_subprojects.registries import VENUES
from git_subprojects.routing.model import Destination, Part, Recipient, Reviewer
from git_subprojects.venues.base import Draft, Proposal, Remotes, Site

PATCH = Patch("1" * 40, "probe: Mend it", "A <a@example.org>", 1, (b"a",))


def destination(kind: str, reviewers: tuple[str, ...] = (), to: tuple[str, ...] = ()) -> Destination:
    people = tuple(Recipient(address, "", "maintainer", ()) for address in to)
    lists = (Recipient("list@example.org", "", "list", ()),)
    url = f"https://{kind}.com/example/tool"
    accounts = tuple(Reviewer(account, ()) for account in reviewers)
    venue = Venue(kind=kind, guide="CONTRIBUTING.md")
    return Destination("tool", venue, url, people, lists, (Part(PATCH, PATCH.paths),), (), accounts)


def remotes(kind: str, **more: object) -> Remotes:
    known = Remotes(
        Site(f"{kind}.com", "example/tool"),
        "origin",
        "mine",
        Site(f"{kind}.com", "me/tool"),
        "main",
        "fix",
        has_program=True,
    )
    return known._replace(**more)  # type: ignore[arg-type] # each by its own type


def made(kind: str, one: Destination | None = None, **more: object) -> Proposal:
    proposal: Proposal = (
        VENUES[kind].load().propose(Draft(one or destination(kind), remotes(kind, **more), "Title", "Body"))
    )
    return proposal
