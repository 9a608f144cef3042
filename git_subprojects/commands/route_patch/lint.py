"""``git route-patch --lint``: what is wrong with the files that say who gets patches."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from git_subprojects.context.context import current_context
from git_subprojects.context.target_project import target_project
from git_subprojects.errors import FAILED, Error
from git_subprojects.git.objects import Objects
from git_subprojects.git.process import FastGit
from git_subprojects.manifest.model import RuleFile
from git_subprojects.output.forms.json import document
from git_subprojects.perl_regex.limit import TimeLimit
from git_subprojects.perl_regex.search import Searcher
from git_subprojects.plural import counted
from git_subprojects.registries import RULE_FORMATS
from git_subprojects.routing.rule_files.base import format_named, format_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.options import Lint
    from git_subprojects.context.target_project import TargetProject
    from git_subprojects.routing.rule_files.base import RuleProblem

_ALL = 10.0
"""Seconds for all expressions together; what is left then counts as too slow."""


class _Files:
    """The files of a tree: of the work tree, or of a revision where that is named or there is no work tree."""

    def __init__(self, here: TargetProject, revision: str | None) -> None:
        self.searcher = Searcher(TimeLimit(_ALL, instead=None))
        self._top = here.top if revision is None else None
        self._revision = revision or "HEAD"
        self._objects = Objects(here.git)
        if self._top is not None:
            listed = here.git.elsewhere(self._top).output("ls-files", "-z", "--cached", "--deduplicate")
        else:
            listed = here.git.output("ls-tree", "-r", "-z", "--name-only", "--full-tree", self._revision)
        self.paths: Sequence[bytes] = sorted(filter(None, listed.split(b"\0")))

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


def run(options: Lint, screen: Screen) -> int:
    """Carry the command out; return its exit status: FAILED where there is an error, or with --strict a warning."""
    context = current_context(options.manifest, screen, git=FastGit(os.environ))
    here = target_project(context, options.project)
    files = _Files(here, options.rules_from)
    try:
        problems, number = _find_problems(here, files, options.revisions)
    finally:
        files.end()
    errors = sum(problem.severity == "error" for problem in problems)
    if options.form == "json":
        screen.data(document(problems=[problem._asdict() for problem in problems]))
    elif problems:
        screen.answer("\n".join(map(_line, problems)))
    warnings = len(problems) - errors
    screen.note(f"{counted(errors, 'error')}, {counted(warnings, 'warning')} in {counted(number, 'file')}")
    return FAILED if errors or (problems and options.strict) else 0


def _line(problem: RuleProblem) -> str:
    return f"{problem.file}:{problem.line}: {problem.severity}: {problem.message} [{problem.name}]"


def _find_problems(here: TargetProject, files: _Files, requested: Sequence[str]) -> tuple[list[RuleProblem], int]:
    """Return what is wrong, and how many files were read."""
    problems: list[RuleProblem] = []
    number = 0
    owner = here.manifest.projects[here.project] if here.project else here.manifest.host
    for file in _requested(here, requested) if requested else _named(here):
        linted = format_named(file.format).find_problems(file, files, owner.venue.kind, alone=bool(requested))
        if linted is None:
            raise Error(f"{file.path}: there is no such file", "name one of the tree, from its top")
        problems += linted[0]
        number += linted[1]
    return problems, number


def _requested(here: TargetProject, words: Sequence[str]) -> list[RuleFile]:
    """Return the files that were asked for, by their paths from the top, as the manifest names them."""
    named = {file.path: file for file in _routes(here)}
    paths = [os.path.relpath(os.path.realpath(word), os.path.realpath(here.top or ".")) for word in words]
    return [named.get(path) or RuleFile(format_of(path), path) for path in paths]


def _named(here: TargetProject) -> list[RuleFile]:
    files = _routes(here)
    if not files:
        kinds = [entry.places[0].rpartition("/")[2] for entry in RULE_FORMATS.values()]
        raise Error(f"no {' and no '.join(kinds)} file is named here", "name one: git route-patch --lint FILE")
    return files


def _routes(here: TargetProject) -> list[RuleFile]:
    """Return the files that the routes of this tree's projects name, by format."""
    alone = here.project or here.only
    if alone is not None:
        routes = [here.manifest.projects[alone].route]
    else:
        inside = [project.route for project in here.manifest.projects.values() if project.within and here.is_host]
        routes = [here.manifest.host.route, *inside]
    files = [file for key in RULE_FORMATS for route in routes for file in route.files if file.format == key]
    return list({(file.format, file.path): file for file in files}.values())
