"""``git route-patch --port`` and ``--port-onto``: patches on a new branch elsewhere, or why they cannot be there."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.commands.route_patch import targets
from git_subprojects.commands.route_patch.apply import verdicts_of
from git_subprojects.commands.route_patch.session import session
from git_subprojects.commands.route_patch.several_projects import refuse_several
from git_subprojects.commands.route_patch.submitted import Submitted, submitted
from git_subprojects.commands.route_patch.targets import Target, Unknown
from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.git.process import Git, GitError
from git_subprojects.output import twins as output
from git_subprojects.output.forms.json import document
from git_subprojects.plural import counted
from git_subprojects.sending.store import new_name
from git_subprojects.system.scratch import scratch_folder
from git_subprojects.twins import port
from git_subprojects.twins.series import SeriesApplier
from git_subprojects.twins.verdicts import ALREADY, Ported, TargetVerdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.options import Port
    from git_subprojects.commands.route_patch.session import Session
    from git_subprojects.git.objects import Objects
    from git_subprojects.git.process import Finished
    from git_subprojects.patches.model import Patch
    from git_subprojects.twins.explain import AppliedPatch
    from git_subprojects.twins.port import Header

_PREFIX = "port/"


def run(options: Port, screen: Screen) -> int:
    """Make a branch of patches elsewhere; return the exit status: FAILED where not all could be ported."""
    refuse_several(options, "--port" if options.port else "--port-onto")
    with (
        scratch_folder() as folder,
        session(options, screen, folder, first_parent=options.first_parent) as routed,
    ):
        target = _target(routed, options, screen)
        try:
            with submitted(routed, [target.repository.git], folder) as patches:
                return _port(patches, target, options, screen)
        finally:
            target.repository.objects.end()


def _target(session: Session, options: Port, screen: Screen) -> Target:
    """Return where patches are ported to. Raises Error where there is no such project or revision."""
    target: Target | Unknown
    if options.port is None:
        (target,) = targets.onto(session, [options.port_onto or "HEAD"], targets.source(session))
    else:
        wanted = targets.names_of_twins(session, [options.port], declared=False)
        (target,) = targets.twins(session, wanted, options, screen)
    if isinstance(target, Unknown):
        raise target.error
    return target


class _Done(NamedTuple):
    """What has become of patches: commits of them on a branch whose ``tip`` is there; ``ids`` are by the patches'."""

    submitted: Submitted
    target: Target
    applied: list[AppliedPatch]
    branch: str
    tip: str
    ids: dict[str, str]

    def data(self, worktree: str | None) -> dict[str, object]:
        """Return it as JSON has it; ``worktree`` is where conflicts are left."""
        pairs = zip(self.submitted.patches, self.applied, strict=True)
        ported = [Ported(patch, self.ids.get(one.patch.commit)) for patch, one in pairs]
        answer = _verdicts(self.submitted, self.target, self.applied)
        return output.port_data(answer, ported, self.branch, self.tip, worktree)

    @property
    def where(self) -> str:
        """What the branch begins at, in words."""
        number = counted(len(self.ids), "patch", "patches")
        return f"{number} on top of {self.target.revision} ({self.target.commit[:12]})"


def _port(submitted: Submitted, target: Target, options: Port, screen: Screen) -> int:
    git = target.repository.git.plain()
    branch = _branch(git, options.branch, submitted.patches[0].subject)
    applier = SeriesApplier(submitted.repository, target.repository, target.commit, target.paths)
    applied = applier.apply_series(submitted.pairs)
    originals = {one.patch.commit: patch for patch, one in zip(submitted.patches, applied, strict=True)}
    for one in applied:
        if one.verdict.kind == ALREADY:
            screen.note(f"{output.named(originals[one.patch.commit])}: is there already, and left out")
    wanted = [one for one in applied if one.verdict.kind != ALREADY]
    first = next((number for number, one in enumerate(wanted) if one.is_failing), len(wanted))
    if first < len(wanted) and not options.conflicts:
        return _refuse(submitted, _verdicts(submitted, target, applied), options, screen)
    if not wanted:
        screen.note(f"{target.project or target.revision} has all of it, and no branch is made")
        return 0
    commits = [one.patch.commit for one in wanted]
    objects = submitted.repository.objects
    kept = {commit: _header(objects, commit, originals[commit], with_origin=options.origin) for commit in commits}
    made, picks = port.make(git, wanted[:first], wanted[first:], target.commit, kept, applier.contents)
    ids = dict(zip(commits[:first], made, strict=True))
    done = _Done(submitted, target, applied, branch, made[-1] if made else target.commit, ids)
    if picks:
        return _leave(git, done, picks, options, screen)
    _write(git, branch, done.tip)
    if options.form == "json":
        screen.data(document(**done.data(None)))
    screen.note(f"{_before(target)}the new branch {branch} has {done.where}")
    place = f" -C {_quoted(_top(target))}" if target.project else ""
    screen.note(f"hint: git{place} switch {shlex.quote(branch)}")
    return 0


def _branch(git: Git, name: str | None, subject: str) -> str:
    """Return the name of the new branch. Raises Error where that cannot be one, or is there."""
    listed = git.output("for-each-ref", "--format=%(refname)", "refs/heads").decode("utf-8", "surrogateescape")
    taken = {ref.removeprefix("refs/heads/") for ref in listed.splitlines()}
    if name is None:
        return _PREFIX + new_name({branch.removeprefix(_PREFIX) for branch in taken}, subject)
    if git.run("check-ref-format", "--branch", name).returncode != 0:
        raise Error(f"--branch: '{name}' cannot be the name of a branch", "see git-check-ref-format(1)", USAGE)
    if name in taken:
        raise Error(f"there is a branch {name} already", "name another with --branch, or git branch -d it first")
    return name


def _header(objects: Objects, commit: str, patch: Patch, *, with_origin: bool) -> Header:
    """Return what a port keeps of a commit. Raises Error where a patch file does not say which commit it was."""
    if with_origin and not patch.commit:
        raise Error(f"{patch.name} does not tell which commit it was", "leave -x out", USAGE)
    return port.header(objects, commit, origin=patch.commit if with_origin else None)


def _refuse(submitted: Submitted, verdicts: TargetVerdicts, options: Port, screen: Screen) -> int:
    if options.form == "json":
        ported = [Ported(patch, None) for patch in submitted.patches]
        screen.data(document(**output.port_data(verdicts, ported, None, None, None)))
    else:
        shown = output.table([verdicts], submitted.patches) if verdicts.project is None else None
        screen.answer(shown or output.twin(verdicts, submitted.patches))
    screen.error(
        f"nothing is written: {output.summary(verdicts)}",
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


def _leave(git: Git, done: _Done, picks: Sequence[str], options: Port, screen: Screen) -> int:
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
    if options.form == "json":
        screen.data(document(**done.data(path)))
    shown = os.path.relpath(path)
    screen.note(f"{_before(done.target)}the new branch {done.branch} is checked out in {shown}, and has {done.where}")
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


def _verdicts(submitted: Submitted, target: Target, applied: Sequence[AppliedPatch]) -> TargetVerdicts:
    return TargetVerdicts(target.project, target.revision, target.commit, verdicts_of(submitted, applied))


def _before(target: Target) -> str:
    """Return what stands before a note on a branch: the project, if it is another one."""
    return f"{target.project}: " if target.project else ""


def _top(target: Target) -> str:
    """Return where the repository is that patches are ported to."""
    top = None if target.home is None else target.home.top
    return os.path.abspath(top or target.repository.git.directory or ".")


def _quoted(path: str, start: str = ".") -> str:
    return shlex.quote(os.path.relpath(path, start))
