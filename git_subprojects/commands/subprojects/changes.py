"""``git subprojects changes``: which commits came and went between two frozen manifests."""

import argparse
import os
from collections.abc import Mapping, Sequence

from git_subprojects.cli.pager import paged
from git_subprojects.cli.screen import Screen, clean
from git_subprojects.context import host as hosts
from git_subprojects.context.context import Context, current_context
from git_subprojects.context.selection import look
from git_subprojects.errors import FAILED, Error
from git_subprojects.git.process import Git
from git_subprojects.manifest import frozen
from git_subprojects.manifest.model import Manifest, Project
from git_subprojects.manifest.reader import read
from git_subprojects.output import changes as render_changes
from git_subprojects.output.changes import Change, Commit
from git_subprojects.workspace.revision import commit_of


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Answer with what came and went; return the exit status.

    Without a second manifest, what is checked out now is compared.

    Raises:
        Error: a manifest is not frozen.
    """
    context = current_context(arguments.manifest, screen, kept=True)
    first = _manifest(context, arguments.old)
    old = _commits(first, arguments.old)
    asked = getattr(arguments, "new", None)
    second = context.manifest if asked is None else _manifest(context, asked)
    # Where a clone is, the manifest that holds says best.
    projects = {**first.projects, **second.projects, **context.manifest.projects}
    places = _places(context, [projects[name] for name in {**first.projects, **second.projects}])
    new = _now(places) if asked is None else _commits(second, asked)
    changes = [
        _change(places.get(name), name, old.get(name), new.get(name))
        for name in dict.fromkeys((*new, *old))
        if old.get(name) != new.get(name)
    ]
    if arguments.json:
        screen.answer(render_changes.as_answer(changes))
    elif changes:
        with paged(context.git) as stream:
            stream.write(clean(render_changes.text(changes) + "\n").encode("utf-8", "backslashreplace"))
            stream.flush()
    else:
        screen.note("nothing has changed")
    return FAILED if any(one.commits is None for one in changes) else 0


def _manifest(context: Context, asked: str) -> Manifest:
    return read(hosts.manifest_of(context.host, asked, context.git, context.config).source)


def _commits(manifest: Manifest, name: str) -> dict[str, str]:
    try:
        return frozen.commits_of(manifest)
    except ValueError as error:
        raise Error(f"{name} is not frozen: {error}", "git subprojects freeze -o FILE writes one that is") from error


def _places(context: Context, projects: Sequence[Project]) -> dict[str, Git]:
    """Return git in the host, and in each clone that is there."""
    found = look(context, projects, is_brief=True)
    places = {one.name: context.git.elsewhere(one.path) for one in found if one.sibling.is_own}
    return {context.manifest.host.name: context.the_host().git, **places}


def _now(places: Mapping[str, Git]) -> dict[str, str]:
    heads = {name: commit_of(git, "HEAD") for name, git in places.items()}
    return {name: commit for name, commit in heads.items() if commit is not None}


def _change(git: Git | None, name: str, old: str | None, new: str | None) -> Change:
    if old is None or new is None:
        return Change(name, old, new)
    if git is None:
        return Change(name, old, new, None, f"not cloned: git clone-project {name}")
    missing = [commit for commit in (old, new) if commit_of(git, commit) is None]
    if missing:
        fetch = f"git -C {git.directory or os.curdir} fetch origin {missing[0]}"
        return Change(name, old, new, None, f"there is no {missing[0][:12]} here: {fetch}")
    log = git.output("log", "--left-right", "--no-show-signature", "--format=%m%x00%H%x00%s", f"{old}...{new}", "--")
    lines = log.decode("utf-8", "replace").splitlines()
    return Change(name, old, new, tuple(Commit(*line.split("\0", 2)) for line in lines))
