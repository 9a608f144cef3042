"""What a project's tree tells of how it takes patches, in a clone or far away."""

import os

from git_subprojects.git.config import Config
from git_subprojects.git.process import Git, settings
from git_subprojects.manifest.proposal import READ, SETTINGS, Tree
from git_subprojects.system.scratch import scratch_folder
from git_subprojects.workspace.revision import current_branch
from git_subprojects.workspace.transport import Transport

LARGEST_READ = 4 * 1024 * 1024


def tree_of(git: Git) -> Tree:
    """Return what the tree at HEAD has. Raises GitError where there is none."""
    listed = git.output("ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD")
    paths = frozenset(listed.decode("utf-8", "replace").split("\0")[:-1])
    texts = {path: (git.blob("HEAD", path) or b"")[:LARGEST_READ] for path in READ if path in paths}
    return Tree(paths, texts, {name: _settings(git, texts[name]) for name in SETTINGS if name in texts})


def far_away(transport: Transport, url: str) -> tuple[str | None, Tree]:
    """Return the default branch of the repository at ``url``, and what its tree has.

    Hardly more is fetched than the names of its files, to a temporary folder.

    Raises:
        TransferError: it cannot be reached.
        GitError: it has no commits.
    """
    with scratch_folder() as folder:
        place = os.path.join(folder, "tree.git")
        words = ("clone", "--bare", "--no-local", "--progress", "--depth=1", "--filter=blob:none", "--", url, place)
        transport.in_folder(folder).retrying(lambda: transport.in_folder(folder).run(*words), url)
        git = transport.git.elsewhere(place)
        return current_branch(git), tree_of(git)


def _settings(git: Git, text: bytes) -> Config:
    """Return what a file in the form of git's config says; nothing where it is broken. It includes no others."""
    answer = git.run("config", "-z", "--no-includes", "--file", "-", "--list", stdin=text)
    return settings(answer) if answer.returncode == 0 else Config({})
