"""The configs of many repositories, from one git."""

import os
from collections.abc import Iterable, Mapping

from git_subprojects.git.config import Config
from git_subprojects.git.process import Git

_AT_ONCE = 4096
"""Bytes of standard input that a ``FastGit`` takes without a slow import."""


def configs(git: Git, folders: Iterable[str]) -> dict[str, Config]:
    """Return what the file ``config`` in each of the folders says, without what it includes.

    A broken one is missing in the answer, and so are those that were asked for together with it.
    """
    answer: dict[str, Config] = {}
    batch: dict[str, str] = {}
    lines = b""
    for folder in folders:
        file = os.path.join(folder, "config")
        line = f'[include]\n\tpath = "{_escaped(file)}"\n'.encode("utf-8", "surrogateescape")
        if lines and len(lines) + len(line) > _AT_ONCE:
            answer |= _included(git, batch, lines)
            batch, lines = {}, b""
        batch[file] = folder
        lines += line
    return answer | _included(git, batch, lines) if batch else answer


def _included(git: Git, folders: Mapping[str, str], lines: bytes) -> dict[str, Config]:
    """Return the configs that ``lines`` include; ``folders`` are theirs, by the files' paths."""
    answer = git.run("config", "-z", "--show-origin", "--includes", "--file", "-", "--list", stdin=lines)
    if answer.returncode != 0:
        return {}
    items: dict[str, list[str]] = {folder: [] for folder in folders.values()}
    fields = answer.stdout.decode("utf-8", "surrogateescape").split("\0")
    for origin, item in zip(fields[::2], fields[1::2], strict=False):
        folder = folders.get(origin.removeprefix("file:"))
        if folder is not None:
            items[folder].append(item)
    return {folder: Config.of(found) for folder, found in items.items()}


def _escaped(path: str) -> str:
    return path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
