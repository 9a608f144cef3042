"""Registers an existing clone as a project's: by two settings in its config; nothing else of it changes."""

import os
import shlex
from typing import NamedTuple

from git_subprojects.errors import Error, without_credentials
from git_subprojects.manifest import values
from git_subprojects.manifest.model import Manifest, Project
from git_subprojects.workspace import siblings
from git_subprojects.workspace.nested import Outers, enter
from git_subprojects.workspace.plan import shape_of
from git_subprojects.workspace.repository import Repository, at
from git_subprojects.workspace.shape import KEY
from git_subprojects.workspace.strays import remember
from git_subprojects.workspace.urls import any_same_url, project_urls


class Adopted(NamedTuple):
    """Which project a clone was registered for, and where it is."""

    project: str
    path: str


def project_at(host: Repository, manifest: Manifest, path: str) -> Project | None:
    """Return the project of the manifest that has its folder at the absolute ``path``."""
    base = siblings.workspace(host, manifest.directory)
    places = {
        os.path.realpath(os.path.join(base, project.directory)): project
        for project in manifest.projects.values()
        if not project.within
    }
    return places.get(os.path.realpath(path))


def adopt(host: Repository, manifest: Manifest, path: str) -> tuple[Adopted, str | None]:
    """Mark the clone at the absolute ``path`` as the project's whose folder that is.

    Return which that is, and what the user may want to know of it.

    Raises:
        Error: there is no clone, or no project has its folder there, or not without a symbolic link.
    """
    path = os.path.realpath(path)
    project = project_at(host, manifest, path)
    if project is None:
        raise Error(
            f"no project of the manifest has its folder at {path}",
            "set project.NAME.directory in subprojects.local.toml to where the clone is, then try again",
        )
    base = siblings.workspace(host, manifest.directory)
    outers = Outers(host, manifest, base).of(project.directory)
    siblings.place(host, base, project.directory, outers)
    repository = clone_at(host, path, f"move it away and clone: git clone-project {project.name}")
    urls = _urls(project, host)
    if outers:
        enter(max(outers, key=len), os.path.join(base, project.directory))
    repository.git.output("config", "subprojects.project", project.name)
    repository.git.output("config", "subprojects.host", siblings.link(path, host))
    repository.git.output("config", KEY, shape_of(project))
    remember(host, [path])
    if any_same_url(repository.config.matching("remote.", ".url"), urls):
        return Adopted(project.name, path), None
    command = f"git remote add upstream {shlex.quote(urls[0])}"
    return Adopted(project.name, path), f"none of its remotes is {urls[0]}: {command}"


def clone_at(host: Repository, path: str, hint: str) -> Repository:
    """Return the clone at an absolute path. Raises Error, with ``hint``, where there is none that can be a sibling."""
    repository = at(host.git, path)
    if repository is None:
        raise Error(f"{path} is no git repository", hint)
    if repository.anchor != path or repository.own_host is not None:
        main = repository.common_dir.removesuffix("/.git")
        raise Error(f"{path} is a linked work tree of {main}, whose config it shares", hint)
    return repository


def new_entry(host: Repository, manifest: Manifest, path: str) -> tuple[str, str, Repository]:
    """Return the URL and the directory for a clone that no project has, and the clone.

    Raises:
        Error: there is no clone, or it stands where no sibling may, or has no origin that a manifest can name.
    """
    path = os.path.realpath(path)
    base = siblings.workspace(host, manifest.directory)
    directory = os.path.relpath(path, os.path.realpath(base))
    if directory.split(os.sep)[0] == os.pardir or directory == os.curdir:
        raise Error(f"{path} is not in {base}, where siblings are", f"move it there: mv {shlex.quote(path)} {base}/")
    siblings.place(host, base, directory, Outers(host, manifest, base).of(directory))
    repository = clone_at(host, path, "name a clone")
    url = without_credentials(repository.config.text("remote.origin.url") or "")
    expected = values.url(url)
    if expected is not None:
        what = f"its origin is {url}" if url else "it has no remote origin"
        raise Error(
            f"{path}: {what}, and a manifest names {expected}", f"git -C {shlex.quote(path)} remote set-url origin URL"
        )
    return url, directory, repository


def _urls(project: Project, host: Repository) -> tuple[str, ...]:
    resolved = project_urls(project, host.base_url)
    if resolved.problem is not None:
        raise Error(
            f"the URL of {project.name}, {project.url}, cannot be resolved: {resolved.problem}",
            f"set project.{project.name}.url in subprojects.local.toml",
        )
    return resolved.urls
