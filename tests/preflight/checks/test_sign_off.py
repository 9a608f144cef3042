"""A Signed-off-by: line by the author."""

import pytest

from git_subprojects.manifest.model import Venue
from tests.support.checks import SIGNED, found, going_out, patch


@pytest.mark.parametrize(
    ("message", "part"),
    [
        ("body", "no Signed-off-by: line, and linux takes no patch without one"),
        ("", "no Signed-off-by: line"),
        ("Signed-off-by: Other <other@example.org>", "signed off by other@example.org, and not by its author"),
    ],
)
def test_a_sign_off_is_wanted_and_by_the_author(message: str, part: str) -> None:
    (finding,) = found("sign-off", going_out(patch(message=message), Venue(sign_off=True)))
    assert finding.severity == "error"
    assert part in finding.message
    assert "git rebase --signoff 1234567890ab^" in (finding.hint or "")
    assert found("sign-off", going_out(patch(message=message))) == [], "where none is wanted, none is missed"


@pytest.mark.parametrize("trailer", ["signed-off-by: a. u. <AUTHOR@example.org>", SIGNED + "\nSigned-off-by: B <b@c>"])
def test_a_sign_off_is_known_by_its_address(trailer: str) -> None:
    assert found("sign-off", going_out(patch(message=trailer), Venue(sign_off=True))) == []
