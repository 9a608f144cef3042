"""What git can look for while Python is still loading what routes patches."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.git.fast import Quick
from git_subprojects.git.objects import Objects
from git_subprojects.patches.revisions import Texts, beginning
from git_subprojects.workspace.repository import discovering

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from git_subprojects.patches.model import Patch
    from git_subprojects.workspace.repository import Repository


class Begun(NamedTuple):
    """Questions to git that it is already at: what repository this is, and what the operands name.

    ``patches`` and ``texts`` are None where the operands are no revisions of this repository.
    """

    git: Quick
    objects: Objects
    discovered: Callable[[], Repository]
    patches: Callable[[], list[Patch]] | None = None
    texts: Texts | None = None


def begin(arguments: argparse.Namespace) -> Begun:
    """Let git begin with all that is needed in any case."""
    git = Quick(os.environ)
    begun = Begun(git, Objects(git), discovering(git))
    words = arguments.revisions
    if arguments.project is None and words and not any(word == "-" or os.path.exists(word) for word in words):
        begun = begun._replace(
            patches=beginning(git, words, first_parent=arguments.first_parent), texts=Texts(git, words)
        )
    begun.objects.start()
    return begun
