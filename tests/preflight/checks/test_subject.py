"""The form of subjects."""

import pytest

from git_subprojects.preflight.checks.subject import Areas, areas_of
from tests.support.checks import found, going_out, patch


@pytest.mark.parametrize(
    ("subject", "severity", "part"),
    [
        ("", "error", "no subject"),
        ("mm: " + "x" * 80, "warning", "84 characters"),
        ("mm: fix it.", "warning", "full stop"),
        ("[x] mm: fix it", "warning", "git am takes away"),
        ("fix it", "warning", "such as 'mm:'"),
    ],
)
def test_a_subject_has_a_form(subject: str, severity: str, part: str) -> None:
    usual = ["mm: x"] * 90 + ["x"] * 10
    (finding,) = found("subject", going_out(patch(subject)), subjects=lambda: usual)
    assert finding.severity == severity
    assert part in finding.message


def test_subjects_are_as_those_before_them() -> None:
    usual = areas_of(["mm: a", "net: x: y", "mm: b", "x86/kvm: c", "ARM: dts: d"] * 4)
    assert usual == Areas(20, 20, "mm:")
    assert usual.are_usual
    assert not areas_of(["Fix a", "mm: b"] * 10).are_usual
    assert not areas_of(["mm: b"] * 9).are_usual, "too few to tell"
    assert found("subject", going_out(patch("fix it")), subjects=lambda: ["Fix a"] * 20) == []
