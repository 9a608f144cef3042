"""Subjects that say that a patch is not ready."""

import pytest

from tests.support.checks import found, going_out, patch


@pytest.mark.parametrize(
    "subject",
    ["fixup! mm: x", "squash! x", "amend! x", "WIP: x", "[wip] x", "wip x", "DO NOT MERGE: x", "mm: do not merge",
     "mm: x (not for merge)", "tmp", "Draft: x"],
)  # fmt: skip
def test_work_in_progress_is_held_back(subject: str) -> None:
    (finding,) = found("work-in-progress", going_out(patch(subject)))
    assert finding.severity == "error"


@pytest.mark.parametrize("subject", ["mm: wipe the page", "tmpfs: fix", "drafts: x", "mm: fix WIPs", "xxxfs: x"])
def test_words_that_only_look_like_it_are_not(subject: str) -> None:
    assert found("work-in-progress", going_out(patch(subject))) == []
