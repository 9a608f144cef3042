"""What a URL refers to, without asking anybody. Pure."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from git_subprojects.manifest.model import Project

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?P<authority>[^/?#]*)(?P<path>.*)", re.DOTALL)
"""RFC 3986, 3."""

_SCP = re.compile(r"(?P<authority>[^/]*?(?:\[[^]/]*\]|[^/:[]+)):(?P<path>.*)", re.DOTALL)
"""``[user@]host:path`` (git-fetch(1), GIT URLS): no slash stands before the first colon that is not in brackets."""


class Remote(NamedTuple):
    """A remote beside origin; ``is_relative``: the manifest gives its URL relative to the host's own."""

    name: str
    url: str
    is_relative: bool


class ProjectUrls(NamedTuple):
    """Where a project can be fetched from: its URL and its mirrors, none of them relative.

    ``relative`` are those that the manifest gives relative to the host's own. ``problem`` says why there are none.
    ``remotes`` are what else the manifest wants a clone to have.
    """

    urls: tuple[str, ...] = ()
    relative: tuple[str, ...] = ()
    problem: str | None = None
    remotes: tuple[Remote, ...] = ()


def project_urls(project: Project, base: str) -> ProjectUrls:
    """Return the URLs of a project, relative ones resolved against ``base``, the host's."""
    try:
        resolved = {url: resolve_url(base, url) for url in project.urls}
        remotes = tuple(
            Remote(name, resolve_url(base, url), is_relative=url.startswith(".")) for name, url in project.remotes
        )
    except ValueError as error:
        return ProjectUrls(problem=str(error))
    relative = tuple(absolute for url, absolute in resolved.items() if url.startswith("."))
    return ProjectUrls(tuple(resolved.values()), relative, remotes=remotes)


def resolve_url(base: str, url: str) -> str:
    """Return ``url``, where it is relative (``./``, ``../``) resolved against ``base`` as git-submodule(1) does.

    Raises:
        ValueError: it climbs above the top of ``base``.
    """
    if not url.startswith(("./", "../")):
        return url
    base = base.rstrip("/")
    rest = url
    while True:
        if rest.startswith("./"):
            rest = rest[2:]
        elif rest.startswith("../"):
            rest = rest[3:]
            base = _parent(base)
        else:
            return f"{base}{'' if base.endswith(':') else '/'}{rest}"


def _parent(base: str) -> str:
    scheme, found, rest = base.partition("://")
    if found:
        above, slash, _ = rest.rpartition("/")
        if slash:
            return f"{scheme}://{above}"
    else:
        above, slash, _ = base.rpartition("/")
        if slash and (above or base.startswith("/")):
            return above
        host, colon, path = base.rpartition(":")
        if colon and path:
            return f"{host}:"
    raise ValueError(f"'{base}' has no folder above it")


def same_url(url: str, other: str) -> bool:
    """Return whether two URLs, or paths, name the same repository for all that their spelling tells.

    Protocol, user and case do not matter, nor ``.git`` at the end.
    """
    return _host_and_path(url) == _host_and_path(other)


def any_same_url(urls: Iterable[str], others: Iterable[str]) -> bool:
    """Return whether one of ``urls`` names the same repository as one of ``others``."""
    return not {*map(_host_and_path, urls)}.isdisjoint(map(_host_and_path, others))


def _host_and_path(url: str) -> tuple[str, str]:
    host, path = "", url
    match = _URL.fullmatch(url) or _SCP.fullmatch(url)
    if match is not None:
        host, path = match["authority"].rpartition("@")[2], f"/{match['path'].lstrip('/')}"
    return host.casefold(), path.rstrip("/").removesuffix(".git").casefold()
