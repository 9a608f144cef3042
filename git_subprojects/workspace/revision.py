"""Which commit a fresh clone is to stand on: what a revision of the manifest means in it."""

import shlex

from git_subprojects.errors import Error
from git_subprojects.git.process import Git
from git_subprojects.workspace.facts import Target
from git_subprojects.workspace.plan import Clone
from git_subprojects.workspace.target import branch_option, is_id, is_part_of_id, kept_ref, meaning
from git_subprojects.workspace.transport import TransferError, Transport

FETCH = ("fetch", "--progress", "--no-recurse-submodules")
"""git would fetch for submodules too, and from where they were before."""


def target_of(step: Clone, transport: Transport, url: str) -> Target:
    """Return the commit that ``step`` means.

    A commit id means the commit, never a branch or tag that bears its name; a name that is both a branch and a
    tag means nothing.
    """
    git = transport.git
    if step.revision is None:
        return _head(git, url)
    if is_id(step.revision):
        return _id(step, transport, url, step.revision)
    kept = kept_ref(step.revision)
    if kept is not None:
        return _other_ref(step, transport, url, step.revision, kept)
    name = branch_option(step.revision)
    if step.depth is not None:
        # Of a branch and a tag with one name, a shallow clone has only one, and that is the branch.
        get(transport, url, step.revision, step.depth)
    tag, branch = git.commit(f"refs/tags/{name}"), git.commit(f"refs/remotes/origin/{name}")
    if tag is not None and branch is not None and tag != branch and step.revision == name:
        raise Error(
            f"'{name}' is both a branch and a tag at {url}",
            f"say which: refs/heads/{name} or refs/tags/{name}",
        )
    target = meaning(git, step.revision)
    if target is None:
        raise no_revision(step, url)
    return target


def _id(step: Clone, transport: Transport, url: str, revision: str) -> Target:
    words = None
    if transport.git.commit(revision) is None:
        words = get(transport, url, revision, step.depth)
    if transport.git.commit(revision) != revision:
        what = f"{url} did not give the commit {revision} ({step.because})"
        raise Error(f"{what}: {words}" if words else what, "is it on a branch or tag there?")
    return Target(revision, None)


def _other_ref(step: Clone, transport: Transport, url: str, ref: str, kept: str) -> Target:
    """Return where a ref that is neither a branch nor a tag is, after it was fetched to ``kept``."""
    depth = () if step.depth is None else (f"--depth={step.depth}",)
    try:
        transport.run(*FETCH, *depth, "--", url, f"+{ref}:{kept}")
    except TransferError as error:
        if error.kind in ("network", "stalled", "cancelled"):
            raise
    commit = transport.git.commit(kept)
    if commit is None:
        raise no_revision(step, url)
    return Target(commit, None)


def _head(git: Git, url: str) -> Target:
    """Return what the HEAD of ``url`` means."""
    commit = git.commit("HEAD")
    if commit is None and git.output("for-each-ref", "--count=1", "refs/remotes/origin"):
        raise Error(f"the HEAD of {url} names a branch that is not there", "name one: --revision BRANCH")
    if commit is None:
        raise Error(f"{url} has no commits yet", "there is nothing to stand on; ask its owners")
    branch = current_branch(git)
    if branch is not None and branch.startswith("-"):
        raise Error(f"the HEAD of {url} names a branch '{branch}', an option to git", "name one: --revision BRANCH")
    return Target(commit, branch)


def get(transport: Transport, where: str, revision: str, depth: int | None) -> str | None:
    """Fetch what a revision names, as far as a clone lacks it; return git's words where that failed.

    A server need not give a commit by its id. Then the branches and tags are fetched: their tips in a shallow clone,
    and if the commit is not among these, their history. ``depth`` is that of a shallow clone.

    Raises:
        TransferError: the remote cannot be reached.
    """
    shallow = () if depth is None else (f"--depth={depth}",)
    name = branch_option(revision)
    if is_id(revision):
        everything = ("refs/heads/*", "refs/tags/*")
        attempts = [(*shallow, "--", where, revision), (*shallow, "--", where, *everything)]
        attempts += [] if depth is None else [("--unshallow", "--", where, *everything)]
    else:
        kinds = (("refs/tags/", "refs/tags/"), ("refs/heads/", "refs/remotes/origin/"))
        attempts = [
            (*shallow, "--", where, f"{theirs}{name}:{ours}{name}")
            for theirs, ours in kinds
            if revision in (name, f"{theirs}{name}") and transport.git.commit(f"{ours}{name}") is None
        ]
    words = None
    for attempt in attempts:
        try:
            transport.run(*FETCH, *attempt)
        except TransferError as error:
            if error.kind in ("network", "stalled", "cancelled"):
                raise
            words = words or error.message.splitlines()[-1]
        if is_id(revision) and transport.git.commit(revision) is not None:
            return None
    return words


def no_revision(step: Clone, url: str) -> Error:
    """Return the error for a revision that is not there."""
    look = f"git ls-remote {shlex.quote(url)}"
    what = "branch or tag" if kept_ref(step.revision) is None else "ref"
    if is_part_of_id(step.revision):
        what = "branch, tag or fetched commit" if step.depth is not None else "branch, tag or commit"
    return Error(
        f"there is no {what} '{step.revision}' at {url} ({step.because})",
        f"see what there is: {look}\nthen name another with --revision, or in subprojects.local.toml",
    )


def current_branch(git: Git) -> str | None:
    """Return the branch that HEAD stands on; None if it is detached."""
    head = git.symbolic_ref("HEAD")
    return None if head is None else head.removeprefix("refs/heads/")
