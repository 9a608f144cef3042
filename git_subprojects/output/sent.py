"""What was sent: records of series, and proposals → text and JSON. Pure."""

from collections.abc import Sequence

from git_subprojects.plural import counted
from git_subprojects.sending.record import Record
from git_subprojects.venues.base import Proposal


def text(records: Sequence[Record]) -> str:
    """Return what was sent, a paragraph for each version of a series."""
    return "\n\n".join("\n".join(_record(record)) for record in records)


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


def data(records: Sequence[Record], proposals: Sequence[Proposal] | None = None) -> dict[str, object]:
    """Return what was sent, and what was proposed elsewhere, where that belongs to the answer."""
    answer: dict[str, object] = {"series": list(map(_object, records))}
    return answer if proposals is None else {**answer, "proposals": list(map(_proposal, proposals))}


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
