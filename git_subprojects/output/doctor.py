"""What was found when it was looked why something does not work → text and JSON. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from git_subprojects.output.forms import as_json

OK, WARNING, PROBLEM = "ok", "warning", "problem"


class Finding(NamedTuple):
    """One thing that was looked at: how it is (OK, WARNING, PROBLEM), what it is, what was found, what mends it."""

    level: str
    topic: str
    text: str
    mend: str | None = None


def text(found: Sequence[Finding]) -> str:
    """Return a line for each, and below what is wrong the commands that mend it."""
    width = max((len(one.topic) for one in found), default=0)
    lines = []
    for one in found:
        first, *rest = one.text.split("\n")
        lines.append(f"{one.level:7}  {one.topic:{width}}  {first}")
        indent = " " * (width + 11)
        lines += [f"{indent}{line}" for line in rest]
        lines += [f"{indent}> {line}" for line in (one.mend or "").splitlines()]
    return "\n".join(lines)


def as_answer(found: Sequence[Finding]) -> str:
    """Return it all as JSON."""
    return as_json(findings=[one._asdict() for one in found])
