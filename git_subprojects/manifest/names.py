"""The names in a manifest, for completion: nothing is checked beyond what is returned."""

from typing import NamedTuple

from git_subprojects.manifest import values
from git_subprojects.manifest.source import Source, merge, parse


class Names(NamedTuple):
    """Project → description, and the groups."""

    projects: dict[str, str]
    groups: set[str]


def names(source: Source, local: Source | None = None) -> Names:
    """Return what can be named; a broken manifest gives nothing, since no message would help in mid-word."""
    try:
        raw = merge(parse(source), parse(local) if local is not None else {})
    except (ValueError, RecursionError):
        return Names({}, set())
    found = Names({}, set())
    projects = raw.get("project")
    for name, project in projects.items() if isinstance(projects, dict) else ():
        if isinstance(project, dict) and values.name(name) is None:
            description = project.get("description")
            found.projects[name] = str(description) if values.text(description) is None else ""
            groups = project.get("groups")
            if isinstance(groups, list):
                found.groups.update(group for group in groups if values.name(group) is None)
    return found
