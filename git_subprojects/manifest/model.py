"""The values that a manifest consists of.

Named tuples, because they are immutable, compare by value, and cost a third of a dataclass at start-up. A path in a
repository is ``str`` here, as TOML has it; elsewhere it is ``bytes``, as git has it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from git_subprojects.registries import DEFAULT_VENUE, VENUES

HOST = "host"
"""The word that stands for the host repository where a project's name is expected."""


Command = tuple[str, ...]
"""An argument list, never given to a shell."""


Posting = Literal["open", "moderated", "subscribers"]
"""Who may post to a list."""

Thread = Literal["new", "same"]
"""Where a new version of a series goes: to a thread of its own, or as an answer to the version before."""

SeriesRecipients = Literal["whole", "per-patch"]
"""Who gets the patches of a series: all of them, everybody; or each patch, those whom it concerns."""

NO_ROLES: Mapping[str, str] = MappingProxyType({})


class RuleFile(NamedTuple):
    """A file in a project's tree that names recipients.

    ``format`` is a key of :data:`git_subprojects.registries.RULE_FORMATS`, ``style`` one of that format's dialects
    (None: recognised).
    """

    format: str
    path: str
    style: str | None = None


class Pin(NamedTuple):
    """From the host version tagged ``host`` on, ``revision`` fits.

    ``host`` None: for hosts older than all other pins. ``revision`` None: the branch.
    """

    host: str | None = None
    revision: str | None = None


class Rule(NamedTuple):
    """Paths → recipients; ``key`` is where the manifest says so (``project.qemu.rule[0]``)."""

    key: str
    paths: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()


class Route(NamedTuple):
    """The recipients of every patch, and the files in the tree that name more."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    files: tuple[RuleFile, ...] = ()


class Venue(NamedTuple):
    """Where and how a project takes patches.

    ``kind`` is a key of :data:`git_subprojects.registries.VENUES`; ``size_limit`` is in bytes.
    """

    kind: str = DEFAULT_VENUE
    guide: str | None = None
    prefix: str | None = None
    sign_off: bool = False
    check: tuple[Command, ...] = ()
    posting: Posting | None = None
    archive: str | None = None
    roles: Mapping[str, str] = NO_ROLES
    thread: Thread = "new"
    size_limit: int | None = None
    series: SeriesRecipients | None = None

    @property
    def takes_mail(self) -> bool:
        """Whether patches are sent by mail."""
        return VENUES[self.kind].takes_mail


class Twin(NamedTuple):
    """A project that shares history with another; ``paths`` are (path here, path there), folders with a slash."""

    name: str
    paths: tuple[tuple[str, str], ...] = ()


class Project(NamedTuple):
    """An entry of the manifest; in-tree if ``within`` is not empty, else with a ``url``."""

    name: str
    description: str = ""
    url: str | None = None
    mirrors: tuple[str, ...] = ()
    remotes: tuple[tuple[str, str], ...] = ()
    directory: str = ""
    groups: tuple[str, ...] = ()
    branch: str | None = None
    borrow: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()
    successor: str | None = None
    within: tuple[str, ...] = ()
    depth: int | None = None
    filter: str | None = None
    sparse: tuple[str, ...] = ()
    submodules: bool = False
    build: tuple[Command, ...] = ()
    build_directory: str | None = None
    pins: tuple[Pin, ...] = ()
    tested: str | None = None
    venue: Venue = Venue()
    route: Route = Route()
    rules: tuple[Rule, ...] = ()
    mapped: tuple[Twin, ...] = ()
    """Those of the twins whose paths are others."""

    @property
    def urls(self) -> tuple[str, ...]:
        """The canonical URL, where there is one, and the mirrors."""
        return self.mirrors if self.url is None else (self.url, *self.mirrors)


class Host(NamedTuple):
    """The repository that carries the manifest; ``revision`` is its commit in one that was frozen."""

    name: str = HOST
    versions: str | None = None
    recognise: tuple[str, ...] = ()
    build: tuple[Command, ...] = ()
    twins: tuple[str, ...] = ()
    venue: Venue = Venue()
    route: Route = Route()
    rules: tuple[Rule, ...] = ()
    revision: str | None = None
    mapped: tuple[Twin, ...] = ()
    url: str | None = None


class Manifest(NamedTuple):
    """A whole manifest; ``directory`` is where siblings go, from the host's top level.

    ``groups`` are those whose projects are chosen where all are asked for, with a minus those that are left out.
    """

    directory: str
    host: Host
    projects: Mapping[str, Project]
    groups: tuple[str, ...] = ()
