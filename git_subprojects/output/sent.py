"""What was sent: records of series, and proposals → text and JSON. Pure."""

from collections.abc import Sequence

from git_subprojects.plural import counted
from git_subprojects.sending.record import Record
from git_subprojects.venues.base import Proposal


def text(records: Sequence[Record]) -> str:
    """Return what was sent, a paragraph for each version of a series."""
    return "\n\n".join("\n".join(_record(record)) for record in records)


def _record(record: Record) -> list[str]:
    number = sum(message.sent is not None for message in record.messages)
    total = len(record.messages)
    when = "nothing sent yet" if record.when is None else f"sent {record.when[:16].replace('T', ' ')} UTC"
    if 0 < number < total:
        when += f", {number} of {counted(total, 'message')}"
    lines = [f"{record.project} v{record.version}: {_title(record)} ({when})"]
    lines += [f"  To: {person}" for person in record.to]
    lines += [f"  Cc: {person}" for person in record.cc]
    if record.base is not None:
        lines.append(f"  base: {record.base[:12]}")
    for message in record.messages:
        lines.append(f"  {message.subject}" + ("" if message.sent else "  (not sent)"))
        if message.sent:
            lines.append(f"    {record.url(message.id) or message.id}")
    return lines


def _title(record: Record) -> str:
    return record.letter.subject if record.letter is not None and record.letter.subject else record.changes[0]


def data(records: Sequence[Record], proposals: Sequence[Proposal] | None = None) -> dict[str, object]:
    """Return what was sent, and what was proposed elsewhere, where that belongs to the answer."""
    answer: dict[str, object] = {"series": list(map(_object, records))}
    return answer if proposals is None else {**answer, "proposals": list(map(_proposal, proposals))}


def _object(record: Record) -> dict[str, object]:
    return {
        "series": record.series,
        "project": record.project,
        "version": record.version,
        "title": _title(record),
        "base": record.base,
        "commits": list(record.commits),
        "to": list(record.to),
        "cc": list(record.cc),
        "messages": [{**message._asdict(), "url": record.url(message.id)} for message in record.messages],
    }


def _proposal(proposal: Proposal) -> dict[str, object]:
    return {
        "project": proposal.project,
        "venue": proposal.kind,
        "url": proposal.where,
        "commands": [list(step) for step in proposal.steps],
        "page": proposal.page,
        "reviewers": list(proposal.reviewers),
        "guide": proposal.guide,
    }
