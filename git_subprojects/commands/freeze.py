"""``git subprojects freeze``: the manifest with every project at the commit that it has."""

import argparse

from git_subprojects import files
from git_subprojects.answers import as_json, counted
from git_subprojects.commands.chosen import cloned
from git_subprojects.commands.status import look
from git_subprojects.commands.surroundings import Surroundings, surroundings
from git_subprojects.errors import Error
from git_subprojects.git import Git
from git_subprojects.manifest import frozen
from git_subprojects.manifest.source import merge, parse
from git_subprojects.ui import Screen
from git_subprojects.workspace.facts import HostFacts, State
from git_subprojects.workspace.fetching import REMOTE, source_of
from git_subprojects.workspace.repository import Repository
from git_subprojects.workspace.urls import same_url


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Write the frozen manifest to standard output or to a file; return the exit status.

    What others cannot get, or is not part of any commit, is warned of.

    Raises:
        Error: the file is there, and no frozen manifest.
    """
    around = surroundings(arguments.manifest, screen)
    output = getattr(arguments, "file", None)
    if output is not None:
        _refuse_other(output)
    host = around.the_host()
    there = [around.manifest.projects[one.name] for one in cloned(around, (), ()).clones]
    states = [one for one in look(around, there) if _is_whole(one, screen)]
    commits = {one.name: one.sibling.commit for one in states if one.sibling.commit is not None}
    of_host = _head(host.git)
    for one in states:
        _warn(around, one, screen)
    _warn_of_host(around, host, of_host, screen)
    source, local = around.found.source, around.found.local
    raw = parse(source) if local is None else merge(parse(source), parse(local))
    text = frozen.text(frozen.frozen(raw, commits, of_host))
    if output is not None:
        files.write(output, text.encode())
        screen.note(f"{output}: {counted(len(commits), 'project')}")
    if arguments.json:
        projects = [{"name": one.name, "path": one.path, "commit": one.sibling.commit} for one in states]
        screen.answer(as_json(host={"name": around.manifest.host.name, "commit": of_host}, projects=projects))
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


def _warn(around: Surroundings, one: State, screen: Screen) -> None:
    """Say what of a clone will not be found elsewhere."""
    sibling = one.sibling
    if sibling.changed or sibling.untracked:
        what = " and ".join(
            counted(number, f"{word} file")
            for number, word in ((sibling.changed, "changed"), (sibling.untracked, "untracked"))
            if number
        )
        screen.warning(f"{one.name}: {what}, which no commit has")
    number = _unpushed(around.git.elsewhere(one.path), f"--remotes={REMOTE}")
    if number:
        what = counted(number, "commit")
        screen.warning(f"{one.name}: {what} that {REMOTE} does not have: nobody else can get {sibling.commit}")
    host = around.the_host()
    urls = source_of(around.manifest.projects[one.name], HostFacts(host.anchor, host.base_url)).urls
    if sibling.origin is not None and not any(same_url(sibling.origin, url) for url in urls):
        screen.warning(f"{one.name}: {REMOTE} is {sibling.origin}, which the manifest does not name")


def _warn_of_host(around: Surroundings, host: Repository, commit: str | None, screen: Screen) -> None:
    name = around.manifest.host.name
    if commit is None:
        screen.warning(f"{name}: without commits")
    elif host.config.text(f"remote.{REMOTE}.url") is not None and _unpushed(host.git, "--remotes"):
        screen.warning(f"{name}: no remote has its commit {commit}")


def _unpushed(git: Git, *remotes: str) -> int:
    """Return how many commits of HEAD no branch of the remotes has, nor any tag."""
    found = git.run("rev-list", "--count", "HEAD", "--not", *remotes, "--tags")
    return int(found.stdout) if found.returncode == 0 else 0
