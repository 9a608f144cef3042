"""``git route-patch --port``: patches on a new branch of another project, or why they cannot be there."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.commands.route_patch import targets
from git_subprojects.commands.route_patch.apply import verdicts_of
from git_subprojects.commands.route_patch.namespace import namespace
from git_subprojects.commands.route_patch.submitted import Submitted, submitted
from git_subprojects.commands.route_patch.submitted import run as submit
from git_subprojects.commands.route_patch.targets import Target, Unknown
from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.git.process import Git, GitError
from git_subprojects.output import twins as render_twins
from git_subprojects.output.twins import Ported
from git_subprojects.plural import counted
from git_subprojects.sending.store import new_name
from git_subprojects.twins import port
from git_subprojects.twins.series import Trier
from git_subprojects.twins.verdicts import ALREADY

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.session import Session
    from git_subprojects.git.process import Finished
    from git_subprojects.patches.model import Patch
    from git_subprojects.twins.explain import Tried
    from git_subprojects.twins.port import Header

_PREFIX = "port/"


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Carry the command out; return its exit status: FAILED where not all patches could be ported."""
    arguments = namespace(arguments)
    if ":" in "".join(arguments.revisions):
        from git_subprojects.commands.route_patch import several_projects

        if several_projects.is_linked(arguments.revisions):
            return several_projects.run(arguments, screen)

    def carry_out(session: Session, patches: list[Patch], folder: str) -> int:
        wanted = targets.names_of_twins(session, [arguments.port], declared=False)
        (target,) = targets.twins(session, wanted, arguments, screen)
        if isinstance(target, Unknown):
            raise target.error
        try:
            with submitted(session, patches, arguments.revisions, [target.repository.git], folder) as asked:
                return _port(asked, target, arguments, screen)
        finally:
            target.repository.objects.end()

    return submit(arguments, screen, carry_out)


class _Done(NamedTuple):
    """What has become of patches: commits of them on a branch whose ``tip`` is there; ``ids`` are by the patches'."""

    asked: Submitted
    target: Target
    tried: list[Tried]
    branch: str
    tip: str
    ids: dict[str, str]

    def as_json(self, worktree: str | None) -> str:
        """Return it as JSON; ``worktree`` is where conflicts are left."""
        pairs = zip(self.asked.patches, self.tried, strict=True)
        ported = [Ported(patch, self.ids.get(one.patch.commit)) for patch, one in pairs]
        column = _column(self.asked, self.target, self.tried)
        return render_twins.port_json(column, ported, self.branch, self.tip, worktree)

    @property
    def where(self) -> str:
        """What the branch begins at, in words."""
        number = counted(len(self.ids), "patch", "patches")
        return f"{number} on top of {self.target.revision} ({self.target.commit[:12]})"


def _port(asked: Submitted, target: Target, arguments: argparse.Namespace, screen: Screen) -> int:
    git = Git(target.repository.git.environment, target.repository.git.directory)
    branch = _branch(git, arguments.branch, asked.patches[0].subject)
    trier = Trier(asked.repository, target.repository, target.commit, target.paths)
    tried = trier.series(asked.pairs)
    for one in tried:
        if one.verdict.verdict == ALREADY:
            screen.note(f"{render_twins.named(asked.by_commit[one.patch.commit])}: is there already, and left out")
    wanted = [one for one in tried if one.verdict.verdict != ALREADY]
    first = next((number for number, one in enumerate(wanted) if one.is_failing), len(wanted))
    if first < len(wanted) and not arguments.conflicts:
        return _refuse(asked, target, tried, arguments, screen)
    if not wanted:
        screen.note(f"{target.project} has all of it, and no branch is made")
        return 0
    kept = {one.patch.commit: _header(asked, one.patch.commit, with_origin=arguments.origin) for one in wanted}
    made, picks = port.make(git, wanted[:first], wanted[first:], target.commit, kept, trier.contents)
    ids = dict(zip([one.patch.commit for one in wanted[:first]], made, strict=True))
    done = _Done(asked, target, tried, branch, made[-1] if made else target.commit, ids)
    if picks:
        return _leave(git, done, picks, arguments, screen)
    _write(git, branch, done.tip)
    if arguments.json:
        screen.answer(done.as_json(None))
    screen.note(f"{target.project}: the new branch {branch} has {done.where}")
    screen.note(f"hint: git -C {_quoted(_top(target))} switch {shlex.quote(branch)}")
    return 0


def _branch(git: Git, asked: str | None, subject: str) -> str:
    """Return the name of the new branch. Raises Error where that cannot be one, or is there."""
    listed = git.output("for-each-ref", "--format=%(refname)", "refs/heads").decode("utf-8", "surrogateescape")
    taken = {name.removeprefix("refs/heads/") for name in listed.splitlines()}
    if asked is None:
        return _PREFIX + new_name({name.removeprefix(_PREFIX) for name in taken}, subject)
    if git.run("check-ref-format", "--branch", asked).returncode != 0:
        raise Error(f"--branch: '{asked}' cannot be the name of a branch", "see git-check-ref-format(1)", USAGE)
    if asked in taken:
        raise Error(f"there is a branch {asked} already", "name another with --branch, or git branch -d it first")
    return asked


def _header(asked: Submitted, commit: str, *, with_origin: bool) -> Header:
    """Return what is kept of a commit. Raises Error where a patch file does not tell which commit it was."""
    patch = asked.by_commit[commit]
    if with_origin and not patch.commit:
        raise Error(f"{patch.name} does not tell which commit it was", "leave -x out", USAGE)
    return port.header(asked.repository.objects, commit, origin=patch.commit if with_origin else None)


def _refuse(
    asked: Submitted, target: Target, tried: Sequence[Tried], arguments: argparse.Namespace, screen: Screen
) -> int:
    column = _column(asked, target, tried)
    if arguments.json:
        screen.answer(render_twins.port_json(column, [Ported(one, None) for one in asked.patches], None, None, None))
    else:
        screen.answer(render_twins.twin(column, asked.patches))
    screen.error(
        f"nothing is written: {render_twins.summary(column)}",
        "--conflicts leaves them to be resolved in a work tree of their own",
    )
    return FAILED


def _write(git: Git, branch: str, commit: str) -> None:
    """Make the branch, unless somebody has made one of that name meanwhile."""
    words = ("update-ref", "--create-reflog", "-m", "route-patch: port", f"refs/heads/{branch}")
    try:
        git.output(*words, commit, "0" * len(commit))
    except GitError as error:
        raise _no_branch(branch, error) from None


def _no_branch(branch: str, error: GitError) -> Error:
    return Error(f"the branch {branch} cannot be made: {error.message}", "name another with --branch")


def _leave(git: Git, done: _Done, picks: Sequence[str], arguments: argparse.Namespace, screen: Screen) -> int:
    """Leave the patches from the first that does not apply on to git cherry-pick, in a work tree of their own."""
    top = _top(done.target)
    path = f"{top.rstrip('/')}-{done.branch.replace('/', '-')}"
    if os.path.lexists(path):
        raise Error(f"{path} is there already, and the conflicts cannot be left there", "name another --branch")
    try:
        git.output("worktree", "add", "-q", "-b", done.branch, path, done.tip)
    except GitError as error:
        raise _no_branch(done.branch, error) from None
    there = git.elsewhere(path)
    picked = there.run("cherry-pick", *picks)
    if arguments.json:
        screen.answer(done.as_json(path))
    shown = os.path.relpath(path)
    screen.note(f"{done.target.project}: the new branch {done.branch} is checked out in {shown}, and has {done.where}")
    if picked.returncode == 0:
        screen.note("git cherry-pick has found a way for the others: look them over")
        return 0
    unmerged = there.output("diff", "--name-only", "--diff-filter=U").decode("utf-8", "replace").splitlines()
    for name in unmerged:
        screen.note(f"  to be resolved: {name}")
    which = "it" if len(picks) == 1 else "the first"
    why = f"{which} does not apply" if unmerged else f"git cherry-pick has stopped: {_said(picked)}"
    own, here = _quoted(path), _quoted(top)
    screen.error(
        f"{counted(len(picks), 'patch', 'patches')} to go, and {why}",
        f"resolve it in {shown}, then: git -C {own} add FILE... and git -C {own} cherry-pick --continue\n"
        f"to give up: git -C {own} cherry-pick --abort; git -C {here} worktree remove {_quoted(path, top)}",
    )
    return FAILED


def _said(picked: Finished) -> str:
    return GitError(["cherry-pick"], picked.returncode, picked.stderr).message.splitlines()[0]


def _column(asked: Submitted, target: Target, tried: Sequence[Tried]) -> render_twins.Column:
    return render_twins.Column(target.project, target.revision, target.commit, verdicts_of(asked, tried))


def _top(target: Target) -> str:
    """Return where the twin is."""
    assert target.place is not None  # noqa: S101 - it is a twin
    return os.path.abspath(target.place.top or target.place.git.directory or ".")


def _quoted(path: str, start: str = ".") -> str:
    return shlex.quote(os.path.relpath(path, start))
