"""GitLab: a branch is pushed to a fork, and glab or a browser makes a merge request. Pure."""

from urllib.parse import urlencode

from git_subprojects.manifest.model import Command
from git_subprojects.venues.base import Draft, Proposal, Site, from_fork

PROGRAM = "glab"


def propose(draft: Draft) -> Proposal:
    """Return how to make a merge request."""
    return from_fork(draft, "fork it at https://{host}/{path}", _request)


def _request(draft: Draft, site: Site, fork: Site) -> tuple[Command, str]:
    target, branch = draft.remotes.target, draft.branch
    # glab takes users only, no groups.
    users = [name for name in draft.reviewers if "/" not in name]
    command = (
        *("glab", "mr", "create", f"--repo=https://{site.host}/{site.path}", f"--head={fork.path}"),
        f"--source-branch={branch}",
        *((f"--target-branch={target}",) if target else ()),
        *((f"--reviewer={','.join(users)}",) if users else ()),
        *("--yes", f"--title={draft.title}", f"--description={draft.body}"),
    )
    query = {"merge_request[source_branch]": branch, **({"merge_request[target_branch]": target} if target else {})}
    return command, f"https://{fork.host}/{fork.path}/-/merge_requests/new?{urlencode(query)}"
