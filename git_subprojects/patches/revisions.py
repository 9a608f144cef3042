"""Revisions → patches: what each commit touches, from one run of ``git log``."""

import re
from collections.abc import Sequence

from git_subprojects.errors import Error
from git_subprojects.git import Git, GitError
from git_subprojects.model import Patch, PatchText
from git_subprojects.patches import formats, raw

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
    arguments = ["log", *formats.RAW, "--no-show-signature", "--no-notes", "--no-mailmap"]
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
    return list(raw.read(out.split(b"\0")))


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


def texts(git: Git, commits: Sequence[str]) -> dict[str, PatchText]:
    """Return what the patches of ``commits`` say, as git-format-patch(1) would write them, by commit."""
    from git_subprojects.patches.words import of_patch

    listed = "".join(f"{commit}\n" for commit in commits).encode()
    arguments = ("log", "-z", "--no-walk=unsorted", "--stdin", "--no-notes", "--no-show-signature", *formats.TEXT)
    out = git.output(*arguments, stdin=listed)
    # Without -z, the text of one patch could pass for the beginning of another.
    begins = [0]
    for commit in commits[1:]:
        begins.append(out.find(b"\0From " + commit.encode(), begins[-1]))
    ends = [*begins[1:], len(out)]
    return {commit: of_patch(out[at:end]) for commit, at, end in zip(commits, begins, ends, strict=True) if at >= 0}
