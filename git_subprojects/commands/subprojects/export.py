"""``git subprojects export``: the manifest in the format of another program's."""

from __future__ import annotations

import os

from git_subprojects.cli.options import WithManifest, option
from git_subprojects.errors import FAILED, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.context.context import Context
    from git_subprojects.manifest.model import Project

DESCRIPTION = "Write the projects of the manifest, at what fits this repository today, as west.yml or a .repos file."

_NOT_HELD = ("mirrors", "remotes", "borrow", "twins", "successor", "filter", "sparse", "build", "tested", "rules")


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
    from git_subprojects.workspace.facts import Fit
    from git_subprojects.workspace.pins import HostVersion
    from git_subprojects.workspace.urls import project_urls

    output = options.output
    if output is not None and os.path.lexists(output):
        raise Error(f"{output} is there already", "give another name, or move it away")
    context = current_context(options.manifest, screen, use_cache=True)
    host = context.the_host()
    projects = [project for project in context.manifest.projects.values() if not project.within]
    urls: dict[str, tuple[str, ...]] = {}
    version = HostVersion(host, context.manifest.host.versions)
    is_whole = True
    not_ours = f"this is no tree of {context.manifest.host.name}"
    revisions: dict[str, str | None] = {}
    for project in projects:
        urls[project.name] = project_urls(project, host.base_url).urls
        if not urls[project.name]:
            screen.error(f"{project.name}: its URL {project.url} cannot be resolved against {host.base_url}")
            continue
        fit = version.fit(project.pins) if context.is_host else Fit(doubt=not_ours if project.pins else None)
        if fit.doubt is not None:
            screen.error(f"{project.name}: without its pin: {fit.doubt}", "export in a full clone of the host")
            is_whole = False
        revisions[project.name] = (None if fit.pin is None else fit.pin.revision) or project.branch
    projects = [project for project in projects if project.name in revisions]
    heads = _heads(context, [project for project in projects if revisions[project.name] is None], screen)
    entries = [
        Entry(
            project.name,
            urls[project.name][0],
            project.directory,
            revisions[project.name] or heads.get(project.name, UNKNOWN[options.format]),
            project.groups,
            project.depth,
            project.submodules,
            project.description,
        )
        for project in projects
    ]
    is_whole &= all(revision is not None or name in heads for name, revision in revisions.items())
    is_whole &= len(entries) == len(urls)
    _say_what_is_missing(options.format, context.manifest.projects.values(), screen)
    text = {"repos": vcs_repos.written, "west": west.written}[options.format](entries)
    if output is not None:
        files.write(output, text.encode())
        screen.note(f"{output}: {counted(len(entries), 'project')}")
    else:
        screen.answer(text.rstrip("\n"))
    return 0 if is_whole else FAILED


UNKNOWN = {"west": "HEAD", "repos": None}
"""What stands for the branch that the remote's HEAD names, where nobody can be asked; west takes none for master."""


def _heads(context: Context, projects: Sequence[Project], screen: Screen) -> dict[str, str]:
    """Return the branches that the HEADs of remotes name, as the clones know them, or the remotes themselves say.

    It is said where that is not known.
    """
    from concurrent.futures import ThreadPoolExecutor

    from git_subprojects.context.network import FETCHES_AT_LEAST, jobs, transport
    from git_subprojects.context.selection import look
    from git_subprojects.git import refs
    from git_subprojects.workspace.fetch_clone import REMOTE
    from git_subprojects.workspace.remote_head import remote_head
    from git_subprojects.workspace.transport import TransferError
    from git_subprojects.workspace.urls import project_urls

    heads: dict[str, str | None] = {}
    for state in look(context, projects, is_brief=True):
        own = state.sibling.is_own
        heads[state.name] = refs.remote_head(context.git, state.path, REMOTE) if own else None
    asking = transport(context)

    def ask(project: Project) -> str | TransferError | None:
        urls = project_urls(project, context.the_host().base_url)
        try:
            return remote_head(asking, urls.urls, urls.relative)
        except TransferError as error:
            return error

    unknown = [project for project in projects if heads[project.name] is None]
    with ThreadPoolExecutor(jobs(None, context, FETCHES_AT_LEAST)) as pool:
        for project, answer in zip(unknown, pool.map(ask, unknown), strict=True):
            if isinstance(answer, str):
                heads[project.name] = answer
                continue
            reason = "it has no commits" if answer is None else answer.message.splitlines()[-1]
            hint = f"git clone-project {project.name}, or give it a branch in the manifest"
            screen.error(f"{project.name}: nothing tells its branch: {reason}", hint)
    return {name: head for name, head in heads.items() if head is not None}


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
