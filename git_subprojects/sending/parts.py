"""The parts of one change, one for each repository that patches go out of, and what each part says about the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.registries import VENUES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.git.process import Git
    from git_subprojects.manifest.model import Manifest
    from git_subprojects.routing.model import Destination
    from git_subprojects.sending.outgoing import Outgoing
    from git_subprojects.sending.record import Record


class Part(NamedTuple):
    """What goes out of one repository; there are several where one change is made of series for several projects.

    ``git`` works in the repository, whose work tree is at ``top``, if it has one.
    """

    git: Git
    top: str | None
    manifest: Manifest
    outgoing: Sequence[Outgoing]


class LinkedPart(NamedTuple):
    """Where a part of a change goes; ``record`` is its series, None where it is not sent by mail."""

    destination: Destination
    record: Record | None


def linked(parts: Sequence[Sequence[LinkedPart]], own: int) -> str:
    """Return what one part of a change, counted from 0, tells its readers about the others."""
    lines = [f"This is part {own + 1} of {len(parts)} of one change. The other parts:"]
    for number, part in enumerate(parts):
        if number != own:
            lines += ["", *(line for destination in part for line in _linked(number + 1, *destination))]
    return "\n".join(lines)


def _linked(number: int, destination: Destination, record: Record | None) -> list[str]:
    patches = destination.parts
    if record is None:
        where = f"{VENUES[destination.venue.kind].way} to {destination.url or destination.project}"
        return [f"  {number}. {destination.project}: {patches[0].patch.subject}", f"     {where}"]
    first = record.messages[0]
    title = first.subject
    if record.letter is not None and not record.letter.subject:
        title += patches[0].patch.subject
    url = record.url(first.id)
    return [
        f"  {number}. {destination.project}: {title}",
        f"     to {', '.join(person.address for person in destination.to)}",
        f"     Message-ID: <{first.id}>",
        *([f"     {url}"] if url is not None else []),
    ]
