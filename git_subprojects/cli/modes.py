"""A command with several modes: each is asked for by options of its own, and takes only what means something in it."""

from __future__ import annotations

from git_subprojects.cli.options import usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from git_subprojects.cli.options import Option, Options
    from git_subprojects.cli.parser import Parser
    from git_subprojects.cli.run import Invocation
    from git_subprojects.cli.screen import Screen


class Mode:
    """A mode: the ``fields`` that ask for it, its ``options``, and the module with its ``run(options, screen)``."""

    def __init__(self, fields: tuple[str, ...], options: type[Options], module: str) -> None:
        self.fields = fields
        self.options = options
        self.module = module

    def asked_by(self, given: Mapping[str, object]) -> str | None:
        """Return the field that asks for this mode, if one is given."""
        return next((field for field in self.fields if field in given), None)

    def load(self) -> Callable[[Any, Screen], int]:
        """Import the module, and return what carries the mode out."""
        from importlib import import_module

        run: Callable[[Any, Screen], int] = import_module(self.module).run
        return run


class Command:
    """A command: its name after ``git``, what its help says, and its modes; the last is meant where none is asked for.

    Where several are asked for, the first is meant, and the others' options are refused.
    """

    def __init__(self, name: str, description: str, epilog: str, modes: Sequence[Mode]) -> None:
        self.name = name
        self.description = description
        self.epilog = epilog
        self.modes = modes

    def parser(self, words: Sequence[str] = ()) -> Parser:  # noqa: ARG002 - as completion asks for one
        """Return a parser of the options of all modes."""
        from git_subprojects.cli.parser import parser

        classes = [mode.options for mode in reversed(self.modes)]
        return parser(f"git {self.name}", self.usage(), self.description, classes, self.epilog)

    def usage(self) -> str:
        """Return how the command is used: a line for each mode, with the options that it has not in common."""
        return "\n   or: ".join(self._usage_of(mode) for mode in reversed(self.modes))

    def _usage_of(self, mode: Mode) -> str:
        own = [name for name in vars(mode.options) if name in mode.options.declared()]
        return usage(f"git {self.name}", mode.options, own, () if mode is self.modes[-1] else mode.fields)

    def read(self, words: Sequence[str], after: Sequence[str] = (), after_field: str = "") -> Invocation:
        """Return what a command line asks for; ends the process where it is wrong.

        ``after`` are words that another program gets: the value of ``after_field``.
        """
        from git_subprojects.cli.run import Invocation

        made = self.parser()
        given = made.read(words)
        mode = next((mode for mode in self.modes if mode.asked_by(given)), self.modes[-1])
        wrong = self._misplaced(mode, given)
        if wrong is not None:
            made.usage = self._usage_of(mode)
            made.error(wrong)
        if after_field:
            given[after_field] = tuple(after)
        quiet, verbose = "quiet" in given, "verbose" in given
        return Invocation(mode.load(), mode.options(**given), quiet=quiet, verbose=verbose)

    def _misplaced(self, mode: Mode, given: Mapping[str, object]) -> str | None:
        """Return what is wrong where an option means nothing in this mode, or nothing without another."""
        declared = {name: item for other in self.modes for name, item in other.options.declared().items()}
        for name in given:
            if name in mode.options.declared():
                continue
            asked_by = mode.asked_by(given)
            if asked_by is not None:
                return _not_together(declared[asked_by], declared[name])
            return f"{declared[name].name} goes with {_either(declared[field].name for field in self._places(name))}"
        return mode.options.misplaced(given)

    def _places(self, name: str) -> dict[str, None]:
        """Return the fields of which one must be given for an option to mean something."""
        places: dict[str, None] = {}
        for mode in reversed(self.modes):
            item = mode.options.declared().get(name)
            if item is not None:
                places.update(dict.fromkeys(item.needs or mode.fields))
        return places


def _either(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def _not_together(first: Option, second: Option) -> str:
    if not second.is_option:
        return f"{first.name} takes no operands"
    return f"options '{first.name}' and '{second.name}' cannot be used together"
