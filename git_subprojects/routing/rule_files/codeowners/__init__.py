"""CODEOWNERS: a format of rule files that GitHub and GitLab read, each in its own style."""

from git_subprojects.manifest.model import RuleFile
from git_subprojects.registries import VENUES
from git_subprojects.routing.rule_files.base import LintTree, RuleProblem, SourceTree
from git_subprojects.routing.rule_files.codeowners.index import Codeowners
from git_subprojects.routing.rule_files.codeowners.parse import parse

READS = ()


def load(file: RuleFile, tree: SourceTree, venue: str) -> Codeowners | None:
    """Return who owns what by a file."""
    content = tree.read(file.path)
    return None if content is None else parse(content, style=style_of(file, venue), path=file.path)


def find_problems(
    file: RuleFile,
    tree: LintTree,
    venue: str,
    *,
    alone: bool,  # noqa: ARG001
) -> tuple[list[RuleProblem], int] | None:
    """Return the lines that cannot be read, and those that match nothing in the tree."""
    content = tree.read(file.path)
    if content is None:
        return None
    codeowners = parse(content, style=style_of(file, venue), path=file.path)
    problems = [*codeowners.problems(), *codeowners.unmatched(tree.paths)]
    return sorted(problems, key=lambda problem: problem.line), 1


def style_of(file: RuleFile, venue: str) -> str:
    """Return a file's style: the one that the manifest names, else by its folder, else by the venue's kind."""
    folder = file.path.rpartition("/")[0]
    by_folder = {".github": "github", ".gitlab": "gitlab"}.get(folder)
    return file.style or by_folder or VENUES[venue].codeowners_style
