"""Clones inside the clone of another project: when one may stand there, and that the outer one ignores it."""

import os
import re
import shlex

from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.git.process import Git
from git_subprojects.manifest.model import Manifest
from git_subprojects.manifest.nesting import Nesting
from git_subprojects.workspace import siblings
from git_subprojects.workspace.repository import Repository, at
from git_subprojects.workspace.target import meaning
from git_subprojects.workspace.update_plan import Update
from git_subprojects.workspace.urls import project_urls

_REMOTE = "origin"


class Outers:
    """The projects' clones that others may stand in; git is asked about each once."""

    def __init__(self, host: Repository, manifest: Manifest, base: str) -> None:
        self._host = host
        self._projects = manifest.projects
        self._base = base
        self._nesting = Nesting(manifest.projects)
        self._own: dict[str, bool] = {}

    def of(self, directory: str) -> frozenset[str]:
        """Return the paths of the clones in which a project with that directory may stand."""
        names = self._nesting.around(directory)
        return frozenset(
            os.path.join(self._base, self._projects[name].directory) for name in names if self._is_own(name)
        )

    def _is_own(self, name: str) -> bool:
        if name not in self._own:
            project = self._projects[name]
            path = os.path.join(self._base, project.directory)
            repository = None if siblings.without_git(path) is not None else at(self._host.git, path)
            self._own[name] = repository is not None and (
                siblings.of_config(
                    repository.git,
                    path,
                    name,
                    repository.config,
                    project_urls(project, self._host.base_url).urls,
                    with_state=False,
                ).is_own
            )
        return self._own[name]


def enter(outer: str, path: str) -> None:
    """Let a clone stand at ``path`` inside the clone ``outer``, which ignores it from now on.

    Raises:
        Error: the outer one is not there, or a symbolic link or another repository is on the way.
    """
    if not os.path.lexists(os.path.join(outer, ".git")):
        raise Error(f"it goes inside {outer}, where there is no clone", "clone that one first")
    siblings.refuse_trap(outer, os.path.relpath(path, outer).split(os.sep))
    file = _exclude(outer)
    line = _pattern(outer, path)
    try:
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "a+b") as stream:
            stream.seek(0)
            content = stream.read()
            if line not in content.splitlines():
                stream.write((b"" if not content or content.endswith(b"\n") else b"\n") + line + b"\n")
    except OSError as error:
        raise Error(f"{file}: {error.strerror}", "is there permission to write?") from error


def leave(outer: str, path: str) -> None:
    """Let the clone ``outer`` no longer ignore ``path``, where no clone stands any more."""
    file = _exclude(outer)
    line = _pattern(outer, path)
    try:
        with open(file, "r+b") as stream:
            lines = stream.read().splitlines(keepends=True)
            stream.seek(0)
            stream.writelines(other for other in lines if other.rstrip(b"\r\n") != line)
            stream.truncate()
    except OSError:
        # It only is a line too many in a file that is nobody's but the clone's.
        return


def in_the_way_of(git: Git, update: Update, inner: list[str]) -> Update | None:
    """Return the refusal of an update that would write over one of the clones at the paths ``inner``; None: none would.

    To git they are ignored files, which it takes for worth nothing.
    """
    if not inner or update.kind not in ("forward", "move", "switch"):
        return None
    there = git.elsewhere(update.path)
    commit = _target(there, update)
    for path in sorted(inner, key=len):
        relative = os.path.relpath(path, update.path)
        parts = relative.split(os.sep)
        names = ["/".join(parts[:number]) for number in range(1, len(parts) + 1)]
        kinds = there.output(
            "cat-file", "--batch-check=%(objecttype)", stdin="".join(f"{commit}:{name}\n" for name in names).encode()
        ).splitlines()
        is_way = all(kind == b"tree" or kind.endswith(b"missing") for kind in kinds[:-1])
        if not is_way or not kinds[-1].endswith(b"missing"):
            why = f"{update.target} has files at {relative}, where the clone of another project stands"
            return update._replace(
                kind="refused", why=why, hint=f"move that one away first: mv {shlex.quote(path)} PATH"
            )
    return None


def _target(git: Git, update: Update) -> str:
    if update.kind == "move":
        target = meaning(git, update.target)
        return update.target if target is None else target.commit
    return update.target if update.kind == "forward" else f"refs/remotes/{_REMOTE}/{update.target}"


def _exclude(outer: str) -> str:
    return os.path.join(refs.common_dir(outer), "info", "exclude")


def _pattern(outer: str, path: str) -> bytes:
    """Return the gitignore pattern for a folder; a manifest's directory has none of the other special characters."""
    relative = os.path.relpath(path, outer)
    return os.fsencode("/" + re.sub(r"[\[\]!#]", r"\\\g<0>", relative) + "/")
