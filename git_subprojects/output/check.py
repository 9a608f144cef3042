"""What is wrong with a manifest → text, GitHub's workflow commands, and data. Pure."""

from collections.abc import Sequence

from git_subprojects.manifest.checks import dotted
from git_subprojects.manifest.problem import Problem


def text(problems: Sequence[Problem]) -> str:
    """Return a line for each, as compilers write them."""
    return "\n".join(f"{problem.place}: {problem.severity}: {problem.what}" for problem in problems)


def github(problems: Sequence[Problem]) -> str:
    """Return a workflow command for each, by which GitHub shows it at the line.

    Its form: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    """
    return "\n".join(
        f"::{problem.severity} file={_property(problem.source)}{f',line={problem.line}' if problem.line else ''}"
        f",title={_property('git subprojects check')}::{_escaped(problem.what)}"
        for problem in problems
    )


def data(problems: Sequence[Problem]) -> dict[str, object]:
    """Return them all."""
    return {
        "problems": [
            {
                "severity": problem.severity,
                "file": problem.source,
                "line": problem.line,
                "key": dotted(problem.key),
                "message": problem.message,
            }
            for problem in problems
        ]
    }


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
