"""What all venues that take no mail have in common."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_subprojects.registries import VENUES
from git_subprojects.venues.base import Draft
from tests.support.venues import destination, made


@pytest.mark.parametrize("name", [name for name, kind in VENUES.items() if not kind.takes_mail])
def test_each_has_a_module(name: str) -> None:
    module = VENUES[name].load()
    assert isinstance(module.PROGRAM, str)
    assert [word.annotation for word in inspect.signature(module.propose).parameters.values()] == [Draft]


def test_without_the_sites_program_the_page_is_left() -> None:
    found = made("github", has_program=False)
    assert [step[0] for step in found.steps] == ["git"]
    assert found.page is not None


@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_without_a_target_the_site_knows_its_own(kind: str) -> None:
    found = made(kind, target=None)
    assert not any("--base" in word or "--target" in word for step in found.steps for word in step)
    assert "main" not in (found.page or "")


@pytest.mark.parametrize(("branch", "expected"), [(None, "probe-mend-it"), ("main", "probe-mend-it"), ("x/y", "x/y")])
def test_the_projects_own_branch_is_not_pushed_over(branch: str | None, expected: str) -> None:
    assert made("github", branch=branch).steps[0][-1].endswith(f":refs/heads/{expected}")


def test_without_a_copy_to_push_to_it_says_how_to_get_one() -> None:
    what, how = made("github", fork=None).missing or ("", "")
    assert "no remote here that is your own copy" in what
    assert how.splitlines() == [
        "gh repo fork --remote --remote-name=fork example/tool",
        "git remote add fork https://github.com/YOU/tool.git",
    ]
    assert "fork it at https://gitlab.com/example/tool" in (made("gitlab", fork=None).missing or ("", ""))[1]
    assert (
        "no GitHub URL is known for https://github.com/example/tool" in (made("github", site=None).missing or ("",))[0]
    )


@given(
    st.sampled_from(["github", "gitlab", "gerrit"]),
    st.text(min_size=1, max_size=20),
    st.lists(st.text(min_size=1, max_size=20), max_size=3),
)
def test_nothing_that_others_have_written_is_taken_for_an_option(kind: str, branch: str, accounts: list[str]) -> None:
    one = destination(kind, tuple(f"@{account}" for account in accounts), tuple(f"{name}@x.org" for name in accounts))
    for step in made(kind, one, branch=branch).steps:
        operands = step[step.index("--") + 1 :] if "--" in step else ()
        known = ("--force-with-lease", "--", "--repo=", "--head=", "--base=", "--reviewer=", "--title=", "--body=",
                 "--source-branch=", "--target-branch=", "--description=", "--yes")  # fmt: skip
        assert all(word.startswith(known) for word in step if word.startswith("-") and word not in operands)
        assert not any(word.startswith("-") for word in operands)
        assert step[0] in ("git", "gh", "glab")
