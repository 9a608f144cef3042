"""The operands of ``git route-patch`` → patches: revisions, patch files, or standard input."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from git_subprojects.errors import Error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from git_subprojects.git import Git
    from git_subprojects.model import Patch

STDIN = "-"

_LONGEST_LINE = 16 << 20
_COVER_LETTER = re.compile(r"((?:.*-)?)0000-.*(\.[a-z]+)")


def are_files(git: Git, words: Sequence[str]) -> bool:
    """Return whether ``words`` are patch files, ``-`` for standard input, rather than revisions.

    What is both is a revision: ``./main`` is the file.

    Raises:
        Error: there are some of each.
    """
    files = [word for word in words if word == STDIN or (os.path.exists(word) and not _is_revision(git, word))]
    if files and len(files) < len(words):
        other = next(word for word in words if word not in files)
        raise Error(
            f"'{files[0]}' is a file, and '{other}' is none, or a revision as well",
            f"give revisions or patch files, not both at once; ./{other} is never a revision",
        )
    return bool(files)


def _is_revision(git: Git, word: str) -> bool:
    return not git.run("rev-parse", "-q", "--verify", "--end-of-options", f"{word}^0").returncode


def of_files(words: Sequence[str]) -> list[Patch]:
    """Return the patches in files, folders of patch files, and standard input.

    A cover letter of ``git format-patch`` stands for the patches that lie beside it.

    Raises:
        Error: a file cannot be read, or holds no patch.
    """
    found: list[Patch] = []
    for word in words:
        patches = [patch for path in _paths(word) for patch in _read(path)]
        if not any(patch.paths for patch in patches):
            patches = [patch for path in _beside(word) for patch in _read(path)] or patches
        if not patches:
            what = "standard input" if word == STDIN else word
            raise Error(f"{what}: there is no patch in it", "give what git format-patch, git show or git diff has made")
        found += patches
    return found


def _paths(word: str) -> list[str]:
    if not os.path.isdir(word):
        return [word]
    return [os.path.join(word, name) for name in sorted(os.listdir(word)) if name.endswith((".patch", ".eml", ".mbox"))]


def _beside(word: str) -> list[str]:
    """Return the patch files of the series that ``word`` is the cover letter of, by their names."""
    folder, name = os.path.split(word)
    match = _COVER_LETTER.fullmatch(name)
    if match is None:
        return []
    others = re.compile(re.escape(match[1]) + r"\d{4}-.*" + re.escape(match[2]))
    names = sorted(other for other in os.listdir(folder or ".") if other != name and others.fullmatch(other))
    return [os.path.join(folder, other) for other in names]


def _read(path: str) -> Iterator[Patch]:
    from git_subprojects.patches.text import read as read_text

    if path == STDIN:
        yield from read_text("", _lines(sys.stdin.buffer))
        return
    try:
        with open(path, "rb") as file:
            yield from read_text(os.path.basename(path), _lines(file))
    except OSError as error:
        raise Error(f"{path}: {error.strerror}") from error


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines; one without end comes in pieces."""
    return iter(lambda: file.readline(_LONGEST_LINE), b"")
