"""Commits → patch files, by ``git format-patch``."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git.process import Git, GitError

_SETTINGS = (
    ("i18n.logOutputEncoding", "UTF-8"),
    ("format.mboxrd", "false"),
    ("core.abbrev", "auto"),
    ("core.quotePath", "true"),
)
"""For what git format-patch has no options."""


class Files(NamedTuple):
    """The files that git has written: the cover letter, if there is one, and one for each commit."""

    cover: str | None
    patches: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """All of them, in the order in which they are sent."""
        return self.patches if self.cover is None else (self.cover, *self.patches)


def write(
    git: Git, commits: Sequence[str], folder: str, *, prefix: str, version: int, base: str | None, cover: bool
) -> Files:
    """Write ``commits``, oldest first, to ``folder``, as patches of one series; return the files.

    ``prefix`` stands in the brackets of their subjects. ``base`` is recorded in the last of them, or in the cover
    letter. None of the user's own settings changes what git am reads.

    Raises:
        Error: git cannot write them.
    """
    options = [
        f"--output-directory={folder}", f"--subject-prefix={prefix}", f"--base={base}" if base else "--no-base",
        "--cover-letter" if cover else "--no-cover-letter", "--cover-from-description=none",
        "--numbered" if cover or len(commits) > 1 else "--no-numbered", "--suffix=.patch", "--no-numbered-files",
        "--no-thread", "--no-attach", "--no-to", "--no-cc", "--no-color", "--no-ext-diff", "--no-relative",
        "--src-prefix=a/", "--dst-prefix=b/", "--find-renames", "--binary", "--unified=3", "--inter-hunk-context=0",
        "--ignore-submodules=none", "--submodule=short", "--no-from", "--no-signoff", "--no-add-header",
        "--encode-email-headers", "--no-show-signature",
    ]  # fmt: skip
    if version > 1:
        options.append(f"--reroll-count={version}")
    # git writes the last one first; and without a count, one commit would stand for all that come after it.
    options += ["--no-walk=unsorted", f"--max-count={len(commits)}"]
    words = ["format-patch", *options, *reversed(commits)]
    environment = {key: value for key, value in git.environment.items() if key != "GIT_DIFF_OPTS"}
    written = git._replace(environment=environment).with_config(_SETTINGS).run(*words)
    if written.returncode != 0:
        message = GitError(words, written.returncode, written.stderr).message
        raise Error(f"git format-patch cannot write the patches: {message}", "look at them with git log -p")
    names = [os.fsdecode(name) for name in written.stdout.splitlines()]
    if len(names) != len(commits) + cover:
        raise Error(f"git format-patch has written {len(names)} files for {len(commits)} patches")
    paths = [os.path.join(git.directory or "", name) for name in names]
    return Files(paths[0] if cover else None, tuple(paths[cover:]))


def diffstat(git: Git, top: str | None, files: Sequence[str]) -> str:
    """Return what patch files change, as git's diffstat: a file that several of them change stands there as often.

    ``top`` is the work tree's, if there is one: below it, git apply would look at that folder alone.
    """
    # One after the other on standard input: of several files git would add up each alone.
    content = b"".join(map(_content, files))
    shown = git._replace(directory=top or git.directory).output("apply", "--stat", "--summary", stdin=content)
    return shown.decode("utf-8", "replace").rstrip()


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def range_diff(git: Git, old: tuple[str, str], new: tuple[str, str], paths: Sequence[bytes], *, is_single: bool) -> str:
    """Return how two versions of a series differ, each (before its first, last); empty where git cannot tell.

    ``is_single``: each is one patch, and the new one goes for a version of the old, however much they differ.
    """
    options = ["--no-color", "--no-notes", *(["--creation-factor=999"] if is_single else [])]
    words = ["range-diff", *options, "..".join(old), "..".join(new), *_limited(paths)]
    compared = git.run(*words)
    return compared.stdout.decode("utf-8", "replace").rstrip() if compared.returncode == 0 else ""


def _limited(paths: Sequence[bytes]) -> list[str]:
    return ["--", *(f":(top,literal){os.fsdecode(path)}" for path in paths)] if paths else []
