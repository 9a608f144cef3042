"""A venue."""

from git_subprojects.manifest.model import Command
from git_subprojects.venues.base import Draft, Proposal, Site, from_fork

PROGRAM = "fj"


def propose(draft: Draft) -> Proposal:
    """Return how to make a pull request."""
    return from_fork(draft, "fork it at https://{host}/{path}/fork", _request)


def _request(draft: Draft, site: Site, fork: Site) -> tuple[Command, str]:
    page = f"https://{site.host}/{site.path}/compare/{draft.remotes.target}...{fork.path}:{draft.branch}"
    return ("fj", "pr", "create", draft.title, "--body", draft.body), page
