"""Clones of a host that do not stand where the manifest puts their project: after it has changed, they are not lost.

They are found by what their config says, in the folder of the siblings and beside the host, and wherever a file in the
host's git folder says that one was made.
"""

import os
import shlex
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from git_subprojects.git import refs
from git_subprojects.git.configs import configs
from git_subprojects.manifest.model import Manifest
from git_subprojects.workspace import siblings
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.repository import Repository
from git_subprojects.workspace.urls import any_same_url

_MARK = b"[subprojects]"
_LARGEST = 1 << 20


class Stray(NamedTuple):
    """A clone of this host: where it is, which project it is by its config, and its remotes."""

    path: str
    project: str
    urls: tuple[str, ...]


def remember(host: Repository, paths: Iterable[str]) -> None:
    """Keep where clones are, so that they are found when the manifest puts them elsewhere."""
    known = _kept(host)
    lines = [os.path.relpath(path, host.common_dir) for path in paths]
    new = b"".join(os.fsencode(line) + b"\n" for line in dict.fromkeys(lines) if line not in known and "\n" not in line)
    if new:
        # Where that cannot be kept, a clone is found only where one looks for it.
        with suppress(OSError), open(_file(host), "ab") as stream:
            stream.write(new)


def strays(host: Repository, manifest: Manifest) -> list[Stray]:
    """Return the clones of this host that do not stand where their project has its folder, by their paths."""
    base = siblings.workspace(host, manifest.directory)
    places = {
        os.path.realpath(os.path.join(base, project.directory)): project.name
        for project in manifest.projects.values()
        if not project.within
    }
    tops = {path: refs.common_dir(path) for path in _candidates(host, base) if _is_marked(path)}
    known = configs(host.git, tops.values())
    found = []
    for path, folder in sorted(tops.items()):
        config = known.get(folder)
        name = None if config is None else config.text("subprojects.project")
        if config is None or name is None or places.get(path) == name:
            continue
        link = refs.own_host(refs.git_dir(path)) if refs.is_linked(path) else config.text("subprojects.host")
        if link is not None and os.path.realpath(os.path.join(path, link)) == os.path.realpath(host.anchor):
            found.append(Stray(path, name, tuple(config.matching("remote.", ".url"))))
    return found


def unnamed(found: Iterable[Stray], manifest: Manifest, states: Iterable[State]) -> Iterator[Stray]:
    """Yield those of projects that the manifest does not name, but for what the ``states`` tell of already."""
    told = {path for state in states for path in (state.moved_from, state.path) if path is not None}
    paths = {os.path.realpath(path) for path in told}
    yield from (stray for stray in found if stray.project not in manifest.projects and stray.path not in paths)


def located(host: Repository, manifest: Manifest, states: list[State]) -> list[State]:
    """Return the states; where nothing is at a project's place, but its clone elsewhere, that is the problem."""
    if not any(_is_missing(state) for state in states):
        return states
    found = strays(host, manifest)
    return [_located(host, manifest, state, found) if _is_missing(state) else state for state in states]


def renamed(host: Repository, manifest: Manifest, state: State) -> State:
    """Return the state; where its clone has the name of a project that is no more, that is the problem."""
    sibling = state.sibling
    if sibling.kind != "clone" or sibling.project in (None, state.name) or sibling.project in manifest.projects:
        return state
    link = sibling.host
    is_ours = link is not None and os.path.realpath(os.path.join(state.path, link)) == os.path.realpath(host.anchor)
    if not is_ours or not any_same_url(sibling.urls, state.urls.urls):
        return state
    return state._replace(
        problem=f"{state.path} is a clone of {sibling.project}, which the manifest no longer names",
        hint=_adopt(host, state.path),
    )


def let_go(stray: Stray) -> str:
    """Return the commands by which a clone becomes a project's again, or nobody's."""
    return f"{_words('git', 'subprojects', 'adopt', stray.path)}\nor let it go: {_forget(stray)}"


def _forget(stray: Stray) -> str:
    return _words("git", "-C", stray.path, "config", "--remove-section", "subprojects")


def _is_missing(state: State) -> bool:
    # Its old folder may be inside the new one, or the new one inside the old.
    kind = state.sibling.kind
    return not state.within and (kind == "absent" or (kind == "other" and os.path.isdir(state.path)))


def _located(host: Repository, manifest: Manifest, state: State, found: list[Stray]) -> State:
    def is_it(stray: Stray) -> bool:
        if stray.project == state.name:
            return True
        return stray.project not in manifest.projects and any_same_url(stray.urls, state.urls.urls)

    def is_there(stray: Stray) -> bool:
        if state.problem is not None:
            return _is_in(os.path.realpath(state.path), stray.path)
        return state.sibling.kind == "absent" or _is_in(stray.path, os.path.realpath(state.path))

    old = next((stray for stray in found if is_it(stray) and is_there(stray)), None)
    if old is None:
        return state
    name = "" if old.project == state.name else f", called {old.project},"
    return state._replace(
        problem=f"its clone is at {old.path}{name} and the manifest puts it at {state.path}",
        hint=_move(host, old, state),
        moved_from=old.path,
    )


def _move(host: Repository, old: Stray, state: State) -> str:
    """Return the command that moves a clone with all that refers to it, and in a line of its own how to let it go."""
    path, new = old.path, os.path.normpath(state.path)
    git_dir, is_linked = refs.git_dir(path), refs.is_linked(path)
    has_linked = os.path.isdir(os.path.join(git_dir, "worktrees"))
    steps = []
    source = path
    if _is_in(path, new) or _is_in(new, path):
        source = f"{path if _is_in(new, path) else new}.moved"
        steps.append(_words("mv", path, source))
    parent = os.path.dirname(new)
    if _is_in(path, new):
        parts = os.path.relpath(os.path.dirname(path), new).split(os.sep)
        folders = [os.path.normpath(os.path.join(new, *parts[:number])) for number in range(len(parts), -1, -1)]
        steps.append(_words("rmdir", *dict.fromkeys(folders)))
    elif os.path.isdir(new):
        steps.append(_words("rmdir", new))
    if not os.path.isdir(parent) or _is_in(parent, path):
        steps.append(_words("mkdir", "-p", parent))
    steps.append(_words("mv", source, new))
    if is_linked or has_linked:
        steps.append(_words("git", "-C", new, "worktree", "repair"))
    link = os.path.relpath(os.path.realpath(host.anchor), os.path.realpath(new))
    if is_linked and link != refs.own_host(git_dir):
        steps.append(f"echo {shlex.quote(link)} > {shlex.quote(os.path.join(git_dir, refs.OWN_HOST))}")
    elif not is_linked:
        steps.append(_adopt(host, new))
    hint = " && ".join(steps)
    if is_linked:
        return hint
    return f"{hint}\nor let it go: {_forget(old)}"


def _adopt(host: Repository, path: str) -> str:
    return _words("git", "-C", host.top or host.anchor, "subprojects", "adopt", path)


def _words(*words: str) -> str:
    return shlex.join(words)


def _is_in(path: str, folder: str) -> bool:
    """Return whether ``path`` is ``folder`` or below it."""
    return path == folder or path.startswith(folder + os.sep)


def _candidates(host: Repository, base: str) -> list[str]:
    """Return the paths at which a clone of the host may be: no others are looked at."""
    folders = dict.fromkeys(map(os.path.realpath, (base, os.path.dirname(host.anchor))))
    paths = {os.path.normpath(os.path.join(host.common_dir, line)): None for line in _kept(host)}
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            paths.update((entry.path, None) for entry in entries if entry.is_dir(follow_symlinks=False))
    return [path for path in dict.fromkeys(map(os.path.realpath, paths)) if path != os.path.realpath(host.anchor)]


def _is_marked(path: str) -> bool:
    """Return whether the config of a repository at ``path``, if one is there, says that it is a sibling."""
    if not os.path.lexists(os.path.join(path, ".git")):
        return False
    try:
        # A pipe in its place must not hang the program.
        descriptor = os.open(os.path.join(refs.common_dir(path), "config"), os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return _MARK in os.read(descriptor, _LARGEST)
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _file(host: Repository) -> str:
    return os.path.join(host.common_dir, "subprojects-clones")


def _kept(host: Repository) -> list[str]:
    try:
        with open(_file(host), "rb") as stream:
            return os.fsdecode(stream.read(_LARGEST)).splitlines()
    except OSError:
        return []
