"""``.gitmodules``, gitmodules(5)."""

from git_subprojects.git.config import Config
from git_subprojects.manifest.interchange.common import Entry, Read


def read(config: Config) -> Read:
    """Return the submodules that a file names; ``config`` is what git reads in it."""
    names = dict.fromkeys(
        key.removeprefix("submodule.").rpartition(".")[0] for key in config.settings if key.startswith("submodule.")
    )
    entries = []
    left_out = []
    for name in names:
        url, branch = config.text(f"submodule.{name}.url"), config.text(f"submodule.{name}.branch")
        path = config.text(f"submodule.{name}.path") or name
        if url is None:
            left_out.append(f"{name}: it has no url")
            continue
        if branch == ".":
            left_out.append(f"{name}: its branch is that of the host")
            branch = None
        depth = 1 if config.flag(f"submodule.{name}.shallow", default=False) else None
        entries.append(Entry(path, url, path, None if branch is None else f"refs/heads/{branch}", depth=depth))
    return Read(tuple(entries), tuple(left_out))
