"""What patches lack that are about to be sent: findings → text and JSON. Pure."""

from collections.abc import Sequence

from git_subprojects.errors import without_credentials
from git_subprojects.plural import counted
from git_subprojects.preflight.base import SEVERITIES, Finding


def text(findings: Sequence[Finding]) -> str:
    """Return what was found, the worst first."""
    ordered = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    return "\n".join(line for finding in ordered for line in _finding(finding))


def terse(findings: Sequence[Finding]) -> str:
    """Return errors and warnings, a line each, in the manner of checkpatch.pl --terse."""
    return "\n".join(
        f"{finding.severity.upper()}: {finding.name}: {' '.join(finding.message.split())}"
        for finding in findings
        if finding.severity != "note"
    )


def _finding(finding: Finding) -> list[str]:
    where = f"{finding.patch} {finding.subject}".rstrip() if finding.patch else f"{finding.project}"
    lines = [f"{finding.severity}: {finding.name}: {where}", *(f"    {line}" for line in finding.message.split("\n"))]
    lines += [f"    | {line}" for line in finding.output.split("\n") if finding.output]
    if finding.hint is not None:
        lines += [f"    hint: {line}" for line in finding.hint.split("\n")]
    return lines


def summary(findings: Sequence[Finding]) -> str:
    """Return how many there are of each severity: ``2 errors, 1 warning``."""
    counts = [(severity, sum(finding.severity == severity for finding in findings)) for severity in SEVERITIES]
    return ", ".join(counted(number, severity) for severity, number in counts if number) or "nothing found"


def data(findings: Sequence[Finding]) -> dict[str, object]:
    """Return what was found; messages are without credentials, but a patch's subject is as it is."""
    return {"findings": list(map(_object, findings))}


def _object(finding: Finding) -> dict[str, object]:
    return {
        "name": finding.name,
        "severity": finding.severity,
        "project": finding.project,
        "patch": finding.patch or None,
        "subject": finding.subject or None,
        "message": without_credentials(finding.message),
        "hint": None if finding.hint is None else without_credentials(finding.hint),
        "output": finding.output or None,
    }
