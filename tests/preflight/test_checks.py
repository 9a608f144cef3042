"""What holds for all checks."""

import inspect
import pkgutil

import pytest

from git_subprojects.manifest.model import Venue
from git_subprojects.preflight import checks
from git_subprojects.registries import CHECKS
from tests.support.checks import found, going_out, patch


def test_each_module_is_registered_and_each_entry_has_one() -> None:
    modules = {module.name for module in pkgutil.iter_modules(checks.__path__, f"{checks.__name__}.")}
    assert modules == {check.module for check in CHECKS.values()}


@pytest.mark.parametrize("name", CHECKS)
def test_a_module_has_what_is_expected_of_it(name: str) -> None:
    module = CHECKS[name].load()
    assert [parameter.annotation.__name__ for parameter in inspect.signature(module.find).parameters.values()] == [
        "Outgoing", "Facts"
    ]  # fmt: skip


@pytest.mark.parametrize("name", [name for name in CHECKS if name not in ("whitespace", "round-trip")])
def test_nothing_is_wrong_with_a_good_patch(name: str) -> None:
    outgoing = going_out(patch(), Venue(sign_off=True, size_limit=100))
    assert found(name, outgoing, subjects=lambda: ["mm: x"] * 100) == []
