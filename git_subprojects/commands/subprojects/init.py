"""``git subprojects init``: a manifest to begin with."""

from __future__ import annotations

import os

from git_subprojects.cli.options import Common, option
from git_subprojects.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.git.process import Git
    from git_subprojects.manifest.proposal import Tree
    from git_subprojects.workspace.repository import Repository

DESCRIPTION = "Write a manifest to begin with at the top of this repository."

_VERSIONS = ("v[0-9]*", "[0-9]*", "release-[0-9]*")


class Options(Common):
    """Where it goes."""

    output: str | None = option(
        "-o", "--output", metavar="FILE", words="file", about="write it to this new file, - to show it"
    )


def run(options: Options, screen: Screen) -> int:
    """Write a manifest at the top of the repository, or to standard output; return the exit status.

    Raises:
        Error: there is one already, or no work tree.
    """
    from git_subprojects.context.context import here
    from git_subprojects.manifest import starter
    from git_subprojects.manifest.proposal import proposed
    from git_subprojects.manifest.source import FILE_NAME
    from git_subprojects.system import files
    from git_subprojects.workspace.repository import discover

    host = discover(here())
    output = options.output
    if output is None:
        if host.top is None:
            raise Error("this repository has no work tree", "git subprojects init -o FILE")
        output = os.path.join(host.top, FILE_NAME)
    if output != "-" and os.path.lexists(output):
        raise Error(f"{output} is there already", "git subprojects add URL names a project in it")
    text = starter.text(_name(host), _versions(host.git), proposed(host.base_url, _tree(host.git)))
    if output == "-":
        screen.answer(text.rstrip("\n"))
        return 0
    files.write(output, text.encode())
    screen.note(f"{os.path.relpath(output)}: written; git subprojects add URL names a project in it")
    return 0


def _name(host: Repository) -> str:
    """Return a name for the host: what its URL ends in, or the word for a host."""
    import re

    from git_subprojects.manifest import values
    from git_subprojects.manifest.model import HOST

    word = re.split(r"[/:]", host.base_url.rstrip("/"))[-1].removesuffix(".git")
    return word if values.name(word) is None else HOST


def _versions(git: Git) -> str | None:
    """Return the pattern of the tags that name versions, if there are any."""
    for pattern in _VERSIONS:
        if git.output("for-each-ref", "--count=1", f"refs/tags/{pattern}"):
            return pattern
    return None


def _tree(git: Git) -> Tree:
    from git_subprojects.git.process import GitError
    from git_subprojects.manifest.proposal import Tree
    from git_subprojects.workspace.inspect_tree import tree_of

    try:
        return tree_of(git)
    except GitError:
        return Tree(frozenset(), {}, {})
