"""What checks have in common: what they get, and what they find. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, get_args

from git_subprojects.manifest.model import Command
from git_subprojects.patches.model import Patch
from git_subprojects.sending.outgoing import Outgoing, Written

if TYPE_CHECKING:
    from git_subprojects.git.process import Git

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""The worst first."""

AMEND = "git commit --amend, or for a commit further down git rebase --interactive"
"""How to change a commit."""


class Finding(NamedTuple):
    """Something that a check has found in a patch, or in all patches of a destination (``written`` is None).

    ``message`` says what was found and what it means, ``hint`` what to do; ``output`` is what a program has printed.
    ``name`` is the check's, a key of CHECKS; it and ``project`` are filled in for the check.
    """

    severity: Severity
    message: str
    hint: str | None = None
    written: Written | None = None
    output: str = ""
    name: str = ""
    project: str = ""

    @property
    def patch(self) -> str:
        """What the patch is called: its abbreviated commit id, or its file; "" for all patches."""
        return "" if self.written is None else self.written.name

    @property
    def subject(self) -> str:
        """The patch's subject; "" for all patches."""
        return "" if self.written is None else self.written.patch.subject


class Facts(NamedTuple):
    """What checks go by, besides what goes out to a destination.

    ``git`` works in the repository, whose work tree is at ``top``. ``projects`` are those that each patch goes to, by
    the key of its Written; ``pins`` the revisions of the project that the manifest pins. ``subscribed`` are lists, as
    ``same_key`` spells them, that accept the user's mail. ``subjects`` returns those of the project's last commits, the
    newest first, ``hours_since_last`` how long ago another version was sent (None: none was). ``refusal`` asks the user
    whether commands of the project may run, and returns why they may not.
    """

    git: "Git"
    top: str | None = None
    projects: Mapping[str, Sequence[str]] = {}
    pins: Sequence[str] = ()
    subscribed: Collection[str] = ()
    subjects: Callable[[], Sequence[str]] = tuple
    hours_since_last: Callable[[Outgoing], float | None] = lambda _: None
    refusal: Callable[[Sequence[Command]], str | None] = lambda _: None


class Check(Protocol):
    """What the module of a check has."""

    def find(self, outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
        """Yield what is wrong with what goes out to a destination."""


def before(patch: Patch) -> str:
    """Return the name of the commit below a patch, to rebase from."""
    return f"{patch.commit[:12]}^" if patch.commit else "BASE"
