"""What a shell may offer where the user has pressed TAB, in argcomplete's protocol.

There are two ways to the answer, because a TAB may cost two and a half bare starts of Python and the import of
argcomplete alone costs nearly two. What the repository knows (projects, groups, revisions) is answered by ``fast``,
without argparse and argcomplete. ``full`` has argcomplete answer all else: options, commands, files, and lines with
quotes, which it can read; where it needs names or revisions, it asks the same functions.

The shells' part is in ``completions/``; it lets git itself enter the folder of ``git -C``.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import NoReturn

    Candidates = Callable[[str, str, str | None, Collection[str], Mapping[str, str]], dict[str, str]]
    """(kind, prefix, manifest of the line, words of the kind in it, environment) → word → description."""


def complete(
    name: str,
    parser: Callable[[Sequence[str]], argparse.ArgumentParser],
    candidates: Candidates,
    environment: Mapping[str, str],
) -> NoReturn:
    """Tell the shell what may stand at the cursor, and end the process.

    ``parser`` returns one that can read the words of the line. Where the answer cannot be known, as with a broken
    manifest, nothing is said: an error message would garble the command line.
    """
    import gc

    from git_subprojects.cli.completion import fast
    from git_subprojects.errors import Error

    gc.disable()  # So short a life ends before a collection, or an orderly end, could be of use.
    try:
        if not fast.answer(name, candidates, environment):
            from git_subprojects.cli.completion import full

            full.answer(parser(environment["COMP_LINE"].split()), candidates, environment)
    except (Error, OSError):
        pass
    os._exit(0)
