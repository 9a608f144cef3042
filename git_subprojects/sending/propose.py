"""Proposes patches to a project that takes no mail: shows what is to be run, and runs it if the user says so."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from git_subprojects.errors import Error
from git_subprojects.registries import VENUES
from git_subprojects.system.processes import attended
from git_subprojects.venues.base import Draft, Proposal, Venue, text
from git_subprojects.venues.remotes import remotes_of

if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.routing.model import Destination
    from git_subprojects.sending.options import SendOptions
    from git_subprojects.sending.outgoing import Outgoing
    from git_subprojects.sending.parts import Part


def propose(part: Part, outgoing: Outgoing, options: SendOptions, screen: Screen, linked: str = "") -> Proposal:
    """Do, after the user has agreed, what one destination wants; return what that is.

    ``linked`` is about the other parts of the same change, if there are any.

    Raises:
        Error: it cannot be done from here, the user does not agree, or a step has failed.
    """
    proposal = _proposal(part, outgoing.destination, linked)
    if not options.json:
        screen.answer(text(proposal))
    if linked and not any(linked in word for step in proposal.steps for word in step):
        screen.note(f"{outgoing.destination.project}: what its description should say of the other parts:\n{linked}")
    if proposal.missing is not None:
        raise Error(*proposal.missing)
    if not options.is_to_send:
        return proposal
    if not options.yes and not screen.can_confirm:
        raise Error("nothing was run, because nobody can be asked here", "--yes runs it, or run it yourself")
    if not options.yes and not screen.confirm("Run this?"):
        raise Error("nothing was run")
    git = part.git
    for step in proposal.steps:
        screen.note(shlex.join(step[:2]))
        try:
            status = attended(step, part.top or git.directory, git.environment)
        except OSError as error:
            raise Error(f"{step[0]}: {error.strerror}", f"is {step[0]} installed?") from error
        if status != 0:
            raise Error(f"{shlex.join(step[:2])} ended with status {status}", "its words are above")
    return proposal


def _proposal(part: Part, destination: Destination, linked: str) -> Proposal:
    project = part.manifest.projects.get(destination.project)
    urls, branch = ((), None) if project is None else (project.urls, project.branch)
    kind = destination.venue.kind
    venue: Venue = VENUES[kind].load()
    remotes = remotes_of(part.git, kind, venue.PROGRAM, urls, branch)
    patches = [part.patch for part in destination.parts]
    title = patches[0].subject
    if len(patches) == 1:
        body = patches[0].message
    else:
        from git_subprojects.sending.cover_letter import of_description

        name = f"branch.{remotes.branch}.description"
        description = part.git.run("config", name).stdout if remotes.branch else b""
        letter = of_description(description.decode("utf-8", "replace"))
        title = letter.subject or title
        body = "\n".join([f"{letter.blurb}\n", *(f"- {patch.subject}" for patch in patches)])
    return venue.propose(Draft(destination, remotes, title, f"{body}\n\n{linked}".strip()))
