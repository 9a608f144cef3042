"""The form of the subject. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from git_subprojects.preflight.base import AMEND, Facts, Finding, Severity
from git_subprojects.sending.outgoing import Outgoing

_AREA = re.compile(r"[^\s:\[\]]+(?: [^\s:\[\]]+){0,2}:\s?\S")
_LONGEST = 75


class Areas(NamedTuple):
    """How many of the last subjects of a project begin with an area (``mm: ``), and the most usual one."""

    total: int
    with_area: int
    example: str = ""

    @property
    def are_usual(self) -> bool:
        """Whether a subject without one stands out."""
        return self.total >= 10 and self.with_area * 10 >= self.total * 8


def areas_of(subjects: Sequence[str]) -> Areas:
    """Return how subjects begin; the newest come first."""
    areas = [text.partition(":")[0] + ":" for text in subjects if _AREA.match(text)]
    return Areas(len(subjects), len(areas), max(areas, key=areas.count, default=""))


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield what is wrong with subjects, also by how those of the project's last commits begin."""
    areas = areas_of(facts.subjects())
    for written in outgoing.written:
        for severity, message in _problems(written.patch.subject, areas):
            yield Finding(severity, message, AMEND, written)


def _problems(subject: str, areas: Areas) -> Iterator[tuple[Severity, str]]:
    if not subject.strip():
        yield "error", "it has no subject"
        return
    if len(subject) > _LONGEST:
        yield (
            "warning",
            f"its subject has {len(subject)} characters, and more than {_LONGEST} are hard to read in a list",
        )
    if subject.endswith(".") and not subject.endswith("..."):
        yield "warning", "its subject ends with a full stop"
    if subject.startswith("["):
        yield "warning", "its subject begins with brackets, which git am takes away"
    elif areas.are_usual and not _AREA.match(subject):
        example = f", such as '{areas.example}'" if areas.example else ""
        yield "warning", f"its subject does not begin with what it is about, as others there do{example}"
