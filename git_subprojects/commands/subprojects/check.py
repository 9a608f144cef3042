"""``git subprojects check``: what is wrong with the manifest."""

from __future__ import annotations

from git_subprojects.cli.options import WithManifest, flag, form, option, whole_number
from git_subprojects.errors import FAILED, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.context.context import Context
    from git_subprojects.git.process import Git
    from git_subprojects.manifest.checks import KeyPath
    from git_subprojects.manifest.problem import Problem, Severity
    from git_subprojects.workspace.online_check import Answer

DESCRIPTION = "Check the manifest, also against the trees that are here."


class Options(WithManifest):
    """What is checked, and how it is reported."""

    online: bool = flag("--online", about="ask whether each URL, branch and pin is there")
    jobs: int | None = option(
        "-j", "--jobs", metavar="N", read=whole_number, needs=("online",), about="ask N at the same time"
    )
    strict: bool = flag("--strict", about="exit 1 on warnings too")
    form: str = form("text", "github")


def run(options: Options, screen: Screen) -> int:
    """Report what is wrong; return the exit status: FAILED for an error, and with ``--strict`` for a warning.

    What keeps a manifest from being read at all is an error, and so is a remote that does not answer (``--online``);
    what the trees that are here contradict is a warning.
    """
    from git_subprojects.context.context import current_context
    from git_subprojects.manifest.reader import ManifestError
    from git_subprojects.output import check, forms
    from git_subprojects.plural import counted

    try:
        context = current_context(options.manifest, screen, outside=True)
    except ManifestError as error:
        if options.form == "text":
            screen.error(error.message)
        else:
            screen.show(forms.render(options.form, check, error.problems))
        return FAILED
    answers = list(_online(context, options.jobs, screen)) if options.online else []
    errors = _located(context, "error", (problem for answer in answers for problem in answer.problems))
    warnings = _located(context, "warning", (*_advice(context), *_moved(context, answers)))
    problems = sorted(errors + warnings, key=lambda problem: (problem.source, problem.line or 0))
    screen.show(forms.render(options.form, check, problems))
    counts = [counted(len(found), word) for found, word in ((errors, "error"), (warnings, "warning")) if found]
    projects = counted(len(context.manifest.projects), "project")
    screen.note(f"{context.manifest_name}: {projects}, {', '.join(counts) or 'no problems'}")
    return FAILED if errors or (warnings and options.strict) else 0


def _located(context: Context, severity: Severity, found: Iterable[tuple[KeyPath, str]]) -> list[Problem]:
    """Return (key path, message) pairs as problems of the file that defines the key, the user's overrides or not."""
    from git_subprojects.manifest.lines import lines_of
    from git_subprojects.manifest.problem import Problem
    from git_subprojects.manifest.source import overrides, parse

    source, local = context.files.source, context.files.local
    override, raw = ({}, {}) if local is None else (parse(local), parse(source))
    placed = [
        (local if local is not None and overrides(override, raw, key) else source, key, message)
        for key, message in found
    ]
    lines = {
        file: lines_of(file.content, {key for other, key, _ in placed if other is file})
        for file in {file for file, *_ in placed}
    }
    return [Problem(file.name, key, message, lines[file].get(key), severity) for file, key, message in placed]


def _online(context: Context, jobs: int | None, screen: Screen) -> Iterator[Answer]:
    """Ask the remotes of all projects; those that want a password once more in the end, where the user can be asked."""
    from git_subprojects.context.network import FETCHES_AT_LEAST, settings
    from git_subprojects.context.network import jobs as at_a_time
    from git_subprojects.workspace.online_check import ask

    projects = [project for project in context.manifest.projects.values() if not project.within]
    base_url = "" if context.host is None else context.host.base_url
    number, patience = at_a_time(jobs, context, FETCHES_AT_LEAST), settings(context)
    locked = []
    for answer in ask(projects, base_url, context.git, patience, screen.warning, number):
        if answer.is_locked and screen.can_ask:
            locked.append(answer.project)
        else:
            yield answer
    for project in locked:
        screen.note(f"{project.name}: trying once more; git may ask you to log in")
        yield from ask([project], base_url, context.git, patience, screen.warning, 1, foreground=True)


def _moved(context: Context, answers: Sequence[Answer]) -> Iterator[tuple[KeyPath, str]]:
    """Yield the pins of which the tag is another one at the remote than in the clone here."""
    from git_subprojects.context.selection import look
    from git_subprojects.workspace.pinned_tags import moved, pinned_tags

    if context.host is None:
        return
    projects = {answer.project.name: answer for answer in answers if answer.project.pins}
    try:
        states = look(context, [answer.project for answer in projects.values()], is_brief=True)
    except Error:
        states = []
    for state in states:
        answer = projects[state.name]
        here = pinned_tags(context.git.elsewhere(state.path), answer.project) if state.sibling.is_own else {}
        for tag in moved(here, answer.refs):
            for number, pin in enumerate(answer.project.pins):
                if pin.revision is not None and pin.revision.removeprefix("refs/tags/") == tag.name:
                    yield ("project", state.name, "pin", number, "revision"), tag.text


def _advice(context: Context) -> Iterator[tuple[KeyPath, str]]:
    from git_subprojects.routing.advice import advice

    places: dict[str, Git] = {}
    yield from _unreadable(context, places)
    trees = {name: _paths(git) for name, git in places.items()}
    yield from advice(context.manifest, {name: paths for name, paths in trees.items() if paths is not None})
    yield from _pins(context, places)
    groups = {group for project in context.manifest.projects.values() for group in project.groups}
    for number, choice in enumerate(context.manifest.groups):
        if choice.removeprefix("-") not in groups:
            yield ("workspace", "groups", number), f"no project is in the group {choice.removeprefix('-')}"


def _unreadable(context: Context, places: dict[str, Git]) -> Iterator[tuple[KeyPath, str]]:
    """Put git in each tree that is here into ``places``: the host's, if the manifest is about it, and the clones'.

    Yield the clones that cannot be read, and why.
    """
    from git_subprojects.context.host import is_recognised
    from git_subprojects.context.selection import look
    from git_subprojects.manifest.model import HOST

    if context.host is None:
        return
    projects = [project for project in context.manifest.projects.values() if not project.within]
    try:
        states = look(context, projects, is_brief=True)
    except Error:
        states = []
    is_host = context.is_host and is_recognised(context.host, context.manifest.host.recognise)
    if is_host:
        places[HOST] = context.host.git
    places |= {state.name: context.git.elsewhere(state.path) for state in states if state.sibling.is_own}
    for state in states:
        if state.problem is not None and state.sibling.kind == "clone":
            yield ("project", state.name), "; ".join(filter(None, (state.problem, state.hint)))


def _paths(git: Git) -> list[bytes] | None:
    """Return the paths of all files in a tree; None: there is none."""
    top = git.run("rev-parse", "--show-toplevel")
    words = ("ls-files", "-z", "--full-name") if top.returncode == 0 else ("ls-tree", "-rz", "--name-only", "HEAD")
    there = git.elsewhere(top.stdout.decode("utf-8", "surrogateescape").rstrip("\n")) if top.returncode == 0 else git
    listed = there.run(*words)
    return listed.stdout.split(b"\0")[:-1] if listed.returncode == 0 else None


def _pins(context: Context, places: Mapping[str, Git]) -> Iterator[tuple[KeyPath, str]]:
    """Yield the pins whose tag the host does not have, and whose revision the clone does not have."""
    from git_subprojects.manifest.model import HOST
    from git_subprojects.workspace.target import meaning

    tags: set[str] | None = None
    for name, project in context.manifest.projects.items():
        for number, pin in enumerate(project.pins):
            key: KeyPath = ("project", name, "pin", number)
            if pin.host is not None and HOST in places:
                if tags is None:
                    tags = set(places[HOST].output("tag", "--list").decode("utf-8", "replace").splitlines())
                if tags and pin.host not in tags:
                    yield (*key, "host"), f"the host has no tag {pin.host}"
            if pin.revision is not None and name in places and meaning(places[name], pin.revision) is None:
                yield (*key, "revision"), f"the clone has no {pin.revision}"
