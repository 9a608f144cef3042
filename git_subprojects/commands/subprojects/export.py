"""``git subprojects export``: the manifest in the form of another program's."""

import argparse
import os

from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import current_context
from git_subprojects.context.selection import look
from git_subprojects.errors import FAILED, Error
from git_subprojects.manifest.interchange.common import Entry
from git_subprojects.manifest.model import Project
from git_subprojects.output.forms import as_json
from git_subprojects.plural import counted
from git_subprojects.system import files
from git_subprojects.workspace.facts import HostFacts
from git_subprojects.workspace.fetch import source_of

_NOT_HELD = ("mirrors", "borrow", "twins", "successor", "filter", "sparse", "build", "tested", "rules")


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Write the projects, at what fits the host today, to standard output or to a new file; return the exit status.

    Raises:
        Error: the file is there already.
    """
    output = getattr(arguments, "file", None)
    if output is not None and os.path.lexists(output):
        raise Error(f"{output} is there already", "give another name, or move it away")
    context = current_context(arguments.manifest, screen, kept=True)
    host = context.the_host()
    about = HostFacts(host.anchor, host.base_url)
    projects = [one for one in context.manifest.projects.values() if not one.within]
    states = {one.name: one for one in look(context, projects, is_brief=True)}
    entries = []
    failed = False
    for project in projects:
        urls = source_of(project, about).urls
        if not urls:
            screen.error(f"{project.name}: its URL {project.url} cannot be resolved against {host.base_url}")
            failed = True
            continue
        entries.append(_entry(project, urls[0], states[project.name].pin or project.branch))
    text = _written(arguments.format, entries)
    without = [one.name for one in entries if one.revision is None]
    if arguments.format == "west" and without:
        screen.note(f"west takes the branch master, for no revision is named: {' '.join(without)}")
    _say_what_is_missing(arguments.format, list(context.manifest.projects.values()), screen)
    if output is not None:
        files.write(output, text.encode())
        screen.note(f"{output}: {counted(len(entries), 'project')}")
    if arguments.json:
        screen.answer(as_json(projects=[one._asdict() for one in entries]))
    elif output is None:
        screen.answer(text.rstrip("\n"))
    return FAILED if failed else 0


def _entry(project: Project, url: str, revision: str | None) -> Entry:
    return Entry(
        project.name,
        url,
        project.directory,
        revision,
        project.groups,
        project.depth,
        project.submodules,
        project.description,
    )


def _written(kind: str, entries: list[Entry]) -> str:
    from git_subprojects.manifest.interchange import vcs_repos as repos
    from git_subprojects.manifest.interchange import west

    return {"repos": repos.written, "west": west.written}[kind](entries)


def _say_what_is_missing(kind: str, projects: list[Project], screen: Screen) -> None:
    """Say in a line what the other form cannot hold."""
    inside = [one.name for one in projects if one.within]
    if inside:
        screen.note(f"left out, for they lie in this tree: {' '.join(inside)}")
    keys = [key for key in _NOT_HELD if any(getattr(one, key) for one in projects)]
    if any(one.venue != type(one.venue)() or one.route != type(one.route)() for one in projects):
        keys.append("how patches are taken")
    if any(len(one.pins) > 1 for one in projects):
        keys.append("pins for other versions of the host")
    if keys:
        screen.note(f"{kind} cannot hold: {', '.join(keys)}")
