"""How something is that the commands need. Pure values."""

from typing import Literal, NamedTuple

Level = Literal["ok", "warning", "problem"]


class Diagnosis(NamedTuple):
    """How something is that the commands need: its topic, what was found, and the commands that fix it."""

    level: Level
    topic: str
    text: str
    fix: str | None = None
