"""The status of each project: what its clone has checked out, and what work in it could be overlooked."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.git.config import Config
from git_subprojects.git.configs import configs
from git_subprojects.git.process import Git
from git_subprojects.manifest.model import Manifest, Project
from git_subprojects.workspace import placement, shape, siblings
from git_subprojects.workspace.facts import Sibling, State
from git_subprojects.workspace.inspect import places
from git_subprojects.workspace.pins import HostVersion
from git_subprojects.workspace.repository import Repository
from git_subprojects.workspace.strays import renamed
from git_subprojects.workspace.target import meaning


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
) -> list[State]:
    """Return the state of each project, in their order; ``jobs`` of them are looked at at a time.

    ``commits`` is how many of those that a branch and its upstream do not share are named at most. ``is_brief``: git is
    not run for each, and only what is there, whose it is, and whether it is current is looked at.

    ``git`` is what looks, ``is_host`` whether the manifest's host section is about this host. A sibling that cannot be
    read has a state that says so.
    """
    version = HostVersion(host, manifest.host.versions) if is_host else None
    placed = places(host, manifest, projects, version)
    folders = {state.path: refs.common_dir(state.path) for state in placed if _is_repository(state)}
    known = configs(git, folders.values())

    def look(state: State) -> State:
        if state.path not in folders:
            return state
        config = known.get(folders[state.path]) if refs.is_sound(state.path, git.environment) else None
        if is_brief and config is not None and config.settings:
            return renamed(host, manifest, _briefly(git, config, state))
        state = renamed(host, manifest, _looked(git, config, state))
        return state._replace(commits=_commits(git.elsewhere(state.path), state.sibling, commits)) if commits else state

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(look, placed))


def _is_repository(state: State) -> bool:
    return state.problem is None and not state.within and state.sibling.kind == "clone"


def _briefly(git: Git, config: Config, state: State) -> State:
    upstream = refs.upstream(git, state.path, config)
    state = state._replace(
        sibling=siblings.of_config(git, state.path, state.name, config, state.urls.urls, with_state=False),
        is_current=refs.is_current(state.path, config, upstream),
        follows=upstream[2] if upstream is not None and upstream[1] == "origin" else None,
        put=placement.read(state.path),
    )
    return state._replace(differences=shape.differences(git.elsewhere(state.path), config, state))


def _looked(git: Git, config: Config | None, state: State) -> State:
    there = git.elsewhere(state.path)
    if config is None or not config.settings:
        try:
            sibling = siblings.inspect(git, state.path, state.name, known_urls=state.urls.urls)
        except Error as error:
            return state._replace(problem=error.message, hint=error.hint)
    else:
        sibling = siblings.of_config(there, state.path, state.name, config, state.urls.urls)
    state = state._replace(sibling=sibling)
    if config is not None:
        state = state._replace(differences=shape.differences(there, config, state))
    if sibling.commit is None:
        return state
    branch = sibling.branch if sibling.upstream is not None else None
    is_all = branch is not None and refs.has_only(state.path, branch)
    return state._replace(
        operation=refs.operation(git, state.path),
        unpushed=() if is_all else _unpushed(there, branch),
        is_on_pin=None if state.pin is None else _is_on(there, state.pin, sibling.commit),
        put=placement.read(state.path),
    )


def _commits(git: Git, sibling: Sibling, most: int) -> tuple[tuple[str, str, str], ...]:
    if not (sibling.ahead or sibling.behind):
        return ()
    words = ["log", f"-{most}", "--left-right", "--no-show-signature", "--format=%m%x00%h%x00%s", "HEAD...@{upstream}"]
    lines = git.output(*words).decode("utf-8", "replace").splitlines()
    marks = {"<": ">", ">": "<"}
    return tuple((marks[mark], commit, subject) for mark, commit, subject in (line.split("\0", 2) for line in lines))


def _unpushed(git: Git, but: str | None) -> tuple[tuple[str, int], ...]:
    """Return the branches, except the one ``but``, each with how many of its commits no remote has."""
    listed = git.output(
        "for-each-ref", "--format=%(refname:short)%00%(upstream:trackshort)%00%(objectname)", "refs/heads"
    )
    unpushed = []
    for line in listed.decode("utf-8", "surrogateescape").splitlines():
        name, track, commit = line.split("\0")
        # With an upstream that has all of it, nothing need be counted.
        if name != but and track not in ("=", "<"):
            number = int(git.output("rev-list", "--count", commit, "--not", "--remotes"))
            if number:
                unpushed.append((name, number))
    return tuple(unpushed)


def _is_on(git: Git, pin: str, commit: str) -> bool | None:
    pinned = meaning(git, pin)
    return None if pinned is None else pinned.commit == commit
