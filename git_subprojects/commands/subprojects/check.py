"""``git subprojects check``: what is wrong with the manifest."""

import argparse
from collections.abc import Iterator, Mapping

from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import Context, current_context
from git_subprojects.context.host import is_recognised
from git_subprojects.context.network import FETCHES_AT_LEAST, jobs, settings
from git_subprojects.context.selection import look
from git_subprojects.errors import FAILED, Error
from git_subprojects.git.process import Git
from git_subprojects.manifest.checks import KeyPath
from git_subprojects.manifest.lines import lines_of
from git_subprojects.manifest.model import HOST
from git_subprojects.manifest.reader import ManifestError
from git_subprojects.output import check as render_check
from git_subprojects.output.check import Finding
from git_subprojects.plural import counted
from git_subprojects.workspace.facts import HostFacts
from git_subprojects.workspace.status import commit_of


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Report what is wrong; return the exit status: FAILED for an error, and with ``--strict`` for a warning.

    What keeps a manifest from being read at all is an error, and so is a remote that does not answer (``--online``);
    what the trees that are here do not bear out is a warning.
    """
    try:
        context = current_context(arguments.manifest, screen, outside=True)
    except ManifestError as error:
        found = [Finding("error", one.source, one.line, one.key, one.message) for one in error.problems]
        if not arguments.json and getattr(arguments, "format", None) != "github":
            screen.error(error.message)
        else:
            _answer(found, arguments, screen)
        return FAILED
    errors = list(_online(context, arguments, screen)) if getattr(arguments, "online", False) else []
    found = _located(context, "error", errors) + _located(context, "warning", list(_advice(context)))
    found.sort(key=lambda one: (one.source, one.line or 0))
    if arguments.json or found:
        _answer(found, arguments, screen)
    projects = counted(len(context.manifest.projects), "project")
    problems = ", ".join(
        counted(number, word)
        for number, word in ((len(errors), "error"), (len(found) - len(errors), "warning"))
        if number
    )
    screen.note(f"{context.manifest_name}: {projects}, {problems or 'no problems'}")
    return FAILED if errors or (found and getattr(arguments, "strict", False)) else 0


def _answer(found: list[Finding], arguments: argparse.Namespace, screen: Screen) -> None:
    if arguments.json:
        screen.answer(render_check.as_answer(found))
    elif getattr(arguments, "format", None) == "github":
        screen.answer(render_check.for_github(found))
    else:
        screen.answer(render_check.text(found))


def _located(context: Context, severity: str, found: list[tuple[KeyPath, str]]) -> list[Finding]:
    """Return what was found with the file and line of its key; the user's overrides go first."""
    sources = [one for one in (context.found.local, context.found.source) if one is not None]
    keys = {key for key, _ in found}
    lines = [(source.name, lines_of(source.content, keys)) for source in sources]
    findings = []
    for key, message in found:
        name, line = next(((name, known[key]) for name, known in lines if key in known), (context.manifest_name, None))
        findings.append(Finding(severity, name, line, key, message))
    return findings


def _online(context: Context, arguments: argparse.Namespace, screen: Screen) -> Iterator[tuple[KeyPath, str]]:
    from git_subprojects.workspace.online_check import unreachable

    projects = [one for one in context.manifest.projects.values() if not one.within]
    host = context.host
    about = HostFacts("", "") if host is None else HostFacts(host.anchor, host.base_url)
    at_a_time = jobs(getattr(arguments, "jobs", None), context, FETCHES_AT_LEAST)
    return unreachable(projects, about, context.git, settings(context), screen.warning, at_a_time)


def _advice(context: Context) -> Iterator[tuple[KeyPath, str]]:
    from git_subprojects.routing.advice import advice

    places = _places(context)
    trees = {name: _paths(git) for name, git in places.items()}
    yield from advice(context.manifest, {name: paths for name, paths in trees.items() if paths is not None})
    yield from _pins(context, places)


def _places(context: Context) -> Mapping[str, Git]:
    """Return git in each tree that is here: the host's, if the manifest is about it, and the clones'."""
    if context.host is None:
        return {}
    projects = [one for one in context.manifest.projects.values() if not one.within]
    try:
        found = look(context, projects, is_brief=True)
    except Error:
        found = []
    is_host = context.is_host and is_recognised(context.host, context.manifest.host.recognise)
    host = {HOST: context.host.git} if is_host else {}
    return host | {one.name: context.git.elsewhere(one.path) for one in found if one.sibling.is_own}


def _paths(git: Git) -> list[bytes] | None:
    top = git.run("rev-parse", "--show-toplevel")
    words = ("ls-files", "-z", "--full-name") if top.returncode == 0 else ("ls-tree", "-rz", "--name-only", "HEAD")
    there = git.elsewhere(top.stdout.decode("utf-8", "surrogateescape").rstrip("\n")) if top.returncode == 0 else git
    listed = there.run(*words)
    return listed.stdout.split(b"\0")[:-1] if listed.returncode == 0 else None


def _pins(context: Context, places: Mapping[str, Git]) -> Iterator[tuple[KeyPath, str]]:
    """Yield the pins whose tag the host does not have, and whose revision the clone does not have."""
    tags: set[str] | None = None
    for name, project in context.manifest.projects.items():
        for number, pin in enumerate(project.pins):
            at: KeyPath = ("project", name, "pin", number)
            if pin.host is not None and HOST in places:
                if tags is None:
                    tags = set(places[HOST].output("tag", "--list").decode("utf-8", "replace").splitlines())
                if tags and pin.host not in tags:
                    yield (*at, "host"), f"the host has no tag {pin.host}"
            if pin.revision is not None and name in places and commit_of(places[name], pin.revision) is None:
                yield (*at, "revision"), f"the clone has no {pin.revision}"
