"""How the commands read their words, and how they begin and end."""

from __future__ import annotations

import argparse
import os
import sys

from git_subprojects.errors import USAGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    # typing costs 2 ms, and all that -h needs is argparse.
    from collections.abc import Sequence
    from typing import NoReturn


_OPERAND = "\0"
_REROLL = "--reroll-count"
_SEND = "--send"
"""With it, what follows ``--`` is for git send-email."""


class Parser(argparse.ArgumentParser):
    """A parser of options that ends as git's do, and like git's lets options stand between the operands.

    With ``passes_on``, all words from the first that is no option of its own on are kept as they are, as ``words``.
    """

    passes_on = False

    def read(self, words: Sequence[str] | None) -> argparse.Namespace:
        """Return what ``words`` (None: those of the process) say."""
        if self._subparsers:
            # argparse can mix them only where no operand is a subcommand.
            return self.parse_args(words)
        given = list(sys.argv[1:] if words is None else words)
        end = given.index("--") if "--" in given else len(given)
        given, after = given[:end], given[end + 1 :]
        if _REROLL in self._option_string_actions:
            given = _with_reroll_count(given)
        passed_on = after if _SEND in given and _SEND in self._option_string_actions else []
        # argparse would take what follows -- for options all the same.
        read = self.parse_intermixed_args([*given, *(_OPERAND + word for word in ([] if passed_on else after))])
        for value in vars(read).values():
            if isinstance(value, list):
                value[:] = [word.removeprefix(_OPERAND) for word in value]
        read.send_email_options = passed_on
        return read

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As argparse's own."""
        if not self.passes_on or args is None:
            return super().parse_known_args(args, namespace)
        end = 0
        while end < len(args) and (number := self._words_of_option(args[end])):
            end += number
        read, extra = super().parse_known_args(args[:end], namespace)
        read.words = list(args[end:])
        return read, extra

    def _words_of_option(self, word: str) -> int:
        """Return how many words an option takes up that begins with ``word``; 0: that is no option."""
        glued = not word.startswith("--") and len(word) > 2
        action = self._option_string_actions.get(word[:2] if glued else word.partition("=")[0])
        return 0 if action is None else 1 if glued or "=" in word or action.nargs == 0 else 2

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words, and how they should be."""
        self._print_message(f"error: {message}\n{self.format_usage()}", sys.stderr)
        raise SystemExit(USAGE)


def _with_reroll_count(words: list[str]) -> list[str]:
    """Return ``words`` with ``-v N`` and ``-vN``, as git format-patch takes them, spelt out; -v alone says more."""
    found: list[str] = []
    for word in words:
        number = word[2:] if word.startswith("-v") else word if found and found[-1] == "-v" else ""
        if number.isascii() and number.isdigit() and len(number) <= 3:
            if word is number:
                found.pop()
            found.append(f"{_REROLL}={number}")
        else:
            found.append(word)
    return found


MOST_COLUMNS = 100


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns - 2
    except OSError:
        return 78


class Help(argparse.RawDescriptionHelpFormatter):
    """Help as git's: no colour of argparse's own choice, options in one column."""

    def __init__(self, prog: str) -> None:
        # argparse would import shutil, and with it bz2 and lzma, to ask how wide the terminal is.
        super().__init__(prog, max_help_position=30, width=min(_columns(), MOST_COLUMNS))


def parser(prog: str, usage: str, description: str, epilog: str = "") -> Parser:
    """Return a parser with the options that every command has."""
    made = Parser(
        prog=prog,
        usage=usage,
        description=description,
        epilog=epilog,
        formatter_class=Help,
        allow_abbrev=False,
    )
    if sys.version_info >= (3, 14):
        made.color = False
    add_common(made)
    return made


def verb(verbs: argparse._SubParsersAction[Parser], name: str, usage: str, about: str, description: str) -> Parser:
    """Add a subcommand; its own options go before those that every command has."""
    made = verbs.add_parser(
        name,
        usage=usage,
        help=about,
        description=description,
        formatter_class=Help,
        allow_abbrev=False,
        # These options may stand before the subcommand too; any default here would undo what was said there.
        argument_default=argparse.SUPPRESS,
    )
    if sys.version_info >= (3, 14):
        made.color = False
    return made


def add_common(made: argparse.ArgumentParser) -> None:
    """Add the options that every command has."""
    made.add_argument("--manifest", metavar="FILE|REV:PATH", help="read this manifest instead of the host's own")
    made.add_argument("--json", action="store_true", help="answer in JSON")
    made.add_argument("-q", "--quiet", action="store_true", help="say nothing but warnings and errors")
    made.add_argument("-v", "--verbose", action="store_true", help="say more")


def count(text: str) -> int:
    """Read a whole number from 1 up."""
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 up, found '{text}'")
    return int(text)
