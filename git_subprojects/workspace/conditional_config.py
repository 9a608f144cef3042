"""The user's config for a clone's own place, while it is made elsewhere (git-config(1), Conditional includes).

git decides by the path of the repository whether ``includeIf "gitdir:~/work/"`` holds; a clone that is made in its
staging folder would miss what is meant for its final place: proxies, ssh commands, credentials, other URLs.
"""

import os
import re
from collections.abc import Iterator

from git_subprojects.git.process import Git

CONDITION = "includeif.gitdir"
"""How the keys of such conditions begin."""


def as_in_place(git: Git, place: str, made_in: str) -> Git:
    """Return git with the config that holds for a clone at ``place``, for one that is made at ``made_in``.

    Both are absolute paths. What is included so comes after all other config of the user's.
    """
    files = [file for pattern, file in _conditions(git) if _holds(pattern, place) and not _holds(pattern, made_in)]
    if not files:
        return git
    return git.with_config([("include.path", file) for file in files])


def _conditions(git: Git) -> Iterator[tuple[re.Pattern[str], str]]:
    """Yield what the path of a repository must match, and the absolute path of the file that is included then."""
    home = git.environment.get("HOME", "")
    listed = git.run("config", "-z", "--show-origin", "--get-regexp", rf"^{re.escape(CONDITION)}(/i)?:.*\.path$")
    items = os.fsdecode(listed.stdout).split("\0")
    for origin, item in zip(items[::2], items[1::2], strict=False):
        key, _, file = item.partition("\n")
        kind, _, condition = key.removesuffix(".path").removeprefix("includeif.").partition(":")
        folder = os.path.dirname(os.path.abspath(origin.removeprefix("file:"))) if origin.startswith("file:") else None
        if condition.startswith("./") and folder is not None:
            condition = os.path.realpath(folder) + condition[1:]
        if file.startswith("~/"):
            file = home + file[1:]
        elif folder is not None:
            file = os.path.join(folder, file)
        if condition.startswith("~/"):
            condition = os.path.realpath(home) + condition[1:]
        if not condition.startswith("/"):
            condition = f"**/{condition}"
        if condition.endswith("/"):
            condition += "**"
        yield re.compile(_expression(condition), re.IGNORECASE if kind.endswith("/i") else 0), file


def _holds(pattern: re.Pattern[str], top: str) -> bool:
    parent, name = os.path.split(top)
    return any(pattern.fullmatch(f"{folder}/{name}/.git") for folder in (os.path.realpath(parent), parent))


def _expression(glob: str) -> str:
    """Return the regular expression of a pattern as git's wildmatch takes it for paths."""
    parts = []
    for part in re.findall(r"(?:^|(?<=/))\*\*/|/\*\*$|\*+|\?|\[[!^]?\]?[^]]*\]|\\.|.", glob, re.DOTALL):
        if part == "**/":
            parts.append("(?:.*/)?")
        elif part == "/**":
            parts.append("/.*")
        elif part[0] == "*":
            parts.append("[^/]*")
        elif part == "?":
            parts.append("[^/]")
        elif part[0] == "[" and len(part) > 1:
            inner = part[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            parts.append(f"(?!/)[{'^' if inner[0] in '!^' else ''}{inner.lstrip('!^')}]")
        else:
            parts.append(re.escape(part[-1]))
    return "(?s:" + "".join(parts) + ")"
