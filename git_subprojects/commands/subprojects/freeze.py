"""``git subprojects freeze``: the manifest with every project at the commit that it has."""

from __future__ import annotations

from git_subprojects.cli.options import WithManifest, form, option
from git_subprojects.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.context.context import Context
    from git_subprojects.workspace.facts import State
    from git_subprojects.workspace.reachable import Reach

DESCRIPTION = "Write the manifest with every project at the commit that it has now, and that of this repository."


class Options(WithManifest):
    """Where it goes."""

    output: str | None = option("-o", "--output", metavar="FILE", words="file", about="write it to this file")
    form: str = form()


def run(options: Options, screen: Screen) -> int:
    """Write the frozen manifest to standard output or to a file; return the exit status.

    What others cannot get, or is not part of any commit, is warned of.

    Raises:
        Error: the file exists, and is no frozen manifest.
    """
    from git_subprojects.context.context import current_context
    from git_subprojects.context.selection import cloned, look
    from git_subprojects.manifest import frozen
    from git_subprojects.manifest.source import merge, parse
    from git_subprojects.output import forms, freeze
    from git_subprojects.plural import counted
    from git_subprojects.system import files
    from git_subprojects.workspace.fetch_clone import REMOTE

    context = current_context(options.manifest, screen)
    if options.output is not None:
        _refuse_other(options.output)
    chosen = cloned(context, (), ())
    states = []
    for state in chosen.others:
        if state.problem is not None or (state.sibling.kind != "absent" and not state.within):
            _leave_out(state, state.problem or f"{state.path} is {state.sibling.what}", screen)
    for state in look(context, [context.manifest.projects[state.name] for state in chosen.clones]):
        if state.problem is not None or state.sibling.commit is None:
            what = state.sibling.what if state.sibling.branch is None else "without commits"
            _leave_out(state, state.problem or what, screen)
        else:
            states.append(state)
    commits = {state.name: state.sibling.commit or "" for state in states}
    commit = context.the_host().git.commit("HEAD")
    for state, reach in zip(states, _reaches(context, states), strict=True):
        if reach.error is not None:
            screen.detail(f"{state.name}: {REMOTE} cannot be asked: {reach.error.message}")
        for what in _not_elsewhere(state, reach):
            screen.warning(f"{state.name}: {what}")
    _warn_of_host(context, commit, screen)
    source, local = context.files.source, context.files.local
    raw = parse(source) if local is None else merge(parse(source), parse(local))
    text = frozen.text(frozen.frozen(raw, commits, commit))
    if options.output is not None:
        files.write(options.output, text.encode())
        screen.note(f"{options.output}: {counted(len(commits), 'project')}")
    if options.output is None or options.form != "text":
        projects = tuple((state.name, state.path, state.sibling.commit) for state in states)
        answer = frozen.Frozen(text, context.manifest.host.name, commit, projects)
        screen.show(forms.render(options.form, freeze, answer))
    return 0


def _leave_out(state: State, why: str, screen: Screen) -> None:
    screen.warning(f"{state.name}: left out: {why}")
    hint = state.hint or state.sibling.hint
    if hint is not None:
        screen.note(f"hint: {hint}")


def _refuse_other(path: str) -> None:
    """Raise Error if something other than a frozen manifest is at ``path``."""
    from git_subprojects.manifest.frozen import HEADING

    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            if file.readline().rstrip("\n") != HEADING:
                raise Error(f"{path} exists, and was not written by freeze", "give another name, or move it away")
    except FileNotFoundError:
        return


def _reaches(context: Context, states: Sequence[State]) -> list[Reach]:
    """Return what others can get of each clone; a remote that does not answer at once is not waited for."""
    from git_subprojects.context.network import FETCHES_AT_LEAST, jobs, settings
    from git_subprojects.workspace.reachable import reaches
    from git_subprojects.workspace.transport import transport

    patience = settings(context)._replace(retries=0)
    asking = transport(context.git, patience)
    return reaches(states, asking, jobs(None, context, FETCHES_AT_LEAST))


def _not_elsewhere(state: State, reach: Reach) -> Iterator[str]:
    """Yield in words what of a clone will not be found elsewhere, or is another thing there."""
    from git_subprojects.plural import counted
    from git_subprojects.workspace.fetch_clone import REMOTE
    from git_subprojects.workspace.urls import any_same_url

    sibling = state.sibling
    counts = ((sibling.changed, "changed file"), (sibling.untracked, "untracked file"))
    files = [counted(number, word) for number, word in counts if number]
    if files:
        yield f"{' and '.join(files)}, which no commit has"
    yield from (tag.text for tag in reach.moved)
    if reach.unpushed:
        what = counted(reach.unpushed, "commit")
        yield f"{what} that {REMOTE} does not have: nobody else can get {sibling.commit}"
    if sibling.origin is not None and not any_same_url([sibling.origin], state.urls.urls):
        yield f"{REMOTE} is {sibling.origin}, which the manifest does not name"


def _warn_of_host(context: Context, commit: str | None, screen: Screen) -> None:
    from git_subprojects.workspace.fetch_clone import REMOTE
    from git_subprojects.workspace.reachable import count

    host, name = context.the_host(), context.manifest.host.name
    if commit is None:
        screen.warning(f"{name}: without commits")
    elif host.config.text(f"remote.{REMOTE}.url") is not None and count(host.git, "--remotes", "--tags"):
        screen.warning(f"{name}: no remote has its commit {commit}")
