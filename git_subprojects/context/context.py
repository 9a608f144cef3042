"""Where a command was started, and which manifest is in effect there."""

import os
from collections.abc import Callable, Mapping
from typing import NamedTuple
from zlib import crc32

from git_subprojects.cli.screen import Screen
from git_subprojects.context.host import Location, is_recognised, locate
from git_subprojects.context.manifest_lookup import ManifestFiles, manifest_files
from git_subprojects.git.config import Config
from git_subprojects.git.process import Git
from git_subprojects.manifest.model import Manifest
from git_subprojects.system.cache import Cache
from git_subprojects.workspace.repository import NoRepositoryError, Repository, discover


class Context(NamedTuple):
    """Where a command was started, and the manifest in effect, with the files that it was read from.

    ``host`` is None outside any repository; ``sibling`` and ``project`` are set in a sibling. ``is_host`` tells
    whether the manifest's host section is about the host.
    """

    git: Git
    config: Config
    host: Repository | None
    sibling: Repository | None
    project: str | None
    manifest: Manifest
    files: ManifestFiles
    is_host: bool

    @property
    def manifest_name(self) -> str:
        """What messages call the manifest."""
        return self.files.source.name

    def the_host(self) -> Repository:
        """Return the host, which there is unless the context was made with ``outside``."""
        assert self.host is not None  # noqa: S101
        return self.host


def here() -> Git:
    """Return git in the current folder."""
    return Git(os.environ)


def current_context(
    requested: str | None,
    screen: Screen,
    *,
    outside: bool = False,
    git: Git | None = None,
    discovered: Callable[[], Repository] | None = None,
    use_cache: bool = False,
) -> Context:
    """Return where this is; ``requested`` is the manifest that the command line names.

    ``git`` is another than ``here``'s, and ``discovered`` what ``start_discover`` has returned for it.
    ``use_cache``: the manifest may come from the user's cache.

    Raises:
        Error: there is no repository here (unless ``outside`` will do), or the manifest cannot be used.
    """
    git = git or here()
    try:
        repository = discovered() if discovered is not None else discover(git)
    except NoRepositoryError:
        if not outside:
            raise
        location = Location(None)
        config = git.config(r"^(subprojects|advice)\.")
    else:
        location = locate(repository)
        config = repository.config
    files = manifest_files(location.host, requested, git, config)
    manifest = _cached(files, git.environment) if use_cache else _read(files)
    screen.detail(f"manifest: {files.source.name}")
    is_host = True
    if files.builtin and location.host is not None:
        is_host = is_recognised(location.host, manifest.host.recognise)
        key = "advice.subprojectsBuiltin"
        if config.flag(key, default=True):
            screen.hint("no subprojects.toml here: using the built-in manifest", key)
    return Context(git, config, location.host, location.sibling, location.project, manifest, files, is_host)


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


def _cached(files: ManifestFiles, environment: Mapping[str, str]) -> Manifest:
    """Return the manifest, as it was stored when it was last read. Raises ManifestError where it has problems."""
    from git_subprojects.manifest import stored

    cache = Cache(cache_folder(environment), stored.VERSION)
    name = f"manifest-{crc32(files.source.content):08x}"
    content = cache.load(name)
    manifest = None if content is None else stored.loaded(content, files.source, files.local)
    if manifest is None:
        manifest = _read(files)
        cache.store(name, stored.dumped(manifest, files.source, files.local))
    return manifest


def _read(files: ManifestFiles) -> Manifest:
    from git_subprojects.manifest.reader import read

    return read(files.source, files.local)
