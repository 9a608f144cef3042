"""How a project takes patches, and what to know before work on it. Pure values."""

from typing import NamedTuple

from git_subprojects.manifest.model import Command, Host, Project, Route, Rule, Venue


class ProjectInfo(NamedTuple):
    """How a project, or the host, takes patches, and how work on it starts.

    ``place`` says where its clone is and in which state, ``start`` on which revision work begins and why; ``clone`` is
    the command that clones it, None where there is nothing to clone.
    """

    name: str
    description: str
    venue: Venue
    route: Route
    rules: tuple[Rule, ...]
    build: tuple[Command, ...]
    place: str
    clone: str | None = None
    start: str | None = None
    url: str | None = None
    mirrors: tuple[str, ...] = ()
    build_directory: str | None = None
    groups: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()
    successor: str | None = None


def of_project(project: Project, place: str, clone: str | None, start: str | None) -> ProjectInfo:
    """Return what there is to know of a project of the manifest."""
    return ProjectInfo(
        project.name,
        project.description,
        project.venue,
        project.route,
        project.rules,
        project.build,
        place,
        clone,
        start,
        project.url,
        project.mirrors,
        project.build_directory,
        project.groups,
        project.twins,
        project.successor,
    )


def of_host(host: Host, place: str) -> ProjectInfo:
    """Return what there is to know of the host."""
    return ProjectInfo(host.name, "the host", host.venue, host.route, host.rules, host.build, place, twins=host.twins)
