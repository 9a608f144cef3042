"""What is told of a patch that was tried elsewhere. Pure."""

from typing import NamedTuple

from git_subprojects.twins.hunks import Offset

CLEAN, ALREADY, CONFLICT, MISSING = "clean", "already", "conflict", "missing"
"""A patch applies; is there, and would change nothing; meets other changes of the same lines; or has no such file."""


class Commit(NamedTuple):
    """A commit, as people speak of it; ``date`` is its author's, as YYYY-MM-DD."""

    id: str
    subject: str
    author: str
    date: str


class FileVerdict(NamedTuple):
    """What is told of one file.

    ``lines`` are those of the target, from 1 to the last, that a conflict is about; ``why`` says it in words where it
    is about no lines. ``commit`` has last touched them, or has taken the file away; ``needs`` is the commit, where the
    patch comes from, that has brought lines which the target does not have. ``renamed_to`` is what the file that is
    missing is most likely called there, and ``there`` the verdict of the patch on that one.
    """

    path: bytes
    verdict: str
    offsets: tuple[Offset, ...] = ()
    lines: tuple[tuple[int, int], ...] = ()
    why: str = ""
    commit: Commit | None = None
    needs: Commit | None = None
    renamed_to: bytes | None = None
    there: str | None = None


class Verdict(NamedTuple):
    """What is told of a patch on one target.

    ``by`` is the target's commit that makes the same change, where a patch is there already though its lines have
    changed since. ``after`` is an earlier patch of the series that touches the same files and does not apply.
    """

    verdict: str
    files: tuple[FileVerdict, ...] = ()
    by: Commit | None = None
    after: str | None = None
