"""Patches that go out, and what a check finds in them."""

import os

from git_subprojects.git.process import Git
from git_subprojects.manifest.model import Venue
from git_subprojects.patches.model import Patch
from git_subprojects.preflight.base import Check, Facts, Finding
from git_subprojects.registries import CHECKS
from git_subprojects.routing.model import Destination, Part, Recipient, Role
from git_subprojects.sending.outgoing import Outgoing, Written
from git_subprojects.workspace.facts import Upstream

SIGNED = "body\n\nSigned-off-by: A. U. Thor <author@example.org>"


def patch(subject: str = "mm: fix it", author: str = "A. U. Thor <author@example.org>", message: str = SIGNED) -> Patch:
    return Patch("1234567890abcdef", subject, author, 1, (b"mm/slab.c",), message=message)


def to(*addresses: str, role: Role = "list") -> tuple[Recipient, ...]:
    return tuple(Recipient(address, "", role, ()) for address in addresses)


def going_out(
    patch: Patch,
    venue: Venue | None = None,
    people: tuple[Recipient, ...] | None = None,
    uncovered: tuple[bytes, ...] = (),
    *,
    size: int = 100,
    upstream: Upstream | None = None,
) -> Outgoing:
    """Return a patch to ``people`` of the project linux; by default, to a list."""
    recipients = to("list@example.org") if people is None else people
    parts = (Part(patch, patch.paths),)
    destination = Destination("linux", venue or Venue(), None, recipients, (), parts, uncovered)
    return Outgoing(destination, (destination,), (Written(patch, "0001.patch", size),), upstream)


def found(name: str, outgoing: Outgoing, **facts: object) -> list[Finding]:
    """Return what the check of that name finds in what goes out."""
    check: Check = CHECKS[name].load()
    known = Facts(Git(os.environ))._replace(**facts)  # type: ignore[arg-type] # each by its own type
    return list(check.find(outgoing, known))
