"""A manifest with every project at one commit: what a workspace was made of."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from git_subprojects.manifest import values
from git_subprojects.manifest.model import HOST, Manifest

HEADING = "# Every project at the commit that it had when git subprojects freeze wrote this."

Raw = dict[str, Any]


class Frozen(NamedTuple):
    """A frozen manifest: its text, the host's name and commit, and each project's name, path and commit."""

    text: str
    host: str
    commit: str | None
    projects: tuple[tuple[str, str, str | None], ...]


def frozen(raw: Raw, commits: Mapping[str, str], host: str | None) -> Raw:
    """Return the tables of a manifest with each project at its commit.

    ``raw`` are those of the manifest that holds, ``commits`` the full commit ids of the projects that are cloned, and
    ``host`` that of the host. Projects that are not cloned are left out, and not named any more; in-tree projects stay.
    """
    projects = {
        name: _at(project, commits.get(name))
        for name, project in raw.get("project", {}).items()
        if name in commits or "within" in project
    }
    named = {*projects, HOST}
    head = _without_unknown(raw.get("host", {}), named) | ({} if host is None else {"revision": host})
    found = {key: value for key, value in raw.items() if key not in ("host", "project")}
    if "workspace" in found:
        # All that was cloned is to be there again, whatever is left out by default.
        found["workspace"] = {key: value for key, value in found["workspace"].items() if key != "groups"}
    return found | {"host": head, "project": {name: _without_unknown(one, named) for name, one in projects.items()}}


def text(raw: Raw) -> str:
    """Return a frozen manifest as TOML."""
    import tomlkit

    return f"{HEADING}\n\n{tomlkit.dumps(raw)}"


def commits_of(manifest: Manifest) -> dict[str, str]:
    """Return the commit of each project that is cloned in a frozen manifest, and that of the host by its own name.

    Raises:
        ValueError: some project is not at one commit; its message names it.
    """
    found = {} if manifest.host.revision is None else {manifest.host.name: manifest.host.revision}
    for name, project in manifest.projects.items():
        if project.within:
            continue
        revision = project.pins[0].revision if len(project.pins) == 1 and project.pins[0].host is None else None
        if values.commit(revision) is not None or revision is None:
            raise ValueError(f"project {name} is not at one commit")
        found[name] = revision
    return found


def _at(project: Raw, commit: str | None) -> Raw:
    if commit is None:
        return project
    return {key: value for key, value in project.items() if key not in ("pin", "tested")} | {
        "pin": [{"revision": commit}]
    }


def _without_unknown(table: Raw, named: set[str]) -> Raw:
    """Return a table without what refers to projects that are not ``named``."""
    found = dict(table)
    for key in ("borrow", "twins"):
        if key in found:
            found[key] = [name for name in found[key] if name in named]
    if "twin" in found:
        found["twin"] = {name: twin for name, twin in found["twin"].items() if name in named}
    if found.get("successor", HOST) not in named:
        del found["successor"]
    return found
