"""Where a clone was last put as the manifest said: kept in a file in git's folder of its work tree.

By it an update tells a clone that may follow the manifest from one that the user has moved. It is a file, not config,
because all linked work trees of a repository share that.
"""

import os
from contextlib import suppress

from git_subprojects.git import refs
from git_subprojects.workspace.facts import Placement
from git_subprojects.workspace.plan import Clone

_FILE = "subprojects-placement"
_NONE = "-"


def read(top: str) -> Placement | None:
    """Return where the work tree at ``top`` was put; None where that was not kept."""
    line = refs.first_line(os.path.join(refs.git_dir(top), _FILE))
    fields = (line or "").split(" ")
    if len(fields) != 3:
        return None
    commit, branch, revision = (None if field == _NONE else field for field in fields)
    return None if commit is None else Placement(commit, branch, revision)


def keep(top: str, step: Clone, commit: str, branch: str | None) -> None:
    """Keep where the work tree at ``top`` was put by ``step``, if the manifest and not the user said so."""
    if not step.is_asked:
        write(top, Placement(commit, branch, step.revision if step.pinned else None))


def write(top: str, placement: Placement) -> None:
    """Keep where the work tree at ``top`` was put. Where that cannot be kept, the next update leaves it to the user."""
    line = " ".join(field or _NONE for field in placement)
    with suppress(OSError), open(os.path.join(refs.git_dir(top), _FILE), "wb") as file:
        file.write(f"{line}\n".encode("utf-8", "surrogateescape"))
