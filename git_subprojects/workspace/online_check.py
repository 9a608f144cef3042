"""Whether what a manifest names far away is there: asked of each remote."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from git_subprojects.git.process import Git
from git_subprojects.manifest import values
from git_subprojects.manifest.checks import KeyPath
from git_subprojects.manifest.model import Project
from git_subprojects.workspace.target import is_part_of_id
from git_subprojects.workspace.transport import Settings, TransferError, Transport, transport
from git_subprojects.workspace.urls import project_urls

Problem = tuple[KeyPath, str]

_NO_SUCH_REF = 2
"""How git ls-remote --exit-code ends where nothing matches."""


def unreachable(
    projects: Sequence[Project], base_url: str, git: Git, settings: Settings, say: Callable[[str], None], jobs: int
) -> Iterator[Problem]:
    """Yield (key path, why) of each URL where nobody answers, and of each branch or tag that is not there.

    Relative URLs start from ``base_url``. ``jobs`` remotes are asked at a time. Commit ids and parts of them are not
    asked for: no server tells.
    """
    cancelled = Event()
    patient = transport(git, settings, say, cancelled=cancelled)
    with ThreadPoolExecutor(jobs) as pool:
        try:
            for problems in pool.map(lambda project: list(_of_project(project, base_url, patient)), projects):
                yield from problems
        except BaseException:
            cancelled.set()
            raise


def _of_project(project: Project, base_url: str, transport: Transport) -> Iterator[Problem]:
    at: KeyPath = ("project", project.name)
    resolved = project_urls(project, base_url)
    if resolved.problem is not None:
        yield (*at, "url"), f"it cannot be resolved against {base_url}"
        return
    for number, url in enumerate(resolved.urls):
        key: KeyPath = (*at, "url") if number == 0 else (*at, "mirrors", number - 1)
        asking = transport.for_url(url, relative=url in resolved.relative)
        try:
            _ask(asking, url)
        except TransferError as error:
            yield key, f"{url}: {error.message.splitlines()[-1]}"
            continue
        if number == 0:
            yield from _missing(project, url, asking)


def _ask(transport: Transport, url: str) -> None:
    transport.retrying(lambda: transport.run("ls-remote", "--quiet", "--", url, "HEAD"), url)


def _missing(project: Project, url: str, transport: Transport) -> Iterator[Problem]:
    at: KeyPath = ("project", project.name)
    wanted: list[tuple[KeyPath, str]] = [] if project.branch is None else [((*at, "branch"), project.branch)]
    for number, pin in enumerate(project.pins):
        if pin.revision is not None and values.commit(pin.revision) is not None and not is_part_of_id(pin.revision):
            wanted.append(((*at, "pin", number, "revision"), pin.revision))
    for key, revision in wanted:
        refs = (revision,) if revision.startswith("refs/") else (f"refs/heads/{revision}", f"refs/tags/{revision}")
        try:
            transport.run("ls-remote", "--quiet", "--exit-code", "--", url, *refs)
        except TransferError as error:
            missing = error.returncode == _NO_SUCH_REF
            yield key, f"{url} has no {revision}" if missing else error.message.splitlines()[-1]
