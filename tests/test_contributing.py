"""CONTRIBUTING names files that exist, and every room of the package."""

import re

import pytest

from tests.support.paths import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text()
PACKAGE = ROOT / "git_subprojects"
NAMED = sorted(set(re.findall(r"`([\w./-]+(?:/|\.(?:py|md|toml)))`", TEXT)))


@pytest.mark.parametrize("name", NAMED)
def test_what_it_names_is_there(name: str) -> None:
    assert (ROOT / name).exists() or (PACKAGE / name).exists() or any(PACKAGE.glob(f"*/{name}"))


def test_it_names_every_room() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert rooms == {name.rstrip("/") for name in re.findall(r"^\| `(\w+)/`", TEXT, re.MULTILINE)}


def test_every_registry_has_a_recipe() -> None:
    registries = re.findall(r"^([A-Z_]+)(?:: [^=]*)? = {", (PACKAGE / "registries.py").read_text(), re.MULTILINE)
    assert set(registries) == set(re.findall(r"in `([A-Z_]+)` of", TEXT))
