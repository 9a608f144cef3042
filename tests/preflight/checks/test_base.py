"""Whether the project has what patches are based on."""

import pytest

from git_subprojects.workspace.facts import Upstream
from tests.support.checks import found, going_out, patch


@pytest.mark.parametrize(
    ("upstream", "part"),
    [
        (Upstream(), "no branch of the project's here"),
        (Upstream("refs/remotes/origin/main"), "nothing in common with origin/main"),
        (Upstream("refs/remotes/origin/main", "abc", has_some=True), "origin/main has some of these patches already"),
        (Upstream("refs/remotes/origin/main", "abc", between=2), "based on 2 commits that origin/main does not have"),
    ],
)
def test_what_patches_are_based_on_should_be_there(upstream: Upstream, part: str) -> None:
    (finding,) = found("base", going_out(patch(), upstream=upstream))
    assert finding.severity == "warning"
    assert part in finding.message


def test_a_good_base_is_not_mentioned() -> None:
    upstream = Upstream("refs/remotes/origin/main", "abc", behind=7)
    assert found("base", going_out(patch(), upstream=upstream)) == []
