"""How it stands with the projects: what each sibling has checked out, and what work in it could be overlooked."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from git_subprojects.errors import Error
from git_subprojects.git import Git
from git_subprojects.model import Manifest, Project
from git_subprojects.workspace import siblings
from git_subprojects.workspace.facts import Fit, HostFacts, State
from git_subprojects.workspace.pins import HostVersion
from git_subprojects.workspace.plan import urls_of
from git_subprojects.workspace.repository import Repository

_OPERATIONS = (
    ("rebase-merge", "rebase"),
    (os.path.join("rebase-apply", "applying"), "am"),
    ("rebase-apply", "rebase"),
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("BISECT_LOG", "bisect"),
)
"""Files in git's folder that tell what has been begun, as git-prompt looks for them."""


def states(
    host: Repository, manifest: Manifest, projects: Sequence[Project], git: Git, *, is_host: bool, jobs: int
) -> Iterator[State]:
    """Yield the state of each project, in their order; ``jobs`` of them are looked at at a time.

    ``git`` is what looks, ``is_host`` whether the manifest's host section is about this host. A sibling that cannot be
    read has a state that says so.
    """
    version = HostVersion(host, manifest.host.versions)
    base = siblings.workspace(host, manifest.directory)
    about = HostFacts(host.anchor, host.base_url)
    # The pins of all are asked of the host before: one answer serves many.
    fits = {one.name: version.fit(one.pins) if one.pins and is_host else Fit() for one in projects}

    def look(project: Project) -> State:
        try:
            return _state(host, git, base, about, project, fits[project.name])
        except Error as error:
            return State(project.name, os.path.join(base, project.directory), problem=error.message)

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(look, projects)


def _state(host: Repository, git: Git, base: str, about: HostFacts, project: Project, fit: Fit) -> State:
    if project.within:
        return State(project.name, host.top or host.anchor, project.within)
    try:
        urls = urls_of(project, about)
    except ValueError:
        urls = ()
    path = siblings.place(host, base, project.directory)
    sibling = siblings.inspect(git, path, known_urls=urls)
    pin = None if fit.pin is None else fit.pin.revision
    found = State(project.name, path, (), sibling, pin=pin, doubt=fit.doubt)
    if sibling.commit is None:
        return found
    there = git.elsewhere(path)
    return found._replace(
        operation=_operation(path),
        unpushed=_unpushed(there, sibling.branch if sibling.upstream is not None else None),
        is_on_pin=None if pin is None else _is_on(there, pin, sibling.commit),
    )


def _operation(path: str) -> str:
    folder = os.path.join(path, ".git")
    if os.path.isfile(folder):
        # A linked work tree, or a submodule, has a file that names the folder.
        with open(folder, encoding="utf-8", errors="surrogateescape") as file:
            folder = os.path.join(path, file.read().removeprefix("gitdir: ").rstrip("\n"))
    return next((name for mark, name in _OPERATIONS if os.path.exists(os.path.join(folder, mark))), "")


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
    for name in (f"refs/tags/{pin}", f"refs/remotes/origin/{pin}", pin):
        found = git.run("rev-parse", "-q", "--verify", "--end-of-options", f"{name}^{{commit}}")
        if found.returncode == 0:
            return found.stdout.decode().strip() == commit
    return None
