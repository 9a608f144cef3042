"""``git subprojects import``: a manifest out of another program's."""

import argparse
import os

from git_subprojects.cli.screen import Screen
from git_subprojects.commands.subprojects.verbs import FORMATS
from git_subprojects.context.context import here
from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.git.process import Git, settings
from git_subprojects.manifest.interchange.common import LARGEST, FormatError, Raw, Read, tables
from git_subprojects.manifest.reader import ManifestError
from git_subprojects.manifest.reader import read as read_manifest
from git_subprojects.manifest.source import Source
from git_subprojects.output.forms import as_json
from git_subprojects.plural import counted
from git_subprojects.system import files


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Write the manifest to standard output or to a new file, and say what is left out; return the exit status.

    Raises:
        Error: the file cannot be read, or is there already.
    """
    path = arguments.source
    output = getattr(arguments, "file", None)
    if output is not None and os.path.lexists(output):
        raise Error(f"{output} is there already", "give another name, or move it away")
    with open(path, "rb") as file:
        content = file.read(LARGEST + 1)
    kind = getattr(arguments, "format", None) or _recognised(path, content)
    try:
        found = _read(kind, content, here())
    except FormatError as error:
        raise Error(f"{path}, read as {kind}: {error}", f"--format names another: {', '.join(FORMATS)}") from error
    projects, notes = tables(found.entries)
    refused = _without_problems(projects)
    text = _text(path, projects)
    for note in notes:
        screen.note(note)
    for note in (*found.left_out, *refused):
        screen.warning(f"not taken over: {note}")
    if output is not None:
        files.write(output, text.encode())
        screen.note(f"{output}: {counted(len(projects), 'project')}")
    if arguments.json:
        screen.answer(as_json(projects=projects, left_out=[*found.left_out, *refused]))
    elif output is None:
        screen.answer(text.rstrip("\n"))
    return FAILED if refused else 0


def _recognised(path: str, content: bytes) -> str:
    """Return the format of a file, by its name or else by how it begins. Raises Error where it cannot be told."""
    name = os.path.basename(path)
    if name == ".gitmodules" or content.lstrip().startswith(b"[submodule "):
        return "gitmodules"
    if name.endswith(".xml") or content.lstrip().startswith(b"<"):
        return "repo"
    if name.endswith(".repos") or b"\nrepositories:" in b"\n" + content:
        return "repos"
    if name == "west.yml" or b"\nmanifest:" in b"\n" + content:
        return "west"
    raise Error(f"{path}: it cannot be told what this is", f"say so: --format={'|'.join(FORMATS)}", USAGE)


def _read(kind: str, content: bytes, git: Git) -> Read:
    from git_subprojects.manifest.interchange import gitmodules, repo_xml, west
    from git_subprojects.manifest.interchange import vcs_repos as repos

    if kind == "gitmodules":
        ended = git.run("config", "-z", "--no-includes", "--file", "-", "--list", stdin=content)
        if ended.returncode != 0:
            raise FormatError(ended.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: "))
        return gitmodules.read(settings(ended))
    return {"repo": repo_xml.read, "repos": repos.read, "west": west.read}[kind](content)


def _without_problems(projects: dict[str, Raw]) -> list[str]:
    """Take out of ``projects`` what no manifest may hold; return why, for each."""
    refused: dict[str, str] = {}
    while True:
        try:
            read_manifest(Source("", _text("", projects).encode()))
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


def _text(path: str, projects: dict[str, Raw]) -> str:
    import tomlkit

    heading = f"# Made by git subprojects import from {os.path.basename(path)}.\n" if path else ""
    return f"{heading}{tomlkit.dumps({'schema': 1, 'project': projects})}"
