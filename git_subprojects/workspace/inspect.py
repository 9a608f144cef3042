"""Finds out all that a plan depends on. Nothing here changes anything."""

import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.manifest.model import HOST, Manifest, Project
from git_subprojects.workspace import siblings
from git_subprojects.workspace.facts import Facts, Fit, HostFacts, Sibling
from git_subprojects.workspace.pins import HostVersion
from git_subprojects.workspace.plan import relatives, urls_of
from git_subprojects.workspace.repository import Repository


class Gathered(NamedTuple):
    """The facts of the host, and of each project that was asked for or is related to one."""

    host: HostFacts
    projects: Mapping[str, Facts]


def facts(host: Repository, manifest: Manifest, wanted: Iterable[str], *, is_host: bool) -> Gathered:
    """Return the facts for a plan over ``wanted``; ``is_host``: whether the host section is about this host."""
    version = HostVersion(host, manifest.host.versions)
    projects = [manifest.projects[name] for name in wanted]
    tag = version.tag() if is_host and any(project.tested for project in projects) else None
    about = HostFacts(host.anchor, host.base_url, tag, host.top or host.anchor)
    base = siblings.workspace(host, manifest.directory)
    found: dict[str, Facts] = {}
    for project in projects:
        known = _place(host, about, base, project)
        if project.pins and known.problem is None:
            doubt = Fit(doubt=f"this is no tree of {manifest.host.name}")
            known = known._replace(fit=version.fit(project.pins) if is_host else doubt)
        if project.within:
            known = known._replace(missing=_missing(host, project) if is_host else project.within)
        found[project.name] = known
    for project in projects:
        for name in relatives(manifest, project):
            if name not in found and name != HOST and not manifest.projects[name].within:
                found[name] = _place(host, about, base, manifest.projects[name])
    return Gathered(about, found)


def states(
    host: Repository | None, manifest: Manifest, projects: Iterable[Project], *, is_host: bool
) -> dict[str, str]:
    """Return each project's state in a word, as far as a look at its place tells: ``git subprojects`` tells more."""
    base = None if host is None else siblings.workspace(host, manifest.directory)
    return {project.name: _state(host if is_host else None, base, project) for project in projects}


def _state(host: Repository | None, base: str | None, project: Project) -> str:
    if project.within:
        return "in-tree" if host is not None and not _missing(host, project) else "-"
    if base is None:
        return "-"
    path = os.path.join(base, project.directory)
    if os.path.lexists(os.path.join(path, ".git")):
        return "cloned"
    return "in the way" if os.path.lexists(path) and not _is_empty(path) else "-"


def _is_empty(path: str) -> bool:
    try:
        return not os.listdir(path)
    except OSError:
        return False


def _place(host: Repository, about: HostFacts, base: str, project: Project) -> Facts:
    if project.within:
        top = host.top or host.anchor
        return Facts(top, Sibling("absent", top))
    nowhere = Sibling("absent", "")
    try:
        path = siblings.place(host, base, project.directory)
        urls = urls_of(project, about)
    except Error as error:
        return Facts("", nowhere, problem=(error.message, error.hint))
    except ValueError as error:
        hint = f"set project.{project.name}.url in subprojects.local.toml"
        return Facts("", nowhere, problem=(f"its URL {project.url} cannot be resolved: {error}", hint))
    return Facts(path, siblings.inspect(host.git, path, known_urls=urls))


def _missing(host: Repository, project: Project) -> tuple[str, ...]:
    """Return the folders of an in-tree project that neither the work tree nor HEAD has."""
    return tuple(folder for folder in project.within if not _has_folder(host, folder))


def _has_folder(host: Repository, folder: str) -> bool:
    if host.top is not None and os.path.isdir(os.path.join(host.top, folder)):
        return True
    kind = host.git.run("cat-file", "-t", f"HEAD:{folder.removesuffix('/')}")
    return kind.stdout.strip() == b"tree"
