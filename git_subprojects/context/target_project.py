"""Whose patches these are, and where the files are that say who gets them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.errors import Error
from git_subprojects.manifest.model import Host, Manifest, Route, RuleFile
from git_subprojects.registries import RULE_FORMATS

if TYPE_CHECKING:
    from git_subprojects.context.context import Context
    from git_subprojects.git.process import Git


class NotClonedError(Error):
    """A project that is asked for is not cloned."""


class TargetProject(NamedTuple):
    """The manifest, and which of its projects the patches are for; None for the host itself.

    ``git`` works in that project's repository, whose work tree is at ``top``; ``only`` is an in-tree project that
    the answer is to be limited to.
    """

    manifest: Manifest
    project: str | None
    git: Git
    top: str | None
    only: str | None = None
    is_host: bool = True


def target_project(context: Context, asked: str | None) -> TargetProject:
    """Return the project that was asked for; None: the one whose repository this is.

    Raises:
        Error: there is no such project, or it is not cloned, or a sibling's host no longer names it.
    """
    here = context.sibling or context.host
    top = None if here is None else here.top
    own = own_project(context)
    if asked is not None and asked != own:
        return _of_project(context, asked)
    if own is not None:
        if own not in context.manifest.projects:
            raise unknown(context, f"this is a sibling called '{own}'", own)
        return TargetProject(context.manifest, own, context.git, top)
    if context.is_host:
        return TargetProject(context.manifest, None, context.git, top)
    return TargetProject(_of_its_own(context, top), None, context.git, top)


def own_project(context: Context) -> str | None:
    """Return the project that the repository here is, by its config or by its remotes; None for the host."""
    if context.sibling is not None:
        return context.project
    return None if context.is_host else _by_url(context)


def _of_project(context: Context, asked: str) -> TargetProject:
    host = context.the_host()
    git = context.git if context.sibling is None else context.git.elsewhere(host.top or host.anchor)
    if asked in ("host", context.manifest.host.name):
        return TargetProject(context.manifest, None, git, host.top, is_host=context.is_host)
    project = context.manifest.projects.get(asked)
    if project is None:
        raise unknown(context, f"there is no project '{asked}'", asked)
    if project.within:
        return TargetProject(context.manifest, None, git, host.top, only=asked, is_host=context.is_host)
    from git_subprojects.workspace.repository import at
    from git_subprojects.workspace.siblings import workspace

    path = os.path.join(workspace(host, context.manifest.directory), project.directory or asked)
    sibling = at(context.git, path)
    if sibling is None:
        raise NotClonedError(f"{asked} is not cloned: there is no repository at {path}", f"git clone-project {asked}")
    return TargetProject(context.manifest, asked, context.git.elsewhere(path), sibling.top)


def unknown(context: Context, what: str, name: str) -> Error:
    """Return an error that says ``what`` of a project that the manifest does not name, with the nearest name."""
    from git_subprojects.manifest.checks import nearest_names

    near = nearest_names(name, context.manifest.projects)
    hint = f"set its name: git config subprojects.project {near[0] if near else 'NAME'}"
    if not what.startswith("this"):
        hint = f"did you mean {near[0]}?" if near else "git subprojects list shows what there is"
        return Error(f"{what} in {context.manifest_name}", hint)
    return Error(f"{what}, and {context.manifest_name} has no such project", hint)


def _by_url(context: Context) -> str | None:
    """Return the project whose URL is one of this repository's remotes."""
    from git_subprojects.workspace.urls import same_url

    urls = context.the_host().config.matching("remote.", ".url")
    for name, project in context.manifest.projects.items():
        if any(same_url(one, url) for one in project.urls for url in urls):
            return name
    return None


def _of_its_own(context: Context, top: str | None) -> Manifest:
    """Return a manifest for a repository that nobody has written one for: by the files that it has."""

    def first(places: tuple[str, ...]) -> str | None:
        checked_out = [path for path in places if top is not None and os.path.isfile(os.path.join(top, path))]
        committed = (path for path in places if context.git.blob("HEAD", path) is not None)
        return checked_out[0] if checked_out else next(committed, None)

    name = os.path.basename(context.the_host().anchor) or "host"
    paths = {key: first(entry.places) for key, entry in RULE_FORMATS.items()}
    files = tuple(RuleFile(key, path) for key, path in paths.items() if path is not None)
    return Manifest(context.manifest.directory, Host(name, route=Route(files=files)), {})
