"""Reads the words of a command line as its options are declared; argparse does the work."""

from __future__ import annotations

import argparse
import os
import sys

from git_subprojects.cli.options import Option, Options, forms_of
from git_subprojects.errors import USAGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    # typing costs 2 ms, and all that -h needs is argparse.
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import NoReturn


MOST_COLUMNS = 100
_OPERAND = "\0"
"""Marks a word after ``--``, which argparse would take for an option."""


class Parser(argparse.ArgumentParser):
    """A parser of options that ends as git's do, and like git's lets options stand between the operands."""

    rest: str | None = None
    """The field that gets all words from the first that is no option of this command on."""

    def read(self, words: Sequence[str]) -> dict[str, object]:
        """Return the values that ``words`` give, by the names of fields; ends the process where they are wrong."""
        if self.rest is not None:
            end = self.own_words(words)
            return {**self._values(self.parse_args(self._glued(words[:end]))), self.rest: tuple(words[end:])}
        words = self._glued(words)
        end = words.index("--") if "--" in words else len(words)
        marked = [*words[:end], *(_OPERAND + word for word in words[end + 1 :])]
        return self._values(self.parse_intermixed_args(marked))

    def _glued(self, words: Sequence[str]) -> list[str]:
        """Return the words with ``--group -x`` as ``--group=-x``, for argparse would take ``-x`` for an option."""
        glued: list[str] = []
        for number, word in enumerate(words):
            if word == "--":
                return [*glued, *words[number:]]
            action = self._option_string_actions.get(glued[-1]) if glued and word[:1] == "-" != word[1:2] else None
            if getattr(action, "words", "") == "group":
                glued[-1] += f"={word}"
            else:
                glued.append(word)
        return glued

    def _values(self, read: argparse.Namespace) -> dict[str, object]:
        """Return what was read, lists as tuples."""
        return {
            name: tuple(word.removeprefix(_OPERAND) for word in value)
            if isinstance(value, list)
            else value.removeprefix(_OPERAND)
            if isinstance(value, str)
            else value
            for name, value in vars(read).items()
        }

    def own_words(self, words: Sequence[str]) -> int:
        """Return how many words, from the first on, are options of this command, with their values."""
        end = 0
        while end < len(words) and (number := self._words_of_option(words[end])):
            end += number
        return min(end, len(words))

    def _words_of_option(self, word: str) -> int:
        """Return how many words an option takes up that begins with ``word``; 0: that is no option."""
        glued = not word.startswith("--") and len(word) > 2
        action = self._option_string_actions.get(word[:2] if glued else word.partition("=")[0])
        return 0 if action is None else 1 if glued or "=" in word or action.nargs == 0 else 2

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words, in git's voice, and how they should be."""
        self._print_message(f"error: {_as_git_says(message)}\n{self.format_usage()}", sys.stderr)
        raise SystemExit(USAGE)


_VOICE = (
    (
        r"argument (?:-\w/)?(\S+?): not allowed with argument (?:-\w/)?(\S+)",
        r"options '\2' and '\1' cannot be used together",
    ),
    (r"unrecognized arguments: (-\S*).*", r"unknown option '\1'"),
    (r"unrecognized arguments: (.*)", r"too many arguments: \1"),
    (r"the following arguments are required: (.*)", r"missing argument: \1"),
    (r"argument (?:-\w/)?(\S+?): expected one argument", r"option '\1' requires a value"),
    (r"argument (?:-\w/)?(\S+?): invalid choice: ('.*') \(choose from (.*)\)", r"\1: \2 is not one of \3"),
    (r"argument (?:-\w/)?(\S+?): ", r"\1: "),
)
"""What argparse says, and what git would."""


def _as_git_says(message: str) -> str:
    import re

    for pattern, replacement in _VOICE:
        said, count = re.subn(pattern, replacement, message, flags=re.DOTALL)
        if count:
            return said
    return message


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as git's: no colour of argparse's own choice, options in one column."""

    def __init__(self, prog: str) -> None:
        # argparse would import shutil, and with it bz2 and lzma, to ask how wide the terminal is.
        super().__init__(prog, max_help_position=30, width=min(_columns(), MOST_COLUMNS))


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns - 2
    except OSError:
        return 78


def parser(prog: str, usage: str, description: str, classes: Iterable[type[Options]], epilog: str = "") -> Parser:
    """Return a parser of the options of all ``classes``; only what is given on the command line gets a value."""
    made = Parser(
        prog=prog,
        usage=usage,
        description=description,
        epilog=epilog,
        formatter_class=_Help,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    if sys.version_info >= (3, 14):
        made.color = False
    declared: dict[str, Option] = {}
    for options in classes:
        declared.update((name, item) for name, item in options.declared().items() if name not in declared)
    add(made, declared)
    return made


def add(made: Parser, declared: dict[str, Option]) -> None:
    """Add declared options, each under the name of its field."""
    groups: dict[str, argparse._MutuallyExclusiveGroup] = {}
    for name, item in declared.items():
        if item.exclusive and item.exclusive not in groups:
            groups[item.exclusive] = made.add_mutually_exclusive_group()
        _add_one(made, groups[item.exclusive] if item.exclusive else made, name, item)


def _add_one(made: Parser, place: argparse._ActionsContainer, name: str, item: Option) -> None:
    if item.kind == "rest":
        made.rest = name
    elif item.kind == "after":
        pass
    elif item.kind == "form":
        _add_forms(place, name, item)
    elif item.kind == "flag":
        _words(place.add_argument(*item.names, dest=name, action="store_true", help=item.about), item)
    elif item.kind == "switch":
        action = argparse.BooleanOptionalAction
        _words(place.add_argument(item.names[0], dest=name, action=action, help=item.about), item)
    elif item.kind == "operand":
        count = None if item.count == "1" else item.count
        _words(made.add_argument(name, metavar=item.metavar, nargs=count, help=item.about), item)
    else:
        added = place.add_argument(
            *item.names,
            dest=name,
            metavar=item.metavar,
            action="append" if item.many else "store",
            required=item.required,
            help=item.about,
        )
        added.choices = item.choices or None
        added.type = _reader(item.read)
        _words(added, item)


def _words(action: argparse.Action, item: Option) -> None:
    """Let completion know what the words of an action are."""
    action.words = item.words  # type: ignore[attr-defined]


def _reader(read: Callable[[str], object] | None) -> Callable[[str], object] | None:
    """Return what argparse calls to make a value of a text."""
    if read is None:
        return None

    def checked(text: str) -> object:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"expected {error}, found '{text}'") from None

    return checked


class _FormAction(argparse.Action):
    """Stores the name of the form that a value, such as that of ``--format``, asks for."""

    form_of: Mapping[str, str] = {}

    def __call__(self, parser: object, namespace: argparse.Namespace, values: object, *_: object) -> None:  # noqa: ARG002
        """As argparse calls it."""
        setattr(namespace, self.dest, self.form_of[str(values)])


def _add_forms(place: argparse._ActionsContainer, name: str, item: Option) -> None:
    """Add the options that ask for forms; those of one option, such as --format, are its choices."""
    forms = forms_of(item)
    for option in dict.fromkeys(entry.option for entry in forms.values()):
        alike = {form: entry for form, entry in forms.items() if entry.option == option}
        about = ", or ".join(entry.about for entry in alike.values())
        form_of = {entry.value: form for form, entry in alike.items()}
        if "" in form_of:
            place.add_argument(option, dest=name, action="store_const", const=form_of[""], help=about)
        else:
            metavar, choices = "|".join(form_of), tuple(form_of)
            action = place.add_argument(
                option, dest=name, action=_FormAction, metavar=metavar, choices=choices, help=about
            )
            assert isinstance(action, _FormAction)  # noqa: S101 - it was asked for
            action.form_of = form_of
