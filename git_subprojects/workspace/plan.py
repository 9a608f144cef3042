"""What is to be done for each project that was asked for. Pure: facts in, steps out.

``--dry-run`` prints these steps, and these same steps are carried out.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from git_subprojects.manifest.checks import nearest_names
from git_subprojects.manifest.model import HOST, Command, Manifest, Project
from git_subprojects.manifest.nesting import Nesting
from git_subprojects.workspace.facts import Fit, HostFacts, Sibling, State
from git_subprojects.workspace.urls import Remote, any_same_url
from git_subprojects.workspace.versions import is_newer


class Options(NamedTuple):
    """What the command line asks for beyond the manifest; None or False: as the manifest says.

    ``jobs`` is what ``{jobs}`` stands for in a build command. ``manifest`` is the file that was named instead of the
    host's.
    """

    depth: int | None = None
    filter: str | None = None
    full: bool = False
    revision: str | None = None
    build: bool = False
    jobs: int = 1
    manifest: str | None = None


class ObjectSource(NamedTuple):
    """A repository whose objects may be taken instead of fetched; ``name`` is a project's, or "host"."""

    name: str
    path: str


class Build(NamedTuple):
    """The commands that build a project, ready to run, and the folder to run them in."""

    commands: tuple[Command, ...]
    directory: str


class Clone(NamedTuple):
    """Clone ``urls[0]``, or failing that one of the others, to ``path``, and stand on ``revision``.

    ``relative`` are those of ``urls`` that the manifest gives relative to the host's own. ``is_asked`` tells that the
    user has named the revision, and not the manifest. ``outer`` is the path of the clone in which it stands, if in any.
    ``shape`` is what the clone is to keep of how much of it the manifest wants.
    """

    name: str
    path: str
    urls: tuple[str, ...]
    revision: str | None = None
    pinned: bool = False
    is_asked: bool = False
    because: str = ""
    depth: int | None = None
    filter: str | None = None
    sparse: tuple[str, ...] = ()
    submodules: bool = False
    relative: tuple[str, ...] = ()
    donors: tuple[ObjectSource, ...] = ()
    after: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    build: Build | None = None
    outer: str | None = None
    remotes: tuple[Remote, ...] = ()
    shape: str = ""


class Present(NamedTuple):
    """It exists already; ``is_stale`` tells that the manifest pinned something else when it was put where it is."""

    name: str
    path: str
    sibling: Sibling
    notes: tuple[str, ...] = ()
    build: Build | None = None
    is_stale: bool = False


class InTree(NamedTuple):
    """It lies in folders of the host."""

    name: str
    path: str
    within: tuple[str, ...]
    notes: tuple[str, ...] = ()
    build: Build | None = None


class Refused(NamedTuple):
    """It cannot be done: why, and what to try."""

    name: str
    message: str
    hint: str | None = None


Step = Clone | Present | InTree | Refused


def names_any(names: Iterable[str], groups: Iterable[str]) -> bool:
    """Return whether projects are asked for by name or group; a group with a minus only leaves some out."""
    return any(_words(names)) or any(not group.startswith("-") for group in _words(groups))


def select(
    manifest: Manifest,
    names: Iterable[str],
    groups: Iterable[str] = (),
    *,
    excluded: Iterable[str] = (),
    everything: bool = False,
    by_default: bool = False,
) -> tuple[list[str], list[Refused]]:
    """Return the projects that are asked for, each once, and what is not known; in the order asked.

    A group with a minus leaves its projects out, unless they are named; what is ``excluded`` is left out in any case.
    ``by_default``: ``everything`` is what ``workspace.groups`` chooses.
    """
    refused: dict[Refused, None] = {}

    def known(what: str, words: Iterable[str], among: Mapping[str, object]) -> list[str]:
        found = list(_words(words))
        refused.update((_unknown(what, word, among), None) for word in found if word not in among)
        return [word for word in found if word in among]

    members = _members(manifest)
    split = list(_words(groups))
    named = known("project", names, manifest.projects)
    chosen = dict.fromkeys(named)
    for group in known("group", (group for group in split if not group.startswith("-")), members):
        chosen.update(dict.fromkeys(members[group]))
    if everything:
        left = set(left_out_by_default(manifest)) if by_default else ()
        chosen.update((name, None) for name in manifest.projects if name not in left)
    without = known("group", (group[1:] for group in split if group.startswith("-")), members)
    left_out = {name for group in without for name in members[group]}.difference(named)
    left_out.update(known("project", excluded, manifest.projects))
    return [name for name in chosen if name not in left_out], list(refused)


def left_out_by_default(manifest: Manifest) -> list[str]:
    """Return the projects that ``workspace.groups`` leaves out where all are asked for."""
    if not manifest.groups:
        return []
    chosen = {group for group in manifest.groups if not group.startswith("-")}
    without = {group[1:] for group in manifest.groups if group.startswith("-")}
    return [
        name
        for name, project in manifest.projects.items()
        if not without.isdisjoint(project.groups) or (chosen and chosen.isdisjoint(project.groups))
    ]


def _words(words: Iterable[str]) -> Iterator[str]:
    """Yield the words, of which each may be several with commas between."""
    for word in words:
        yield from filter(None, word.split(","))


def _members(manifest: Manifest) -> dict[str, list[str]]:
    members: dict[str, list[str]] = {}
    for name, project in manifest.projects.items():
        for group in project.groups:
            members.setdefault(group, []).append(name)
    return members


def _unknown(what: str, name: str, known: Mapping[str, object]) -> Refused:
    near = nearest_names(name, known)
    hint = f"did you mean {' or '.join(near)}?" if near else "git clone-project --list shows what there is"
    return Refused(name, f"the manifest has no {what} '{name}'", hint)


def relatives(manifest: Manifest, project: Project) -> list[str]:
    """Return the projects (or "host") that share history with ``project``, whichever of the two says so."""
    related = dict.fromkeys((*project.borrow, *project.twins))
    for other in manifest.projects.values():
        if project.name in other.borrow or project.name in other.twins:
            related[other.name] = None
    if project.name in manifest.host.twins:
        related[HOST] = None
    return list(related)


def plan(
    manifest: Manifest, host: HostFacts, wanted: list[str], facts: Mapping[str, State], options: Options
) -> list[Step]:
    """Return a step for each project in ``wanted``, in that order.

    ``facts`` has those, and the :func:`relatives` of each.
    """
    steps: list[Step] = []
    nesting = Nesting(manifest.projects)
    order = _outer_first(manifest, wanted, nesting)
    for name in wanted:
        project, state = manifest.projects[name], facts[name]
        notes = _notes(project, host, options)
        if state.problem is not None:
            steps.append(Refused(name, state.problem, state.hint))
        elif project.within:
            steps.append(_in_tree(manifest, project, host, state, options, notes))
        elif is_clone_of(name, state.urls.urls, state.sibling):
            build = _build(project, state.path, host, options)
            notes = (*notes, *_left_alone(project, state, options))
            is_stale = _is_stale(project, state, options)
            steps.append(Present(name, state.path, state.sibling, notes, build, is_stale))
        elif state.sibling.kind != "absent":
            steps.append(_in_the_way(project, state))
        else:
            before = order[: order.index(name)]
            donors, after = _donors(manifest, project, host, facts, before)
            step = _clone(project, host, state, options, notes)._replace(donors=donors, after=after)
            outer = next(iter(nesting.around(project.directory)), None)
            steps.append(step if outer is None else _inside(step, outer, facts[outer], before))
    return steps


def _outer_first(manifest: Manifest, wanted: list[str], nesting: Nesting) -> list[str]:
    """Return what is wanted in an order in which no project comes before one in whose folder it lies."""
    order: dict[str, None] = {}
    for name in wanted:
        project = manifest.projects[name]
        around = () if project.within else nesting.around(project.directory)
        order.update(dict.fromkeys(outer for outer in reversed(around) if outer in wanted))
        order[name] = None
    return list(order)


def _inside(step: Clone, name: str, outer: State, before: list[str]) -> Step:
    """Return the step for a clone inside that of the project ``name``, which is there or made before it."""
    step = step._replace(outer=outer.path)
    if outer.problem is None and is_clone_of(name, outer.urls.urls, outer.sibling):
        return step
    if outer.problem is None and outer.sibling.kind == "absent" and name in before:
        return step._replace(after=(*step.after, name))
    if outer.problem is not None or outer.sibling.kind != "absent":
        what = outer.problem or f"{outer.path} is {outer.sibling.what}"
        return Refused(step.name, f"it goes inside {name}, and that cannot be: {what}", outer.hint)
    both = f"git clone-project {name} {step.name}"
    return Refused(step.name, f"it goes inside {name}, which is not cloned", both)


def is_clone_of(name: str, urls: tuple[str, ...], sibling: Sibling) -> bool:
    """Return whether a sibling is a clone of a project: its config names it, or one of its remotes is in ``urls``."""
    if sibling.kind != "clone":
        return False
    if sibling.project is not None:
        return sibling.project == name
    return any_same_url(sibling.urls, urls)


def _in_tree(
    manifest: Manifest,
    project: Project,
    host: HostFacts,
    state: State,
    options: Options,
    notes: tuple[str, ...],
) -> Step:
    if state.missing:
        return Refused(
            project.name,
            f"it lies in {' '.join(project.within)} of {manifest.host.name}, and {state.path} has no"
            f" {' '.join(state.missing)}",
            f"run this in a repository of {manifest.host.name}",
        )
    return InTree(project.name, state.path, project.within, notes, _build(project, state.path, host, options))


def _in_the_way(project: Project, state: State) -> Refused:
    what = state.sibling.what
    hint = f"move it away, or set project.{project.name}.directory in subprojects.local.toml"
    if state.sibling.kind == "clone":
        if state.sibling.project is not None:
            what = f"the sibling '{state.sibling.project}'"
        adopt = f"git subprojects adopt {shlex.quote(state.path)}"
        hint = f"if that is your {project.name}, say so: {adopt}\nif not, {hint}"
    return Refused(project.name, f"{state.path} is there and is {what}, not a clone of {project.url}", hint)


def _clone(project: Project, host: HostFacts, state: State, options: Options, notes: tuple[str, ...]) -> Clone:
    revision, pinned, because = _revision(project, state.fit, options)
    if state.fit.doubt is not None and options.revision is None:
        notes = (*notes, f"{state.fit.doubt}: it gets the branch, not a pin")
    depth, object_filter = project.depth, project.filter
    if options.full:
        depth = object_filter = None
    elif options.depth is not None or options.filter is not None:
        depth, object_filter = options.depth, options.filter
    return Clone(
        name=project.name,
        path=state.path,
        urls=state.urls.urls,
        revision=revision,
        pinned=pinned,
        is_asked=options.revision is not None,
        because=because,
        depth=depth,
        filter=object_filter,
        sparse=() if options.full else project.sparse,
        submodules=project.submodules,
        relative=state.urls.relative,
        remotes=state.urls.remotes,
        shape=shape_of(project),
        notes=notes,
        build=_build(project, state.path, host, options),
    )


def shape_of(project: Project) -> str:
    """Return how much of a project the manifest wants, as its clone keeps it: in options of git clone."""
    options = [] if project.depth is None else [f"--depth={project.depth}"]
    options += [] if project.filter is None else [f"--filter={project.filter}"]
    options += [f"--sparse={path}" for path in project.sparse]
    options += ["--recurse-submodules"] if project.submodules else []
    return shlex.join(options)


def _revision(project: Project, fit: Fit, options: Options) -> tuple[str | None, bool, str]:
    """Return the revision to stand on, whether it is a pin, and who says so."""
    if options.revision is not None:
        return options.revision, True, "asked for by --revision"
    if fit.pin is not None and fit.pin.revision is not None:
        key = f"project.{project.name}.pin[{project.pins.index(fit.pin)}]"
        why = f"the host contains {fit.pin.host}" if fit.pin.host else "the host is older than all other pins"
        if len(project.pins) == 1 and fit.pin.host is None:
            why = "for every host"
        return fit.pin.revision, True, f"{key}: {why}"
    if fit.pin is not None:
        return project.branch, False, f"project.{project.name}.pin: hosts from {fit.pin.host} on get the branch"
    return project.branch, False, f"project.{project.name}.branch" if project.branch else "the remote's HEAD"


def _donors(
    manifest: Manifest, project: Project, host: HostFacts, facts: Mapping[str, State], before: list[str]
) -> tuple[tuple[ObjectSource, ...], tuple[str, ...]]:
    """Return where objects may be taken from, and which of those are cloned earlier in the same run."""
    donors = []
    after = []
    for name in relatives(manifest, project):
        if name == HOST:
            donors.append(ObjectSource(HOST, host.path))
        elif name in facts and is_clone_of(name, facts[name].urls.urls, facts[name].sibling):
            donors.append(ObjectSource(name, facts[name].path))
        elif name in before and facts[name].sibling.kind == "absent" and facts[name].problem is None:
            donors.append(ObjectSource(name, facts[name].path))
            after.append(name)
    return tuple(donors), tuple(after)


def _notes(project: Project, host: HostFacts, options: Options) -> tuple[str, ...]:
    notes = []
    if project.successor is not None:
        notes.append(f"work goes on in {project.successor}: git clone-project {project.successor}")
    if project.tested is not None and host.version is not None and is_newer(host.version, project.tested):
        notes.append(f"the host is {host.version}; {project.name} is known to fit up to {project.tested}")
    if options.build and not project.build:
        notes.append("the manifest does not say how to build it")
    return tuple(notes)


def _is_stale(project: Project, state: State, options: Options) -> bool:
    """Return whether the manifest pinned something else when the clone was put where it is."""
    revision, pinned, _ = _revision(project, state.fit, options)
    if state.put is None or options.revision is not None or state.fit.doubt is not None:
        return False
    return not state.is_on_pin and state.put.revision != (revision if pinned else None)


def _left_alone(project: Project, state: State, options: Options) -> tuple[str, ...]:
    """Return what a clone that exists already does not get, though it was asked for or would fit."""
    revision, pinned, because = _revision(project, state.fit, options)
    check_out = f"git -C {shlex.quote(state.path)} checkout {revision}"
    notes = []
    if options.revision is not None:
        notes.append(f"it is left where it stands; for what --revision asks: {check_out}")
    elif pinned and state.sibling.branch not in (None, (revision or "").removeprefix("refs/heads/")):
        notes.append(f"it stands on a branch, and {revision} fits this host ({because}): {check_out}")
    elif _is_stale(project, state, options) or (pinned and state.is_on_pin is False):
        here = state.sibling.branch or (state.sibling.commit or "")[:12]
        news = f"{revision} is pinned ({because})" if pinned else "no revision is pinned"
        manifest = "" if options.manifest is None else f" --manifest {shlex.quote(options.manifest)}"
        notes.append(f"it stands on {here}, and {news}: git subprojects update{manifest} {project.name}")
    if options.depth is not None or options.filter is not None or options.full:
        notes.append("its history is left as it is: --depth, --filter and --full are for new clones")
    return tuple(notes)


def _build(project: Project, path: str, host: HostFacts, options: Options) -> Build | None:
    if not options.build or not project.build:
        return None
    commands = tuple(filled_in(command, options.jobs, host) for command in project.build)
    return Build(commands, f"{path}/{project.build_directory}" if project.build_directory else path)


def filled_in(command: Command, jobs: int, host: HostFacts) -> Command:
    """Return ``command`` with ``{jobs}`` and ``{host}`` replaced; nothing else is expanded."""
    return tuple(word.replace("{jobs}", str(jobs)).replace("{host}", host.top) for word in command)
