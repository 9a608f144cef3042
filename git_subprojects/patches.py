"""Revisions → patches: what each commit touches, from one run of ``git log``."""

import re
from collections.abc import Sequence

from git_subprojects.errors import Error
from git_subprojects.git import Git, GitError
from git_subprojects.model import Patch

_FORMAT = "%x01%H%x00%P%x00%an <%ae>%x00%s%x00"
_NEGATIVE_ABBREVIATION = re.compile(r"\^(?:!|-[0-9]*)$")


def of_revisions(git: Git, revisions: Sequence[str]) -> list[Patch]:
    """Return the patches that ``revisions`` name, oldest first.

    Words are as git-log(1) takes them: ``HEAD~3..``, ``-3``, ``A..B``. A word that names a commit without
    excluding others, such as ``HEAD~2``, stands for that one commit. Merges are returned without paths, as
    git-format-patch(1) would make nothing of them.

    Raises:
        Error: a word is no revision.
    """
    walk = any(_is_range(word) for word in revisions)
    arguments = [
        "log",
        "-z",
        "--raw",
        "--no-abbrev",
        "-M",
        "--root",
        "--no-color",
        "--no-ext-diff",
        "--no-show-signature",
        "--no-notes",
        "--no-mailmap",
        "--ignore-submodules=none",
        "-O/dev/null",
        "--no-relative",
        "--encoding=UTF-8",
        f"--format={_FORMAT}",
    ]
    limits = [word for word in revisions if re.fullmatch(r"-[0-9]+", word)]
    names = [word for word in revisions if word not in limits]
    arguments.append("--reverse" if walk else "--no-walk=unsorted")
    try:
        out = git.output(*arguments, *limits, "--end-of-options", *(names or ["HEAD"]), "--")
    except GitError as error:
        raise Error(
            f"{' '.join(revisions)}: {error.message.splitlines()[0]}",
            "give revisions as git log takes them, such as HEAD~3.. or -3",
        ) from error
    return _patches(out.split(b"\0"))


def _is_range(word: str) -> bool:
    """Return whether a word makes git walk: a limit, a range, an exclusion."""
    if word.startswith(":/"):
        return False
    # What is looked for in a message may hold dots.
    word = re.sub(r"\{[^}]*\}", "", word)
    return (
        re.fullmatch(r"-[0-9]+", word) is not None
        or ".." in word
        or word.startswith("^")
        or _NEGATIVE_ABBREVIATION.search(word) is not None
    )


def _patches(fields: list[bytes]) -> list[Patch]:
    """Return the patches in the fields of ``git log -z --raw``, consumed in order: a path may look like anything."""
    found: list[tuple[Patch, set[bytes]]] = []
    at = 0
    while at < len(fields):
        field = fields[at].lstrip(b"\n")
        if field.startswith(b"\x01"):
            commit, parents, author, subject = (
                f.decode("utf-8", "replace") for f in (field[1:], *fields[at + 1 : at + 4])
            )
            found.append((Patch(commit, subject, author, len(parents.split()), ()), set()))
            at += 4
        elif field.startswith(b":"):
            names = 2 if field.rsplit(b" ", 1)[1][:1] in (b"R", b"C") else 1
            found[-1][1].update(fields[at + 1 : at + 1 + names])
            at += 1 + names
        else:
            at += 1
    return [patch._replace(paths=tuple(sorted(paths))) for patch, paths in found]
