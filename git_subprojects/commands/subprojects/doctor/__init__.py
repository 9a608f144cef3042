"""``git subprojects doctor``: why something does not work, and what mends it."""

import argparse
from collections.abc import Callable, Iterator

from git_subprojects.cli.screen import Screen
from git_subprojects.commands.subprojects.doctor import (
    installation as doctor_installation,
)
from git_subprojects.commands.subprojects.doctor import (
    workspace as doctor_workspace,
)
from git_subprojects.errors import FAILED, Error
from git_subprojects.output import doctor as render_doctor
from git_subprojects.output.doctor import PROBLEM, WARNING, Finding
from git_subprojects.plural import counted


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Tell how everything is that the commands need; return the exit status: FAILED where there is a problem."""
    found = [*doctor_installation.findings(_guarded), *doctor_workspace.findings(arguments, screen, _guarded)]
    screen.answer(render_doctor.as_answer(found) if arguments.json else render_doctor.text(found))
    problems = sum(one.level == PROBLEM for one in found)
    warnings = sum(one.level == WARNING for one in found)
    screen.note(f"{counted(problems, 'problem')}, {counted(warnings, 'warning')}")
    return FAILED if problems else 0


def _guarded(topic: str, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """Return what a look has found; that it is not possible is a finding too."""
    found: list[Finding] = []
    try:
        for one in look():
            found.append(one)  # noqa: PERF402 - what was found before it failed is kept
    except Error as error:
        found.append(Finding(PROBLEM, topic, error.message, error.hint))
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        found.append(Finding(PROBLEM, topic, f"{place}{error.strerror or error}"))
    return found
