"""Verdicts are those of ``git am -3``, and the trees those that it makes, for patches and trees of any kind.

``python -m tests.twins.test_am 5000 7`` tries so many, from that seed on.
"""

import os
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from git_subprojects.twins.verdicts import ALREADY, CLEAN
from tests.support.random_patches import Author, Git
from tests.support.trees import listed, outcome, tried

pytestmark = pytest.mark.slow

CASES = int(os.environ.get("TEST_AM_CASES", "60"))
_AT_ONCE = 100


def compared(top: Path, number: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Return how often each verdict met each of git's, and the disagreements."""
    git, author = Git(top), Author(seed)
    counts, wrong = Counter[str](), []
    for first in range(0, number, _AT_ONCE):
        cases = [author.case() for _ in range(min(_AT_ONCE, number - first))]
        for at, (mine, patch) in enumerate(git.commits(cases)):
            (one,) = tried(top, [patch], top, mine)
            taken, tree = git.am(mine, patch, "-3")
            before = listed(top, mine)
            kind = one.verdict.kind
            named = "followed " if any(file.renamed_to for file in one.verdict.files) and kind == CLEAN else ""
            counts[f"{named}{kind}: {'taken' if taken else 'not taken'}"] += 1
            if one.verdict.by is not None:
                # git am does not look for the same patch in the history.
                continue
            if taken != (kind in (CLEAN, ALREADY)) or (taken and tree != outcome(one, before)):
                wrong.append(f"case {first + at} of seed {seed}: {mine} {patch}: {kind}, git: {taken}")
            elif kind == ALREADY and tree != before:
                wrong.append(f"case {first + at} of seed {seed}: already")
    return counts, wrong


def test_verdicts_and_trees_are_those_of_git_am(tmp_path: Path) -> None:
    counts, wrong = compared(tmp_path, CASES, 1)
    assert not wrong, counts
    assert len(counts) >= 4, counts


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        print(*compared(Path(folder), int(sys.argv[1]), int(sys.argv[2])), sep="\n")  # noqa: T201
