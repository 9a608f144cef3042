"""GitHub: a branch is pushed to a fork, and gh or a browser makes a pull request. Pure."""

from urllib.parse import quote

from git_subprojects.manifest.model import Command
from git_subprojects.venues.base import Draft, Proposal, Site, from_fork

PROGRAM = "gh"


def propose(draft: Draft) -> Proposal:
    """Return how to make a pull request."""
    return from_fork(draft, "gh repo fork --remote --remote-name=fork {path}", _request)


def _request(draft: Draft, site: Site, fork: Site) -> tuple[Command, str]:
    target, branch, reviewers = draft.remotes.target, draft.branch, draft.reviewers
    owner = fork.path.partition("/")[0]
    repository = site.path if site.host == "github.com" else f"{site.host}/{site.path}"
    command = (
        *("gh", "pr", "create", f"--repo={repository}", f"--head={owner}:{branch}"),
        *((f"--base={target}",) if target else ()),
        *((f"--reviewer={','.join(reviewers)}",) if reviewers else ()),
        *(f"--title={draft.title}", f"--body={draft.body}"),
    )
    base = f"{quote(target, safe='')}..." if target else ""
    page = f"https://{site.host}/{site.path}/compare/{base}{quote(owner)}:{quote(branch, safe='')}?expand=1"
    return command, page
