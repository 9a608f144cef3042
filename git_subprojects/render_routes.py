"""Routes → text and JSON. Pure: values in, strings out."""

from collections.abc import Iterable, Sequence

from git_subprojects.model import Destination, Part, Reason, Recipient
from git_subprojects.render import as_json, counted

_SHORT = 12


def quoted(path: bytes) -> str:
    """Return a path as git shows it: in quotes with octal escapes where it holds anything unusual."""
    try:
        text = path.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and text.isprintable() and not set(text) & set('"\\'):
        return text
    escapes = {
        7: "\\a",
        8: "\\b",
        9: "\\t",
        10: "\\n",
        11: "\\v",
        12: "\\f",
        13: "\\r",
        34: '\\"',
        92: "\\\\",
    }
    return '"' + "".join(escapes.get(b) or (chr(b) if 32 <= b < 127 else f"\\{b:03o}") for b in path) + '"'


def mailbox(one: Recipient) -> str:
    """Return a recipient as RFC 5322 writes it."""
    if not one.name:
        return one.address
    name = one.name if one.name.replace(" ", "").replace("-", "").isalnum() else f'"{one.name}"'
    return f"{name} <{one.address}>"


def addresses(destinations: Sequence[Destination], headers: Iterable[str]) -> str:
    """Return the recipients in the given headers ("to", "cc") of all destinations, each once, one a line."""
    found: dict[str, None] = {}
    for header in headers:
        for destination in destinations:
            found.update((mailbox(one), None) for one in (destination.to if header == "to" else destination.cc))
    return "\n".join(found)


def routes(destinations: Sequence[Destination], *, explain: bool) -> str:
    """Return the destinations, a paragraph each, with the shortest reason of each recipient, or with all."""
    return "\n\n".join(_destination(one, explain=explain) for one in destinations)


def _destination(one: Destination, *, explain: bool) -> str:
    patches = counted(len(one.parts), "patch", "patches")
    if one.venue.kind == "email":
        lines = [f"{one.project}: {patches} by mail"]
        for header, people in (("To", one.to), ("Cc", one.cc)):
            for person in people:
                lines += _person(header, person, explain=explain)
        if not one.to:
            lines.append("  nobody to send to: no rule covers these paths")
    else:
        lines = [f"{one.project}: {patches} as a {one.venue.kind} pull request to {one.url or one.project}"]
    lines += [f"  {_part(part)}" for part in one.parts]
    if one.uncovered and one.to:
        lines += [f"  no rule covers {quoted(path)}" for path in one.uncovered]
    if one.venue.guide:
        lines.append(f"  guide: {one.venue.guide}")
    return "\n".join(lines)


def _person(header: str, person: Recipient, *, explain: bool) -> list[str]:
    reasons = [_reason(reason) for reason in person.reasons]
    if explain:
        return [f"  {header}: {mailbox(person)}", *(f"      {reason}" for reason in reasons)]
    more = f", and {len(reasons) - 1} more" if len(reasons) > 1 else ""
    return [f"  {header}: {mailbox(person)}  ({min(reasons, key=len)}{more})"]


def _reason(reason: Reason) -> str:
    if reason.path is None:
        return reason.key
    return f"{reason.key}: {quoted(reason.path)} matches {reason.pattern}"


def _part(part: Part) -> str:
    share = f" ({len(part.paths)} of {len(part.patch.paths)} paths)" if len(part.paths) < len(part.patch.paths) else ""
    return f"{part.patch.commit[:_SHORT]} {part.patch.subject}{share}"


def routes_json(destinations: Sequence[Destination]) -> str:
    """Return the destinations as JSON.

    A path that is not UTF-8 has its odd bytes as lone surrogates U+DC80 to U+DCFF (Python's surrogateescape).
    """
    return as_json(destinations=[_object(one) for one in destinations])


def _object(one: Destination) -> dict[str, object]:
    return {
        "project": one.project,
        "venue": one.venue.kind,
        "url": one.url,
        "guide": one.venue.guide,
        "to": [_person_object(person) for person in one.to],
        "cc": [_person_object(person) for person in one.cc],
        "patches": [
            {
                "commit": part.patch.commit,
                "subject": part.patch.subject,
                "paths": [_text(path) for path in part.paths],
            }
            for part in one.parts
        ],
        "uncovered": [_text(path) for path in one.uncovered],
        "unread": one.unread,
    }


def _person_object(person: Recipient) -> dict[str, object]:
    return {
        "address": person.address,
        "name": person.name,
        "role": person.role,
        "reasons": [
            {
                "key": reason.key,
                "path": None if reason.path is None else _text(reason.path),
                "pattern": reason.pattern,
            }
            for reason in person.reasons
        ],
    }


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
