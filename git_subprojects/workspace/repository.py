"""The repository that a command was started in: where its top is, and what its config says."""

import os
import re
from collections.abc import Callable
from typing import NamedTuple

from git_subprojects.errors import Error, without_credentials
from git_subprojects.git import refs
from git_subprojects.git.config import Config
from git_subprojects.git.process import Finished, Git, GitError

BASE_REMOTE = "subprojects.baseRemote"
"""Config: which remote of the host relative URLs start from, such as that of which origin is a fork."""

_SETTINGS = r"^(subprojects|advice|protocol|remote|includeif)\.|^user\.email$|^sendemail\.from$"


class NoRepositoryError(Error):
    """There is no repository."""


class Repository(NamedTuple):
    """A repository. ``top`` is the work tree's top level, None in a bare one; all paths are absolute.

    ``anchor`` is what "beside" refers to: the top of the main work tree, also from a linked one, or the bare
    repository's own folder. ``own_host`` is set in a linked work tree that is in a set of its own, and is the path of
    the set's host from its top; "beside" refers to that top then.
    """

    git: Git
    top: str | None
    common_dir: str
    anchor: str
    config: Config
    own_host: str | None = None

    @property
    def base_url(self) -> str:
        """What relative URLs start from: a remote's URL, without credentials that are no sibling's, or the path."""
        return without_credentials(self.config.text(f"remote.{self.base_remote}.url") or self.anchor)

    @property
    def base_remote(self) -> str:
        """The remote from whose URL relative ones start."""
        return self.config.text(BASE_REMOTE) or "origin"

    def other_bases(self) -> dict[str, str]:
        """Return the URLs of the other remotes, by name."""
        urls = {
            key.removeprefix("remote.").removesuffix(".url"): without_credentials(values[-1])
            for key, values in self.config.settings.items()
            if key.startswith("remote.") and key.endswith(".url")
        }
        return {name: url for name, url in urls.items() if name != self.base_remote}


def discover(git: Git) -> Repository:
    """Return the repository that git finds from here.

    Raises:
        Error: there is none, or git refuses it; in git's own words.
    """
    return start_discover(git)()


def start_discover(git: Git) -> Callable[[], Repository]:
    """Ask what ``discover`` does, as ``Git.start``, and return a function that reads the answers."""
    finish = git.start(
        "rev-parse",
        "--path-format=absolute",
        "--is-bare-repository",
        "--git-dir",
        "--git-common-dir",
        "--show-toplevel",
    )
    finish_config = git.start_config(_SETTINGS)
    return lambda: _discovered(git, finish(), finish_config())


def _discovered(git: Git, result: Finished, config: Config) -> Repository:
    lines = os.fsdecode(result.stdout).removesuffix("\n").split("\n")
    if len(lines) > 4:
        raise Error("the path of this repository holds a line break", "give its folder another name")
    if len(lines) < 3:
        raise _refusal(GitError(("rev-parse",), result.returncode, result.stderr).message)
    bare, git_dir, common_dir = lines[0] == "true", lines[1], lines[2]
    top = lines[3] if len(lines) > 3 else None
    parent, name = os.path.split(common_dir)
    if name == ".git" and not (bare and git_dir == common_dir):
        anchor = parent
    elif top is not None and git_dir == common_dir:
        anchor = top
    elif bare or top is None:
        anchor = common_dir
    else:
        anchor = top
    if top is None and not bare:
        top = anchor
    own_host = refs.own_host(git_dir) if git_dir != common_dir else None
    if own_host is not None and top is not None:
        anchor = top
    return Repository(git, top, common_dir, anchor, config, own_host)


def trust_command(message: str) -> str | None:
    """Return the command by which git says that a repository of another user can be trusted; None: it says none."""
    match = re.search(r"git config --global --add safe\.directory [^\r\n]+", message)
    return None if match is None else match[0]


def _refusal(message: str) -> Error:
    """Return the error for a repository that git does not find, or does not take, for the reason in its ``message``."""
    if "not a git repository" in message:
        hint = "run this in the repository whose neighbours you want, or with git -C FOLDER"
        return NoRepositoryError(message, hint)
    trust = trust_command(message)
    return Error(message if trust is None else message.partition("\n")[0], trust)


def at(git: Git, path: str) -> Repository | None:
    """Return the repository at ``path`` itself, not in a folder above it; None if there is none.

    Raises:
        Error: git does not take it, because it is damaged, or another user's; in git's own words, with its command.
    """
    is_marked = os.path.lexists(os.path.join(path, ".git"))
    if not is_marked and not os.path.exists(os.path.join(path, "HEAD")):
        return None
    try:
        repository = discover(git.elsewhere(path))
    except NoRepositoryError as error:
        if not is_marked:
            return None
        flaw = refs.flaw(path)
        if flaw is None:
            raise Error(f"{path}: {error.message.splitlines()[0]}", "move it away, or repair it") from None
        raise Error(f"{path}: git says 'not a git repository': {flaw[0]}", flaw[1]) from None
    except Error as error:
        if error.hint is not None:
            raise
        raise Error(f"{path}: {error.message}", "repair it, or move it away and clone it again") from None
    # A colon in the path would let git look further up all the same.
    places = (repository.top, repository.common_dir, repository.common_dir.removesuffix("/.git"))
    return repository if os.path.realpath(path) in {os.path.realpath(place) for place in places if place} else None
