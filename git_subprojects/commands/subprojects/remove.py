"""``git subprojects remove``: takes a project out of the manifest."""

import argparse
import os
import shlex
import shutil

from git_subprojects.cli.confirm import agreed
from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import Context, current_context
from git_subprojects.context.manifest_file import Editable
from git_subprojects.context.selection import look
from git_subprojects.context.target_project import unknown
from git_subprojects.errors import FAILED, Error
from git_subprojects.git.process import Git
from git_subprojects.manifest import editing
from git_subprojects.output.forms import as_json
from git_subprojects.plural import counted
from git_subprojects.workspace.facts import State


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Take a project out of the manifest, and with ``--delete`` its clone away; return the exit status.

    Raises:
        Error: there is work in its clone that is nowhere else, or there is no such project.
    """
    context = current_context(arguments.manifest, screen)
    name = arguments.project
    if name not in context.manifest.projects:
        raise unknown(context, f"there is no project '{name}'", name)
    manifest = Editable(context)
    text = manifest.edited(lambda text: editing.removed(text, name))
    (one,) = look(context, [context.manifest.projects[name]])
    work = _work(context.git.elsewhere(one.path), one) if one.sibling.is_own else []
    if work:
        raise Error(
            f"{name}: in {one.path} there is work that is nowhere else: {', '.join(work)}",
            f"push it, or throw it away, then try again: git -C {shlex.quote(one.path)} status",
        )
    path, clone = os.path.relpath(manifest.path), os.path.relpath(one.path)
    deleting = getattr(arguments, "delete", False) and one.sibling.is_own
    shown = f"{name} is taken out of {path}" + (f", and {clone} is deleted" if deleting else "")
    if not agreed(shown, "Go on?", arguments, screen):
        return FAILED
    manifest.write(text)
    _leave(context, one, clone, screen, deleting=deleting)
    if arguments.json:
        screen.answer(as_json(project=name, path=one.path, deleted=deleting))
    return 0


def _leave(context: Context, one: State, clone: str, screen: Screen, *, deleting: bool) -> None:
    """Delete the clone, or let it be nobody's sibling."""
    if deleting:
        shutil.rmtree(one.path)
    elif one.sibling.is_own:
        context.git.elsewhere(one.path).run("config", "--remove-section", "subprojects")
        screen.note(f"{one.name}: its clone is left in {clone}")


def _own_tags(git: Git) -> list[str]:
    """Return the tags with commits that no branch of a remote has, and that origin, which is asked, does not have."""
    if git.output("rev-list", "--count", "--tags", "--not", "--remotes").strip() == b"0":
        return []
    listed = git.output("for-each-ref", "--format=%(objectname) %(refname)", "refs/tags").decode("utf-8", "replace")
    there = git.run("ls-remote", "--tags", "--", "origin").stdout.decode("utf-8", "replace")
    known = {tuple(line.split("\t")) for line in there.splitlines()}
    mine = [tuple(line.split(" ", 1)) for line in listed.splitlines()]
    return [name.removeprefix("refs/tags/") for commit, name in mine if (commit, name) not in known]


def _work(git: Git, one: State) -> list[str]:
    """Return in words what there is in a clone that would be missed: all that no remote has."""
    sibling = one.sibling
    if sibling.commit is None:
        return [] if sibling.branch is not None and not sibling.untracked else [sibling.what]
    found = [
        counted(number, what, many)
        for number, what, many in (
            (sibling.changed, "changed file", None),
            (sibling.untracked, "untracked file", None),
            (sibling.stashes, "stash", "stashes"),
        )
        if number
    ]
    found += [f"{one.operation} in progress"] * bool(one.operation)
    unpushed = git.output("rev-list", "--count", "HEAD", "--branches", "--not", "--remotes", "--tags").strip()
    if unpushed != b"0":
        found.append(f"{counted(int(unpushed), 'commit')} not pushed")
    tags = _own_tags(git)
    if tags:
        found.append(f"the {'tag' if len(tags) == 1 else 'tags'} {' '.join(tags)}")
    others = git.output("worktree", "list", "--porcelain").count(b"worktree ") - 1
    if others:
        found.append(counted(others, "linked work tree"))
    return found
