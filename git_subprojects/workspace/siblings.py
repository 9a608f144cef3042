"""The facts of what stands where a sibling goes. Nothing here changes anything."""

import os
import shlex
import stat
from collections.abc import Collection

from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.git.config import Config
from git_subprojects.git.process import Git, GitError
from git_subprojects.workspace.facts import Sibling
from git_subprojects.workspace.repository import Repository, at
from git_subprojects.workspace.urls import any_same_url


def workspace(host: Repository, directory: str) -> str:
    """Return the absolute path of the folder that siblings go to.

    The user's own ``subprojects.directory`` may name any; the manifest's ``directory`` is checked by its reader.

    Raises:
        Error: the manifest's leads through a symbolic link or into a repository, whose content is not the user's.
    """
    configured = host.config.text("subprojects.directory")
    if configured is not None:
        return os.path.normpath(os.path.join(host.anchor, os.path.expanduser(configured)))
    base = os.path.normpath(os.path.join(host.anchor, directory))
    parent = os.path.dirname(host.anchor)
    if base != parent:
        try:
            refuse_trap(parent, os.path.relpath(base, parent).split("/"))
            _refuse_repository(base)
        except Error as error:
            hint = "set config subprojects.directory to where siblings shall go"
            raise Error(f"workspace.directory: {error.message}", hint) from None
    return base


def refuse_trap(base: str, parts: list[str], outers: Collection[str] = ()) -> None:
    """Raise Error if a symbolic link, or any repository above the last of ``parts``, is on the way down from ``base``.

    What is inside a repository was chosen by whoever filled it: links, and what looks like a repository itself. The
    ``outers`` are the paths of repositories in which it may go on: clones of other projects.
    """
    path = base
    for number, part in enumerate(parts, 1):
        path = os.path.join(path, part)
        if os.path.islink(path):
            raise Error(
                f"{os.path.join(base, *parts)}: {path} is a symbolic link to {os.readlink(path)}",
                "nothing is cloned through a symbolic link; move it away, or give another 'directory'",
            )
        if number < len(parts) and path not in outers:
            _refuse_repository(path)


def _refuse_repository(path: str) -> None:
    if os.path.lexists(os.path.join(path, ".git")):
        raise Error(
            f"{path} is a git repository, and nothing is cloned into one",
            "give another 'directory' in subprojects.local.toml",
        )


def place(host: Repository, base: str, directory: str, outers: Collection[str] = ()) -> str:
    """Return the absolute path for a sibling in ``directory`` of the workspace ``base``; ``outers`` as above.

    Raises:
        Error: that would be the host or inside it or inside another repository, or there is a symbolic link.
    """
    path = os.path.join(base, directory)
    resolved = os.path.realpath(path)
    top = os.path.realpath(host.anchor)
    if resolved == top or resolved.startswith(top + os.sep):
        raise Error(
            f"directory '{directory}' is {'the host itself' if resolved == top else 'inside the host'}: {top}",
            "give it another 'directory' in subprojects.local.toml, or set config subprojects.directory",
        )
    if top.startswith(resolved + os.sep):
        raise Error(f"directory '{directory}' holds the host itself: {top}", "give it another 'directory'")
    refuse_trap(base, directory.split("/"), outers)
    return path


def inspect(git: Git, path: str, name: str, *, known_urls: tuple[str, ...] = ()) -> Sibling:
    """Return what is at ``path``.

    The state of a clone is asked of git only if it is that of the project ``name``: marked so by its config, or
    with a remote among ``known_urls``. A repository of unknown origin is not entered.

    Raises:
        Error: git does not take the repository that is there.
    """
    return without_git(path) or of_repository(git, path, name, known_urls)


def of_repository(git: Git, path: str, name: str, known_urls: tuple[str, ...]) -> Sibling:
    """Return what ``inspect`` does of a folder that has a ``.git``. Raises Error as that does."""
    repository = at(git, path)
    if repository is None:
        raise Error(f"{path}: git finds another repository from there", "move it away, or repair it")
    return of_config(repository.git, path, name, repository.config, known_urls)


def without_git(path: str) -> Sibling | None:
    """Return what is at ``path`` as far as a look tells; None: something that git must be asked about."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return Sibling("absent", path)
    except OSError as error:
        return Sibling("other", path, f"cannot be looked at: {error.strerror}")
    if not stat.S_ISDIR(mode):
        return Sibling("other", path, "a symbolic link" if stat.S_ISLNK(mode) else "a file")
    try:
        if not os.listdir(path):
            return Sibling("absent", path, "an empty folder")
    except OSError as error:
        return Sibling("other", path, f"a folder that cannot be read: {error.strerror}")
    if not os.path.lexists(os.path.join(path, ".git")):
        # No sibling is bare, and what looks like a bare repository may be files that an upstream has committed.
        return Sibling("other", path, "a folder that is no git repository")
    return None


def of_config(
    git: Git, path: str, name: str, config: Config, known_urls: tuple[str, ...], *, with_state: bool = True
) -> Sibling:
    """Return what is known of the clone at ``path``, where that of a project goes; its config is this.

    ``git`` works there.
    """
    urls = tuple(config.matching("remote.", ".url"))
    sibling = Sibling(
        "clone",
        path,
        f"a clone of {urls[0]}" if urls else "a git repository without a remote",
        project=config.text("subprojects.project"),
        host=config.text("subprojects.host"),
        urls=urls,
        origin=config.text("remote.origin.url"),
        followed_url=config.text("subprojects.url"),
        followed_branch=config.text("subprojects.branch"),
        shape=config.text("subprojects.shape"),
        refspecs=tuple(config.matching("remote.origin.", ".fetch")),
        rewrites=any(key.startswith("url.") for key in config.settings),
    )
    if sibling.project not in (None, name):
        return sibling._replace(what=f"a clone of {sibling.project}")
    if sibling.project is None and not any_same_url(urls, known_urls):
        return sibling
    sibling = sibling._replace(is_own=True)
    return _with_state(git, sibling) if with_state else sibling


def _with_state(git: Git, sibling: Sibling) -> Sibling:
    # Without that option git writes what it has learnt into the index.
    options = ("--porcelain=v2", "--branch", "--show-stash", "-z", "--untracked-files=normal")
    result = git.run("--no-optional-locks", "status", *options)
    if result.returncode != 0:
        return _unreadable(sibling, GitError(("status",), result.returncode, result.stderr).message)
    words: dict[str, str] = {}
    counts = {"1": 0, "2": 0, "u": 0, "?": 0}
    submodules = 0
    entries = iter(result.stdout.decode("utf-8", "surrogateescape").split("\0"))
    for entry in entries:
        mark, _, rest = entry.partition(" ")
        if mark == "#":
            key, _, words[key] = rest.partition(" ")
        elif mark in counts:
            counts[mark] += 1
        if mark == "1" and rest.startswith(".M S"):
            submodules += 1
        if mark == "2":
            # The old name of a renamed file is an entry of its own.
            next(entries)
    commit, branch = words.get("branch.oid"), words.get("branch.head")
    ahead, behind = (
        (abs(int(number)) for number in words["branch.ab"].split()) if "branch.ab" in words else (None, None)
    )
    return sibling._replace(
        branch=None if branch == "(detached)" else branch,
        commit=None if commit == "(initial)" else commit,
        upstream=words.get("branch.upstream"),
        ahead=ahead,
        behind=behind,
        changed=counts["1"] + counts["2"] + counts["u"],
        untracked=counts["?"],
        submodules=submodules,
        conflicted=counts["u"],
        stashes=int(words.get("stash", "0")),
    )


def _unreadable(sibling: Sibling, message: str) -> Sibling:
    hint = f"git -C {shlex.quote(sibling.path)} fsck"
    if "index" in message:
        index = os.path.join(refs.git_dir(sibling.path), "index")
        away = f"mv {shlex.quote(index)} {shlex.quote(f'{index}.damaged')}"
        hint = f"{away} && git -C {shlex.quote(sibling.path)} reset"
    words = "; ".join(message.splitlines())
    return sibling._replace(what=f"a git repository that git cannot read: {words}", hint=hint)


def link(sibling_top: str, host: Repository) -> str:
    """Return the value of ``subprojects.host`` for a sibling at ``sibling_top``: relative, so both can be moved."""
    return os.path.relpath(os.path.realpath(host.anchor), os.path.realpath(sibling_top))
