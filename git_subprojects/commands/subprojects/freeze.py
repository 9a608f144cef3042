"""``git subprojects freeze``: the manifest with every project at the commit that it has."""

import argparse

from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import Context, current_context
from git_subprojects.context.selection import cloned, look
from git_subprojects.errors import Error
from git_subprojects.git.process import Git
from git_subprojects.manifest import frozen
from git_subprojects.manifest.source import merge, parse
from git_subprojects.output.forms import as_json
from git_subprojects.plural import counted
from git_subprojects.system import files
from git_subprojects.workspace.facts import HostFacts, State
from git_subprojects.workspace.fetch import REMOTE, source_of
from git_subprojects.workspace.repository import Repository
from git_subprojects.workspace.urls import same_url


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Write the frozen manifest to standard output or to a file; return the exit status.

    What others cannot get, or is not part of any commit, is warned of.

    Raises:
        Error: the file is there, and no frozen manifest.
    """
    context = current_context(arguments.manifest, screen)
    output = getattr(arguments, "file", None)
    if output is not None:
        _refuse_other(output)
    host = context.the_host()
    there = [context.manifest.projects[one.name] for one in cloned(context, (), ()).clones]
    states = [one for one in look(context, there) if _is_whole(one, screen)]
    commits = {one.name: one.sibling.commit for one in states if one.sibling.commit is not None}
    of_host = _head(host.git)
    for one in states:
        _warn(context, one, screen)
    _warn_of_host(context, host, of_host, screen)
    source, local = context.found.source, context.found.local
    raw = parse(source) if local is None else merge(parse(source), parse(local))
    text = frozen.text(frozen.frozen(raw, commits, of_host))
    if output is not None:
        files.write(output, text.encode())
        screen.note(f"{output}: {counted(len(commits), 'project')}")
    if arguments.json:
        projects = [{"name": one.name, "path": one.path, "commit": one.sibling.commit} for one in states]
        screen.answer(as_json(host={"name": context.manifest.host.name, "commit": of_host}, projects=projects))
    elif output is None:
        screen.answer(text.rstrip("\n"))
    return 0


def _refuse_other(path: str) -> None:
    """Raise Error if something other than a frozen manifest is at ``path``."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            if file.readline().rstrip("\n") != frozen.HEADING:
                raise Error(f"{path} is there, and was not written by freeze", "give another name, or move it away")
    except FileNotFoundError:
        return


def _head(git: Git) -> str | None:
    found = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return found.stdout.decode().strip() or None


def _is_whole(one: State, screen: Screen) -> bool:
    if one.sibling.commit is None:
        screen.warning(f"{one.name}: left out: {one.sibling.what if one.sibling.branch is None else 'without commits'}")
    return one.sibling.commit is not None


def _warn(context: Context, one: State, screen: Screen) -> None:
    """Say what of a clone will not be found elsewhere."""
    sibling = one.sibling
    if sibling.changed or sibling.untracked:
        what = " and ".join(
            counted(number, f"{word} file")
            for number, word in ((sibling.changed, "changed"), (sibling.untracked, "untracked"))
            if number
        )
        screen.warning(f"{one.name}: {what}, which no commit has")
    number = _unpushed(context.git.elsewhere(one.path), f"--remotes={REMOTE}")
    if number:
        what = counted(number, "commit")
        screen.warning(f"{one.name}: {what} that {REMOTE} does not have: nobody else can get {sibling.commit}")
    host = context.the_host()
    urls = source_of(context.manifest.projects[one.name], HostFacts(host.anchor, host.base_url)).urls
    if sibling.origin is not None and not any(same_url(sibling.origin, url) for url in urls):
        screen.warning(f"{one.name}: {REMOTE} is {sibling.origin}, which the manifest does not name")


def _warn_of_host(context: Context, host: Repository, commit: str | None, screen: Screen) -> None:
    name = context.manifest.host.name
    if commit is None:
        screen.warning(f"{name}: without commits")
    elif host.config.text(f"remote.{REMOTE}.url") is not None and _unpushed(host.git, "--remotes"):
        screen.warning(f"{name}: no remote has its commit {commit}")


def _unpushed(git: Git, *remotes: str) -> int:
    """Return how many commits of HEAD no branch of the remotes has, nor any tag."""
    found = git.run("rev-list", "--count", "HEAD", "--not", *remotes, "--tags")
    return int(found.stdout) if found.returncode == 0 else 0
