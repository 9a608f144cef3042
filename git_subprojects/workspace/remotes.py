"""The remotes of a clone beside origin: those that the manifest names are added and kept up, others are the user's."""

import shlex
from collections.abc import Iterable, Mapping

from git_subprojects.git.process import Git
from git_subprojects.workspace.revision import FETCH
from git_subprojects.workspace.transport import TransferError, Transport
from git_subprojects.workspace.urls import Remote, same_url


def add_missing(git: Git, remotes: Iterable[Remote], known: Mapping[str, str]) -> None:
    """Add the remotes that a clone lacks; ``known`` are the URLs, by name, of those that it has."""
    for remote in remotes:
        if remote.name not in known:
            git.output("remote", "add", remote.name, remote.url)


def keep_up(transport: Transport, remotes: Iterable[Remote], path: str, *, rewrites: bool) -> None:
    """Add and fetch the remotes of the clone at ``path``; what cannot be done is said, and is no failure."""
    git = transport.git
    listed = git.config(r"^remote\..*\.url$").settings
    known = {key.removeprefix("remote.").removesuffix(".url"): urls[0] for key, urls in listed.items()}
    add_missing(git, remotes, known)
    for remote in remotes:
        url = known.get(remote.name, remote.url)
        if not same_url(url, remote.url):
            command = f"git -C {shlex.quote(path)} remote set-url {remote.name} {shlex.quote(remote.url)}"
            transport.say(f"its remote {remote.name} is {url}, and the manifest says {remote.url}: {command}")
        allowed = transport.for_url(url, relative=remote.is_relative, rewrites=rewrites)
        try:
            allowed.run(*FETCH, "--", remote.name)
        except TransferError as error:
            if error.kind == "cancelled":
                raise
            transport.say(f"its remote {remote.name} was not fetched: {error.message.splitlines()[-1]}")
