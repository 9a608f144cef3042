"""Which site a URL leads to."""

import pytest

from git_subprojects.venues.base import Site
from git_subprojects.venues.remotes import site


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/a/b.git", Site("github.com", "a/b")),
        ("https://TOKEN@GitHub.com/a/b/", Site("github.com", "a/b")),
        ("ssh://git@gitlab.example.org:2222/g/s/b.git", Site("gitlab.example.org:2222", "g/s/b")),
        ("git@github.com:a/b.git", Site("github.com", "a/b")),
        ("https://github.com/a/b@v2", Site("github.com", "a/b@v2")),
        ("../b.git", None),
        ("/srv/b.git", None),
        ("./x:y", None),
    ],
)
def test_a_url_tells_the_site(url: str, expected: Site | None) -> None:
    assert site(url) == expected
