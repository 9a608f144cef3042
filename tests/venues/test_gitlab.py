"""What is to be run for a merge request on GitLab, and which page to open."""

from urllib.parse import parse_qs, urlsplit

from tests.support.venues import destination, made


def test_gitlab() -> None:
    found = made("gitlab", destination("gitlab", ("@someone", "@example/core")))
    assert found.steps[1] == (
        "glab", "mr", "create", "--repo=https://gitlab.com/example/tool", "--head=me/tool", "--source-branch=fix",
        "--target-branch=main", "--reviewer=someone", "--yes", "--title=Title", "--description=Body",
    )  # fmt: skip
    page = urlsplit(found.page or "")
    assert (page.netloc, page.path) == ("gitlab.com", "/me/tool/-/merge_requests/new")
    assert parse_qs(page.query) == {
        "merge_request[source_branch]": ["fix"],
        "merge_request[target_branch]": ["main"],
    }
