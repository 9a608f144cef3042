"""Which manifest is in effect: what is requested, configured, in the host, or built in."""

import os
import stat
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git.config import Config
from git_subprojects.git.process import Git
from git_subprojects.manifest.source import FILE_NAME, LARGEST, LOCAL_FILE_NAME, Source
from git_subprojects.workspace.repository import Repository

BUILTIN = "the built-in manifest"


class ManifestFiles(NamedTuple):
    """The manifest in effect: its source, the user's overrides, and whether it is the built-in one.

    ``path`` is that of its file, None where it comes from a revision or is built in.
    """

    source: Source
    local: Source | None = None
    builtin: bool = False
    path: str | None = None


def manifest_files(host: Repository | None, requested: str | None, git: Git, config: Config) -> ManifestFiles:
    """Return the manifest in effect.

    ``requested`` (``--manifest``) is a file or ``REV:PATH``; then config ``subprojects.manifest``, the host's work
    tree, its HEAD, and at last the built-in one.

    Raises:
        Error: what is requested or configured cannot be read.
    """
    if requested is not None:
        return _named(requested, os.path.abspath(requested), git)
    if host is None:
        return ManifestFiles(builtin())
    configured = config.text("subprojects.manifest")
    base = host.top or host.anchor
    if configured is not None:
        path = os.path.join(base, os.path.expanduser(configured))
        return _named(configured, path, host.git)
    local = _read_if_there(os.path.join(base, LOCAL_FILE_NAME)) if host.top is not None else None
    if host.top is not None:
        path = os.path.join(base, FILE_NAME)
        source = _read_if_there(path)
        if source is not None:
            return ManifestFiles(source, local, path=path)
    content = host.git.blob("HEAD", FILE_NAME)
    if content is not None:
        return ManifestFiles(Source(f"HEAD:{FILE_NAME}", content), local)
    return ManifestFiles(builtin(), local, builtin=True)


def builtin() -> Source:
    """Return the manifest that is packaged with this program."""
    package = os.path.dirname(os.path.dirname(__file__))
    for folder in (package, os.path.dirname(package)):
        path = os.path.join(folder, FILE_NAME)
        if os.path.exists(path):
            return Source(BUILTIN, _content(path))
    raise Error("the built-in manifest is missing from this installation", "install git-subprojects again")


def _named(name: str, path: str, git: Git) -> ManifestFiles:
    """Return the manifest that a user names: the file at ``path``, else REV:PATH."""
    if os.path.lexists(path):
        beside = os.path.join(os.path.dirname(path), LOCAL_FILE_NAME)
        return ManifestFiles(
            Source(name, _content(path)), None if beside == path else _read_if_there(beside), path=path
        )
    revision, colon, file = name.partition(":")
    if not colon:
        raise Error(f"manifest {name}: no such file", f"give a file, or REV:PATH such as HEAD:{FILE_NAME}")
    content = git.blob(revision, file)
    if content is None:
        raise Error(f"manifest {name}: no file '{file}' at revision '{revision}'", "look with: git ls-tree REV")
    return ManifestFiles(Source(name, content))


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
