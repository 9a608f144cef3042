"""Runs a project's own checkers on patches: argument lists, without a shell, with the user's leave."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from git_subprojects.git.process import without_repository
from git_subprojects.manifest.model import Command
from git_subprojects.sending.outgoing import Written
from git_subprojects.system.processes import captured

_PATCH, _BASE, _STDIN = "{patch}", "{base}", "-"
_NOT_EXECUTABLE, _NOT_STARTED = 126, 127
"""What a shell says of a program that it cannot start."""

_MOST_OUTPUT = 4000


_CANNOT_RUN = re.compile(
    r"command not found|bad interpreter|^(?:\S+: )*(?:not found|No such file or directory)$|Permission denied$"
    r"|ModuleNotFoundError|ImportError|No module named|Can't locate \S+ in @INC|cannot load such file",
    re.MULTILINE,
)
"""What shells, Python, Perl and Ruby say where a checker, its interpreter or a library is missing."""


class Ran(NamedTuple):
    """How a checker ended, on one patch or (None) on all of them; ``cannot_run``: it has not even looked."""

    written: Written | None
    command: str
    status: int
    output: str
    cannot_run: bool = False


def run(
    commands: Sequence[Command], patches: Sequence[Written], top: str, environment: Mapping[str, str], base: str | None
) -> Iterator[Ran]:
    """Run the commands at ``top``, each on every patch, or once if it takes none; yield how each has ended.

    One that cannot run on the first is not run on the others. ``base`` is the commit that the patches are based on;
    without one, a command that wants it is left out.
    """
    clean = without_repository(environment)
    for command in commands:
        if base is None and any(_BASE in word for word in command):
            continue
        takes_patch = _STDIN in command or any(_PATCH in word for word in command)
        for written in patches if takes_patch else patches[:1]:
            words = [word.replace(_PATCH, written.path).replace(_BASE, base or "") for word in command]
            status, output = _ended(words, top, clean, written if _STDIN in command else None)
            shown = shlex.join(word.replace(_BASE, base or "") for word in command)
            text = _shortened(output)
            if status in (_NOT_EXECUTABLE, _NOT_STARTED) or (status and _CANNOT_RUN.search(text)):
                yield Ran(None, shown, status, text, cannot_run=True)
                break
            yield Ran(written if takes_patch else None, shown, status, text)


def _ended(words: list[str], top: str, environment: Mapping[str, str], stdin: Written | None) -> tuple[int, bytes]:
    content = b""
    if stdin is not None:
        with open(stdin.path, "rb") as file:
            content = file.read()
    try:
        return captured(words, top, environment, content)
    except OSError as error:
        return _NOT_STARTED, f"{words[0]}: {error.strerror}".encode()


def _shortened(output: bytes) -> str:
    text = output.decode("utf-8", "replace").rstrip()
    return text if len(text) <= _MOST_OUTPUT else f"{text[:_MOST_OUTPUT]}\n…"
