"""Lists that are not open to all."""

import pytest

from git_subprojects.manifest.model import Posting, Venue
from tests.support.checks import found, going_out, patch


@pytest.mark.parametrize("posting", ["subscribers", "moderated"])
def test_a_list_may_be_closed(posting: Posting) -> None:
    outgoing = going_out(patch(), Venue(posting=posting))
    (finding,) = found("posting", outgoing)
    assert finding.severity == "note"
    assert "to list@example.org" in finding.message
    assert "git config --global --add subprojects.subscribed list@example.org" in (finding.hint or "")
    assert found("posting", outgoing, subscribed={"list@example.org"}) == []
    assert found("posting", going_out(patch(), Venue(posting="open"))) == []
