"""Runs a project's own checkers on patches: argument lists, without a shell, with the user's leave."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from git_subprojects.git.process import without_repository
from git_subprojects.manifest.model import Command
from git_subprojects.sending.outgoing import Written
from git_subprojects.system.processes import captured

_PATCH, _BASE, _STDIN = "{patch}", "{base}", "-"
_NOT_STARTED = 127
"""What a shell says of a program that it cannot start."""

_MOST_OUTPUT = 4000


class Ran(NamedTuple):
    """How a checker ended, on one patch or (None) on all of them."""

    written: Written | None
    command: str
    status: int
    output: str


def run(
    commands: Sequence[Command], patches: Sequence[Written], top: str, environment: Mapping[str, str], base: str | None
) -> Iterator[Ran]:
    """Run the commands at ``top``, each on every patch, or once if it takes none; yield how each has ended.

    ``base`` is the commit that the patches are based on; without one, a command that wants it is left out.
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
            yield Ran(written if takes_patch else None, shown, status, _shortened(output))


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
