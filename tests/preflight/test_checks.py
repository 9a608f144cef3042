"""What holds for all checks."""

import pytest

from git_subprojects.manifest.model import Venue
from git_subprojects.preflight.base import Check
from git_subprojects.preflight.checks import (
    author,
    base,
    change_id,
    checker,
    detached,
    mixed,
    old_base,
    posting,
    recipients,
    sign_off,
    size,
    subject,
    uncovered,
    whitespace,
    work_in_progress,
)
from git_subprojects.registries import CHECKS
from tests.support.checks import found, going_out, patch


def checks(*modules: Check) -> list[Check]:
    """Return modules, which mypy holds to what a check has."""
    return list(modules)


def test_each_module_is_registered_and_each_entry_has_one() -> None:
    assert [check.load() for check in CHECKS.values()] == checks(
        sign_off, subject, author, work_in_progress, size, change_id, mixed, whitespace, checker,
        recipients, posting, uncovered, base, detached, old_base,
    )  # fmt: skip


@pytest.mark.parametrize("name", [name for name in CHECKS if name != "whitespace"])
def test_nothing_is_wrong_with_a_good_patch(name: str) -> None:
    outgoing = going_out(patch(), Venue(sign_off=True, size_limit=100))
    assert found(name, outgoing, subjects=lambda: ["mm: x"] * 100) == []
