"""``git subprojects remove``: removes a project from the manifest."""

from __future__ import annotations

import os

from git_subprojects.cli.options import flag, form, operand
from git_subprojects.commands.subprojects.options import Confirmed
from git_subprojects.errors import FAILED, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.git.process import Git
    from git_subprojects.workspace.facts import State

DESCRIPTION = "Remove a project from the manifest, unless there is work in its clone that is nowhere else."


class Options(Confirmed):
    """What is removed."""

    delete: bool = flag("--delete", about="delete its clone too")
    form: str = form()
    project: str = operand("PROJECT", words="projects", about="its name")


def run(options: Options, screen: Screen) -> int:
    """Remove a project from the manifest, and with ``--delete`` its clone; return the exit status.

    Raises:
        Error: there is work in its clone that is nowhere else, or there is no such project.
    """
    import shlex
    import shutil

    from git_subprojects.cli.confirm import agreed
    from git_subprojects.context.context import current_context
    from git_subprojects.context.manifest_file import Editable
    from git_subprojects.context.selection import look
    from git_subprojects.context.target_project import unknown
    from git_subprojects.manifest import editing
    from git_subprojects.manifest.nesting import Nesting
    from git_subprojects.output import edits, forms
    from git_subprojects.workspace import nested

    context = current_context(options.manifest, screen)
    name = options.project
    if name not in context.manifest.projects:
        raise unknown(context, f"there is no project '{name}'", name)
    manifest = Editable(context)
    text = manifest.edited(lambda text: editing.removed(text, name))
    nesting = Nesting(context.manifest.projects)
    directory = context.manifest.projects[name].directory
    inside = nesting.inside(directory)
    if inside and not context.manifest.projects[name].within:
        raise Error(
            f"{name}: the folders of other projects lie inside its own: {' '.join(inside)}",
            f"remove them first, or give them another 'directory': git subprojects remove {inside[0]}",
        )
    (state,) = look(context, [context.manifest.projects[name]])
    if state.problem is not None and state.sibling.kind == "clone":
        raise Error(f"{name}: {state.problem}", state.hint)
    git = context.git.elsewhere(state.path)
    work = _work(git, state) if state.sibling.is_own else []
    if work:
        raise Error(
            f"{name}: in {state.path} there is work that is nowhere else: {', '.join(work)}",
            f"push it, or throw it away, then try again: git -C {shlex.quote(state.path)} status",
        )
    path, clone = os.path.relpath(manifest.path), os.path.relpath(state.path)
    deleting = options.delete and state.sibling.is_own
    shown = f"{name} is removed from {path}" + (f", and {clone} is deleted" if deleting else "")
    if not agreed(shown, "Go on?", screen, yes=options.yes):
        return FAILED
    manifest.write(text)
    if deleting:
        shutil.rmtree(state.path)
        for outer in nesting.around(directory)[:1]:
            (around,) = look(context, [context.manifest.projects[outer]], is_brief=True)
            if around.sibling.is_own:
                nested.leave(around.path, state.path)
    elif state.sibling.is_own:
        # It is nobody's sibling from now on.
        git.run("config", "--remove-section", "subprojects")
        screen.note(f"{name}: its clone is left in {clone}")
    screen.show(forms.render(options.form, edits, editing.Removed(name, state.path, deleting)))
    return 0


def _work(git: Git, state: State) -> list[str]:
    """Return in words what there is in a clone that would be missed: all that no remote has."""
    from git_subprojects.plural import counted
    from git_subprojects.workspace.target import KEPT

    sibling = state.sibling
    if sibling.commit is None:
        return [] if sibling.branch is not None and not sibling.untracked else [sibling.what]
    counts = (
        (sibling.changed, "changed file", None),
        (sibling.untracked, "untracked file", None),
        (sibling.stashes, "stash", "stashes"),
    )
    work = [counted(number, what, many) for number, what, many in counts if number]
    work += [f"{state.operation} in progress"] * bool(state.operation)
    elsewhere = ("--remotes", "--tags", f"--glob={KEPT}")
    unpushed = git.output("rev-list", "--count", "HEAD", "--branches", "--not", *elsewhere).strip()
    if unpushed != b"0":
        work.append(f"{counted(int(unpushed), 'commit')} not pushed")
    tags = _own_tags(git)
    if tags:
        work.append(f"the {'tag' if len(tags) == 1 else 'tags'} {' '.join(tags)}")
    others = git.output("worktree", "list", "--porcelain").count(b"worktree ") - 1
    if others:
        work.append(counted(others, "linked work tree"))
    return work


def _own_tags(git: Git) -> list[str]:
    """Return the tags with commits that no branch of a remote has, and that origin, which is asked, does not have."""
    if git.output("rev-list", "--count", "--tags", "--not", "--remotes").strip() == b"0":
        return []
    listed = git.output("for-each-ref", "--format=%(objectname) %(refname)", "refs/tags").decode("utf-8", "replace")
    there = git.run("ls-remote", "--tags", "--", "origin").stdout.decode("utf-8", "replace")
    pushed = {tuple(line.split("\t")) for line in there.splitlines()}
    own = [tuple(line.split(" ", 1)) for line in listed.splitlines()]
    return [name.removeprefix("refs/tags/") for commit, name in own if (commit, name) not in pushed]
