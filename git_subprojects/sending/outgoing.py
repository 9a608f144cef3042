"""What goes out: patches in files, by the destination that they go to. Pure values."""

from typing import NamedTuple

from git_subprojects.patches.model import Patch
from git_subprojects.routing.model import Destination
from git_subprojects.workspace.facts import Upstream


class Written(NamedTuple):
    """A patch as it would be sent: read from a file at ``path`` that has ``size`` bytes."""

    patch: Patch
    path: str
    size: int

    @property
    def name(self) -> str:
        """What the patch is called: its abbreviated commit id, or its file."""
        return self.patch.commit[:12] or self.patch.name

    @property
    def key(self) -> str:
        """What tells the patch from all others: its commit id, or the path of its file."""
        return self.path if self.patch.is_file else self.patch.commit


class Outgoing(NamedTuple):
    """What goes to one destination.

    ``each`` is the destination of each patch alone, ``written`` the patches as they would be sent, and ``upstream`` how
    they relate to the branch that the project develops on; None for patch files.
    """

    destination: Destination
    each: tuple[Destination, ...]
    written: tuple[Written, ...]
    upstream: Upstream | None
