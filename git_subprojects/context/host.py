"""Which host a command is about."""

import os
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git.refs import OWN_HOST
from git_subprojects.workspace.repository import Repository, at


class Location(NamedTuple):
    """Where a command was started.

    ``host`` is the repository whose neighbours are meant, ``sibling`` the one the command was started in if that
    is another, and ``project`` the name by which the host's manifest knows the sibling.
    """

    host: Repository | None
    sibling: Repository | None = None
    project: str | None = None


def locate(repository: Repository) -> Location:
    """Return whether ``repository`` is a host, or a sibling and of which host, by its config.

    Raises:
        Error: it is a sibling whose host is gone.
    """
    host_path = repository.own_host or repository.config.text("subprojects.host")
    project = repository.config.text("subprojects.project")
    if host_path is None or project is None or repository.own_host == os.curdir:
        return Location(repository)
    path = os.path.normpath(os.path.join(repository.anchor, host_path))
    try:
        host = at(repository.git, path)
    except Error as error:
        raise Error(f"this is {project}, a sibling of the host at {path}: {error.message}", error.hint) from None
    if host is None:
        how = "git config subprojects.host PATH"
        if repository.own_host is not None:
            how = f'echo PATH >"$(git rev-parse --git-path {OWN_HOST})"'
        raise Error(
            f"this is {project}, a sibling of the host at {path}, and there is no git repository there",
            f"if the host was moved, say where it is: {how}",
        )
    return Location(host, repository, project)


def is_recognised(host: Repository, marks: tuple[str, ...]) -> bool:
    """Return whether ``host`` has every file of ``marks``: the built-in manifest's host section is about it then."""
    if host.top is not None and all(os.path.lexists(os.path.join(host.top, mark)) for mark in marks):
        return True
    return all(host.git.blob("HEAD", mark) is not None for mark in marks)
