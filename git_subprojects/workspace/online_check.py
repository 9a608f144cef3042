"""Whether what a manifest names far away is there: asked of each remote, once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import NamedTuple

from git_subprojects.git.process import Git
from git_subprojects.manifest import values
from git_subprojects.manifest.checks import KeyPath
from git_subprojects.manifest.model import Project
from git_subprojects.workspace.remote_head import listed
from git_subprojects.workspace.target import is_part_of_id
from git_subprojects.workspace.transport import Settings, TransferError, Transport, transport
from git_subprojects.workspace.urls import project_urls

Problem = tuple[KeyPath, str]


class Answer(NamedTuple):
    """What the remotes of a project say: what of it is not there, and the objects of the refs that the first has.

    ``is_locked``: one of them wants a password.
    """

    project: Project
    problems: tuple[Problem, ...] = ()
    refs: Mapping[str, str] = {}
    is_locked: bool = False


def ask(
    projects: Sequence[Project],
    base_url: str,
    git: Git,
    settings: Settings,
    say: Callable[[str], None],
    jobs: int,
    *,
    foreground: bool = False,
) -> Iterator[Answer]:
    """Yield what the remotes of each project say of the URLs, and of each branch or tag that the manifest names.

    Relative URLs start from ``base_url``. ``jobs`` projects are asked for at a time; only in the ``foreground`` may git
    ask the user. Commit ids and parts of them are not asked for: no server tells.
    """
    cancelled = Event()
    patient = transport(git, settings, say, cancelled=cancelled, foreground=foreground)
    with ThreadPoolExecutor(jobs) as pool:
        try:
            yield from pool.map(lambda project: _of_project(project, base_url, patient), projects)
        except BaseException:
            cancelled.set()
            raise


def _of_project(project: Project, base_url: str, transport: Transport) -> Answer:
    at: KeyPath = ("project", project.name)
    resolved = project_urls(project, base_url)
    if resolved.problem is not None:
        return Answer(project, (((*at, "url"), f"it cannot be resolved against {base_url}"),))
    answer = Answer(project)
    for number, url in enumerate(resolved.urls):
        key: KeyPath = (*at, "url") if number == 0 else (*at, "mirrors", number - 1)
        wanted = {} if number else _wanted(project)
        names = [name for refs in wanted.values() for name in refs]
        try:
            there, _ = listed(transport.for_url(url, relative=url in resolved.relative), url, ["HEAD", *names])
        except TransferError as error:
            found: tuple[Problem, ...] = ((key, f"{url}: {error.message.splitlines()[-1]}"),)
            answer = answer._replace(is_locked=answer.is_locked or error.kind == "auth")
        else:
            found = tuple(
                (key, f"{url} has no {revision}")
                for (key, revision), refs in wanted.items()
                if not any(ref in there for ref in refs)
            )
            answer = answer._replace(refs=answer.refs if number else there)
        answer = answer._replace(problems=answer.problems + found)
    return answer


def _wanted(project: Project) -> dict[tuple[KeyPath, str], tuple[str, ...]]:
    """Return what the manifest names at the remote, by key and revision, each with the refs that it may be."""
    at: KeyPath = ("project", project.name)
    named: list[tuple[KeyPath, str]] = [] if project.branch is None else [((*at, "branch"), project.branch)]
    for number, pin in enumerate(project.pins):
        if pin.revision is not None and values.commit(pin.revision) is not None and not is_part_of_id(pin.revision):
            named.append(((*at, "pin", number, "revision"), pin.revision))
    return {
        (key, revision): (
            (revision,) if revision.startswith("refs/") else (f"refs/heads/{revision}", f"refs/tags/{revision}")
        )
        for key, revision in named
    }
