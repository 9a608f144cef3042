"""``git route-patch``: say who must get which patches, and on which list or pull request."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.cli.modes import Command
    from git_subprojects.cli.run import Invocation

NAME = "route-patch"

DESCRIPTION = """Say who must get the patches, and why: the paths that each touches, and its words, are matched against
the rules of the project they belong to, its MAINTAINERS and its CODEOWNERS. Look them over, and send them there in the
form that the project wants."""

EPILOG = """REVISION is what git log takes: HEAD~3.. or -3 or A..B. A single commit, such as HEAD~2, is that commit.
PATCHFILE is what git format-patch, git show or git diff writes, or a mailbox; - is standard input, also where
nothing is named and it is no terminal.
Run it in the repository that carries the manifest, in a clone made by git clone-project, or in any repository
with a MAINTAINERS or CODEOWNERS file."""

_REROLL = "--reroll-count"


def main(words: Sequence[str] | None = None) -> int:
    """Run the command with ``words`` (None: those of the process) and return its exit status."""
    if "_ARGCOMPLETE" in os.environ:
        from git_subprojects.cli.completion import complete
        from git_subprojects.context.names import candidates

        return complete(NAME, command().parser, candidates, os.environ)
    from git_subprojects.cli.run import run

    return run(read, words)


def command() -> Command:
    """Return the modes, and what help says."""
    from git_subprojects.cli.modes import Command
    from git_subprojects.commands.route_patch.options import MODES

    return Command(NAME, DESCRIPTION, EPILOG, MODES)


def read(words: list[str]) -> Invocation:
    """Return what a command line asks for; ends the process where it is wrong."""
    end = words.index("--") if "--" in words else len(words)
    own = _with_reroll_count(words[:end])
    if "--send" in own:
        return command().read(own, words[end + 1 :], "send_email_options")
    return command().read([*own, *words[end:]])


def _with_reroll_count(words: Sequence[str]) -> list[str]:
    """Return ``words`` with ``-v N`` and ``-vN``, as git format-patch takes them, spelt out; -v alone says more."""
    spelt: list[str] = []
    for word in words:
        number = word[2:] if word.startswith("-v") else word if spelt and spelt[-1] == "-v" else ""
        if number.isascii() and number.isdigit() and len(number) <= 3:
            if word is number:
                spelt.pop()
            spelt.append(f"{_REROLL}={number}")
        else:
            spelt.append(word)
    return spelt
