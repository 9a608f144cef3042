"""Revisions → patches: what each commit touches, from one run of ``git log``."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from git_subprojects.errors import Error
from git_subprojects.git.process import Conversation, Git, GitError
from git_subprojects.patches import diff_options, raw
from git_subprojects.patches.model import Patch, PatchText

_NEGATIVE_ABBREVIATION = re.compile(r"\^(?:!|-[0-9]*)$")


def of_revisions(git: Git, revisions: Sequence[str], *, first_parent: bool = False) -> list[Patch]:
    """Return the patches that ``revisions`` name, oldest first.

    Words are as git-log(1) takes them: ``HEAD~3..``, ``-3``, ``A..B``. A word that names a commit without
    excluding others, such as ``HEAD~2``, stands for that one commit. Merges are returned without paths, as
    git-format-patch(1) would make nothing of them; with ``first_parent``, a merge stands for all that it has brought.

    Raises:
        Error: a word is no revision.
    """
    return beginning(git, revisions, first_parent=first_parent)()


def beginning(git: Git, revisions: Sequence[str], *, first_parent: bool = False) -> Callable[[], list[Patch]]:
    """Let git look for ``revisions``, and return what answers as ``of_revisions`` does."""
    words = [*(["--first-parent"] if first_parent else []), *_walk(revisions)]
    finish = git.start("log", *diff_options.RAW, "--no-show-signature", "--no-notes", "--no-mailmap", *words)

    def patches() -> list[Patch]:
        found = finish()
        if found.returncode == 0:
            return list(raw.read(found.stdout.split(b"\0")))
        message = GitError(words, found.returncode, found.stderr).message.splitlines()[0]
        raise Error(f"{' '.join(revisions)}: {message}", "give revisions as git log takes them, such as HEAD~3.. or -3")

    return patches


def _walk(revisions: Sequence[str]) -> list[str]:
    """Return the arguments by which git log finds the commits."""
    limits = [word for word in revisions if re.fullmatch(r"-[0-9]+", word)]
    names = [word for word in revisions if word not in limits]
    order = "--reverse" if any(map(_is_range, revisions)) else "--no-walk=unsorted"
    return [order, *limits, "--end-of-options", *(names or ["HEAD"]), "--"]


class Texts:
    """What the patches of revisions say, as git-format-patch(1) would write them.

    git begins at once, and goes on only if somebody ``read``s; else it is to be told to ``end``.
    """

    def __init__(self, git: Git, revisions: Sequence[str]) -> None:
        words = ["--no-notes", "--no-show-signature", *_walk(revisions)]
        self._talk: Conversation | None = git.converse("log", "-z", *diff_options.TEXT, *words)

    def read(self) -> dict[str, PatchText]:
        """Return the texts by commit."""
        from git_subprojects.patches.keywords_text import of_log

        assert self._talk is not None  # noqa: S101 - it is read once
        out = self._talk.answers.read()
        self.end()
        return of_log(out)

    def end(self) -> None:
        """Let git end, whatever it is at."""
        if self._talk is not None:
            self._talk.end()
            self._talk = None


def _is_range(word: str) -> bool:
    """Return whether a word makes git walk: a limit, a range, an exclusion."""
    if word.startswith(":/"):
        return False
    # What is looked for in a message may hold dots.
    word = re.sub(r"\{[^}]*\}", "", word)
    return (
        re.fullmatch(r"-[0-9]+", word) is not None
        or ".." in word
        or word.startswith("^")
        or _NEGATIVE_ABBREVIATION.search(word) is not None
    )


def in_order(git: Git, patches: Sequence[Patch]) -> list[Patch]:
    """Return the patches of commits in the order in which they apply, however they were named."""
    if any(patch.is_file for patch in patches) or all(
        second.base == first.commit for first, second in pairwise(patches)
    ):
        return list(patches)
    commits = [patch.commit for patch in patches]
    oldest = git.run("merge-base", "--octopus", *commits)
    if oldest.returncode != 0:
        # Nothing tells an order.
        return list(patches)
    words = ("rev-list", "--topo-order", "--reverse", *commits, "--not", f"{oldest.stdout.decode().strip()}^@")
    places = {commit: place for place, commit in enumerate(git.output(*words).decode().split())}
    return sorted(patches, key=lambda patch: places.get(patch.commit, -1))
