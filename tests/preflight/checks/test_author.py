"""Authors that nobody can answer to."""

import pytest

from tests.support.checks import found, going_out, patch


@pytest.mark.parametrize(
    "address",
    ["1+me@users.noreply.github.com", "noreply@example.org", "no-reply@example.org", "me@localhost", "me@box",
     "me@box.local", "me@box.localdomain", "root@box.(none)", "do-not-reply@example.org"],
)  # fmt: skip
def test_an_author_must_be_within_reach(address: str) -> None:
    (finding,) = found("author", going_out(patch(author=f"A. U. Thor <{address}>")))
    assert finding.severity == "error"


@pytest.mark.parametrize(
    "address", ["me@example.org", "reply@example.org", "norepl@example.org", "noreplyer@localhost.org"]
)
def test_most_authors_are(address: str) -> None:
    assert found("author", going_out(patch(author=f"A. U. Thor <{address}>"))) == []


def test_an_author_without_address_is_named() -> None:
    (finding,) = found("author", going_out(patch(author="nobody <>")))
    assert finding.message == "'nobody <>' is no address"
