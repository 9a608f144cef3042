"""Which host a command is about, and which manifest holds for it."""

import os
import stat
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git.config import Config
from git_subprojects.git.process import Git
from git_subprojects.git.refs import OWN_HOST
from git_subprojects.manifest.source import FILE_NAME, LARGEST, LOCAL_FILE_NAME, Source
from git_subprojects.workspace.repository import Repository, at

BUILTIN = "the built-in manifest"


class Place(NamedTuple):
    """Where a command was started.

    ``host`` is the repository whose neighbours are meant, ``sibling`` the one the command was started in if that
    is another, and ``project`` the name by which the host's manifest knows the sibling.
    """

    host: Repository | None
    sibling: Repository | None = None
    project: str | None = None


class Found(NamedTuple):
    """The manifest that holds: its source, the user's overrides, and whether it is the built-in one.

    ``path`` is that of its file, None where it comes from a revision or is built in.
    """

    source: Source
    local: Source | None = None
    builtin: bool = False
    path: str | None = None


def locate(here: Repository) -> Place:
    """Return whether ``here`` is a host, or a sibling and of which host, by its config.

    Raises:
        Error: it is a sibling whose host is gone.
    """
    host_path = here.own_host or here.config.text("subprojects.host")
    project = here.config.text("subprojects.project")
    if host_path is None or project is None or here.own_host == os.curdir:
        return Place(here)
    path = os.path.normpath(os.path.join(here.anchor, host_path))
    host = at(here.git, path)
    if host is None:
        how = "git config subprojects.host PATH"
        if here.own_host is not None:
            how = f'echo PATH >"$(git rev-parse --git-path {OWN_HOST})"'
        raise Error(
            f"this is {project}, a sibling of the host at {path}, and there is no git repository there",
            f"if the host was moved, say where it is: {how}",
        )
    return Place(host, here, project)


def manifest_of(host: Repository | None, asked: str | None, git: Git, config: Config) -> Found:
    """Return the manifest to use.

    ``asked`` (``--manifest``) is a file or ``REV:PATH``; then config ``subprojects.manifest``, the host's work
    tree, its HEAD, and at last the built-in one.

    Raises:
        Error: what was asked for cannot be read.
    """
    if asked is not None:
        return _asked(asked, os.path.abspath(asked), git)
    if host is None:
        return Found(builtin())
    configured = config.text("subprojects.manifest")
    base = host.top or host.anchor
    if configured is not None:
        path = os.path.join(base, os.path.expanduser(configured))
        return _asked(configured, path, host.git)
    local = _read_if_there(os.path.join(base, LOCAL_FILE_NAME)) if host.top is not None else None
    if host.top is not None:
        path = os.path.join(base, FILE_NAME)
        source = _read_if_there(path)
        if source is not None:
            return Found(source, local, path=path)
    content = host.git.blob("HEAD", FILE_NAME)
    if content is not None:
        return Found(Source(f"HEAD:{FILE_NAME}", content), local)
    return Found(builtin(), local, builtin=True)


def builtin() -> Source:
    """Return the manifest that is packaged with this program."""
    package = os.path.dirname(os.path.dirname(__file__))
    for folder in (package, os.path.dirname(package)):
        path = os.path.join(folder, FILE_NAME)
        if os.path.exists(path):
            return Source(BUILTIN, _content(path))
    raise Error("the built-in manifest is missing from this installation", "install git-subprojects again")


def is_recognised(host: Repository, marks: tuple[str, ...]) -> bool:
    """Return whether ``host`` has every file of ``marks``: the built-in manifest's host section is about it then."""
    if host.top is not None and all(os.path.lexists(os.path.join(host.top, mark)) for mark in marks):
        return True
    return all(host.git.blob("HEAD", mark) is not None for mark in marks)


def _asked(asked: str, path: str, git: Git) -> Found:
    if os.path.lexists(path):
        beside = os.path.join(os.path.dirname(path), LOCAL_FILE_NAME)
        return Found(Source(asked, _content(path)), None if beside == path else _read_if_there(beside), path=path)
    revision, colon, file = asked.partition(":")
    if not colon:
        raise Error(f"manifest {asked}: no such file", f"give a file, or REV:PATH such as HEAD:{FILE_NAME}")
    content = git.blob(revision, file)
    if content is None:
        raise Error(f"manifest {asked}: no file '{file}' at revision '{revision}'", "look with: git ls-tree REV")
    return Found(Source(asked, content))


def _read_if_there(path: str) -> Source | None:
    return Source(os.path.basename(path), _content(path)) if os.path.lexists(path) else None


def _content(path: str) -> bytes:
    try:
        # A pipe or a device in the place of the file must not hang the program.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode):
                kind = "a folder" if stat.S_ISDIR(mode) else "no regular file"
                raise Error(f"manifest {path}: it is {kind}", "give a TOML file")
            with open(descriptor, "rb", closefd=False) as file:
                return file.read(LARGEST + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Error(f"manifest {path}: {error.strerror}") from error
