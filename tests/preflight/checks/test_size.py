"""Messages that are longer than a list takes."""

from git_subprojects.manifest.model import Venue
from tests.support.checks import found, going_out, patch


def test_a_message_may_be_too_long_for_the_list() -> None:
    (finding,) = found("size", going_out(patch(), Venue(size_limit=100_000), size=100_001))
    assert finding.severity == "error"
    assert "100,001 bytes, and the list takes 100,000" in finding.message
    assert found("size", going_out(patch(), Venue(kind="github", size_limit=1), size=2)) == []
