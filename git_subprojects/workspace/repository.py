"""The repository that a command was started in: where its top is, and what its config says."""

import os
from collections.abc import Callable
from typing import NamedTuple

from git_subprojects.errors import Error, without_credentials
from git_subprojects.git import refs
from git_subprojects.git.config import Config
from git_subprojects.git.process import Finished, Git, GitError

BASE_REMOTE = "subprojects.baseRemote"
"""Config: which remote of the host relative URLs start from, such as that of which origin is a fork."""

_SETTINGS = r"^(subprojects|advice|protocol|remote|includeif)\.|^user\.email$"


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
        message = GitError(("rev-parse",), result.returncode, result.stderr).message
        raise Error(message, "run this in the repository whose neighbours you want, or with git -C FOLDER")
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


def at(git: Git, path: str) -> Repository | None:
    """Return the repository at ``path`` itself, not in a folder above it; None if there is none."""
    if not os.path.lexists(os.path.join(path, ".git")) and not os.path.exists(os.path.join(path, "HEAD")):
        return None
    try:
        repository = discover(git.elsewhere(path))
    except Error:
        return None
    # A colon in the path would let git look further up all the same.
    places = (repository.top, repository.common_dir, repository.common_dir.removesuffix("/.git"))
    return repository if os.path.realpath(path) in {os.path.realpath(place) for place in places if place} else None
