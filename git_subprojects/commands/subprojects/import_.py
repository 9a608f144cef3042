"""``git subprojects import``: a manifest from another program's."""

from __future__ import annotations

import os

from git_subprojects.cli.options import Common, form, operand, option
from git_subprojects.errors import FAILED, USAGE, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from git_subprojects.cli.screen import Screen
    from git_subprojects.git.process import Git
    from git_subprojects.manifest.interchange.common import Read

DESCRIPTION = "Make a manifest from .gitmodules, a manifest of repo or west, or a .repos file."

_FORMATS = ("gitmodules", "repo", "repos", "west")


class Options(Common):
    """What is read, and where the manifest goes."""

    format: str | None = option(
        "--format", metavar="FORMAT", choices=_FORMATS, about=f"the file's format: {', '.join(_FORMATS)}"
    )
    output: str | None = option("-o", "--output", metavar="FILE", words="file", about="write it to this new file")
    form: str = form()
    source: str = operand("FILE", words="file", about="the other program's manifest")


def run(options: Options, screen: Screen) -> int:
    """Write the manifest to standard output or to a new file, and say what is left out; return the exit status.

    Raises:
        Error: the file cannot be read, or the new one exists.
    """
    from git_subprojects.context.context import here
    from git_subprojects.manifest.interchange.common import LARGEST, FormatError, Imported, is_short_id, tables
    from git_subprojects.output import forms, import_
    from git_subprojects.plural import counted
    from git_subprojects.system import files

    path, output = options.source, options.output
    if output is not None and os.path.lexists(output):
        raise Error(f"{output} is there already", "give another name, or move it away")
    with open(path, "rb") as file:
        content = file.read(LARGEST + 1)
    kind = options.format or _recognised(path, content)
    try:
        read = _read(kind, path, content, here())
    except FormatError as error:
        raise Error(f"{path}, read as {kind}: {error}", f"--format names another: {', '.join(_FORMATS)}") from error
    projects, notes = tables(read.entries)
    refused = _without_problems(projects)
    lost = [*read.lost, *refused]
    if lost and not projects:
        # A file of settings for another one looks like a manifest, and is of no use without that.
        raise Error(f"{path}: no project can be taken over: {_some(lost)}", "is it a part of another manifest?")
    # What leaves nobody out would only be warned of.
    members = {group for project in projects.values() for group in project.get("groups", ())}
    groups = [group for group in read.groups if group.removeprefix("-") in members]
    imported = Imported(_text(path, projects, groups), projects, [*lost, *read.left_out], groups)
    for note in notes:
        screen.note(note)
    for entry in read.entries:
        if is_short_id(entry.revision):
            screen.warning(f"{entry.name}: {entry.revision} looks like a part of a commit id; give it in full")
    for note in imported.left_out:
        screen.warning(f"not imported: {note}")
    if output is not None:
        files.write(output, imported.text.encode())
        screen.note(f"{output}: {counted(len(projects), 'project')}")
    if output is None or options.form != "text":
        screen.show(forms.render(options.form, import_, imported))
    return FAILED if lost else 0


_MOST_NAMED = 3


def _some(reasons: list[str]) -> str:
    """Return a few of the reasons, and how many more there are."""
    more = len(reasons) - _MOST_NAMED
    return "; ".join(reasons[:_MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _recognised(path: str, content: bytes) -> str:
    """Return the format of a file, by its name or else by how it begins. Raises Error where that is not clear."""
    name = os.path.basename(path)
    if name == ".gitmodules" or content.lstrip().startswith(b"[submodule "):
        return "gitmodules"
    if name.endswith(".xml") or content.lstrip().startswith(b"<"):
        return "repo"
    if name.endswith(".repos") or b"\nrepositories:" in b"\n" + content:
        return "repos"
    if name == "west.yml" or b"\nmanifest:" in b"\n" + content:
        return "west"
    raise Error(f"{path}: unknown format", f"use --format={'|'.join(_FORMATS)}", USAGE)


def _read(kind: str, path: str, content: bytes, git: Git) -> Read:
    from git_subprojects.git.process import settings
    from git_subprojects.manifest.interchange import gitmodules, repo_xml, vcs_repos, west
    from git_subprojects.manifest.interchange.common import LARGEST, FormatError
    from git_subprojects.system.beside import Beside

    folder = os.path.dirname(path) or os.curdir
    if kind == "gitmodules":
        ended = git.run("config", "-z", "--no-includes", "--file", "-", "--list", stdin=content)
        if ended.returncode != 0:
            raise FormatError(ended.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: "))
        config = settings(ended)
        is_git_s = os.path.basename(path) == ".gitmodules"
        return gitmodules.read(config, _recorded(git, folder, gitmodules.paths(config)) if is_git_s else None)
    if kind == "repos":
        return vcs_repos.read(content)
    return {"repo": repo_xml.read, "west": west.read}[kind](content, Beside(folder, LARGEST))


def _recorded(git: Git, folder: str, paths: list[str]) -> dict[str, str] | None:
    """Return the commits of submodules, by path, that HEAD records; None where ``folder`` is no top of a work tree."""
    there = git.elsewhere(folder)
    ended = there.run("rev-parse", "--show-prefix")
    if ended.returncode != 0 or ended.stdout.strip():
        return None
    recorded = {}
    for first in range(0, len(paths), _MOST_PATHS):
        # As they are: what looks like a pattern is none.
        some = paths[first : first + _MOST_PATHS]
        ended = there.run("--literal-pathspecs", "ls-tree", "-z", "--full-tree", "HEAD", "--", *some)
        for line in ended.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]:
            about, _, name = line.partition("\t")
            _, kind, commit = about.split()
            if kind == "commit":
                recorded[name] = commit
    return recorded


_MOST_PATHS = 500
"""A command line holds only so many words."""


def _without_problems(projects: dict[str, dict[str, Any]]) -> list[str]:
    """Take out of ``projects`` what no manifest may hold; return why, for each."""
    from git_subprojects.manifest.reader import ManifestError, read
    from git_subprojects.manifest.source import Source

    refused: dict[str, str] = {}
    while True:
        try:
            read(Source("", _text("", projects).encode()))
        except ManifestError as error:
            wrong = {problem.key[1]: problem for problem in error.problems if problem.key[:1] == ("project",)}
            if not wrong:
                raise
            for name, problem in wrong.items():
                key = ".".join(str(part) for part in problem.key[2:])
                refused[str(name)] = f"{name}: {key}: {problem.message}"
                del projects[str(name)]
        else:
            return list(refused.values())


def _text(path: str, projects: dict[str, dict[str, Any]], groups: Sequence[str] = ()) -> str:
    import tomlkit

    heading = f"# Made by git subprojects import from {os.path.basename(path)}.\n" if path else ""
    workspace = {"workspace": {"groups": list(groups)}} if groups else {}
    return f"{heading}{tomlkit.dumps({'schema': 1, **workspace, 'project': projects})}"
