"""Siblings of a linked work tree's own: linked work trees of those that the main work tree has.

All config is shared between the work trees of a repository, so which host such a sibling has is kept in a file in
git's own folder of the work tree; git removes it with that. The host's linked work tree has one too, which names
itself.
"""

import os
import shlex
from contextlib import suppress

from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.git.process import Git
from git_subprojects.workspace import placement, siblings
from git_subprojects.workspace.facts import Target
from git_subprojects.workspace.fetch_clone import REMOTE
from git_subprojects.workspace.nested import enter
from git_subprojects.workspace.outcome import Outcome
from git_subprojects.workspace.repository import Repository, at
from git_subprojects.workspace.revision import target_of
from git_subprojects.workspace.transport import TransferError, Transport
from git_subprojects.workspace.unfinished import checkout_failed
from git_subprojects.workspace.worktree_plan import Worktree


def sides(host: Repository, directory: str) -> tuple[Repository, Repository, str]:
    """Return the linked work tree ``host`` as the host of a set of its own, the main host, and the folder of the set.

    ``directory`` is the manifest's for the workspace.

    Raises:
        Error: it is no linked work tree, or its siblings would stand where those of the main one do.
    """
    if host.top is None or not refs.is_linked(host.top):
        raise Error(
            f"{host.top or host.anchor} is no linked work tree, and --worktree gives one siblings of its own",
            "make one, and run this there: git worktree add PATH",
        )
    parent, name = os.path.split(host.common_dir)
    main = at(host.git, parent if name == ".git" else host.common_dir)
    if main is None or (name != ".git" and main.top is not None):
        raise Error(f"nothing tells where the main work tree of {host.common_dir} is", "clone without --worktree")
    own = host._replace(anchor=host.top, own_host=os.curdir)
    base, theirs = siblings.workspace(own, directory), siblings.workspace(main, directory)
    inside = os.path.realpath(base) + os.sep
    if os.path.realpath(base) == os.path.realpath(theirs) or inside.startswith(os.path.realpath(main.anchor) + os.sep):
        folder = f"{host.top}-set"
        move = f"git -C {shlex.quote(main.anchor)} worktree move {shlex.quote(host.top)} {shlex.quote(folder)}"
        raise Error(
            f"siblings of its own would stand in {base}, where those of the main work tree are",
            f"move this work tree to a folder of its own: mkdir {shlex.quote(folder)} && {move}",
        )
    return own, main, base


def claim(top: str, host: str) -> None:
    """Let the linked work tree at ``top`` be a sibling of the one at ``host``; of itself: have siblings of its own."""
    path = os.path.relpath(os.path.realpath(host), os.path.realpath(top))
    with open(os.path.join(refs.git_dir(top), refs.OWN_HOST), "wb") as file:
        file.write(os.fsencode(path) + b"\n")


def give_up(top: str) -> None:
    """Let the linked work tree of a host have the siblings of the main one again."""
    with suppress(FileNotFoundError):
        os.unlink(os.path.join(refs.git_dir(top), refs.OWN_HOST))


def add(step: Worktree, transport: Transport) -> Outcome:
    """Make the linked work tree. The clone is there.

    Raises:
        UnfinishedError: the linked work tree is there, but a hook has failed.
        Error: in git's words; nothing is left behind then.
    """
    if step.at.outer is not None:
        enter(step.at.outer, step.path)
    git = transport.git.elsewhere(step.main)
    origin = git.config(r"^remote\.origin\.url$").text("remote.origin.url") or step.at.urls[0]
    # The user has cloned from there before: a local path is no manifest's word.
    inside = transport.for_url(origin, relative=True).in_folder(step.main)
    target = _target(step, inside, origin)
    os.makedirs(os.path.dirname(step.path), exist_ok=True)
    branch = None if target.branch is None else f"{step.folder}/{target.branch}"
    unfinished = None
    try:
        inside.patient().run("worktree", "add", *_words(git, step, target, branch))
    except TransferError as error:
        # git removes what it could not check out, and leaves what a hook has failed in.
        if error.kind == "cancelled" or not os.path.exists(step.path):
            raise
        there = transport.git.elsewhere(step.path)
        unfinished = checkout_failed(step.path, there, Target(target.commit, branch), error.words)
    claim(step.path, step.host)
    placement.keep(step.path, step.at, target.commit, branch)
    if unfinished is not None:
        raise unfinished
    notes = step.at.notes
    if step.at.submodules:
        strict = transport.for_submodules().in_folder(step.path)
        command = ("submodule", "update", "--init", "--recursive")
        try:
            strict.retrying(lambda: strict.run(*command, "--progress"), "its submodules")
        except TransferError as error:
            again = f"git -C {shlex.quote(step.path)} {' '.join(command)}"
            notes += (f"its submodules are not there: {error.message}\ntry again: {again}",)
    return Outcome(
        step.name,
        "linked",
        step.path,
        url=step.main,
        branch=branch,
        commit=transport.git.elsewhere(step.path).commit("HEAD"),
        revision=step.at.revision,
        pinned=step.at.pinned,
        because=step.at.because,
        notes=notes,
    )


def _words(git: Git, step: Worktree, target: Target, branch: str | None) -> list[str]:
    if branch is None:
        return ["--detach", "--", step.path, f"{target.commit}^{{commit}}"]
    if git.commit(f"refs/heads/{branch}") is not None:
        # It was made for such a work tree before, and may have work in it.
        return ["--", step.path, branch]
    return ["--track", "-b", branch, "--", step.path, f"refs/remotes/{REMOTE}/{target.branch}"]


def _target(step: Worktree, transport: Transport, url: str) -> Target:
    """Return where to stand, after a fetch if that is not known here."""
    try:
        return _known_target(step, transport, url)
    except TransferError:
        raise
    except Error:
        transport.retrying(lambda: transport.run("fetch", "--progress", "--tags", "--", REMOTE), REMOTE)
        return _known_target(step, transport, url)


def _known_target(step: Worktree, transport: Transport, url: str) -> Target:
    if step.at.revision is not None:
        return target_of(step.at, transport, url)
    branch = refs.remote_head(transport.git, step.main, REMOTE)
    commit = None if branch is None else transport.git.commit(f"refs/remotes/{REMOTE}/{branch}")
    if commit is None:
        raise Error(
            f"nothing tells which branch of {url} work goes on in",
            f"git -C {shlex.quote(step.main)} remote set-head {REMOTE} --auto",
        )
    return Target(commit, branch)
