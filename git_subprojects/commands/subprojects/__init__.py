"""``git subprojects``: manage the clones and the manifest."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from git_subprojects.cli.parser import Parser
    from git_subprojects.cli.registry import Runnable
    from git_subprojects.cli.run import Invocation

NAME = "subprojects"
USAGE = f"git {NAME} [--manifest FILE|REV:PATH] [--json] [-q | -v] COMMAND ..."
DESCRIPTION = "Manage the clones of the projects in this repository's manifest, and the manifest."


def main(words: Sequence[str] | None = None) -> int:
    """Run the command with ``words`` (None: those of the process) and return its exit status."""
    if "_ARGCOMPLETE" in os.environ:
        from git_subprojects.cli.completion import complete
        from git_subprojects.context.names import candidates

        return complete(NAME, completion_parser, candidates, os.environ)
    from git_subprojects.cli.run import run

    return run(read, words)


def read(words: list[str]) -> Invocation:
    """Return what a command line asks for; ends the process where it is wrong."""
    from git_subprojects.cli.registry import VERBS
    from git_subprojects.cli.run import Invocation

    top = parser()
    end = top.own_words(words)
    before = top.read(words[:end])
    if end == len(words):
        top.error(f"which command? one of {', '.join(VERBS)}")
    name = words[end]
    if name not in VERBS:
        _refuse(top, name)
    verb = VERBS[name].load()
    verb_parser = parser_of(name, verb)
    values = {**before, **verb_parser.read(words[end + 1 :])}
    # Of what is said before the verb, these are not the verb's own.
    quiet, verbose = bool(values.get("quiet")), bool(values.get("verbose"))
    declared = verb.Options.declared()
    for option in before:
        if option not in (*declared, "quiet", "verbose"):
            word = "--json" if option == "form" else f"--{option}"
            verb_parser.error(f"{word} says nothing in 'git {NAME} {name}'")
    wrong = verb.Options.misplaced(values)
    if wrong is not None:
        verb_parser.error(wrong)
    options = verb.Options(**{option: value for option, value in values.items() if option in declared})
    return Invocation(verb.run, options, quiet=quiet, verbose=verbose)


def _refuse(top: Parser, name: str) -> NoReturn:
    """Say that there is no such verb, and which is the nearest."""
    if name.startswith("-"):
        top.error(f"there is no option {name}")
    from difflib import get_close_matches

    from git_subprojects.cli.registry import VERBS

    nearest = get_close_matches(name, VERBS, 1)
    top.error(f"'{name}' is not a git {NAME} command" + (f"; did you mean {nearest[0]}?" if nearest else ""))


def parser() -> Parser:
    """Return the parser of what stands before the verb; its help lists the verbs."""
    from git_subprojects.cli import options
    from git_subprojects.cli import parser as parsers
    from git_subprojects.cli.registry import VERBS

    class Before(options.WithManifest):
        form: str = options.form()

    verbs = "\n".join(f"  {name:<10}{verb.summary}" for name, verb in VERBS.items())
    epilog = f"commands:\n{verbs}\n\n'git {NAME} COMMAND -h' shows the options of one."
    return parsers.parser(f"git {NAME}", USAGE, DESCRIPTION, [Before], epilog)


def parser_of(name: str, verb: Runnable) -> Parser:
    """Return the parser of a verb."""
    from git_subprojects.cli import parser as parsers

    return parsers.parser(f"git {NAME} {name}", usage_of(name, verb), verb.DESCRIPTION, [verb.Options])


def usage_of(name: str, verb: Runnable) -> str:
    """Return how a verb is used, in a line."""
    from git_subprojects.cli.options import usage

    return usage(f"git {NAME} {name}", verb.Options)


def completion_parser(words: Sequence[str]) -> Parser:
    """Return a parser of a whole line: of all verbs, with the options of the one that is among ``words``."""
    from git_subprojects.cli import parser as parsers
    from git_subprojects.cli.registry import VERBS

    made = parser()
    verbs = made.add_subparsers(dest="verb")
    for name, verb in VERBS.items():
        added = verbs.add_parser(name, help=verb.summary)
        if name in words:
            parsers.add(added, verb.load().Options.declared())
    return made
