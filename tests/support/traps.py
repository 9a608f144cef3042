"""What tests of hostile input share: a payload that leaves a mark when it runs, and proof that nothing has changed."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OF_THE_TEST = (".cache",)
"""The user's cache."""


def payload(tmp_path: Path) -> Path:
    """Return a program without spaces in its path that makes ``tmp_path/ran`` when anybody runs it."""
    path = tmp_path / "payload"
    path.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    path.chmod(0o755)
    return path


def has_run(tmp_path: Path) -> bool:
    """Return whether a payload has run."""
    return (tmp_path / "ran").exists()


def picture(top: Path) -> dict[str, str]:
    """Return each path below ``top`` with its mode and content; links are not followed."""
    entries = {}
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if name not in OF_THE_TEST]
        for name in (*folders, *files):
            path = Path(folder, name)
            if name in OF_THE_TEST:
                continue
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                content = str(path.readlink())
            elif stat.S_ISREG(mode):
                content = hashlib.sha256(path.read_bytes()).hexdigest()
            else:
                content = ""
            entries[str(path.relative_to(top))] = f"{mode:o} {content}"
    return entries


@contextmanager
def unchanged(tmp_path: Path) -> Iterator[None]:
    """Fail unless nothing in or around the workspace changes meanwhile, and no payload runs."""
    before = picture(tmp_path)
    yield
    after = picture(tmp_path)
    assert not has_run(tmp_path), "a payload has run"
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert changed == set()
