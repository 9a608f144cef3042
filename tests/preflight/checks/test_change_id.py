"""A Change-Id: line, which Gerrit needs."""

from git_subprojects.manifest.model import Venue
from tests.support.checks import found, going_out, patch


def test_gerrit_knows_a_change_by_its_id() -> None:
    (finding,) = found("change-id", going_out(patch(), Venue(kind="gerrit")))
    assert finding.severity == "error"
    assert "by which Gerrit recognises new versions of a change" in finding.message
    assert found("change-id", going_out(patch(message="Change-Id: I0123"), Venue(kind="gerrit"))) == []
    assert found("change-id", going_out(patch(), Venue(kind="github"))) == []
