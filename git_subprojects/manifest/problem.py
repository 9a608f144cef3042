"""What is wrong with a manifest. Pure values."""

from typing import Literal, NamedTuple

from git_subprojects.manifest.checks import KeyPath, dotted

Severity = Literal["error", "warning"]


class Problem(NamedTuple):
    """Something wrong in a file: at which key, and what was expected; ``line`` counts from 1."""

    source: str
    key: KeyPath
    message: str
    line: int | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"

    @property
    def place(self) -> str:
        """The file and the line, as compilers write them."""
        return self.source if self.line is None else f"{self.source}:{self.line}"

    @property
    def what(self) -> str:
        """The message, after the key that it is about."""
        return f"{dotted(self.key)}: {self.message}" if self.key else self.message
