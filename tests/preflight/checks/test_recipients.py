"""Whether anybody gets the patches."""

from git_subprojects.manifest.model import Venue
from tests.support.checks import found, going_out, patch, to


def test_somebody_must_get_it_and_be_reached() -> None:
    (finding,) = found("recipients", going_out(patch(), people=()))
    assert finding.severity == "error"
    (finding,) = found("recipients", going_out(patch(), people=to("müller@example.org")))
    assert "SMTPUTF8" in finding.message
    assert found("recipients", going_out(patch(), Venue(kind="github"), ())) == []
