"""A folder for what is made once in a run of the tests, to be copied or read by many; pytest removes it."""

import tempfile
from pathlib import Path

_shelf: list[Path] = []


def set_up(folder: Path) -> None:
    """Keep in ``folder`` all that is made from now on."""
    _shelf[:] = [folder]


def new_folder() -> Path:
    """Return an empty folder on the shelf."""
    return Path(tempfile.mkdtemp(dir=_shelf[0]))
