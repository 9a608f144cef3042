"""The projects that can be cloned → text, Markdown and data. Pure."""

import re

from git_subprojects.manifest.model import Project
from git_subprojects.registries import VENUES
from git_subprojects.workspace.facts import Listing


def text(listing: Listing) -> str:
    """Return the projects a line each: name, description, groups and state.

    In columns for a terminal of the listing's width, else separated by tabs, so that cut(1) can take them apart.
    """
    rows: list[tuple[str, ...]] = [
        (project.name, listing.states[project.name], " ".join(project.groups), project.description)
        for project in listing.projects
    ]
    if listing.width is None or not rows:
        return "\n".join("\t".join((name, description, groups, state)) for name, state, groups, description in rows)
    rows.insert(0, ("NAME", "STATE", "GROUPS", "DESCRIPTION"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = []
    for row in rows:
        line = "  ".join([*(cell.ljust(wide) for cell, wide in zip(row, widths, strict=False)), row[3]])
        lines.append((line if len(line) <= listing.width else line[: listing.width - 1] + "…").rstrip())
    return "\n".join(lines)


def markdown(listing: Listing) -> str:
    """Return the projects as a table that a README can carry; it tells nothing of this machine."""
    lines = ["| project | what it is | groups | patches |", "|---|---|---|---|"]
    for project in listing.projects:
        name = f"[{project.name}]({project.url})" if project.url is not None and "://" in project.url else project.name
        lines.append(
            f"| {name} | {_cell(_about(project))} | {_cell(' '.join(project.groups))} | {_cell(_where(project))} |"
        )
    return "\n".join(lines)


def _about(project: Project) -> str:
    where = f" (in this tree, in {' '.join(project.within)})" if project.within else ""
    return (
        f"{project.description}{where}{f'; work goes on in {project.successor}' if project.successor else ''}".strip()
    )


def _where(project: Project) -> str:
    """Return where a project takes patches, in a word: its list, or the site."""
    return (", ".join(project.route.to) if project.venue.takes_mail else "") or VENUES[project.venue.kind].site


def _cell(text: str) -> str:
    """Return a text that Markdown takes for nothing else in a table."""
    return re.sub(r"([\\|<>`*_\[\]])", r"\\\1", text)


def data(listing: Listing) -> dict[str, object]:
    """Return the projects with name, description, groups, state and where they come from."""
    return {
        "projects": [
            {
                "name": project.name,
                "description": project.description,
                "groups": project.groups,
                "state": listing.states[project.name],
                "url": project.url,
                "mirrors": project.mirrors,
                "within": project.within,
                "successor": project.successor,
            }
            for project in listing.projects
        ]
    }
