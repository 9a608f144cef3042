"""Finds out where a proposal comes from and goes to: the remotes, and the program of the site."""

import shutil
from collections.abc import Mapping, Sequence

from git_subprojects.git.config import Config
from git_subprojects.git.process import Git
from git_subprojects.registries import VENUES
from git_subprojects.venues.base import Remotes, Site
from git_subprojects.workspace.urls import same_url


def site(url: str) -> Site | None:
    """Return the site and the repository of a URL; None for a path of this machine."""
    rest = url.partition("://")[2]
    if not rest:
        host, colon, path = url.partition(":")
        if not colon or "/" in host:
            return None
        rest = f"{host}/{path}"
    authority, slash, path = rest.partition("/")
    authority = authority.rpartition("@")[2]
    path = path.strip("/").removesuffix(".git")
    return Site(authority.lower(), path) if slash and authority and path else None


def remotes_of(git: Git, kind: str, program: str, urls: Sequence[str], branch: str | None) -> Remotes:
    """Return what a proposal of a project at ``urls`` depends on.

    ``kind`` is its venue's, ``program`` that of the site; ``branch`` is the one that its manifest names, if any.
    """
    config = git.config(r"^(remote\..*\.url|remote\.pushdefault|branch\..*\.pushremote)$")
    remotes = _remotes(config)
    own = next((name for name, url in remotes.items() if any(same_url(url, known) for known in urls)), None)
    sites = [place for place in map(site, urls) if place is not None]
    there = next((place for place in sites if VENUES[kind].is_named_in(place.host)), sites[0] if sites else None)
    current = git.run("symbolic-ref", "-q", "--short", "HEAD").stdout.decode("utf-8", "surrogateescape").strip() or None
    chosen = [config.text(f"branch.{current}.pushRemote") if current else None, config.text("remote.pushDefault")]
    fork = _fork(remotes, own, there, [name for name in chosen if name])
    return Remotes(
        there,
        own,
        fork,
        None if fork is None else site(remotes[fork]),
        branch or _head(git, own),
        current,
        bool(program) and shutil.which(program, path=git.environment.get("PATH")) is not None,
    )


def _remotes(config: Config) -> dict[str, str]:
    return {
        key.removeprefix("remote.").removesuffix(".url"): urls[0]
        for key, urls in config.settings.items()
        if key.startswith("remote.") and key.endswith(".url")
    }


def _fork(remotes: Mapping[str, str], own: str | None, there: Site | None, chosen: Sequence[str]) -> str | None:
    """Return the remote that is the user's copy: at the same site and of the same name, or ``chosen`` to push to."""
    for name in [*(name for name in chosen if name in remotes), *remotes]:
        place = site(remotes[name])
        if name == own or place is None or there is None or place.host != there.host or place.path == there.path:
            continue
        if name in chosen or _name(place) == _name(there):
            return name
    return None


def _name(place: Site) -> str:
    return place.path.rpartition("/")[2].casefold()


def _head(git: Git, remote: str | None) -> str | None:
    if remote is None:
        return None
    ref = git.run("symbolic-ref", "-q", f"refs/remotes/{remote}/HEAD").stdout
    return ref.decode("utf-8", "surrogateescape").strip().removeprefix(f"refs/remotes/{remote}/") or None
