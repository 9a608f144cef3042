"""One change made of series for several projects: ``git route-patch linux:HEAD~2.. qemu:HEAD~3..``."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from git_subprojects.commands.route_patch.options import Show
from git_subprojects.commands.route_patch.session import session
from git_subprojects.errors import USAGE, Error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.options import Patches
    from git_subprojects.commands.route_patch.session import Session


@contextmanager
def sessions(options: Patches, screen: Screen, folder: str | None = None) -> Iterator[list[Session]]:
    """Give what routes the patches of each project that the operands name; of operands that name none, just one.

    ``folder`` and errors are as those of ``session``.
    """
    if not are_of_projects(options.revisions):
        with session(options, screen, folder) as single:
            yield [single]
        return
    with ExitStack() as stack:
        yield [stack.enter_context(session(part, screen, folder)) for part in _parts(options)]


def refuse_several(options: Patches, option: str) -> None:
    """Raise Error where the operands name projects, though ``option`` is about one."""
    if are_of_projects(options.revisions):
        raise Error(f"{option} is about one project, and the operands name several", "ask for one at a time", USAGE)


def are_of_projects(operands: Sequence[str]) -> bool:
    """Return whether operands name projects: ``NAME:REVISION``, where that is no file, here or at a revision."""
    if ":" not in "".join(operands):
        return False
    from git_subprojects.context.context import here

    like = [word for word in operands if _split(word) is not None and not os.path.exists(word)]
    return any(here().run("rev-parse", "-q", "--verify", "--end-of-options", word).returncode != 0 for word in like)


def _split(word: str) -> tuple[str, str] | None:
    match = re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._+-]*):(.+)", word, re.DOTALL)
    return None if match is None else (match[1], match[2])


def _parts(options: Patches) -> list[Patches]:
    """Return the options for each project, in the order in which they are named. Raises Error where one names none."""
    if options.project is not None:
        refuse_several(options, "--project")
    if options.rules_from is not None:
        refuse_several(options, "--rules-from")
    if isinstance(options, Show) and options.uncovered:
        refuse_several(options, "--uncovered")
    revisions: dict[str, list[str]] = {}
    for word in options.revisions:
        split = _split(word)
        if split is None:
            raise Error(f"'{word}' names no project, and others do", f"such as NAME:{word}", USAGE)
        revisions.setdefault(split[0], []).append(split[1])
    # Options are made of their values, which mypy cannot see here.
    values = vars(options)
    return [
        type(options)(**{**values, "project": name, "revisions": tuple(words)}) for name, words in revisions.items()
    ]
