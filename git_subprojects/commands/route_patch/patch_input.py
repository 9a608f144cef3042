"""The operands of ``git route-patch`` → patches: revisions, patch files, or standard input."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.errors import USAGE, Error
from git_subprojects.patches.revisions import Texts, beginning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Patch

STDIN = "-"

_LONGEST_LINE = 16 << 20
_COVER_LETTER = re.compile(r"((?:.*-)?)0000-.*(\.[a-z]+)")


class Operands(NamedTuple):
    """What the operands name: ``patches`` returns it.

    Of revisions git is reading by now what the patches touch, and what they say (``texts``, None for files).
    """

    words: Sequence[str]
    patches: Callable[[], list[Patch]]
    texts: Texts | None

    @property
    def are_files(self) -> bool:
        """Whether they are patch files or standard input, rather than revisions."""
        return self.texts is None

    def end(self) -> None:
        """Let git end, whatever it is reading."""
        if self.texts is not None:
            self.texts.end()


def read_operands(git: Git, words: Sequence[str], *, first_parent: bool, folder: str | None) -> Operands:
    """Return what ``words`` name in the repository of ``git``; without any, what is on standard input.

    With a ``folder``, each patch has a file of its own: those of a mailbox, or on standard input, have it there.

    Raises:
        Error: no word names a patch, or some are files and some revisions.
    """
    if not words and sys.stdin.isatty():
        raise Error(
            "which patches? no revision and no patch file is named",
            "git route-patch HEAD, or HEAD~3.., or a patch file",
            USAGE,
        )
    words = words or [STDIN]
    if _are_files(git, words):
        return Operands(words, lambda: _of_files(git, words, folder), None)
    return Operands(words, beginning(git, words, first_parent=first_parent), Texts(git, words))


def _are_files(git: Git, words: Sequence[str]) -> bool:
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
    return git.commit(word) is not None


def _of_files(git: Git, words: Sequence[str], folder: str | None) -> list[Patch]:
    """Return the patches in files, folders of patch files, and standard input; ``folder`` as in ``read_operands``.

    A cover letter of ``git format-patch`` stands for the patches that lie beside it.

    Raises:
        Error: a file cannot be read, or holds no patch.
    """
    all_patches: list[Patch] = []
    number = 0

    def read_all(paths: Sequence[str]) -> list[Patch]:
        nonlocal number
        patches: list[Patch] = []
        for path in paths:
            number += 1
            own = None if folder is None else os.path.join(folder, f"input-{number}")
            patches += read(path) if own is None else _read_apart(git, path, own)
        return patches

    for word in words:
        patches = read_all(_paths_of(word))
        if not any(patch.paths for patch in patches):
            patches = read_all(_beside(word)) or patches
        if not patches:
            what = "standard input" if word == STDIN else word
            raise Error(f"{what}: there is no patch in it", "give what git format-patch, git show or git diff has made")
        all_patches += patches
    return all_patches


def _paths_of(word: str) -> list[str]:
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


def _read_apart(git: Git, path: str, folder: str) -> list[Patch]:
    """Return the patches in a file, each with a file of its own, which is made in ``folder`` where there is none.

    What is no mailbox, such as the output of git log -p, stays whole.
    """
    os.mkdir(folder)
    if path == STDIN:
        path = os.path.join(folder, "stdin")
        with open(path, "wb") as file:
            while chunk := sys.stdin.buffer.read(1 << 20):
                file.write(chunk)
    patches = list(read(path))
    if len(patches) < 2:
        return patches
    split = git.run("mailsplit", "-b", f"-o{folder}/", "--", os.path.abspath(path))
    mails = [name for name in os.listdir(folder) if name.isdigit()]
    if split.returncode != 0 or len(mails) < 2:
        return patches
    apart = [patch for mail in sorted(mails, key=int) for patch in read(os.path.join(folder, mail))]
    name = os.path.basename(path)
    return [patch._replace(name=f"{name}#{at}" if at > 1 else name) for at, patch in enumerate(apart, 1)]


def read(path: str) -> Iterator[Patch]:
    """Yield the patches in a file, or on standard input. Raises Error where it cannot be read."""
    from git_subprojects.patches.diff import read as read_text

    if path == STDIN:
        yield from (patch._replace(path=path) for patch in read_text("", _lines(sys.stdin.buffer)))
        return
    try:
        with open(path, "rb") as file:
            yield from (patch._replace(path=path) for patch in read_text(os.path.basename(path), _lines(file)))
    except OSError as error:
        raise Error(f"{path}: {error.strerror}") from error


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines; one without end comes in pieces."""
    return iter(lambda: file.readline(_LONGEST_LINE), b"")
