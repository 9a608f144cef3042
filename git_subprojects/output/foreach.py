"""What a command did in each clone → data. Pure."""

from collections.abc import Sequence

from git_subprojects.workspace.outcome import Ran


def data(runs: Sequence[Ran]) -> dict[str, object]:
    """Return how each ended, and what it wrote; bytes that are not UTF-8 are replaced."""
    return {
        "projects": [
            {
                "name": ran.name,
                "path": ran.path,
                "status": ran.status,
                "output": ran.output.decode("utf-8", "replace"),
                "messages": ran.messages.decode("utf-8", "replace"),
                "error": ran.error,
            }
            for ran in runs
        ]
    }
