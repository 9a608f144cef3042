"""How it stands with the projects: what each sibling has checked out, and what work in it could be overlooked."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.git.config import Config
from git_subprojects.git.configs import configs
from git_subprojects.git.process import Git
from git_subprojects.manifest.model import Manifest, Project
from git_subprojects.workspace import siblings
from git_subprojects.workspace.facts import Fit, HostFacts, Sibling, State
from git_subprojects.workspace.pins import HostVersion, pinned_commit
from git_subprojects.workspace.plan import urls_of
from git_subprojects.workspace.repository import Repository


def states(
    host: Repository,
    manifest: Manifest,
    projects: Sequence[Project],
    git: Git,
    *,
    is_host: bool,
    jobs: int,
    commits: int = 0,
    is_brief: bool = False,
) -> Iterator[State]:
    """Yield the state of each project, in their order; ``jobs`` of them are looked at at a time.

    ``commits`` is how many of those that a branch and its upstream do not share are named at most. ``is_brief``: git is
    not asked about each, and only what is there and whose it is, and whether it is current, are told.

    ``git`` is what looks, ``is_host`` whether the manifest's host section is about this host. A sibling that cannot be
    read has a state that says so.
    """
    version = HostVersion(host, manifest.host.versions)
    base = siblings.workspace(host, manifest.directory)
    about = HostFacts(host.anchor, host.base_url)
    # The pins of all are asked of the host before: one answer serves many.
    fits = {one.name: version.fit(one.pins) if one.pins and is_host else Fit() for one in projects}
    begun = [_place(host, base, project, fits[project.name]) for project in projects]
    own = {one.path: refs.common_dir(one.path) for one in begun if _is_repository(one)}
    known = configs(git, own.values())

    def look(project: Project, one: State) -> State:
        config = known.get(own.get(one.path, ""))
        if one.path not in own:
            return one
        if is_brief and config is not None and config.settings:
            return _briefly(git, _urls(project, about), config, one)
        one = _looked(git, _urls(project, about), config, one)
        return one._replace(commits=_commits(git.elsewhere(one.path), one.sibling, commits)) if commits else one

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(look, projects, begun)


def _place(host: Repository, base: str, project: Project, fit: Fit) -> State:
    """Return what a look without git tells of a project."""
    if project.within:
        return State(project.name, host.top or host.anchor, project.within)
    pin = None if fit.pin is None else fit.pin.revision
    try:
        path = siblings.place(host, base, project.directory)
    except Error as error:
        return State(project.name, os.path.join(base, project.directory), problem=error.message)
    sibling = siblings.without_git(path) or Sibling("clone", path)
    return State(project.name, path, (), sibling, pin=pin, doubt=fit.doubt)


def _is_repository(one: State) -> bool:
    return one.problem is None and not one.within and one.sibling.kind == "clone"


def _urls(project: Project, about: HostFacts) -> tuple[str, ...]:
    try:
        return urls_of(project, about)
    except ValueError:
        return ()


def _briefly(git: Git, urls: tuple[str, ...], config: Config, one: State) -> State:
    followed = refs.upstream(git, one.path, config)
    return one._replace(
        sibling=siblings.of_config(git, one.path, config, urls, with_state=False),
        is_current=refs.is_current(one.path, config, followed),
        follows=followed[2] if followed is not None and followed[1] == "origin" else None,
    )


def _looked(git: Git, urls: tuple[str, ...], config: Config | None, one: State) -> State:
    there = git.elsewhere(one.path)
    if config is None or not config.settings:
        sibling = siblings.inspect(git, one.path, known_urls=urls)
    else:
        sibling = siblings.of_config(there, one.path, config, urls)
    one = one._replace(sibling=sibling)
    if sibling.commit is None:
        return one
    told = sibling.branch if sibling.upstream is not None else None
    is_all = told is not None and refs.has_only(one.path, told)
    return one._replace(
        operation=refs.operation(git, one.path),
        unpushed=() if is_all else _unpushed(there, told),
        is_on_pin=None if one.pin is None else _is_on(there, one.pin, sibling.commit),
    )


def _commits(git: Git, sibling: Sibling, most: int) -> tuple[tuple[str, str, str], ...]:
    if not (sibling.ahead or sibling.behind):
        return ()
    words = ["log", f"-{most}", "--left-right", "--no-show-signature", "--format=%m%x00%h%x00%s", "HEAD...@{upstream}"]
    lines = git.output(*words).decode("utf-8", "replace").splitlines()
    marks = {"<": ">", ">": "<"}
    return tuple((marks[mark], commit, subject) for mark, commit, subject in (line.split("\0", 2) for line in lines))


def _unpushed(git: Git, told: str | None) -> tuple[tuple[str, int], ...]:
    """Return the branches, less one that is ``told`` of already, each with how many commits no remote has."""
    listed = git.output(
        "for-each-ref", "--format=%(refname:short)%00%(upstream:trackshort)%00%(objectname)", "refs/heads"
    )
    found = []
    for line in listed.decode("utf-8", "surrogateescape").splitlines():
        name, track, commit = line.split("\0")
        # With an upstream that has all of it, nothing need be counted.
        if name != told and track not in ("=", "<"):
            number = int(git.output("rev-list", "--count", commit, "--not", "--remotes"))
            if number:
                found.append((name, number))
    return tuple(found)


def _is_on(git: Git, pin: str, commit: str) -> bool | None:
    found = pinned_commit(git, pin)
    return None if found is None else found == commit
