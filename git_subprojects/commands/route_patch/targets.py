"""Where patches are applied: the twins of a project, as last fetched, and other revisions of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.context.target_project import NotClonedError, TargetProject, target_project
from git_subprojects.errors import USAGE, Error
from git_subprojects.git.objects import Objects
from git_subprojects.manifest.model import HOST
from git_subprojects.twins.paths import PathMap, twins_of
from git_subprojects.twins.series import Repository
from git_subprojects.twins.tree import Trees
from git_subprojects.workspace.upstream import goes_on_in, remote_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.options import Port, Twins
    from git_subprojects.commands.route_patch.session import Session
    from git_subprojects.context.context import Context
    from git_subprojects.git.process import Git


class Target(NamedTuple):
    """A commit that patches are applied to; ``revision`` is what people call it.

    ``project`` is the twin's name and ``home`` its repository; None for a revision of the patches' own project.
    """

    revision: str
    commit: str
    repository: Repository
    project: str | None = None
    home: TargetProject | None = None
    paths: PathMap = ()


class Unknown(NamedTuple):
    """A twin that nothing can be applied to, and why."""

    project: str
    error: Error


def source(session: Session) -> Repository:
    """Return the repository that the patches are from."""
    target = session.target
    return Repository(_at_top(target.git, target.top), session.objects, Trees(session.objects))


def onto(session: Session, names: Sequence[str], repository: Repository) -> list[Target]:
    """Return the revisions of the patches' own project by their names. Raises Error where one names no commit."""
    return [Target(name, _commit(session.target.git, name), repository) for name in names]


def names_of_twins(session: Session, named: Sequence[str], *, declared: bool) -> dict[str, PathMap]:
    """Return the twins that patches are to be applied to, and how paths are called there.

    ``named`` are those that the user names; ``declared``: those that the manifest names too.

    Raises:
        Error: there are none, or one that the user names is the patches' own project.
    """
    own = session.target.only or session.target.project
    manifest = session.target.manifest
    known = twins_of(manifest, own)
    wanted = dict(known) if declared else {}
    for name in named:
        project = HOST if name == manifest.host.name else name
        if project == (own or HOST):
            raise Error(
                f"--twin: the patches are for {name} itself", "--onto REV tries them on another revision", USAGE
            )
        wanted[project] = known.get(project, ())
    if not wanted:
        raise Error(
            f"{session.context.manifest_name} names no twin of {own or manifest.host.name}",
            "--twin PROJECT names one; see 'twins' in gitsubprojects(5)",
        )
    return wanted


def twins(
    session: Session, wanted: dict[str, PathMap], options: Twins | Port, screen: Screen
) -> Iterator[Target | Unknown]:
    """Yield each twin, cloned and fetched before as far as that is asked for."""
    for name, paths in wanted.items():
        try:
            home = _home(session.context, name, options, screen)
            if options.fetch:
                _fetch(session.context, home, name, screen)
            yield _target(name, paths, home)
        except NotClonedError as error:
            yield Unknown(name, error)
        except Error as error:
            yield Unknown(name, Error(f"{name}: {error.message}", error.hint))


def _home(context: Context, name: str, options: Twins | Port, screen: Screen) -> TargetProject:
    try:
        return target_project(context, name)
    except NotClonedError as error:
        if not (options.clone or (screen.can_confirm and screen.confirm(f"{error.message}. Clone it now?"))):
            raise NotClonedError(error.message, f"{error.hint}, or --clone") from None
    from git_subprojects.commands.cloning import clone

    clone(context, name, screen, answers_on_stdout=True)
    return target_project(context, name)


def _fetch(context: Context, home: TargetProject, name: str, screen: Screen) -> None:
    from git_subprojects.context.network import transport

    remote = remote_of(home.git, _urls(home))
    if remote is None:
        raise Error(f"{name} has no remote to fetch from", "leave --fetch out")
    screen.note(f"{name}: fetching {remote}")
    patient = transport(context, lambda text: screen.warning(f"{name}: {text}"), home.git)
    patient.retrying(lambda: patient.run("fetch", "--progress", "--", remote), remote)


def _target(name: str, paths: PathMap, home: TargetProject) -> Target:
    project = home.manifest.projects.get(home.project or "")
    ref = goes_on_in(home.git, _urls(home), None if project is None else project.branch) or "HEAD"
    objects = Objects(home.git)
    repository = Repository(_at_top(home.git, home.top), objects, Trees(objects))
    shown = home.manifest.host.name if name == HOST else name
    return Target(ref.removeprefix("refs/remotes/"), _commit(home.git, ref), repository, shown, home, paths)


def _urls(home: TargetProject) -> tuple[str, ...]:
    project = home.manifest.projects.get(home.project or "")
    return () if project is None else project.urls


def _commit(git: Git, name: str) -> str:
    commit = git.commit(name)
    if commit is None:
        raise Error(f"{name}: there is no such commit to apply the patches to", "git fetch first, or name another")
    return commit


def _at_top(git: Git, top: str | None) -> Git:
    """Return git where paths are those of the repository."""
    return git if top is None or "GIT_DIR" in git.environment else git._replace(directory=top)
