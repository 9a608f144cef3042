"""Manifests in short."""

import pytest

from git_subprojects.manifest.model import Manifest
from git_subprojects.manifest.reader import ManifestError, read
from git_subprojects.manifest.source import Source


def manifest(text: str | bytes, local: str | None = None) -> Manifest:
    content = text if isinstance(text, bytes) else text.encode()
    return read(Source("m.toml", content), None if local is None else Source("local.toml", local.encode()))


def problems(text: str | bytes, local: str | None = None) -> list[str]:
    """Return the lines of the report about a manifest, its head left out."""
    with pytest.raises(ManifestError) as caught:
        manifest(text, local)
    head, *lines = caught.value.message.split("\n")
    number = len(caught.value.problems)
    assert head == f"m.toml has {number} problem{'' if number == 1 else 's'}, so nothing of it was used"
    return lines


def with_project(keys: str) -> str:
    """Return a manifest with one project ``x``, which begins on line 2 and has these keys."""
    return f"schema = 1\n[project.x]\nurl = 'https://example.org/x'\n{keys}"
