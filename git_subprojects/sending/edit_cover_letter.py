"""The cover letter of a series: where its words come from, and the editor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from git_subprojects.errors import Error
from git_subprojects.people.mailbox import format_mailbox
from git_subprojects.sending import cover_letter as cover
from git_subprojects.system.processes import attended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.git.process import Git
    from git_subprojects.routing.model import Recipient
    from git_subprojects.sending.options import SendOptions
    from git_subprojects.sending.record import CoverLetter
    from git_subprojects.sending.series import Series

FILE = "COVER_EDITMSG"
"""In git's folder, beside COMMIT_EDITMSG: there only as long as what stands in it has not become a letter."""


def draft(plan: Series, options: SendOptions, git: Git) -> CoverLetter:
    """Return the words that there are: of --description-file, of the version before, or of the branch's description."""
    if options.description is not None:
        return cover.parsed(_content(options.description))
    if plan.letter is not None:
        return plan.letter
    branch = git.run("symbolic-ref", "-q", "--short", "HEAD").stdout.decode("utf-8", "surrogateescape").strip()
    text = git.run("config", f"branch.{branch}.description").stdout.decode("utf-8", "replace") if branch else ""
    return cover.of_description(text)


def edit(plan: Series, letter: CoverLetter, below: str, git: Git, screen: Screen) -> CoverLetter:
    """Return the letter as its author has edited it; where nobody can be asked, as it is.

    ``below`` is what will stand below their words.

    Raises:
        Error: it has no subject then, or the editor has failed.
    """
    if not screen.can_confirm:
        require_subject(letter)
        return letter
    path = os.path.join(git.directory or "", os.fsdecode(git.output("rev-parse", "--git-path", FILE)).rstrip("\n"))
    left = cover.edited(_content(path)) if os.path.exists(path) else None
    if left is not None and any(left):
        letter = left
    with open(path, "w", encoding="utf-8", errors="replace") as file:
        file.write(cover.to_edit(letter, _around(plan, below)))
    editor = git.output("var", "GIT_EDITOR").decode("utf-8", "surrogateescape").strip()
    # As git does it: the setting may hold options.
    status = attended(["sh", "-c", f'{editor} "$@"', editor, os.path.abspath(path)], git.directory, git.environment)
    if status != 0:
        raise Error(
            f"the editor '{editor}' ended with status {status}, so nothing is sent", f"what was written is in {path}"
        )
    edited = cover.edited(_content(path))
    if not edited.subject:
        raise Error("the cover letter has no subject, so nothing is sent", f"what was written is in {path}")
    os.unlink(path)
    return edited


def require_subject(letter: CoverLetter) -> None:
    """Raise Error where a letter that nobody can edit has no subject."""
    if not letter.subject:
        raise Error(
            "a series wants a cover letter, and nobody can be asked for one here",
            "git branch --edit-description, --description-file FILE, or --no-cover-letter",
        )


def _around(plan: Series, below: str) -> str:
    destination = plan.destination
    return "\n".join([*_people("To", destination.to), *_people("Cc", destination.cc), "", below])


def _people(header: str, people: Sequence[Recipient]) -> list[str]:
    return [f"{header}: {format_mailbox(person.name, person.address)}" for person in people]


def _content(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError as error:
        raise Error(f"{path}: {error.strerror}") from error
