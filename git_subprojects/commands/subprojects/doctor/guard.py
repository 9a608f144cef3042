"""Keeps a look that fails from hiding what others find."""

from collections.abc import Callable, Iterator

from git_subprojects.errors import Error
from git_subprojects.workspace.diagnosis import Diagnosis


def guarded(topic: str, look: Callable[[], Iterator[Diagnosis]]) -> list[Diagnosis]:
    """Return what a look has found; that it is not possible is a problem too."""
    found: list[Diagnosis] = []
    try:
        for diagnosis in look():
            found.append(diagnosis)  # noqa: PERF402 - what was found before it failed is kept
    except Error as error:
        found.append(Diagnosis("problem", topic, error.message, error.hint))
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        found.append(Diagnosis("problem", topic, f"{place}{error.strerror or error}"))
    return found
