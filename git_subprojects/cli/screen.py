"""The terminal: streams, colour, progress, and the one place where an error becomes a message and a status."""

import sys
from collections.abc import Callable, Mapping
from typing import IO, Protocol

from git_subprojects.errors import without_credentials


def clean(text: str) -> str:
    """Return ``text`` fit for anybody's eyes: no credentials, no escape sequences or other control characters."""
    lines = without_credentials(text).split("\n")
    return "\n".join(line if line.isprintable() else _escaped(line) for line in lines)


def _escaped(line: str) -> str:
    return "".join(
        c if c == "\t" or c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in line
    )


class Answer(Protocol):
    """An answer in some form; ``is_data``: for programs, and not to be changed."""

    @property
    def text(self) -> str:
        """What is written."""

    @property
    def is_data(self) -> bool:
        """Whether it is for programs."""


class Screen:
    """Where a command writes: answers to ``out``, all else to ``err``."""

    def __init__(
        self,
        out: IO[str],
        err: IO[str],
        environment: Mapping[str, str],
        *,
        quiet: bool = False,
        verbose: bool = False,
    ) -> None:
        self.out = out
        self.err = err
        self.quiet = quiet
        self.verbose = verbose
        self._environment = environment
        self.above: Callable[[str], None] | None = None

    @property
    def is_interactive(self) -> bool:
        """Whether somebody looks at the messages, on a terminal that can move its cursor."""
        return self.err.isatty() and self._environment.get("TERM", "dumb") != "dumb"

    @property
    def can_ask(self) -> bool:
        """Whether git may ask the user for a password."""
        return self.err.isatty() and self._environment.get("GIT_TERMINAL_PROMPT", "1") not in ("0", "false")

    @property
    def can_confirm(self) -> bool:
        """Whether somebody is there to answer a question."""
        return self.is_interactive and sys.stdin.isatty()

    def confirm(self, question: str) -> bool:
        """Ask a question that is answered by y or n, and return whether it was y; False where nobody can be asked."""
        if not self.can_confirm:
            return False
        self.err.write(f"{clean(question)} [y/N] ")
        self.err.flush()
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    def answer(self, text: str) -> None:
        """Write data that was asked for, before any message that follows."""
        self.data(clean(text))

    def show(self, answer: "Answer") -> None:
        """Write an answer, unless it is empty, in the form that was asked for: data as it is, text fit for any eyes."""
        if answer.text:
            self.data(answer.text if answer.is_data else clean(answer.text))

    def data(self, text: str) -> None:
        """Write a line that is fit for any eyes, such as JSON in ASCII, at once: somebody may wait for it."""
        self.out.write(text + "\n")
        self.out.flush()

    def say(self, text: str) -> None:
        """Write a message to everybody."""
        self._message(text)

    def note(self, text: str) -> None:
        """Write a message, unless the user wants quiet."""
        if not self.quiet:
            self._message(text)

    def detail(self, text: str) -> None:
        """Write a message for those who want more."""
        if self.verbose and not self.quiet:
            self._message(text)

    def warning(self, text: str) -> None:
        """Write what may surprise the user."""
        self._message(_prefixed("warning: ", text))

    def error(self, text: str, hint: str | None = None, *, word: str = "error") -> None:
        """Write what went wrong, and what to try."""
        self._message(_prefixed(f"{word}: ", text))
        if hint is not None:
            self._message(_prefixed("hint: ", hint, every=True))

    def hint(self, text: str, key: str) -> None:
        """Write advice that ``git config KEY false`` turns off; the caller has looked whether it is."""
        self.note(_prefixed("hint: ", f'{text}\nDisable this message with "git config {key} false"', every=True))

    def _message(self, text: str) -> None:
        text = clean(text)
        if self.above is not None:
            self.above(text)
        else:
            self.err.write(text + "\n")
            self.err.flush()


def _prefixed(prefix: str, text: str, *, every: bool = False) -> str:
    first, *rest = text.split("\n")
    indent = prefix if every else " " * len(prefix)
    return "\n".join([prefix + first, *(indent + line for line in rest)])
