"""How much of a project a clone holds: what the manifest said of that when it was made, and what it says now.

The clone's config keeps it as the options of git clone that say the same, in ``subprojects.shape``. A user who has
cloned otherwise, or has changed a clone since, is told nothing until the manifest changes.
"""

import os
import shlex
from collections.abc import Callable, Iterator

from git_subprojects.git import refs
from git_subprojects.git.config import Config
from git_subprojects.git.process import Git
from git_subprojects.manifest.model import Project
from git_subprojects.workspace.facts import Difference, State
from git_subprojects.workspace.plan import shape_of
from git_subprojects.workspace.urls import any_same_url

KEY = "subprojects.shape"
_DEPTH, _FILTER, _SPARSE, _SUBMODULES = "--depth", "--filter", "--sparse", "--recurse-submodules"
_PROMISOR_FILTER = "remote.origin.partialclonefilter"


def differences(git: Git, config: Config, state: State) -> tuple[Difference, ...]:
    """Return what the manifest says otherwise now of a project's clone, which has that ``config``, and is not so.

    ``git`` works in it. A clone that keeps nothing, as one that was made before this was kept, has no differences.
    """
    project, sibling = state.project, state.sibling
    if project is None or not sibling.is_own:
        return ()
    found = list(_url(state))
    if sibling.shape not in (None, shape_of(project)):
        found += _Look(git, state.path, config, project).different(_parsed(sibling.shape or ""))
    return tuple(found)


def keep(git: Git, state: State) -> None:
    """Let a clone that has become what the manifest says of it keep that."""
    project, kept = state.project, state.sibling.shape
    if project is not None and kept not in (None, shape_of(project)) and not state.differences:
        git.elsewhere(state.path).run("config", KEY, shape_of(project))


def _url(state: State) -> Iterator[Difference]:
    sibling, urls = state.sibling, state.urls.urls
    followed = sibling.followed_url
    if followed is None or not urls or any_same_url([followed, *sibling.urls], urls):
        return
    way = f"git subprojects update {state.name}"
    if sibling.origin != followed:
        way = f"git -C {shlex.quote(state.path)} remote set-url origin {shlex.quote(urls[0])}"
    yield Difference(f"the URL is {urls[0]} in the manifest now, and origin is {sibling.origin}", way)


def _parsed(kept: str) -> dict[str, tuple[str, ...]]:
    """Return the values of each option that a clone keeps."""
    values: dict[str, tuple[str, ...]] = {}
    for word in shlex.split(kept):
        option, _, value = word.partition("=")
        values[option] = (*values.get(option, ()), value)
    return values


class _Look:
    def __init__(self, git: Git, top: str, config: Config, project: Project) -> None:
        self._git = git
        self._top = top
        self._config = config
        self._project = project
        self._here = f"git -C {shlex.quote(top)}"

    def different(self, kept: dict[str, tuple[str, ...]]) -> Iterator[Difference]:
        """Yield what has changed since that was kept, and is not so in the clone."""
        now = _parsed(shape_of(self._project))
        looks: dict[str, Callable[[], tuple[str, str] | None]] = {
            _DEPTH: lambda: self._depth(kept.get(_DEPTH, ())),
            _FILTER: self._filter,
            _SPARSE: self._sparse,
            _SUBMODULES: self._submodules,
        }
        for option, look in looks.items():
            found = None if kept.get(option, ()) == now.get(option, ()) else look()
            if found is not None:
                yield Difference(*found)

    def _depth(self, kept: tuple[str, ...]) -> tuple[str, str] | None:
        depth = self._project.depth
        is_shallow = os.path.exists(os.path.join(refs.common_dir(self._top), "shallow"))
        if depth is None:
            way = f"{self._here} fetch --unshallow"
            return ("it is a shallow clone, and the manifest has no depth any more", way) if is_shallow else None
        if is_shallow:
            counted = self._git.run("rev-list", "--count", "--first-parent", "HEAD").stdout
            number = int(counted) if counted.strip().isdigit() else 0
            is_deeper = bool(kept) and depth > int(kept[0])
            if number >= depth if is_deeper else number <= depth:
                return None
        return f"the depth is {depth} in the manifest now", f"{self._here} fetch --depth={depth}"

    def _filter(self) -> tuple[str, str] | None:
        wanted, has = self._project.filter, self._config.text(_PROMISOR_FILTER)
        if wanted == has:
            return None
        if wanted is None:
            way = f"{self._here} config --unset {_PROMISOR_FILTER} && {self._here} fetch --refetch"
            return f"it lacks what {has} leaves out, and the manifest has no filter any more", way
        way = f"{self._here} config {_PROMISOR_FILTER} {shlex.quote(wanted)} && {self._here} fetch --refetch"
        if has is None:
            way = f"{self._here} config remote.origin.promisor true && {way}"
        return f"the filter is {wanted} in the manifest now", way

    def _sparse(self) -> tuple[str, str] | None:
        wanted = sorted(path.strip("/") for path in self._project.sparse)
        listed = self._git.run("sparse-checkout", "list")
        has = sorted(os.fsdecode(line).strip("/") for line in listed.stdout.splitlines())
        if (has if listed.returncode == 0 else []) == wanted:
            return None
        if not wanted:
            return (
                "it is a sparse checkout, and the manifest has none any more",
                f"{self._here} sparse-checkout disable",
            )
        way = f"{self._here} sparse-checkout set --cone {shlex.join(self._project.sparse)}"
        return f"the sparse checkout is {' '.join(self._project.sparse)} in the manifest now", way

    def _submodules(self) -> tuple[str, str] | None:
        has = any(key.startswith("submodule.") and key.endswith(".url") for key in self._config.settings)
        if self._project.submodules == has:
            return None
        if has:
            what = "it has submodules, and the manifest has them no more"
            return what, f"{self._here} submodule deinit --all"
        if not os.path.exists(os.path.join(self._top, ".gitmodules")):
            return None
        return (
            "it has no submodules, and the manifest has them now",
            f"{self._here} submodule update --init --recursive",
        )
