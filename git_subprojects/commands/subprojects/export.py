"""``git subprojects export``: the manifest in the format of another program's."""

from __future__ import annotations

import os

from git_subprojects.cli.options import WithManifest, option
from git_subprojects.errors import FAILED, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from git_subprojects.cli.screen import Screen
    from git_subprojects.manifest.model import Project

DESCRIPTION = "Write the projects of the manifest, at what fits this repository today, as west.yml or a .repos file."

_NOT_HELD = ("mirrors", "borrow", "twins", "successor", "filter", "sparse", "build", "tested", "rules")


class Options(WithManifest):
    """In which format it is written, and where it goes."""

    format: str = option("--format", metavar="FORMAT", choices=("repos", "west"), required=True, about="repos or west")
    output: str | None = option("-o", "--output", metavar="FILE", words="file", about="write it to this new file")


def run(options: Options, screen: Screen) -> int:
    """Write the projects, at what fits the host today, to standard output or to a new file; return the exit status.

    Raises:
        Error: the file exists.
    """
    from git_subprojects.context.context import current_context
    from git_subprojects.manifest.interchange import vcs_repos, west
    from git_subprojects.manifest.interchange.common import Entry
    from git_subprojects.plural import counted
    from git_subprojects.system import files
    from git_subprojects.workspace.pins import HostVersion
    from git_subprojects.workspace.urls import project_urls

    output = options.output
    if output is not None and os.path.lexists(output):
        raise Error(f"{output} is there already", "give another name, or move it away")
    context = current_context(options.manifest, screen, use_cache=True)
    host = context.the_host()
    projects = [project for project in context.manifest.projects.values() if not project.within]
    version = HostVersion(host, context.manifest.host.versions)
    entries = []
    for project in projects:
        urls = project_urls(project, host.base_url).urls
        if not urls:
            screen.error(f"{project.name}: its URL {project.url} cannot be resolved against {host.base_url}")
            continue
        pin = version.fit(project.pins).pin if context.is_host else None
        entries.append(
            Entry(
                project.name,
                urls[0],
                project.directory,
                (None if pin is None else pin.revision) or project.branch,
                project.groups,
                project.depth,
                project.submodules,
                project.description,
            )
        )
    without = [entry.name for entry in entries if entry.revision is None]
    if options.format == "west" and without:
        screen.note(f"west takes the branch master where no revision is named: {' '.join(without)}")
    _say_what_is_missing(options.format, context.manifest.projects.values(), screen)
    text = {"repos": vcs_repos.written, "west": west.written}[options.format](entries)
    if output is not None:
        files.write(output, text.encode())
        screen.note(f"{output}: {counted(len(entries), 'project')}")
    else:
        screen.answer(text.rstrip("\n"))
    return 0 if len(entries) == len(projects) else FAILED


def _say_what_is_missing(format: str, projects: Collection[Project], screen: Screen) -> None:  # noqa: A002 - the option
    """Say in a line what the other format cannot hold."""
    inside = [project.name for project in projects if project.within]
    if inside:
        screen.note(f"left out, because they lie in this tree: {' '.join(inside)}")
    keys = [key for key in _NOT_HELD if any(getattr(project, key) for project in projects)]
    if any(project.venue != type(project.venue)() or project.route != type(project.route)() for project in projects):
        keys.append("how patches are taken")
    if any(len(project.pins) > 1 for project in projects):
        keys.append("pins for other versions of the host")
    if keys:
        screen.note(f"{format} cannot hold: {', '.join(keys)}")
