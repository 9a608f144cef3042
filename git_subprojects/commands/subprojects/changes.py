"""``git subprojects changes``: which commits came and went between two frozen manifests."""

from __future__ import annotations

import os

from git_subprojects.cli.options import WithManifest, form, operand
from git_subprojects.errors import FAILED, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.context.context import Context
    from git_subprojects.git.process import Git
    from git_subprojects.manifest.model import Manifest, Project
    from git_subprojects.workspace.changes import ProjectChanges

DESCRIPTION = "Compare two frozen manifests, or one with today: show which commits came and went."


class Options(WithManifest):
    """Between which manifests."""

    form: str = form()
    old: str = operand("OLD", words="file", about="a frozen manifest: a file, or REV:PATH")
    new: str | None = operand("NEW", count="?", words="file", about="another (default: what is checked out now)")


def run(options: Options, screen: Screen) -> int:
    """Answer with what came and went; return the exit status.

    Without a second manifest, what is checked out now is compared.

    Raises:
        Error: a manifest is not frozen.
    """
    from git_subprojects.cli.pager import paged
    from git_subprojects.cli.screen import clean
    from git_subprojects.context.context import current_context
    from git_subprojects.output import changes, forms

    context = current_context(options.manifest, screen, use_cache=True)
    first = _manifest(context, options.old)
    old = _commits(first, options.old)
    second = context.manifest if options.new is None else _manifest(context, options.new)
    # Where a clone is, the manifest in effect says best.
    projects = {**first.projects, **second.projects, **context.manifest.projects}
    places, problems = _places(context, [projects[name] for name in {**first.projects, **second.projects}])
    new = _checked_out(places) if options.new is None else _commits(second, options.new)
    changed = [
        _between(places.get(name), name, old.get(name), new.get(name), problems.get(name))
        for name in dict.fromkeys((*new, *old))
        if old.get(name) != new.get(name)
    ]
    if options.form != "text":
        screen.show(forms.render(options.form, changes, changed))
    elif changed:
        with paged(context.git) as stream:
            stream.write(clean(changes.text(changed) + "\n").encode("utf-8", "backslashreplace"))
            stream.flush()
    else:
        screen.note("nothing has changed")
    return FAILED if any(project.commits is None for project in changed) else 0


def _manifest(context: Context, name: str) -> Manifest:
    """Return the manifest that is called so on the command line."""
    from git_subprojects.context.manifest_lookup import manifest_files
    from git_subprojects.manifest.reader import read

    return read(manifest_files(context.host, name, context.git, context.config).source)


def _commits(manifest: Manifest, name: str) -> dict[str, str]:
    from git_subprojects.manifest.frozen import commits_of

    try:
        return commits_of(manifest)
    except ValueError as error:
        raise Error(f"{name} is not frozen: {error}", "git subprojects freeze -o FILE writes one that is") from error


def _places(context: Context, projects: Sequence[Project]) -> tuple[dict[str, Git], dict[str, str]]:
    """Return git in the host and in each clone that is there, and why others cannot be looked at."""
    from git_subprojects.context.selection import look

    states = look(context, projects, is_brief=True)
    clones = {state.name: context.git.elsewhere(state.path) for state in states if state.sibling.is_own}
    problems = {state.name: f"{state.problem}: {state.hint}" for state in states if state.problem is not None}
    return {context.manifest.host.name: context.the_host().git, **clones}, problems


def _checked_out(places: Mapping[str, Git]) -> dict[str, str]:
    heads = {name: git.commit("HEAD") for name, git in places.items()}
    return {name: commit for name, commit in heads.items() if commit is not None}


def _between(git: Git | None, name: str, old: str | None, new: str | None, problem: str | None) -> ProjectChanges:
    """Return what became of a project, whose clone ``git`` is in, between two commits."""
    from git_subprojects.workspace.changes import LoggedCommit, ProjectChanges

    if old is None or new is None:
        return ProjectChanges(name, old, new)
    if git is None:
        return ProjectChanges(name, old, new, None, problem or f"not cloned: git clone-project {name}")
    missing = [commit for commit in (old, new) if git.commit(commit) is None]
    if missing:
        fetch = f"git -C {git.directory or os.curdir} fetch origin {missing[0]}"
        return ProjectChanges(name, old, new, None, f"there is no {missing[0][:12]} here: {fetch}")
    log = git.output("log", "--left-right", "--no-show-signature", "--format=%m%x00%H%x00%s", f"{old}...{new}", "--")
    commits = []
    for line in log.decode("utf-8", "replace").splitlines():
        mark, commit, subject = line.split("\0", 2)
        commits.append(LoggedCommit(">" if mark == ">" else "<", commit, subject))
    return ProjectChanges(name, old, new, tuple(commits))
