"""``git route-patch --lint``: what is wrong with the files that say who gets patches."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from git_subprojects.commands.route_patch.namespace import namespace
from git_subprojects.context.context import current_context
from git_subprojects.context.target_project import target_project
from git_subprojects.errors import FAILED, Error
from git_subprojects.git.fast import Quick
from git_subprojects.git.objects import Objects
from git_subprojects.manifest.model import TreeFile
from git_subprojects.output.forms.json import document
from git_subprojects.perl_regex.limit import TimeLimit
from git_subprojects.perl_regex.search import Searcher
from git_subprojects.plural import counted
from git_subprojects.routing.rule_files.maintainers.lint import Finding, lint
from git_subprojects.routing.rule_files.maintainers.parse import SETTINGS, STYLES, recognised

if TYPE_CHECKING:
    import argparse

    from git_subprojects.cli.screen import Screen
    from git_subprojects.context.target_project import TargetProject

_ALL = 10.0
"""Seconds for all expressions together; what is left then counts as too slow."""


class _Files:
    """The files of a tree: of the work tree, or of a revision where there is none or one is asked for."""

    def __init__(self, here: TargetProject, revision: str | None) -> None:
        self._top = here.top if revision is None else None
        self._revision = revision or "HEAD"
        self._objects = Objects(here.git)
        if self._top is not None:
            listed = here.git.elsewhere(self._top).output("ls-files", "-z", "--cached", "--deduplicate")
        else:
            listed = here.git.output("ls-tree", "-r", "-z", "--name-only", "--full-tree", self._revision)
        self.paths = sorted(filter(None, listed.split(b"\0")))

    def read(self, path: str) -> bytes | None:
        """Return a file's content, None where there is no such file."""
        if self._top is None:
            return self._objects.content(f"{self._revision}:{path}".encode("utf-8", "surrogateescape"))
        place = os.path.join(self._top, path)
        if os.path.islink(place) or not os.path.isfile(place):
            return None
        with open(place, "rb") as file:
            return file.read()

    def end(self) -> None:
        """Ask no more."""
        self._objects.end()


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Carry the command out; return its exit status: FAILED where there is an error, or with --strict a warning."""
    arguments = namespace(arguments)
    context = current_context(arguments.manifest, screen, git=Quick(os.environ))
    here = target_project(context, arguments.project)
    files = _Files(here, arguments.rules_from)
    try:
        found, number = _findings(here, files, arguments.revisions)
    finally:
        files.end()
    errors = sum(finding.severity == "error" for finding in found)
    if arguments.json:
        screen.answer(document(problems=[finding._asdict() for finding in found]))
    elif found:
        screen.answer("\n".join(map(str, found)))
    warnings = len(found) - errors
    screen.note(f"{counted(errors, 'error')}, {counted(warnings, 'warning')} in {counted(number, 'file')}")
    return FAILED if errors or (found and arguments.strict) else 0


def _findings(here: TargetProject, files: _Files, asked: list[str]) -> tuple[list[Finding], int]:
    """Return what is wrong, and how many files were read."""
    searcher = Searcher(TimeLimit(_ALL, instead=None))
    found: list[Finding] = []
    number = 0
    for file in _asked(here, asked) if asked else _named(here):
        if file.file.rpartition("/")[2] == "CODEOWNERS":
            number += 1
            found += _of_owners(here, file, files)
            continue
        content = files.read(file.file)
        if content is None:
            raise Error(f"{file.file}: there is no such file", "name one of the tree, from its top")
        settings = files.read(SETTINGS) or b""
        style = STYLES[file.style] if file.style else recognised(file.file, content, settings)
        contents = [(file.file, content)]
        if style.whole_tree and not asked:
            others = (os.fsdecode(path) for path in files.paths if path.rpartition(b"/")[2] == b"MAINTAINERS")
            contents += [(path, files.read(path) or b"") for path in others if path != file.file]
        number += len(contents)
        found += lint(contents, style, files.paths, searcher)
    return found, number


def _asked(here: TargetProject, asked: list[str]) -> list[TreeFile]:
    """Return the files that were asked for, by their paths from the top, in the style that the manifest names."""
    named = (*_routes(here, "maintainers"), *_routes(here, "codeowners"))
    styles = {file.file: file.style for file in named}
    paths = [os.path.relpath(os.path.realpath(word), os.path.realpath(here.top or ".")) for word in asked]
    return [TreeFile(path, styles.get(path)) for path in paths]


def _named(here: TargetProject) -> list[TreeFile]:
    found = [*_routes(here, "maintainers"), *_routes(here, "codeowners")]
    if not found:
        raise Error("no MAINTAINERS and no CODEOWNERS file is named here", "name one: git route-patch --lint FILE")
    return found


def _routes(here: TargetProject, key: str) -> list[TreeFile]:
    """Return the files that the routes of this tree's projects name."""
    alone = here.project or here.only
    if alone is not None:
        routes = [here.manifest.projects[alone].route]
    else:
        inside = [project.route for project in here.manifest.projects.values() if project.within and here.is_host]
        routes = [here.manifest.host.route, *inside]
    files = [getattr(route, key) for route in routes]
    return list({file.file: file for file in files if file is not None}.values())


def _of_owners(here: TargetProject, file: TreeFile, files: _Files) -> list[Finding]:
    from git_subprojects.routing.rule_files import codeowners

    content = files.read(file.file)
    if content is None:
        raise Error(f"{file.file}: there is no such file", "name one of the tree, from its top")
    venue = (here.manifest.projects[here.project] if here.project else here.manifest.host).venue.kind
    parsed = codeowners.parse(content, style=file.style or codeowners.style_at(file.file, venue))
    found = [Finding(file.file, one.line, "error", "syntax", one.message) for one in parsed.problems]
    unmatched = parsed.unmatched(files.paths)
    found += [Finding(file.file, one.line, "warning", "unmatched", one.message) for one in unmatched]
    return sorted(found, key=lambda finding: finding.line)
