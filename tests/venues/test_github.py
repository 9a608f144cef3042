"""What is to be run for a pull request on GitHub, and which page to open."""

from git_subprojects.venues.base import Site
from tests.support.venues import destination, made


def test_github() -> None:
    found = made("github", destination("github", ("@someone", "@example/core")))
    assert found.steps == (
        ("git", "push", "--force-with-lease", "--", "mine", f"{'1' * 40}:refs/heads/fix"),
        ("gh", "pr", "create", "--repo=example/tool", "--head=me:fix", "--base=main", "--reviewer=someone,example/core",
         "--title=Title", "--body=Body"),
    )  # fmt: skip
    assert found.page == "https://github.com/example/tool/compare/main...me:fix?expand=1"


def test_a_site_of_ones_own() -> None:
    there, mine = Site("git.example.org", "g/s/tool"), Site("git.example.org", "me/tool")
    found = made("github", site=there, fork_site=mine)
    assert "--repo=git.example.org/g/s/tool" in found.steps[1]
    assert (found.page or "").startswith("https://git.example.org/g/s/tool/compare/")
