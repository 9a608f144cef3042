"""What a venue that takes no mail is: a module that says how patches are proposed there. Pure."""

import re
import shlex
from collections.abc import Callable
from typing import NamedTuple, Protocol

from git_subprojects.manifest.model import Command
from git_subprojects.registries import VENUES
from git_subprojects.routing.model import Destination

_ACCOUNT = r"@?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:/[A-Za-z0-9._-]+)*"
_LONGEST_NAME = 50
_PUSH = ("git", "push", "--force-with-lease", "--")


class Site(NamedTuple):
    """A repository at a site: ``github.com`` and ``qemu/qemu``."""

    host: str
    path: str


class Remotes(NamedTuple):
    """What a proposal depends on in the repository.

    ``own`` is the name of the project's own remote, ``fork`` that of the user's copy of it; None: there is none.
    ``target`` is the branch that the project develops on, where known, ``branch`` the one that HEAD is on.
    ``has_program`` tells whether the site's own program is installed.
    """

    site: Site | None = None
    own: str | None = None
    fork: str | None = None
    fork_site: Site | None = None
    target: str | None = None
    branch: str | None = None
    has_program: bool = False


class Draft(NamedTuple):
    """What is to be proposed: the patches of a destination, with a title and a description."""

    destination: Destination
    remotes: Remotes
    title: str
    body: str

    @property
    def where(self) -> str:
        """The URL of the project, or else its name."""
        return self.destination.url or self.destination.project

    @property
    def commit(self) -> str:
        """The last of the commits, which is what is pushed."""
        return self.destination.parts[-1].patch.commit

    @property
    def reviewers(self) -> tuple[str, ...]:
        """The accounts that CODEOWNERS names, as the sites' programs take them: without ``@``."""
        accounts = [reviewer.account for reviewer in self.destination.reviewers]
        return tuple(account.removeprefix("@") for account in accounts if re.fullmatch(_ACCOUNT, account))

    @property
    def branch(self) -> str:
        """The branch to push to: of the name of HEAD's, unless that is the project's own, or there is none."""
        if self.remotes.branch is not None and self.remotes.branch != self.remotes.target:
            return self.remotes.branch
        words = re.sub(r"[^a-z0-9]+", "-", self.destination.parts[0].patch.subject.lower())
        return words[:_LONGEST_NAME].strip("-") or "patches"


class Proposal(NamedTuple):
    """``steps`` are commands to run one after the other; ``page`` is where the same is done in a browser.

    ``missing`` says why there are no steps, as (what, what to do). ``kind`` is a key of VENUES.
    """

    project: str
    kind: str
    where: str
    steps: tuple[Command, ...]
    page: str | None
    reviewers: tuple[str, ...]
    guide: str | None
    missing: tuple[str, str] | None = None


class Venue(Protocol):
    """What the module of a venue has."""

    PROGRAM: str
    """The site's own program for the command line, such as ``gh``; empty if there is none."""

    def propose(self, draft: Draft) -> Proposal:
        """Return what to run, and which page to open, to propose patches."""


def without_steps(draft: Draft, what: str = "", hint: str = "") -> Proposal:
    """Return a proposal to be completed, or one that cannot be made: ``what`` is missing, and the ``hint`` helps."""
    venue = draft.destination.venue
    proposal = Proposal(draft.destination.project, venue.kind, draft.where, (), None, draft.reviewers, venue.guide)
    return proposal._replace(missing=(what, hint)) if what else proposal


def from_fork(draft: Draft, how_to_fork: str, request: Callable[[Draft, Site, Site], tuple[Command, str]]) -> Proposal:
    """Return a proposal that pushes to the user's fork and makes a request there.

    ``how_to_fork`` is told where there is no fork, with ``{host}`` and ``{path}`` filled in. ``request`` gets the sites
    of the project and of the fork, and returns the command of the site's program and the page in a browser.
    """
    remotes, site = draft.remotes, draft.remotes.site
    if site is None:
        what = f"no {VENUES[draft.destination.venue.kind].site} URL is known for {draft.where}"
        return without_steps(draft, what, "give the project a URL at its site")
    if remotes.fork is None or remotes.fork_site is None:
        own = f"git remote add fork https://{site.host}/YOU/{site.path.rpartition('/')[2]}.git"
        hint = f"{how_to_fork.format(host=site.host, path=site.path)}\n{own}"
        return without_steps(draft, "there is no remote here that is your own copy to push to", hint)
    push = (*_PUSH, remotes.fork, f"{draft.commit}:refs/heads/{draft.branch}")
    command, page = request(draft, site, remotes.fork_site)
    return without_steps(draft)._replace(steps=(push, command) if remotes.has_program else (push,), page=page)


def text(proposal: Proposal) -> str:
    """Return a proposal as text; its commands can be pasted into a shell."""
    lines = [f"{proposal.project}: {VENUES[proposal.kind].way} to {proposal.where}"]
    lines += [f"  run: {shlex.join(step)}" for step in proposal.steps]
    if proposal.page is not None:
        has_program = any(step[0] != "git" for step in proposal.steps)
        lines.append(f"  {'or open' if has_program else 'open'}: {proposal.page}")
    lines += [f"  reviewer: {account}" for account in proposal.reviewers]
    if proposal.guide is not None:
        lines.append(f"  guide: {proposal.guide}")
    return "\n".join(lines)
