"""The values that routing results in: destinations, their recipients, and why each is one."""

from typing import Literal, NamedTuple

from git_subprojects.manifest.model import Route, Rule, Venue
from git_subprojects.patches.model import Patch
from git_subprojects.people.trailers import PersonTrailer

Role = Literal[
    "maintainer", "reviewer", "list", "owner", PersonTrailer, "fixes", "signer", "in file", "history", "earlier"
]
"""Why somebody gets a patch, in a word: ``owner`` is of CODEOWNERS, ``fixes`` the author of what is fixed, and
``earlier`` somebody to whom the user has sent an earlier version.
"""


class Owner(NamedTuple):
    """A project, or the host, as far as routing goes; ``key`` begins its keys in the manifest."""

    name: str
    key: str
    venue: Venue
    route: Route
    rules: tuple[Rule, ...]
    url: str | None


class Reason(NamedTuple):
    """Why somebody gets a patch.

    ``key`` is where that is written: the manifest's key (``project.qemu.rule[0].to``), file and line
    (``MAINTAINERS:310``) or a trailer (``Reported-by``). ``path`` matched ``pattern`` there; ``section`` is the title
    of the section, or the commit, that the line belongs to. Texts out of files are UTF-8; bytes that are not are kept
    by "surrogateescape".
    """

    key: str
    path: bytes | None = None
    pattern: str | None = None
    section: str | None = None


class Recipient(NamedTuple):
    """Somebody, or a list, who gets a patch.

    ``title`` is the role as the tree's own program prints it, such as get_maintainer.pl; "" where it has none.
    """

    address: str
    name: str
    role: Role
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
