"""Locks of git's that are in the way."""

import re
import shlex

from git_subprojects.errors import Error


def left_over(message: str) -> Error | None:
    """Return what there is to say of the lock that git could not take, by its ``message``; None: it is about none."""
    match = re.search(r"Unable to create '(.+?\.lock)': File exists", message)
    if match is None:
        return None
    return Error(
        f"{match[1]} is there: another git is at work, or was ended at work",
        f"if no git runs there any more: rm {shlex.quote(match[1])}",
    )
