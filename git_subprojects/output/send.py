"""What goes out, and what was found before: findings and records → text and JSON. Pure."""

from collections.abc import Sequence

from git_subprojects.output.forms.json import document
from git_subprojects.plural import counted
from git_subprojects.preflight.base import SEVERITIES, Finding
from git_subprojects.sending.record import Record
from git_subprojects.venues.base import Proposal


def findings(found: Sequence[Finding]) -> str:
    """Return what was found, the worst first."""
    ordered = sorted(found, key=lambda one: SEVERITIES.index(one.severity))
    return "\n".join(line for one in ordered for line in _finding(one))


def terse(found: Sequence[Finding]) -> str:
    """Return errors and warnings, a line each, in the manner of checkpatch.pl --terse."""
    return "\n".join(
        f"{one.severity.upper()}: {one.name}: {' '.join(one.message.split())}"
        for one in found
        if one.severity != "note"
    )


def _finding(one: Finding) -> list[str]:
    where = f"{one.patch} {one.subject}".rstrip() if one.patch else f"{one.project}"
    lines = [f"{one.severity}: {one.name}: {where}", *(f"    {line}" for line in one.message.split("\n"))]
    lines += [f"    | {line}" for line in one.output.split("\n") if one.output]
    if one.hint is not None:
        lines += [f"    hint: {line}" for line in one.hint.split("\n")]
    return lines


def summary(found: Sequence[Finding]) -> str:
    """Return how many there are of each severity: ``2 errors, 1 warning``."""
    counts = [(severity, sum(one.severity == severity for one in found)) for severity in SEVERITIES]
    return ", ".join(counted(number, severity) for severity, number in counts if number) or "nothing found"


def findings_json(found: Sequence[Finding]) -> str:
    """Return what was found as JSON."""
    return document(
        findings=[
            {
                "name": one.name,
                "severity": one.severity,
                "project": one.project,
                "patch": one.patch or None,
                "subject": one.subject or None,
                "message": one.message,
                "hint": one.hint,
                "output": one.output or None,
            }
            for one in found
        ]
    )


def records(found: Sequence[Record]) -> str:
    """Return what was sent, a paragraph for each version of a series."""
    return "\n\n".join("\n".join(_record(one)) for one in found)


def _record(one: Record) -> list[str]:
    number = sum(message.sent is not None for message in one.messages)
    total = len(one.messages)
    when = "nothing sent yet" if one.when is None else f"sent {one.when[:16].replace('T', ' ')} UTC"
    if 0 < number < total:
        when += f", {number} of {counted(total, 'message')}"
    lines = [f"{one.project} v{one.version}: {_title(one)} ({when})"]
    lines += [f"  To: {person}" for person in one.to]
    lines += [f"  Cc: {person}" for person in one.cc]
    if one.base is not None:
        lines.append(f"  base: {one.base[:12]}")
    for message in one.messages:
        lines.append(f"  {message.subject}" + ("" if message.sent else "  (not sent)"))
        if message.sent:
            lines.append(f"    {one.url(message.id) or message.id}")
    return lines


def _title(one: Record) -> str:
    return one.letter.subject if one.letter is not None and one.letter.subject else one.changes[0]


def records_json(found: Sequence[Record]) -> str:
    """Return what was sent as JSON."""
    return document(series=[_object(one) for one in found])


def sent_json(found: Sequence[Record], proposals: Sequence[Proposal]) -> str:
    """Return what has become of the patches as JSON: series that were sent, and what was proposed elsewhere."""
    return document(series=[_object(one) for one in found], proposals=[_proposal(one) for one in proposals])


def _object(one: Record) -> dict[str, object]:
    return {
        "series": one.series,
        "project": one.project,
        "version": one.version,
        "title": _title(one),
        "base": one.base,
        "commits": list(one.commits),
        "to": list(one.to),
        "cc": list(one.cc),
        "messages": [{**message._asdict(), "url": one.url(message.id)} for message in one.messages],
    }


def _proposal(one: Proposal) -> dict[str, object]:
    return {
        "project": one.project,
        "venue": one.kind,
        "url": one.where,
        "commands": [list(step) for step in one.steps],
        "page": one.page,
        "reviewers": list(one.reviewers),
        "guide": one.guide,
    }
