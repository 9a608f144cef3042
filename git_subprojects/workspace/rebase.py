"""The rebase of a branch that the user has asked for: it succeeds, or all is as it was."""

import shlex

from git_subprojects.errors import Error
from git_subprojects.git.process import Git
from git_subprojects.plural import counted
from git_subprojects.workspace.facts import Sibling


def rebase(git: Git, sibling: Sibling, *, is_rewritten: bool) -> None:
    """Rebase the branch of a clean clone onto its upstream, from where that was before if it is rewritten.

    Raises:
        Error: it has merges, which would be lost, or it cannot be rebased; the branch is as it was then.
    """
    branch, upstream = sibling.branch, sibling.upstream
    here = f"git -C {shlex.quote(sibling.path)}"
    merges = int(git.output("rev-list", "--count", "--merges", "@{upstream}..HEAD"))
    if merges:
        raise Error(
            f"{branch} was not rebased: it has {counted(merges, 'merge')} of its own",
            f"{here} rebase --rebase-merges {upstream}",
        )
    fork = "--fork-point" if is_rewritten else "--no-fork-point"
    ended = git.run("rebase", "--quiet", fork, "@{upstream}")
    if ended.returncode == 0:
        return
    in_conflict = git.run("diff", "--name-only", "--diff-filter=U", "-z").stdout.decode("utf-8", "replace").split("\0")
    git.run("rebase", "--abort")
    reason = f"there are conflicts in {', '.join(filter(None, in_conflict))}"
    if not any(in_conflict):
        lines = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1].removeprefix("error: ").removeprefix("fatal: ") if lines else "git rebase failed"
    raise Error(
        f"{branch} could not be rebased onto {upstream}, and is as it was: {reason}", f"{here} rebase {fork} {upstream}"
    )
