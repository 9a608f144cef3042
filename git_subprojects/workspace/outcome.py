"""What came of a step, or of a command in a clone. Pure values."""

from typing import Literal, NamedTuple

from git_subprojects.workspace.facts import Sibling

OutcomeState = Literal["cloned", "linked", "present", "in-tree", "failed"]

TransferFailure = Literal["local", "revision", "refused", "auth", "gone", "network", "stalled", "cancelled", "other"]
"""Why git could not get something. "local": this machine is to blame; "gone": there is no such repository."""


class Outcome(NamedTuple):
    """What came of one project.

    ``state`` "linked": it is a linked work tree now. ``url`` is where the objects came from; ``mirror`` tells that
    it is not the canonical one. ``branch`` is None on a detached HEAD. ``failure`` is set where a transfer has failed.
    ``is_stale`` is as in ``plan.Present``. ``is_unfinished``: it has failed, but what was transferred is in its place.
    """

    name: str
    state: OutcomeState
    path: str = ""
    url: str | None = None
    mirror: bool = False
    branch: str | None = None
    commit: str | None = None
    revision: str | None = None
    pinned: bool = False
    because: str = ""
    borrowed: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    sibling: Sibling | None = None
    notes: tuple[str, ...] = ()
    message: str = ""
    hint: str | None = None
    failure: TransferFailure | None = None
    built: bool = False
    is_stale: bool = False
    is_unfinished: bool = False


class Ran(NamedTuple):
    """How a command in a clone ended: its exit status, what it wrote, and why it could not be started, if so."""

    name: str
    path: str
    status: int
    output: bytes
    messages: bytes
    error: str | None


def present(name: str, sibling: Sibling, notes: tuple[str, ...]) -> Outcome:
    """Return the outcome for a project that is there already."""
    url = sibling.urls[0] if sibling.urls else None
    return Outcome(
        name,
        "present",
        sibling.path,
        url=url,
        branch=sibling.branch,
        commit=sibling.commit,
        sibling=sibling,
        notes=notes,
    )
