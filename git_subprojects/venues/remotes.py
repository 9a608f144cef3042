"""Finds out where a pull request comes from and goes to: the remotes, and the programs of the sites."""

import shutil
from collections.abc import Mapping, Sequence

from git_subprojects.git.config import Config
from git_subprojects.git.process import Git
from git_subprojects.venues.proposal import PROGRAMS, Facts, Site
from git_subprojects.workspace.urls import same_url


def site(url: str) -> Site | None:
    """Return the site and the repository of a URL; None for a path of this machine."""
    rest = url.partition("://")[2]
    if not rest:
        host, colon, path = url.partition(":")
        if not colon or "/" in host:
            return None
        rest = f"{host}/{path}"
    authority, slash, path = rest.rpartition("@")[2].partition("/")
    path = path.strip("/").removesuffix(".git")
    return Site(authority.lower(), path) if slash and authority and path else None


def gather(git: Git, kind: str, urls: Sequence[str], branch: str | None) -> Facts:
    """Return the facts for a project at ``urls``, of which ``branch`` is the one that its manifest names, if any."""
    config = git.config(r"^(remote\..*\.url|remote\.pushdefault|branch\..*\.pushremote)$")
    remotes = _remotes(config)
    own = next((name for name, url in remotes.items() if any(same_url(url, one) for one in urls)), None)
    sites = [found for found in map(site, urls) if found is not None]
    there = next((one for one in sites if kind in one.host), sites[0] if sites else None)
    current = git.run("symbolic-ref", "-q", "--short", "HEAD").stdout.decode("utf-8", "surrogateescape").strip() or None
    chosen = [config.text(f"branch.{current}.pushRemote") if current else None, config.text("remote.pushDefault")]
    fork = _fork(remotes, own, there, [name for name in chosen if name])
    return Facts(
        there,
        own,
        fork,
        None if fork is None else site(remotes[fork]),
        branch or _head(git, own),
        current,
        kind in PROGRAMS and shutil.which(PROGRAMS[kind], path=git.environment.get("PATH")) is not None,
    )


def _remotes(config: Config) -> dict[str, str]:
    return {
        key.removeprefix("remote.").removesuffix(".url"): found[0]
        for key, found in config.settings.items()
        if key.startswith("remote.") and key.endswith(".url")
    }


def _fork(remotes: Mapping[str, str], own: str | None, there: Site | None, chosen: Sequence[str]) -> str | None:
    """Return the remote that is the user's copy: at the same site and of the same name, or ``chosen`` to push to."""
    for name in [*(name for name in chosen if name in remotes), *remotes]:
        found = site(remotes[name])
        if name == own or found is None or there is None or found.host != there.host or found.path == there.path:
            continue
        if name in chosen or _name(found) == _name(there):
            return name
    return None


def _name(one: Site) -> str:
    return one.path.rpartition("/")[2].casefold()


def _head(git: Git, remote: str | None) -> str | None:
    if remote is None:
        return None
    found = git.run("symbolic-ref", "-q", f"refs/remotes/{remote}/HEAD")
    return found.stdout.decode("utf-8", "surrogateescape").strip().removeprefix(f"refs/remotes/{remote}/") or None
