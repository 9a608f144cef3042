"""What the files of a repository say, read without git (gitrepository-layout(5)): starting git would cost far more.

With reftable, refs are in no files that are read here; git is asked for them then (docs/adr/0012).
"""

import os
import re
from collections.abc import Mapping

from git_subprojects.git.config import Config
from git_subprojects.git.process import Git

OWN_HOST = "subprojects-host"
"""A file of ours in git's folder of a linked work tree."""

_OPERATIONS = (
    ("rebase-merge", "rebase"),
    (os.path.join("rebase-apply", "applying"), "am"),
    ("rebase-apply", "rebase"),
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("BISECT_LOG", "bisect"),
)
"""Files in git's folder that tell what has been begun, as git's own prompt looks for them."""

_LONGEST = 8192
"""Bytes of a line: a path and what stands before it."""

_STUB = "ref: refs/heads/.invalid"
"""What HEAD holds where refs are in no files."""


def is_sound(top: str, environment: Mapping[str, str]) -> bool:
    """Return whether git certainly takes the work tree at ``top`` for a repository; False also where only git knows.

    It takes none that it would not know for one, nor one of another user, but where safe.directory says so. The
    variable by which git's own tests let it see another user counts as for git.
    """
    if environment.get("GIT_TEST_ASSUME_DIFFERENT_OWNER") or flaw(top) is not None:
        return False
    user = os.geteuid()
    return all(os.lstat(path).st_uid == user for path in {top, os.path.join(top, ".git"), git_dir(top)})


def flaw(top: str) -> tuple[str, str] | None:
    """Return why git takes the work tree at ``top`` for no repository, and what to try; None: nothing is seen to lack.

    git asks for the same (is_git_directory in its setup.c).
    """
    folder, shared = git_dir(top), common_dir(top)
    head = os.path.join(folder, "HEAD")
    missing = [place for place in (folder, f"{shared}/objects", f"{shared}/refs") if not os.path.isdir(place)]
    if missing:
        return f"there is no folder {missing[0]}", "move it away, and clone it again"
    if re.match(r"ref:\s*refs/|[0-9a-f]{40}", first_line(head) or ""):
        return None
    return f"{head} names no branch or commit", f'echo "ref: refs/heads/BRANCH" > "{head}"'


def git_dir(top: str) -> str:
    """Return git's own folder of the work tree at ``top``: ``.git``, or what a file of that name points to."""
    folder = os.path.join(top, ".git")
    content = first_line(folder)
    return folder if content is None else os.path.join(top, content.removeprefix("gitdir: "))


def common_dir(top: str) -> str:
    """Return git's folder that all linked work trees of the repository share of which ``top`` is one."""
    folder = git_dir(top)
    content = first_line(os.path.join(folder, "commondir"))
    return folder if content is None else os.path.join(folder, content)


def is_linked(top: str) -> bool:
    """Return whether the work tree at ``top`` is a linked one (git-worktree(1)), and not the main one."""
    return common_dir(top) != git_dir(top)


def own_host(folder: str) -> str | None:
    """Return the path, from its top, of the host of a linked work tree that is in a set of its own; None: it is not.

    ``folder`` is git's own of the work tree. The host's linked work tree names itself.
    """
    return first_line(os.path.join(folder, OWN_HOST))


def is_in_files(top: str) -> bool:
    """Return whether refs are in files, as they were before reftable."""
    return not os.path.isdir(os.path.join(common_dir(top), "reftable")) and first_line(f"{git_dir(top)}/HEAD") != _STUB


def operation(git: Git, top: str) -> str:
    """Return what has been begun in a work tree and not ended, such as ``rebase``; empty: nothing."""
    folder = git_dir(top)
    started = next((name for mark, name in _OPERATIONS if os.path.exists(os.path.join(folder, mark))), "")
    if started or is_in_files(top):
        return started
    there = git.elsewhere(top)
    heads = (("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert"))
    return next((name for head, name in heads if there.commit(head) is not None), "")


def has_only(top: str, branch: str) -> bool:
    """Return whether ``branch`` is certainly the only one; False also where only git could tell."""
    shared = common_dir(top)
    heads = os.path.join(shared, "refs", "heads")
    try:
        if os.listdir(heads) != [branch]:
            return False
        with open(os.path.join(shared, "packed-refs"), "rb") as file:
            packed = file.read()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    names = [line.rpartition(b" ")[2] for line in packed.splitlines()]
    return all(name == os.fsencode(f"refs/heads/{branch}") for name in names if name.startswith(b"refs/heads/"))


def upstream(git: Git, top: str, config: Config) -> tuple[str, str, str] | None:
    """Return the current branch, the remote whose branch it follows, and that branch; None: it follows none there.

    ``config`` is that of the repository.
    """
    head = _symbolic_ref(git, top, git_dir(top), "HEAD") or ""
    branch = head.removeprefix("refs/heads/")
    remote, merge = config.text(f"branch.{branch}.remote"), config.text(f"branch.{branch}.merge")
    if remote is None or merge is None or not merge.startswith("refs/heads/"):
        return None
    return branch, remote, merge.removeprefix("refs/heads/")


def is_current(top: str, config: Config, upstream: tuple[str, str, str] | None) -> bool:
    """Return whether the current branch is certainly where its ``upstream`` is; False also where only git could tell.

    ``config`` is that of the repository.
    """
    if upstream is None:
        return False
    branch, remote, followed = upstream
    if config.text(f"remote.{remote}.fetch") != f"+refs/heads/*:refs/remotes/{remote}/*":
        return False
    shared = common_dir(top)
    commit = _ref(shared, f"refs/heads/{branch}")
    return commit is not None and commit == _ref(shared, f"refs/remotes/{remote}/{followed}") and is_in_files(top)


def fetched(top: str) -> tuple[str | None, dict[str, str], dict[str, str]]:
    """Return what the last fetch has found: the commit of the remote's HEAD, if it was asked for, and of each branch.

    The last are the tags that were asked for by name, each with its object's id. FETCH_HEAD is a file with reftable,
    too.
    """
    head = None
    branches: dict[str, str] = {}
    tags: dict[str, str] = {}
    try:
        with open(os.path.join(git_dir(top), "FETCH_HEAD"), encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                commit, _, what = line.rstrip("\n").split("\t", 2)
                ref = re.match(r"(branch|tag) '(.+)' of ", what)
                if ref is not None:
                    (branches if ref[1] == "branch" else tags)[ref[2]] = commit
                elif not what.startswith("'"):
                    head = commit
    except (OSError, ValueError):
        return None, {}, {}
    return head, branches, tags


def remote_head(git: Git, top: str, remote: str) -> str | None:
    """Return the branch that the HEAD of a remote named when it was last looked at; None: it is not known."""
    prefix = f"refs/remotes/{remote}/"
    target = _symbolic_ref(git, top, common_dir(top), f"{prefix}HEAD") or ""
    branch = target.removeprefix(prefix)
    # git would take such a branch for an option.
    return None if branch == target or branch.startswith("-") else branch


def _symbolic_ref(git: Git, top: str, folder: str, name: str) -> str | None:
    """Return the ref that a symbolic ref in git's ``folder`` points to; None: it is none, or not there."""
    if not is_in_files(top):
        return git.elsewhere(top).symbolic_ref(name)
    line = first_line(os.path.join(folder, *name.split("/"))) or ""
    return line.removeprefix("ref: ") if line.startswith("ref: ") else None


def _ref(shared: str, name: str) -> str | None:
    """Return the commit id that a ref in files holds, one of its own or packed-refs."""
    loose = first_line(os.path.join(shared, *name.split("/")))
    if loose is not None:
        return loose
    try:
        with open(os.path.join(shared, "packed-refs"), encoding="utf-8", errors="surrogateescape") as file:
            return next((line[: -len(name) - 2] for line in file if line.endswith(f" {name}\n")), None)
    except OSError:
        return None


def first_line(path: str) -> str | None:
    """Return the first line of a file; None where there is no such file. It takes a fifth of what open() does."""
    try:
        # A pipe in the place of .git must not hang the program.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return os.fsdecode(os.read(descriptor, _LONGEST).partition(b"\n")[0])
    except OSError:
        return None
    finally:
        os.close(descriptor)
