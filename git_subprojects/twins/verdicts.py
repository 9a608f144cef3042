"""Whether patches apply elsewhere, and why not. Pure values."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from git_subprojects.patches.model import Patch
from git_subprojects.twins.hunks import Offset

Kind = Literal["clean", "already", "conflict", "missing"]
"""A patch applies; is there, and would change nothing; meets other changes of the same lines; or has no such file."""

CLEAN: Kind = "clean"
ALREADY: Kind = "already"
CONFLICT: Kind = "conflict"
MISSING: Kind = "missing"
APPLY: tuple[Kind, ...] = (CLEAN, ALREADY)
"""What needs no work by hand."""


class Commit(NamedTuple):
    """A commit, as people speak of it; ``date`` is its author's, as YYYY-MM-DD."""

    id: str
    subject: str
    author: str
    date: str


class FileVerdict(NamedTuple):
    """What becomes of one file of a patch.

    ``lines`` are those of the target, from 1 to the last, that a conflict is about; ``why`` says it in words where it
    is about no lines. ``commit`` has last touched them, or has taken the file away; ``needs`` is the commit, where the
    patch comes from, that has brought lines which the target does not have. ``renamed_to`` is what the file that is
    missing is most likely called there, and ``there`` what becomes of the patch on that one.
    """

    path: bytes
    kind: Kind
    offsets: tuple[Offset, ...] = ()
    lines: tuple[tuple[int, int], ...] = ()
    why: str = ""
    commit: Commit | None = None
    needs: Commit | None = None
    renamed_to: bytes | None = None
    there: Kind | None = None


class Verdict(NamedTuple):
    """What becomes of a patch on one target.

    ``by`` is the target's commit that makes the same change: its lines have changed since, or it fits once more, or it
    was ``reverted``, by that commit. ``after`` is an earlier patch of the series that touches the same files and does
    not apply. ``is_picked``: git cherry-pick applies what is missing here, as it knows more of what was renamed.
    """

    kind: Kind
    files: tuple[FileVerdict, ...] = ()
    by: Commit | None = None
    after: str | None = None
    reverted: Commit | None = None
    is_picked: bool = False


class TargetVerdicts(NamedTuple):
    """What becomes of patches on one target: a verdict on each, in their order; where there are none, ``error`` is why.

    ``project`` is None for a revision of their own project.
    """

    project: str | None
    revision: str | None
    commit: str | None
    verdicts: Sequence[Verdict] = ()
    error: str | None = None

    @property
    def failing(self) -> int:
        """How many patches do not apply."""
        return sum(verdict.kind not in APPLY for verdict in self.verdicts)


class Ported(NamedTuple):
    """A patch, and the commit that it has become; None where there is none."""

    patch: Patch
    commit: str | None
