"""What is wrong with a manifest → text, GitHub's workflow commands, and JSON. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from git_subprojects.manifest.checks import KeyPath, dotted
from git_subprojects.output.forms import as_json


class Finding(NamedTuple):
    """One thing that is wrong: ``severity`` is error or warning, ``line`` counts from 1."""

    severity: str
    source: str
    line: int | None
    key: KeyPath
    message: str


def text(found: Sequence[Finding]) -> str:
    """Return a line for each, as compilers write them."""
    return "\n".join(f"{_place(one)}: {one.severity}: {_said(one)}" for one in found)


def for_github(found: Sequence[Finding]) -> str:
    """Return a workflow command for each, by which GitHub shows it at the line.

    Its form: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    """
    return "\n".join(
        f"::{one.severity} file={_property(one.source)}{f',line={one.line}' if one.line else ''}"
        f",title={_property('git subprojects check')}::{_escaped(_said(one))}"
        for one in found
    )


def as_answer(found: Sequence[Finding]) -> str:
    """Return it all as JSON."""
    return as_json(
        problems=[
            {
                "severity": one.severity,
                "file": one.source,
                "line": one.line,
                "key": dotted(one.key),
                "message": one.message,
            }
            for one in found
        ]
    )


def _place(one: Finding) -> str:
    return one.source if one.line is None else f"{one.source}:{one.line}"


def _said(one: Finding) -> str:
    return f"{dotted(one.key)}: {one.message}" if one.key else one.message


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
