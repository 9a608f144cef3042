"""Paths that no rule covers."""

from tests.support.checks import found, going_out, patch


def test_paths_without_a_rule_are_said() -> None:
    paths = tuple(b"f%d" % number for number in range(8))
    (finding,) = found("uncovered", going_out(patch(), uncovered=paths))
    assert finding.severity == "warning"
    assert "f0, f1, f2, f3, f4 and 3 more" in finding.message
