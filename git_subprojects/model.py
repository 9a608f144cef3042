"""The values that everything else computes with.

Named tuples, because they are immutable, compare by value, and cost a third of a dataclass at start-up.
Text is ``str``; a path in a repository is ``bytes``, as git has it; a commit id is lower-case hexadecimal ``str``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

HOST = "host"
"""The word that stands for the host repository where a project's name is expected."""

Command = tuple[str, ...]
"""An argument list, never given to a shell."""

NO_ROLES: Mapping[str, str] = MappingProxyType({})


class TreeFile(NamedTuple):
    """A file of recipients inside a project's tree, and the dialect it is written in (None: recognised)."""

    file: str
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
    maintainers: TreeFile | None = None
    codeowners: TreeFile | None = None


class Venue(NamedTuple):
    """Where and how a project takes patches.

    ``thread`` is "same" where a new version of a series answers the one before it; ``size_limit`` is in bytes.
    """

    kind: str = "email"
    guide: str | None = None
    prefix: str | None = None
    sign_off: bool = False
    check: tuple[Command, ...] = ()
    posting: str | None = None
    archive: str | None = None
    roles: Mapping[str, str] = NO_ROLES
    thread: str = "new"
    size_limit: int | None = None


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


class Manifest(NamedTuple):
    """A whole manifest; ``directory`` is where siblings go, from the host's top level."""

    directory: str
    host: Host
    projects: Mapping[str, Project]


class PatchText(NamedTuple):
    """What a patch says, for keywords: all lines before its first file's name, and the lines of its changes.

    ``cut`` tells that there was more than is kept.
    """

    before: bytes
    changes: bytes
    cut: bool = False


class Patch(NamedTuple):
    """A commit, or a patch file, and every path it touches: old and new names, deletions, mode changes.

    ``name`` is the file that a patch was read from, "" for a commit; ``commit`` is "" where a file does not tell.
    ``author`` is ``Name <address>``, ``base`` the commit that the patch applies to, where known, and ``message`` what
    follows the subject.
    """

    commit: str
    subject: str
    author: str
    parents: int
    paths: tuple[bytes, ...]
    name: str = ""
    base: str | None = None
    message: str = ""
    text: PatchText | None = None


TREE, LINK, SUBMODULE = 0o040000, 0o120000, 0o160000
"""Modes that git gives to what is no plain file."""


class Entry(NamedTuple):
    """What stands at a path: its mode, as git has it, and the id of its object."""

    mode: int
    id: str

    @property
    def is_text(self) -> bool:
        """Whether it is a plain file, rather than a symbolic link, a submodule or a folder."""
        return self.mode not in (TREE, LINK, SUBMODULE)


class Change(NamedTuple):
    """What a patch does to one file: ``old`` is None for a new one, ``new`` for one that goes.

    The paths are the same unless the file is renamed.
    """

    old_path: bytes
    old: Entry | None
    new_path: bytes
    new: Entry | None


class Hunk(NamedTuple):
    """Lines of a file that others take the place of; counted from 0, as in slices of the lines."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def growth(self) -> int:
        """How many lines more there are afterwards."""
        return (self.new_end - self.new_start) - (self.old_end - self.old_start)


class Reason(NamedTuple):
    """Why somebody gets a patch.

    ``key`` is where that is written: the manifest's key (``project.qemu.rule[0].to``), file and line
    (``MAINTAINERS:310``) or a trailer (``Reported-by``). ``path`` met ``pattern`` there; ``section`` is the title of
    the section, or the commit, that the line belongs to.
    """

    key: str
    path: bytes | None = None
    pattern: str | None = None
    section: str | None = None


class Recipient(NamedTuple):
    """Somebody, or a list, who gets a patch.

    ``role`` is list, maintainer, reviewer, or owner (of CODEOWNERS); a trailer, such as ``Reported-by``; ``fixes``,
    ``signer``, ``in file`` or ``history``. ``title`` is what get_maintainer.pl prints for one of MAINTAINERS.
    """

    address: str
    name: str
    role: str
    reasons: tuple[Reason, ...]
    title: str = ""


class Reviewer(NamedTuple):
    """An account at the site where pull requests are made: ``@user`` or ``@organisation/team``."""

    account: str
    reasons: tuple[Reason, ...]


class Part(NamedTuple):
    """What one patch has for one destination: the paths that belong there."""

    patch: Patch
    paths: tuple[bytes, ...]


class Destination(NamedTuple):
    """Where a part of a range goes: one project's venue, and the recipients there.

    ``uncovered`` are the paths that no rule covers, ``reviewers`` the accounts that CODEOWNERS names.
    """

    project: str
    venue: Venue
    url: str | None
    to: tuple[Recipient, ...]
    cc: tuple[Recipient, ...]
    parts: tuple[Part, ...]
    uncovered: tuple[bytes, ...]
    reviewers: tuple[Reviewer, ...] = ()
