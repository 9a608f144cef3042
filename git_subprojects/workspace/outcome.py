"""What came of a step, or of a command in a clone. Pure values."""

from typing import NamedTuple

from git_subprojects.workspace.facts import Sibling


class Outcome(NamedTuple):
    """What came of one project.

    ``state`` is cloned, present, in-tree or failed. ``url`` is where the objects came from; ``mirror`` tells that
    it is not the canonical one. ``branch`` is None on a detached HEAD. ``kind`` of a failure is the transport's.
    """

    name: str
    state: str
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
    kind: str = ""
    built: bool = False


class Ran(NamedTuple):
    """How a command in a clone ended: its exit status, what it wrote, and why it could not be started, if so."""

    name: str
    path: str
    status: int
    output: bytes
    messages: bytes
    error: str | None


def present(name: str, found: Sibling, notes: tuple[str, ...]) -> Outcome:
    """Return the outcome for a project that is there already."""
    url = found.urls[0] if found.urls else None
    return Outcome(
        name, "present", found.path, url=url, branch=found.branch, commit=found.commit, sibling=found, notes=notes
    )
