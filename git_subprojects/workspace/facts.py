"""What was found out before anything is planned. Pure values."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from git_subprojects.manifest.model import Pin, Project
from git_subprojects.workspace.urls import ProjectUrls

SiblingKind = Literal["absent", "clone", "other"]
ShortState = Literal["in-tree", "cloned", "refused", "in the way", "-"]
HookState = Literal["on", "off", "changed"]


class Sibling(NamedTuple):
    """What is at a place: nothing (``kind`` "absent"), a clone ("clone") or something else ("other").

    ``what`` says it in words. The rest is known of a clone: by whose word it is which project, its remotes, and
    its state as git-status(1) tells it. ``ahead`` and ``behind`` are None without an upstream. ``changed`` counts the
    ``conflicted`` too, and the ``submodules`` of which only the content differs. ``is_own`` tells that it is this
    project's, ``origin`` is the URL of the remote of that name, and ``rewrites`` whether its own config rewrites URLs.
    ``followed_url`` and ``followed_branch`` are what the manifest said when it was cloned, or last updated.
    ``refspecs`` are what is fetched from origin. ``hint`` is what to try where git cannot read it.
    ``shape`` is what it keeps of how much of the project the manifest wanted.
    """

    kind: SiblingKind
    path: str
    what: str = ""
    project: str | None = None
    host: str | None = None
    urls: tuple[str, ...] = ()
    branch: str | None = None
    commit: str | None = None
    upstream: str | None = None
    ahead: int | None = None
    behind: int | None = None
    changed: int = 0
    untracked: int = 0
    submodules: int = 0
    conflicted: int = 0
    stashes: int = 0
    is_own: bool = False
    origin: str | None = None
    rewrites: bool = False
    followed_url: str | None = None
    followed_branch: str | None = None
    refspecs: tuple[str, ...] = ()
    hint: str | None = None
    shape: str | None = None


class Difference(NamedTuple):
    """What the manifest says otherwise of a clone than it is, and the command that makes it so."""

    what: str
    command: str


class Target(NamedTuple):
    """The commit to stand on; ``branch`` None: detached."""

    commit: str
    branch: str | None


class Placement(NamedTuple):
    """Where a clone was put as the manifest said: on ``branch``, None for a detached HEAD, at ``commit``.

    ``revision`` is what the manifest pinned; None: it named no pin, and the clone got the branch.
    """

    commit: str
    branch: str | None = None
    revision: str | None = None

    @property
    def name(self) -> str:
        """How users call it."""
        return self.revision or self.branch or self.commit[:12]


class Fit(NamedTuple):
    """The pin that fits (None: the branch), and why no pin could be chosen, if so."""

    pin: Pin | None = None
    doubt: str | None = None


class HostFacts(NamedTuple):
    """What plans depend on: the host's path, as siblings know it, the top of its work tree, and its version tag."""

    path: str
    top: str
    version: str | None = None


class Upstream(NamedTuple):
    """The remote-tracking branch that patches are for, as last fetched, and what a series has in common with it.

    ``ref`` is a full name, None where there is none. ``base`` is the last commit in common with it; without a ``ref``,
    the parent of the first patch. ``between`` counts the commits that lie after ``base`` and before the patches,
    ``behind`` those that ``ref`` has more. ``has_some`` tells that some of the patches are in ``ref`` already.
    """

    ref: str | None = None
    base: str | None = None
    between: int = 0
    behind: int = 0
    has_some: bool = False

    @property
    def name(self) -> str:
        """How users call it: ``origin/master``."""
        return (self.ref or "").removeprefix("refs/remotes/")


class State(NamedTuple):
    """What was found out about one project.

    Without a look into its clone: ``path``, or the host's where it lies in ``within``, folders of the host, of which
    the host has not those in ``missing``; where it comes from; the pin that ``fit``s the host. ``problem`` is why its
    place cannot be looked at, ``hint`` what to try.

    ``sibling`` is what stands there. ``operation`` is what has been begun there and not ended, such as ``rebase``.
    ``unpushed`` are the branches, but for one whose upstream tells, each with how many of its commits no remote has.
    ``is_on_pin`` tells whether the pin is checked out, None where it is not there to compare with. ``commits`` are
    those by which the branch and its upstream differ, where they were asked for: ``>`` for the branch's own or ``<``,
    the abbreviated id, and the subject. ``is_current`` tells that its branch is where its upstream is, and ``follows``
    is the branch of origin that is its upstream; both are told by a brief look only. ``put`` is where it was put last;
    None: nobody knows. ``project`` is what the manifest says of it. ``moved_from`` is where its clone is, if that is
    not where the manifest puts it now. ``differences`` are what of the manifest has changed since it was cloned.
    """

    name: str
    path: str
    within: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    urls: ProjectUrls = ProjectUrls()
    fit: Fit = Fit()
    problem: str | None = None
    hint: str | None = None
    sibling: Sibling = Sibling("absent", "")
    operation: str = ""
    unpushed: tuple[tuple[str, int], ...] = ()
    is_on_pin: bool | None = None
    commits: tuple[tuple[str, str, str], ...] = ()
    is_current: bool = False
    follows: str | None = None
    put: Placement | None = None
    project: Project | None = None
    moved_from: str | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def pin(self) -> str | None:
        """The revision that fits the host today; None: the branch, or ``doubt`` says why it is not known."""
        return None if self.fit.pin is None else self.fit.pin.revision

    @property
    def doubt(self) -> str | None:
        """Why no pin could be chosen."""
        return self.fit.doubt

    @property
    def kind(self) -> SiblingKind | Literal["problem", "in-tree"]:
        """What the project's place holds."""
        return "problem" if self.problem is not None else "in-tree" if self.within else self.sibling.kind


class Listing(NamedTuple):
    """Projects that can be cloned, the state of each in a word, by name, and how wide the terminal is, if it is one."""

    projects: Sequence[Project]
    states: Mapping[str, ShortState]
    width: int | None = None


class ProjectInfo(NamedTuple):
    """How a project takes patches, and how work on it starts.

    ``place`` says where its clone is and in which state, ``start`` on which revision work begins and why; ``clone`` is
    the command that clones it, None where there is nothing to clone.
    """

    project: Project
    place: str
    clone: str | None = None
    start: str | None = None


class FollowState(NamedTuple):
    """Whether clones are updated in the background, by which hooks, and how that went.

    ``hooks`` in the ``folder`` are each "on", "off" (without our lines) or "changed". ``last`` is when the last update
    began and its exit status, None where it has not ended.
    """

    follows: bool
    folder: str
    hooks: Mapping[str, HookState]
    running: bool
    last: tuple[str, int | None] | None
    log: str
    has_log: bool
