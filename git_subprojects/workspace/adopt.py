"""Takes a clone that is there already for a sibling: two settings in its config, and nothing else of it changes."""

import os
import shlex
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.model import Manifest, Project
from git_subprojects.workspace import host as hosts
from git_subprojects.workspace import siblings
from git_subprojects.workspace.facts import HostFacts
from git_subprojects.workspace.plan import urls_of
from git_subprojects.workspace.repository import Repository, at
from git_subprojects.workspace.urls import same_url


class Adopted(NamedTuple):
    """Which project a clone was taken for, and what the user may want to know of it."""

    name: str
    path: str
    note: str | None


def adopt(host: Repository, manifest: Manifest, path: str) -> Adopted:
    """Mark the clone at the absolute ``path`` as the project's whose folder that is.

    Raises:
        Error: there is no clone, or no project has its folder there, or not without a symbolic link.
    """
    path = os.path.realpath(path)
    base = siblings.workspace(host, manifest.directory)
    places = {
        os.path.realpath(os.path.join(base, project.directory)): project
        for project in manifest.projects.values()
        if not project.within
    }
    project = places.get(path)
    if project is None:
        raise Error(
            f"no project of the manifest has its folder at {path}",
            "set project.NAME.directory in subprojects.local.toml to where the clone is, then try again",
        )
    siblings.place(host, base, project.directory)
    repository = at(host.git, path)
    if repository is None:
        raise Error(f"{path} is no git repository", f"move it away and clone: git clone-project {project.name}")
    if repository.anchor != path:
        raise Error(
            f"{path} is a linked work tree of {repository.anchor}, whose config it shares",
            f"move it away and clone: git clone-project {project.name}",
        )
    known = _known_urls(project, host)
    repository.git.output("config", "subprojects.project", project.name)
    repository.git.output("config", "subprojects.host", hosts.link(path, host))
    urls = repository.config.matching("remote.", ".url")
    if any(same_url(url, other) for url in urls for other in known):
        return Adopted(project.name, path, None)
    command = f"git remote add upstream {shlex.quote(known[0])}"
    return Adopted(project.name, path, f"none of its remotes is {known[0]}: {command}")


def _known_urls(project: Project, host: Repository) -> tuple[str, ...]:
    try:
        return urls_of(project, HostFacts(host.anchor, host.base_url))
    except ValueError as error:
        raise Error(
            f"the URL of {project.name}, {project.url}, cannot be resolved: {error}",
            f"set project.{project.name}.url in subprojects.local.toml",
        ) from error
