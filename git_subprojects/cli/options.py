"""What a command line may hold, declared once: the parser, help, manual and completion are made from it.

A verb, or a mode of a command, declares its options as a class; it is run with an instance of that class, which mypy
knows::

    class Options(Common):
        fetch: bool = flag("--fetch", about="fetch first")
        jobs: int | None = option("-j", "--jobs", metavar="N", read=whole_number, about="fetch N at a time")
        projects: tuple[str, ...] = operand("PROJECT", count="*", words="projects", about="names of projects")

This module imports nothing, not even typing: -h has a budget.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Literal, dataclass_transform

    from git_subprojects.registries import Form

    Kind = Literal["flag", "switch", "value", "operand", "form", "rest", "after"]
    Count = Literal["1", "?", "*"]
else:

    def dataclass_transform(**_):
        """Return a decorator that does nothing."""
        return lambda decorated: decorated


class Option:
    """An option, or an operand.

    ``names`` are its spellings (none of an operand), ``metavar`` what its value is called, ``about`` its line of help,
    ``read`` makes a value of a text or raises ValueError with what was expected, ``choices`` are all values.
    ``default`` is the value where it is not given. ``many``: it may be repeated, and the value is a tuple.
    ``words`` says what completes it: ``projects``, ``group``, ``revisions``, ``file``, ``folder``; else its choices do.
    Of the options with the same ``exclusive`` only one can be given. ``needs`` are fields of which one must be given
    beside it. ``shown`` is how an operand looks in the usage; ``hidden``: an option is not in it.
    """

    def __init__(
        self,
        kind: Kind,
        names: tuple[str, ...],
        about: str,
        *,
        metavar: str = "",
        default: object = None,
        read: Callable[[str], object] | None = None,
        choices: Sequence[str] = (),
        many: bool = False,
        required: bool = False,
        count: Count = "1",
        words: str = "",
        exclusive: str = "",
        forms: tuple[str, ...] = (),
        needs: tuple[str, ...] = (),
        shown: str = "",
        hidden: bool = False,
    ) -> None:
        self.kind = kind
        self.names = names
        self.about = about
        self.metavar = metavar
        self.default = default
        self.read = read
        self.choices = choices
        self.many = many
        self.required = required
        self.count = count
        self.words = words
        self.exclusive = exclusive
        self.forms = forms
        self.needs = needs
        self.shown = shown
        self.hidden = hidden

    @property
    def is_option(self) -> bool:
        """Whether it begins with a dash, rather than being an operand or words for another program."""
        return self.kind not in ("operand", "rest", "after")

    @property
    def name(self) -> str:
        """What it is called in messages."""
        if self.kind == "form":
            return "--json"
        return self.names[0 if self.kind == "switch" else -1] if self.names else self.metavar


def flag(*names: str, about: str, exclusive: str = "", needs: tuple[str, ...] = (), hidden: bool = False) -> Any:
    """Declare an option without a value: a bool."""
    return Option("flag", names, about, default=False, exclusive=exclusive, needs=needs, hidden=hidden)


def switch(name: str, *, about: str) -> Any:
    """Declare an option with an opposite, ``--x`` and ``--no-x``: a bool, or None where neither is given."""
    return Option("switch", (name, f"--no-{name[2:]}"), about)


def option(
    *names: str,
    metavar: str,
    about: str,
    default: object = None,
    read: Callable[[str], object] | None = None,
    choices: Sequence[str] = (),
    required: bool = False,
    words: str = "",
    exclusive: str = "",
    needs: tuple[str, ...] = (),
) -> Any:
    """Declare an option with a value: a str, or what ``read`` makes of it; ``default`` where it is not given."""
    return Option(
        "value",
        names,
        about,
        metavar=metavar,
        default=default,
        needs=needs,
        read=read,
        choices=choices,
        required=required,
        words=words,
        exclusive=exclusive,
    )


def many(*names: str, metavar: str, about: str, words: str = "", choices: Sequence[str] = ()) -> Any:
    """Declare an option that may be repeated: a tuple of str."""
    return Option("value", names, about, metavar=metavar, default=(), many=True, words=words, choices=choices)


def operand(metavar: str, *, about: str, count: Count = "1", words: str = "", shown: str = "") -> Any:
    """Declare an operand: a str, with count ``?`` also None, with ``*`` a tuple of str."""
    default = () if count == "*" else None
    return Option("operand", (), about, metavar=metavar, count=count, words=words, shown=shown, default=default)


def rest(metavar: str, *, about: str) -> Any:
    """Declare that all words from the first that is no option of this command on are for another: a tuple of str."""
    return Option("rest", (), about, metavar=metavar, default=(), shown=metavar)


def after(metavar: str, *, about: str) -> Any:
    """Declare what the words after ``--`` are for; the command that takes them says when: a tuple of str."""
    return Option("after", (), about, metavar=metavar, default=(), shown=f"[-- <{metavar}>]")


def form(*forms: str, exclusive: str = "form") -> Any:
    """Declare in which forms a command answers, beside the generic ones: the name of one, ``text`` by default."""
    return Option("form", (), "", default="text", forms=forms, exclusive=exclusive)


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(flag, switch, option, many, operand, rest, form)
)
class Options:
    """What a command was asked for: one value for each declared option, and the default where it was not given."""

    def __init__(self, **values: object) -> None:
        for name, declared in self.declared().items():
            object.__setattr__(self, name, values.pop(name, declared.default))
        if values:
            raise TypeError(f"{type(self).__name__} has no {', '.join(values)}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} cannot be set: options do not change")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    @classmethod
    def declared(cls) -> dict[str, Option]:
        """Return the options by the names of their fields: a class's own first, then those that it shares."""
        found: dict[str, Option] = {}
        for base in cls.__mro__:
            for name, value in vars(base).items():
                if isinstance(value, Option):
                    found.setdefault(name, value)
        return found

    @classmethod
    def misplaced(cls, given: Mapping[str, object]) -> str | None:
        """Return what is wrong where an option is given without one that it needs."""
        for name, item in cls.declared().items():
            if name in given and item.needs and not any(need in given for need in item.needs):
                needed = [cls.declared()[need].name for need in item.needs if need in cls.declared()]
                return f"{item.name} goes with {' or '.join(needed)}"
        return None


class Common(Options):
    """What every command takes."""

    quiet: bool = flag("-q", "--quiet", about="only print warnings and errors", hidden=True)
    verbose: bool = flag("-v", "--verbose", about="be verbose", hidden=True)


class WithManifest(Common):
    """What every command takes that reads a manifest."""

    manifest: str | None = option(
        "--manifest", metavar="FILE|REV:PATH", words="file", about="read this manifest instead of the host's own"
    )


def whole_number(text: str) -> int:
    """Read a whole number from 1 up."""
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise ValueError("a whole number from 1 up")
    return int(text)


_MOST_COLUMNS = 72
"""Of a usage line, after ``usage:`` or ``or:``."""


def usage(prog: str, options: type[Options], own: Sequence[str] | None = None, asked_by: Sequence[str] = ()) -> str:
    """Return how a command is used, in lines that fit a narrow terminal.

    Where ``own`` names fields, the other options are summed up. One of those that ``asked_by`` names must be given.
    """
    visible = {name: item for name, item in options.declared().items() if not item.hidden}
    shown = {name: item for name, item in visible.items() if item.is_option and (own is None or name in own)}
    parts: list[str] = []
    if asked_by:
        needed = " | ".join(text for name in asked_by for text in _spelt(visible[name]))
        parts.append(f"({needed})" if " | " in needed else needed)
    optional = [item for name, item in shown.items() if name not in asked_by]
    for item in optional:
        if not item.exclusive:
            text = " ".join(_spelt(item))
            parts.append(text if item.required else f"[{text}]")
        elif item is next(other for other in optional if other.exclusive == item.exclusive):
            alternatives = [text for other in optional if other.exclusive == item.exclusive for text in _spelt(other)]
            parts.append(f"[{' | '.join(alternatives)}]")
    if any(item.is_option and name not in shown and name not in asked_by for name, item in visible.items()):
        parts.append("[<options>]")
    counted = {"1": "{}", "?": "[{}]", "*": "[{}...]"}
    operands = [item for item in visible.values() if not item.is_option]
    parts += [item.shown or counted[item.count].format(item.metavar) for item in operands]
    lines = [prog]
    for part in parts:
        if len(lines[-1]) + len(part) >= _MOST_COLUMNS and lines[-1] != prog:
            lines.append(" " * len(prog))
        lines[-1] += f" {part}"
    return f"\n{' ' * _INDENT}".join(lines)


_INDENT = len("usage: ")


def _spelt(item: Option) -> list[str]:
    """Return an option as a usage line shows it, or each of the forms that it stands for."""
    if item.kind == "form":
        return [entry.spelling for entry in forms_of(item).values()]
    if item.kind == "switch":
        return [f"--[no-]{item.names[0][2:]}"]
    if item.kind == "flag":
        return [item.names[0]]
    name = item.names[0]
    text = f"{name}=({'|'.join(item.choices)})" if 1 < len(item.choices) < 4 else f"{name} {item.metavar}"
    return [f"{text}..." if item.many else text]


def forms_of(item: Option) -> Mapping[str, Form]:
    """Return the forms that an option declared by ``form`` offers: those it names, and all generic ones."""
    from git_subprojects.registries import FORMS

    return {name: entry for name, entry in FORMS.items() if entry.is_generic or name in item.forms}
