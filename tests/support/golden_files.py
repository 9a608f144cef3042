"""Texts that people read, kept in ``tests/golden``; ``UPDATE_GOLDEN=1 pytest`` writes them anew, to be looked over."""

import os

from tests.support.paths import ROOT

FOLDER = ROOT / "tests" / "golden"

# Asked for here because no test sees the caller's environment.
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


def assert_golden(name: str, text: str) -> None:
    """Hold a text to the file of that name."""
    file = FOLDER / f"{name}.txt"
    if UPDATE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), (
        f"if it is meant to be so: UPDATE_GOLDEN=1 pytest, then git diff {file}"
    )
