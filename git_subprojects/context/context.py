"""Where a command was started, and which manifest holds there."""

import os
from collections.abc import Callable, Mapping
from typing import NamedTuple
from zlib import crc32

from git_subprojects.cli.screen import Screen
from git_subprojects.context import host as hosts
from git_subprojects.errors import Error
from git_subprojects.git.config import Config
from git_subprojects.git.process import Git
from git_subprojects.manifest.model import Manifest
from git_subprojects.system.cache import Cache
from git_subprojects.workspace.repository import Repository, discover


class Context(NamedTuple):
    """Where a command was started, and the manifest that holds there.

    ``host`` is None outside any repository; ``sibling`` and ``project`` are set in a sibling. ``is_host`` tells
    whether the manifest's host section is about the host. ``found`` is what the manifest was read from.
    """

    git: Git
    config: Config
    host: Repository | None
    sibling: Repository | None
    project: str | None
    manifest: Manifest
    manifest_name: str
    is_host: bool
    found: hosts.Found

    def the_host(self) -> Repository:
        """Return the host, which is there unless ``surroundings`` was asked to do without."""
        assert self.host is not None  # noqa: S101
        return self.host


def here() -> Git:
    """Return git in the current folder."""
    return Git(os.environ)


def current_context(
    asked: str | None,
    screen: Screen,
    *,
    outside: bool = False,
    git: Git | None = None,
    discovered: Callable[[], Repository] | None = None,
    kept: bool = False,
) -> Context:
    """Return where this is; ``asked`` is the manifest of the command line.

    ``git`` is another than ``here``'s, and ``discovered`` what ``start_discover`` has begun with it.
    ``kept``: the manifest may come from the user's cache.

    Raises:
        Error: there is no repository here (unless ``outside`` will do), or the manifest cannot be used.
    """
    git = git or here()
    try:
        repository = discovered() if discovered is not None else discover(git)
    except Error:
        if not outside:
            raise
        place = hosts.Place(None)
        config = git.config(r"^(subprojects|advice)\.")
    else:
        place = hosts.locate(repository)
        config = repository.config
    found = hosts.manifest_of(place.host, asked, git, config)
    manifest = _kept(found, git.environment) if kept else _read(found)
    screen.detail(f"manifest: {found.source.name}")
    is_host = True
    if found.builtin and place.host is not None:
        is_host = hosts.is_recognised(place.host, manifest.host.recognise)
        key = "advice.subprojectsBuiltin"
        if config.flag(key, default=True):
            screen.hint("no subprojects.toml here: using the built-in manifest", key)
    name = found.source.name
    return Context(git, config, place.host, place.sibling, place.project, manifest, name, is_host, found)


def cache_folder(environment: Mapping[str, str]) -> str | None:
    """Return the folder for what only saves time, None where the user has no home."""
    return _own_folder(environment, "XDG_CACHE_HOME", ".cache")


def state_folder(environment: Mapping[str, str]) -> str | None:
    """Return the folder for what the user has said once and for all, None where the user has no home."""
    return _own_folder(environment, "XDG_STATE_HOME", ".local/state")


def _own_folder(environment: Mapping[str, str], variable: str, usual: str) -> str | None:
    base = environment.get(variable, "")
    if not os.path.isabs(base):
        home = environment.get("HOME")
        if not home:
            return None
        base = os.path.join(home, usual)
    return os.path.join(base, "git-subprojects")


def _kept(found: hosts.Found, environment: Mapping[str, str]) -> Manifest:
    """Return the manifest, as it was stored when it was last read. Raises ManifestError where it has problems."""
    from git_subprojects.manifest import stored

    cache = Cache(cache_folder(environment), stored.VERSION)
    name = f"manifest-{crc32(found.source.content):08x}"
    kept = cache.load(name)
    manifest = None if kept is None else stored.loaded(kept, found.source, found.local)
    if manifest is None:
        manifest = _read(found)
        cache.store(name, stored.dumped(manifest, found.source, found.local))
    return manifest


def _read(found: hosts.Found) -> Manifest:
    from git_subprojects.manifest.reader import read

    return read(found.source, found.local)
