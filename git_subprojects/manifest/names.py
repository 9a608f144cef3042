"""The names in a manifest, for completion: nothing is checked beyond what is returned."""

from typing import Any, NamedTuple

from git_subprojects.manifest import values
from git_subprojects.manifest.source import Source, merge, parse


class Names(NamedTuple):
    """Project → description, the groups, where siblings go, project → its folder there, and the host's name or ''."""

    projects: dict[str, str]
    groups: set[str]
    workspace: str
    directories: dict[str, str]
    host: str = ""


def names(source: Source, local: Source | None = None) -> Names:
    """Return what can be named; a broken manifest gives nothing, since no message would help in mid-word."""
    try:
        raw = merge(parse(source), parse(local) if local is not None else {})
    except (ValueError, RecursionError):
        return Names({}, set(), "..", {})
    found = Names({}, set(), _text(raw, "workspace", "directory", values.workspace_directory, ".."), {})
    found = found._replace(host=_text(raw, "host", "name", values.name, ""))
    projects = raw.get("project")
    for name, project in projects.items() if isinstance(projects, dict) else ():
        if isinstance(project, dict) and values.name(name) is None:
            description = project.get("description")
            found.projects[name] = str(description) if values.text(description) is None else ""
            place = project.get("directory", name)
            if "within" not in project and isinstance(place, str) and values.directory(place) is None:
                found.directories[name] = place
            groups = project.get("groups")
            if isinstance(groups, list):
                found.groups.update(group for group in groups if values.name(group) is None)
    return found


def _text(raw: dict[str, Any], table: str, key: str, check: values.Check, usual: str) -> str:
    found = raw.get(table)
    value = found.get(key) if isinstance(found, dict) else None
    return value if isinstance(value, str) and check(value) is None else usual
