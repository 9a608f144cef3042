"""The operands of ``git route-patch`` → patches: revisions, patch files, or standard input."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from git_subprojects.context.context import here
from git_subprojects.errors import Error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Patch

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
        patches = [patch for path in paths_of(word) for patch in read(path)]
        if not any(patch.paths for patch in patches):
            patches = [patch for path in _beside(word) for patch in read(path)] or patches
        if not patches:
            what = "standard input" if word == STDIN else word
            raise Error(f"{what}: there is no patch in it", "give what git format-patch, git show or git diff has made")
        found += patches
    return found


def paths_of(word: str) -> list[str]:
    """Return the files that an operand stands for: itself, or the patch files in a folder."""
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


def in_files(git: Git, word: str, folder: str) -> list[str]:
    """Return files of one patch each, made in ``folder``, for an operand that is standard input or a mailbox of many.

    Empty for what is one file already, and for what is no file.
    """
    if word != STDIN and (not os.path.isfile(word) or len(list(read(word))) < 2):
        return []
    os.mkdir(folder)
    path = word
    if word == STDIN:
        path = os.path.join(folder, "stdin")
        with open(path, "wb") as file:
            while chunk := sys.stdin.buffer.read(1 << 20):
                file.write(chunk)
        if len(list(read(path))) < 2:
            return [path]
    parts = os.path.join(folder, "patches")
    os.mkdir(parts)
    split = git.run("mailsplit", "-b", f"-o{parts}", "--", os.path.abspath(path))
    # What is no mailbox, such as the output of git log -p, stays whole.
    return [os.path.join(parts, name) for name in sorted(os.listdir(parts))] if split.returncode == 0 else [path]


def each_in_a_file(words: list[str], folder: str) -> list[str]:
    """Return the operands with standard input, and each patch of a mailbox, in a file of its own in ``folder``."""
    if not words and sys.stdin.isatty():
        return words
    git = here()
    found: list[str] = []
    for number, word in enumerate(words or [STDIN]):
        found += in_files(git, word, os.path.join(folder, f"input-{number}")) or [word]
    return found


def files_of(patches: Sequence[Patch], words: Sequence[str]) -> list[str]:
    """Return the files among the operands that patches were read from."""
    paths = {os.path.basename(path): path for word in words for path in paths_of(word)}
    # The second patch of a file, and further ones, have a number behind its name.
    return [paths.get(patch.name) or paths[patch.name.rpartition("#")[0]] for patch in patches]


def read(path: str) -> Iterator[Patch]:
    """Yield the patches in a file, or on standard input. Raises Error where it cannot be read."""
    from git_subprojects.patches.diff import read as read_text

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
