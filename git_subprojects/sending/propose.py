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
    from git_subprojects.sending.options import SendOptions
    from git_subprojects.sending.outgoing import Outgoing
    from git_subprojects.sending.parts import Part


def propose(part: Part, outgoing: Outgoing, options: SendOptions, screen: Screen, linked: str = "") -> Proposal:
    """Do, after the user has agreed, what one destination wants; return what that is.

    Before mails are sent, ``check`` has found no fault. ``linked`` is about the other parts of the same change, if any.

    Raises:
        Error: it cannot be done from here, the user does not agree, or a step has failed.
    """
    proposal = _proposal(part, outgoing, linked)
    if not options.json:
        screen.answer(text(proposal))
    if linked and not any(linked in word for step in proposal.steps for word in step):
        screen.note(f"{outgoing.destination.project}: what its description should say of the other parts:\n{linked}")
    if proposal.missing is not None:
        raise Error(*proposal.missing)
    if not options.is_to_send:
        return proposal
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


def check(part: Part, outgoing: Outgoing, options: SendOptions, screen: Screen) -> None:
    """Raise Error where ``propose`` could not do what a destination wants."""
    proposal = _proposal(part, outgoing, "")
    if proposal.missing is not None:
        if not options.json:
            screen.answer(text(proposal))
        raise Error(*proposal.missing)
    if not options.yes and not screen.can_confirm:
        if not options.json:
            screen.answer(text(proposal))
        raise Error("nothing was run, because nobody can be asked here", "--yes runs it, or run it yourself")


def _urls_of_host(part: Part, outgoing: Outgoing) -> tuple[str, ...]:
    """Return where the host comes from: by its manifest, or by the remote whose branch the patches are for."""
    if part.manifest.host.url is not None and not part.manifest.host.url.startswith("."):
        return (part.manifest.host.url,)
    urls = part.git.config(r"^remote\..*\.url$")
    upstream = outgoing.upstream
    followed = "" if upstream is None or upstream.ref is None else upstream.ref.removeprefix("refs/remotes/")
    # Where there is one of that name, origin is a fork.
    for name in ("upstream", followed.partition("/")[0], "origin"):
        url = urls.text(f"remote.{name}.url") if name else None
        if url is not None:
            return (url,)
    return ()


def _proposal(part: Part, outgoing: Outgoing, linked: str) -> Proposal:
    destination = outgoing.destination
    project = part.manifest.projects.get(destination.project)
    if project is None or project.url is None:
        # An in-tree project lives in the host's repository.
        urls, branch = _urls_of_host(part, outgoing), None
    else:
        urls, branch = project.urls, project.branch
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
