"""Routes → text and JSON. Pure: values in, strings out."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from git_subprojects.patches.model import Patch
from git_subprojects.people.mailbox import format_mailbox
from git_subprojects.plural import counted
from git_subprojects.registries import VENUES
from git_subprojects.routing.model import Destination, Part, Reason, Recipient

View = Literal["routes", "explain", "to", "cc", "roles", "uncovered"]
"""What is shown of routes: all with the shortest reasons or with every one, or something for programs alone."""

_FOR_PROGRAMS = ("to", "cc", "roles")
_SHORT = 12


class Group(NamedTuple):
    """Patches that are routed together, and where they go; ``roles`` are lines as get_maintainer.pl prints them."""

    patches: Sequence[Patch]
    destinations: Sequence[Destination]
    roles: Sequence[str] = ()


class Answer(NamedTuple):
    """Where patches go, all together or each alone (``per_patch``).

    ``project`` is whose they are, where one change is made of patches for several projects.
    """

    groups: Sequence[Group]
    view: View
    per_patch: bool
    project: str | None

    @property
    def destinations(self) -> list[Destination]:
        """The destinations of all groups."""
        return [destination for group in self.groups for destination in group.destinations]


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


def mailbox(recipient: Recipient) -> str:
    """Return a recipient as RFC 5322 writes it."""
    return format_mailbox(recipient.name, recipient.address)


def text(answers: Sequence[Answer]) -> str:
    """Return the answers; each under its project's name, in brackets, if it has one and is not for programs."""
    has_headings = answers[0].project is not None and answers[0].view not in _FOR_PROGRAMS
    texts = [(answer.project, _text(answer)) for answer in answers]
    if not has_headings:
        return "\n".join(text for _, text in texts if text)
    return "\n\n".join(f"[{project}]\n{text}" for project, text in texts if text)


def _text(answer: Answer) -> str:
    if answer.view == "uncovered":
        paths = (quoted(path) for destination in answer.destinations for path in destination.uncovered)
        return "\n".join(dict.fromkeys(paths))
    texts = [_group(group, answer.view) for group in answer.groups]
    if not answer.per_patch:
        return "\n".join(text for text in texts if text)
    return "\n\n".join(f"[{_name(group.patches[0])}]\n{text}" for group, text in zip(answer.groups, texts, strict=True))


def _group(group: Group, view: View) -> str:
    if view == "roles":
        return "\n".join(group.roles)
    if view in ("to", "cc"):
        by_mail = [destination for destination in group.destinations if destination.venue.takes_mail]
        people = (person for destination in by_mail for person in (destination.to if view == "to" else destination.cc))
        return "\n".join(dict.fromkeys(map(mailbox, people)))
    return destinations_text(group.destinations, explain=view == "explain")


def destinations_text(destinations: Sequence[Destination], *, explain: bool) -> str:
    """Return the destinations, a paragraph each, with the shortest reason of each recipient, or with all."""
    return "\n\n".join(_destination(destination, explain=explain) for destination in destinations)


def _destination(destination: Destination, *, explain: bool) -> str:
    patches = counted(len(destination.parts), "patch", "patches")
    is_mail = destination.venue.takes_mail
    lines = [f"{destination.project}: {patches} {VENUES[destination.venue.kind].way}"]
    if not is_mail:
        lines[0] += f" to {destination.url or destination.project}"
    headers = (("To" if is_mail else "Reviewer", destination.to), ("Cc" if is_mail else "Reviewer", destination.cc))
    for header, people in headers:
        for person in people:
            lines += _person(header, mailbox(person), person.reasons, explain=explain)
    for reviewer in destination.reviewers:
        lines += _person("Reviewer", reviewer.account, reviewer.reasons, explain=explain)
    if is_mail and not destination.to:
        lines.append("  nobody to send to: no rule covers these paths")
    lines += [f"  {_part(part)}" for part in destination.parts]
    if destination.uncovered and destination.to:
        lines += [f"  no rule covers {quoted(path)}" for path in destination.uncovered]
    if destination.venue.guide:
        lines.append(f"  guide: {destination.venue.guide}")
    return "\n".join(lines)


def _person(header: str, who: str, reasons: Sequence[Reason], *, explain: bool) -> list[str]:
    texts = [_reason(reason) for reason in reasons]
    if explain:
        return [f"  {header}: {who}", *(f"      {text}" for text in texts)]
    more = f", and {len(texts) - 1} more" if len(texts) > 1 else ""
    return [f"  {header}: {who}  ({min(map(_short, reasons), key=len)}{more})"]


def _short(reason: Reason) -> str:
    """Return a reason without the path, which is one of those that the patches touch."""
    if reason.section is None:
        return _reason(reason)
    return f"{reason.key} {reason.section}"


def _reason(reason: Reason) -> str:
    text = reason.key if reason.section is None else f"{reason.key} {reason.section}"
    if reason.path is not None and reason.pattern is not None:
        return f"{text}: {quoted(reason.path)} matches {reason.pattern}"
    if reason.pattern is not None:
        about = "the patch's text matches " if reason.pattern.startswith("K: ") else ""
        return f"{text}: {about}{reason.pattern}"
    return text


def _part(part: Part) -> str:
    share = f" ({len(part.paths)} of {len(part.patch.paths)} paths)" if len(part.paths) < len(part.patch.paths) else ""
    return f"{_name(part.patch)} {part.patch.subject}{share}".rstrip()


def _name(patch: Patch) -> str:
    return patch.name or patch.commit[:_SHORT] or "patch"


def data(answers: Sequence[Answer]) -> dict[str, object]:
    """Return the destinations, by project where the answers name them; ``per_patch``: under each patch its own.

    A path that is not UTF-8 has its odd bytes as lone surrogates U+DC80 to U+DCFF (Python's surrogateescape).
    """
    if answers[0].project is not None:
        parts = [(answer.project, list(map(destination_object, answer.destinations))) for answer in answers]
        return {"parts": [{"project": project, "destinations": destinations} for project, destinations in parts]}
    (answer,) = answers
    if not answer.per_patch:
        return {"destinations": list(map(destination_object, answer.destinations))}
    return {
        "patches": [
            {**patch_object(group.patches[0]), "destinations": list(map(destination_object, group.destinations))}
            for group in answer.groups
        ]
    }


def line_object(
    commit: str, patch: Patch | None, destinations: Sequence[Destination], *, error: str | None = None
) -> dict[str, object]:
    """Return the answer to one commit id; ``commit`` is the word that was asked for."""
    answer: dict[str, object] = {"commit": commit}
    if patch is not None:
        answer["commit"] = patch.commit
        answer["subject"] = patch.subject
        answer["parents"] = patch.parents
    if error is not None:
        answer["error"] = error
    answer["destinations"] = [destination_object(destination) for destination in destinations]
    return answer


def destination_object(one: Destination) -> dict[str, object]:
    """Return a destination as JSON has it."""
    return {
        "project": one.project,
        "venue": one.venue.kind,
        "url": one.url,
        "guide": one.venue.guide,
        "to": [_person_object(person) for person in one.to],
        "cc": [_person_object(person) for person in one.cc],
        "reviewers": [{"account": one.account, "reasons": _reasons(one.reasons)} for one in one.reviewers],
        "patches": [
            {
                **patch_object(part.patch),
                "paths": [path_text(path) for path in part.paths],
            }
            for part in one.parts
        ],
        "uncovered": [path_text(path) for path in one.uncovered],
    }


def patch_object(patch: Patch) -> dict[str, object]:
    """Return what identifies a patch."""
    return {"commit": patch.commit or None, "file": patch.name or None, "subject": patch.subject}


def _person_object(person: Recipient) -> dict[str, object]:
    return {
        "address": person.address,
        "name": person.name,
        "role": person.role,
        "title": person.title or None,
        "reasons": _reasons(person.reasons),
    }


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, object]]:
    """Return the reasons, those of the same line of a file as one with several paths."""
    paths: dict[tuple[str, str | None, str | None], list[str]] = {}
    for key, path, pattern, section in reasons:
        of_line = paths.setdefault((key, pattern, section), [])
        if path is not None:
            of_line.append(path_text(path))
    return [
        {"key": key, "pattern": pattern, "section": section, "paths": of_line_paths}
        for (key, pattern, section), of_line_paths in paths.items()
    ]


def path_text(path: bytes) -> str:
    """Return a path as JSON has it: bytes that are not UTF-8 as lone surrogates."""
    return path.decode("utf-8", "surrogateescape")
