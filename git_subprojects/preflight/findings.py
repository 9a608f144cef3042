"""What may be found in patches before they are sent: the checks by their names, and what each of them says. Pure."""

from typing import NamedTuple

ERROR, WARNING, NOTE = "error", "warning", "note"

NAMES = {
    "sign-off": "a Signed-off-by: line by the author, where the project wants one",
    "subject": "the form of the subject",
    "author": "an author's address that nobody can answer to",
    "work-in-progress": "fixup!, WIP and the like",
    "whitespace": "white space errors, as git diff --check finds them",
    "checker": "the project's own checker",
    "base": "whether the project's branch has what the patches are based on",
    "old-base": "patches against the old revision that the manifest pins",
    "detached": "commits that are on no branch",
    "recipients": "whether anybody gets the patches, and mail can reach them",
    "uncovered": "paths that no rule covers",
    "mixed": "a patch for several projects",
    "posting": "a list that is moderated, or for subscribers only",
    "size": "a message that is longer than the list takes",
    "change-id": "a Change-Id: line, where gerrit wants one",
}
"""Every check by its name, which --skip-check takes, and what it looks at."""

AMEND = "git commit --amend, or for a commit further down git rebase --interactive"
"""How to change a commit."""


class Finding(NamedTuple):
    """Something that was found.

    ``name`` is a key of NAMES; ``patch`` is how the patch is called (its commit or file), "" for all of a series.
    ``message`` says what was found and what it means, ``hint`` what to do; ``output`` is what a checker has said.
    """

    name: str
    severity: str
    project: str
    message: str
    hint: str | None = None
    patch: str = ""
    subject: str = ""
    output: str = ""
