"""The little that is read of a repository without git, as gitrepository-layout(5) has it: it costs next to nothing."""

import os
import re
from collections.abc import Iterable, Mapping

from git_subprojects.git.config import Config
from git_subprojects.git.process import Git

OWN_HOST = "subprojects-host"
"""A file of ours in git's folder of a linked work tree."""

_LARGEST = 4096
"""Bytes of standard input that a git for small questions takes."""

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


def git_dir(top: str) -> str:
    """Return git's own folder of the work tree at ``top``: ``.git``, or what a file of that name points to."""
    folder = os.path.join(top, ".git")
    content = _line(folder)
    return folder if content is None else os.path.join(top, content.removeprefix("gitdir: "))


def common_dir(folder: str) -> str:
    """Return the folder that a linked work tree, whose own is ``folder``, shares with the others."""
    content = _line(os.path.join(folder, "commondir"))
    return folder if content is None else os.path.join(folder, content)


def own_host(folder: str) -> str | None:
    """Return the path, from its top, of the host of a linked work tree that is in a set of its own; None: it is not.

    ``folder`` is git's own of the work tree. The host's linked work tree names itself.
    """
    return _line(os.path.join(folder, OWN_HOST))


def _line(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.readline().rstrip("\n")
    except OSError:
        return None


def operation(folder: str) -> str:
    """Return what has been begun in a repository and not ended, such as ``rebase``; empty: nothing."""
    return next((name for mark, name in _OPERATIONS if os.path.exists(os.path.join(folder, mark))), "")


def has_only(shared: str, branch: str) -> bool:
    """Return whether ``branch`` is certainly the only one; False also where only git could tell."""
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


def upstream(folder: str, config: Config) -> tuple[str, str, str] | None:
    """Return the current branch, the remote whose branch it follows, and that branch; None: it follows none there.

    ``folder`` is git's own of the work tree, ``config`` the repository's.
    """
    branch = (_line(os.path.join(folder, "HEAD")) or "").removeprefix("ref: refs/heads/")
    remote, merge = config.text(f"branch.{branch}.remote"), config.text(f"branch.{branch}.merge")
    if remote is None or merge is None or not merge.startswith("refs/heads/"):
        return None
    return branch, remote, merge.removeprefix("refs/heads/")


def is_current(folder: str, config: Config) -> bool:
    """Return whether the current branch is certainly where its upstream is; False also where only git could tell.

    ``folder`` and ``config`` as ``upstream`` takes them.
    """
    found = upstream(folder, config)
    if found is None:
        return False
    branch, remote, followed = found
    if config.text(f"remote.{remote}.fetch") != f"+refs/heads/*:refs/remotes/{remote}/*":
        return False
    shared = common_dir(folder)
    commit = _ref(shared, f"refs/heads/{branch}")
    return commit is not None and commit == _ref(shared, f"refs/remotes/{remote}/{followed}")


def fetched(folder: str) -> tuple[str | None, dict[str, str]]:
    """Return what the last fetch has found: the commit of the remote's HEAD, if it was asked for, and of each branch.

    ``folder`` is git's own of the work tree.
    """
    head, branches = None, {}
    try:
        with open(os.path.join(folder, "FETCH_HEAD"), encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                commit, _, what = line.rstrip("\n").split("\t", 2)
                branch = re.match(r"branch '(.+)' of ", what)
                if branch is not None:
                    branches[branch[1]] = commit
                elif not what.startswith(("tag '", "'")):
                    head = commit
    except (OSError, ValueError):
        return None, {}
    return head, branches


def remote_head(shared: str, remote: str) -> str | None:
    """Return the branch that the HEAD of a remote named when it was last looked at; None: it is not known."""
    prefix = f"ref: refs/remotes/{remote}/"
    line = _line(os.path.join(shared, "refs", "remotes", remote, "HEAD")) or ""
    branch = line.removeprefix(prefix)
    # git would take such a branch for an option.
    return None if branch == line or branch.startswith("-") else branch


def _ref(shared: str, name: str) -> str | None:
    """Return what a ref names, where it lies in a file of its own or is packed."""
    loose = _line(os.path.join(shared, *name.split("/")))
    if loose is not None:
        return loose
    try:
        with open(os.path.join(shared, "packed-refs"), encoding="utf-8", errors="surrogateescape") as file:
            return next((line[: -len(name) - 2] for line in file if line.endswith(f" {name}\n")), None)
    except OSError:
        return None


def configs(git: Git, folders: Iterable[str]) -> dict[str, Config]:
    """Return what the config in each of the folders says, without what it includes; many from one git.

    Those are missing that stand together with a broken one.
    """
    found: dict[str, Config] = {}
    batch: dict[str, str] = {}
    lines = b""
    for folder in folders:
        file = os.path.join(folder, "config")
        line = f'[include]\n\tpath = "{_escaped(file)}"\n'.encode("utf-8", "surrogateescape")
        if lines and len(lines) + len(line) > _LARGEST:
            found |= _configs(git, batch, lines)
            batch, lines = {}, b""
        batch[file] = folder
        lines += line
    return found | _configs(git, batch, lines) if batch else found


def _configs(git: Git, folders: Mapping[str, str], lines: bytes) -> dict[str, Config]:
    """Return the configs that ``lines`` include; ``folders`` are theirs, by the files' paths."""
    answer = git.run("config", "-z", "--show-origin", "--includes", "--file", "-", "--list", stdin=lines)
    if answer.returncode != 0:
        return {}
    settings: dict[str, dict[str, list[str]]] = {folder: {} for folder in folders.values()}
    fields = answer.stdout.decode("utf-8", "surrogateescape").split("\0")
    for origin, item in zip(fields[::2], fields[1::2], strict=False):
        folder = folders.get(origin.removeprefix("file:"))
        if folder is not None:
            key, has_value, value = item.partition("\n")
            settings[folder].setdefault(key, []).append(value if has_value else "true")
    return {folder: Config(found) for folder, found in settings.items()}


def _escaped(path: str) -> str:
    return path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
