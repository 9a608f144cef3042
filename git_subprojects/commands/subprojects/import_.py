"""``git subprojects import``: a manifest from another program's."""

from __future__ import annotations

import os

from git_subprojects.cli.options import Common, form, operand, option
from git_subprojects.errors import FAILED, USAGE, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
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
    from git_subprojects.manifest.interchange.common import LARGEST, FormatError, Imported, tables
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
        read = _read(kind, content, here())
    except FormatError as error:
        raise Error(f"{path}, read as {kind}: {error}", f"--format names another: {', '.join(_FORMATS)}") from error
    projects, notes = tables(read.entries)
    refused = _without_problems(projects)
    imported = Imported(_text(path, projects), projects, [*read.left_out, *refused])
    for note in notes:
        screen.note(note)
    for note in imported.left_out:
        screen.warning(f"not imported: {note}")
    if output is not None:
        files.write(output, imported.text.encode())
        screen.note(f"{output}: {counted(len(projects), 'project')}")
    if output is None or options.form != "text":
        screen.show(forms.render(options.form, import_, imported))
    return FAILED if refused else 0


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


def _read(kind: str, content: bytes, git: Git) -> Read:
    from git_subprojects.git.process import settings
    from git_subprojects.manifest.interchange import gitmodules, repo_xml, vcs_repos, west
    from git_subprojects.manifest.interchange.common import FormatError

    if kind == "gitmodules":
        ended = git.run("config", "-z", "--no-includes", "--file", "-", "--list", stdin=content)
        if ended.returncode != 0:
            raise FormatError(ended.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: "))
        return gitmodules.read(settings(ended))
    return {"repo": repo_xml.read, "repos": vcs_repos.read, "west": west.read}[kind](content)


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


def _text(path: str, projects: dict[str, dict[str, Any]]) -> str:
    import tomlkit

    heading = f"# Made by git subprojects import from {os.path.basename(path)}.\n" if path else ""
    return f"{heading}{tomlkit.dumps({'schema': 1, 'project': projects})}"
