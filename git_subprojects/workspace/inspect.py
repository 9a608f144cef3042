"""Finds out all that a plan depends on. Nothing here changes anything."""

import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.manifest.model import HOST, Manifest, Project
from git_subprojects.manifest.nesting import Nesting
from git_subprojects.workspace import placement, siblings
from git_subprojects.workspace.facts import Fit, HostFacts, ShortState, Sibling, State
from git_subprojects.workspace.nested import Outers
from git_subprojects.workspace.pins import HostVersion
from git_subprojects.workspace.plan import relatives
from git_subprojects.workspace.repository import Repository, at
from git_subprojects.workspace.strays import located, renamed
from git_subprojects.workspace.target import meaning
from git_subprojects.workspace.urls import project_urls


class Inspected(NamedTuple):
    """The facts of the host, and of each project that a plan is for or that is related to one."""

    host: HostFacts
    projects: Mapping[str, State]


def inspect(host: Repository, manifest: Manifest, wanted: Iterable[str], *, is_host: bool) -> Inspected:
    """Return the facts for a plan over ``wanted``; ``is_host``: whether the host section is about this host."""
    version = HostVersion(host, manifest.host.versions)
    projects = [manifest.projects[name] for name in wanted]
    states = places(host, manifest, projects, version if is_host else None)
    facts = {state.name: _entered(host, manifest, state) for state in states}
    for project in projects:
        state = facts[project.name]
        if project.within:
            facts[project.name] = state._replace(missing=_missing(host, project) if is_host else project.within)
        elif project.pins and not is_host:
            facts[project.name] = state._replace(fit=Fit(doubt=f"this is no tree of {manifest.host.name}"))
    nesting = Nesting(manifest.projects)
    names = dict.fromkeys(
        name for project in projects for name in (*relatives(manifest, project), *nesting.around(project.directory)[:1])
    )
    related = [manifest.projects[name] for name in names if name not in facts and name != HOST]
    for state in places(host, manifest, [project for project in related if not project.within], None):
        facts[state.name] = _entered(host, manifest, state)
    tag = version.tag() if is_host and any(project.tested for project in projects) else None
    return Inspected(HostFacts(host.anchor, host.top or host.anchor, tag), facts)


def places(
    host: Repository, manifest: Manifest, projects: Iterable[Project], version: HostVersion | None
) -> list[State]:
    """Return what can be told of each project without git in its clone; without a ``version`` no pin is chosen.

    What is a repository by its looks goes for a clone.
    """
    base = siblings.workspace(host, manifest.directory)
    outers = Outers(host, manifest, base)
    return located(host, manifest, [_place(host, base, project, version, outers) for project in projects])


def _place(host: Repository, base: str, project: Project, version: HostVersion | None, outers: Outers) -> State:
    if project.within:
        return State(project.name, host.top or host.anchor, project.within, project=project)
    state = State(
        project.name,
        os.path.join(base, project.directory),
        urls=project_urls(project, host.base_url),
        fit=Fit() if version is None else version.fit(project.pins),
        project=project,
    )
    try:
        siblings.place(host, base, project.directory, outers.of(project.directory))
    except Error as error:
        return state._replace(problem=error.message, hint=error.hint)
    return state._replace(sibling=siblings.without_git(state.path) or Sibling("clone", state.path))


def _entered(host: Repository, manifest: Manifest, state: State) -> State:
    """Return the state with what git tells of the clone, for a plan, which cannot do without a URL."""
    if state.problem is None and state.urls.problem is not None:
        return state._replace(
            problem=f"its URL {manifest.projects[state.name].url} cannot be resolved: {state.urls.problem}",
            hint=f"set project.{state.name}.url in subprojects.local.toml",
        )
    if state.problem is not None or state.sibling.kind != "clone":
        return state
    try:
        sibling = siblings.of_repository(host.git, state.path, state.name, state.urls.urls)
    except Error as error:
        return state._replace(problem=error.message, hint=error.hint)
    if not sibling.is_own or sibling.commit is None:
        return renamed(host, manifest, state._replace(sibling=sibling))
    put, is_on_pin = placement.read(state.path), None
    if state.pin is not None:
        target = meaning(host.git.elsewhere(state.path), state.pin)
        is_on_pin = None if target is None else target.commit == sibling.commit
    return state._replace(sibling=sibling, put=put, is_on_pin=is_on_pin)


def short_states(
    host: Repository | None, manifest: Manifest, projects: Iterable[Project], *, is_host: bool
) -> dict[str, ShortState]:
    """Return each project's state in a word, as far as a look at its place tells: ``git subprojects`` tells more."""
    base = None if host is None else siblings.workspace(host, manifest.directory)
    states = {project.name: _short_state(host if is_host else None, base, project) for project in projects}
    for name, word in states.items():
        if host is not None and base is not None and word == "cloned":
            path = os.path.join(base, manifest.projects[name].directory)
            if not refs.is_sound(path, host.git.environment) and refusal(host, path) is not None:
                states[name] = "refused"
    return states


def refusal(host: Repository, path: str) -> Error | None:
    """Return why git does not take the repository at ``path``; None: it does."""
    try:
        at(host.git, path)
    except Error as error:
        return error
    return None


def _short_state(host: Repository | None, base: str | None, project: Project) -> ShortState:
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


def _missing(host: Repository, project: Project) -> tuple[str, ...]:
    """Return the folders of an in-tree project that neither the work tree nor HEAD has."""
    return tuple(folder for folder in project.within if not _has_folder(host, folder))


def _has_folder(host: Repository, folder: str) -> bool:
    if host.top is not None and os.path.isdir(os.path.join(host.top, folder)):
        return True
    kind = host.git.run("cat-file", "-t", f"HEAD:{folder.removesuffix('/')}")
    return kind.stdout.strip() == b"tree"
