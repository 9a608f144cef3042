"""Gerrit: commits are pushed to the project's own remote, and become changes there. Pure."""

import re

from git_subprojects.venues.base import Draft, Proposal, without_steps

PROGRAM = ""

_PLAIN_ADDRESS = r"[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9][A-Za-z0-9.-]*"


def propose(draft: Draft) -> Proposal:
    """Return how to push changes, with their reviewers."""
    remotes, destination = draft.remotes, draft.destination
    if remotes.own is None:
        return without_steps(draft, "the project's own remote is not here", f"git remote add gerrit {draft.where}")
    if remotes.target is None:
        return without_steps(draft, "nothing tells which branch it is for", f"git remote set-head {remotes.own} --auto")
    people = [person.address for person in (*destination.to, *destination.cc) if person.role != "list"]
    reviewers = [f"r={address}" for address in people if re.fullmatch(_PLAIN_ADDRESS, address)]
    options = f"%{','.join(reviewers)}" if reviewers else ""
    push = ("git", "push", "--", remotes.own, f"{draft.commit}:refs/for/{remotes.target}{options}")
    return without_steps(draft)._replace(steps=(push,))
