"""``.gitmodules``, gitmodules(5)."""

from collections.abc import Mapping

from git_subprojects.git.config import Config
from git_subprojects.manifest.interchange.common import NOT_DEFAULT, Entry, Read

_SAID = ("fetchRecurseSubmodules", "ignore")


def paths(config: Config) -> list[str]:
    """Return where the submodules are in the tree."""
    return [config.text(f"submodule.{name}.path") or name for name in _names(config)]


def read(config: Config, commits: Mapping[str, str] | None = None) -> Read:
    """Return the submodules that a file names; ``config`` is what git reads in it.

    ``commits`` are those that the tree records, by path; None: the file belongs to no tree.
    """
    entries = []
    left_out = []
    lost = []
    for name in _names(config):
        url, branch = config.text(f"submodule.{name}.url"), config.text(f"submodule.{name}.branch")
        path = config.text(f"submodule.{name}.path") or name
        if url is None:
            lost.append(f"{name}: it has no url")
            continue
        if branch == ".":
            left_out.append(f"{name}: its branch is that of the host")
            branch = None
        groups: tuple[str, ...] = ()
        update = config.text(f"submodule.{name}.update") or "checkout"
        if update == "none":
            groups = (NOT_DEFAULT,)
        elif update != "checkout":
            left_out.append(f"{name}: its update = {update}")
        left_out += [f"{name}: its {key}" for key in _SAID if config.text(f"submodule.{name}.{key}") is not None]
        commit = None if commits is None else commits.get(path)
        if commits is not None and commit is None:
            left_out.append(f"{name}: no pin, because HEAD records no commit of it at {path}")
        head = None if branch is None else f"refs/heads/{branch}"
        depth = 1 if config.flag(f"submodule.{name}.shallow", default=False) else None
        entries.append(Entry(path, url, path, commit or head, groups, depth, branch=branch))
    filtered = (f"-{NOT_DEFAULT}",) if any(entry.groups for entry in entries) else ()
    return Read(tuple(entries), tuple(left_out), tuple(lost), filtered)


def _names(config: Config) -> list[str]:
    keys = [key for key in config.settings if key.startswith("submodule.")]
    return list(dict.fromkeys(key.removeprefix("submodule.").rpartition(".")[0] for key in keys))
