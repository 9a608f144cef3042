"""A project's process on one screen: what there is to know before work on it, and before a patch. Pure."""

import shlex
from collections.abc import Sequence
from typing import NamedTuple

from git_subprojects.manifest.model import Command, Host, Project, Route, Rule, Venue
from git_subprojects.output.forms import as_json
from git_subprojects.plural import counted
from git_subprojects.registries import VENUES

_POSTING = {
    "open": "open to all",
    "moderated": "a stranger's first mail waits for a moderator",
    "subscribers": "for subscribers only",
}
_THREAD = {"new": "in a thread of its own", "same": "as an answer to the one before"}


class Info(NamedTuple):
    """A project, or the host, as far as its process goes.

    ``place`` says where its clone is and in which state, ``start`` on which revision work begins and why; ``clone`` is
    the command that clones it, None where there is nothing to clone.
    """

    name: str
    description: str
    venue: Venue
    route: Route
    rules: tuple[Rule, ...]
    build: tuple[Command, ...]
    place: str
    clone: str | None = None
    start: str | None = None
    url: str | None = None
    mirrors: tuple[str, ...] = ()
    build_directory: str | None = None
    groups: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()
    successor: str | None = None


def of_project(project: Project, place: str, clone: str | None, start: str | None) -> Info:
    """Return what there is to know of a project of the manifest."""
    return Info(
        project.name,
        project.description,
        project.venue,
        project.route,
        project.rules,
        project.build,
        place,
        clone,
        start,
        project.url,
        project.mirrors,
        project.build_directory,
        project.groups,
        project.twins,
        project.successor,
    )


def of_host(host: Host, place: str) -> Info:
    """Return what there is to know of the host."""
    return Info(host.name, "the host", host.venue, host.route, host.rules, host.build, place, twins=host.twins)


def text(one: Info) -> str:
    """Return it all, a line each with its name before it."""
    lines = list(_lines(one))
    width = max(len(name) for name, _ in lines) + 2
    head = f"{one.name}: {one.description}" if one.description else one.name
    return "\n".join([head, *(f"  {name + ':':{width}}{value}".rstrip() for name, value in lines)])


def _lines(one: Info) -> list[tuple[str, str]]:
    venue = one.venue
    by_mail = venue.takes_mail
    found: list[tuple[str, str | None]] = [
        ("place", one.place),
        ("clone", one.clone),
        ("url", one.url),
        *(("mirror", url) for url in one.mirrors),
        ("start", one.start),
        *(("build", _command(command, one.build_directory)) for command in one.build),
        ("groups", " ".join(one.groups)),
        ("twins", " ".join(one.twins)),
        ("goes on in", one.successor),
        ("patches", VENUES[venue.kind].way),
        *(("To", address) for address in one.route.to),
        *(("Cc", address) for address in one.route.cc),
        ("list", _POSTING.get(venue.posting or "")),
        ("reviewers", _reviewers(one)),
        ("subject", f"[{venue.prefix or 'PATCH'}]" if by_mail else None),
        ("sign-off", "needed" if venue.sign_off else None),
        *(("checker", shlex.join(command)) for command in venue.check),
        ("new version", _THREAD[venue.thread] if by_mail else None),
        ("size limit", f"{venue.size_limit:,} bytes" if venue.size_limit else None),
        ("guide", venue.guide),
        ("archive", venue.archive),
    ]  # fmt: skip
    return [(name, value) for name, value in found if value]


def _command(command: Sequence[str], directory: str | None) -> str:
    return shlex.join(command) + (f"  (in {directory}/)" if directory else "")


def _reviewers(one: Info) -> str | None:
    files = [file.file for file in (one.route.maintainers, one.route.codeowners) if file is not None]
    rules = [counted(len(one.rules), "rule") + " of the manifest"] if one.rules else []
    return f"by path, from {' and '.join(files + rules)}: see git route-patch HEAD" if files or rules else None


def as_answer(one: Info) -> str:
    """Return it all as JSON."""
    venue = one.venue
    files = {"maintainers": one.route.maintainers, "codeowners": one.route.codeowners}
    return as_json(
        name=one.name,
        description=one.description,
        place=one.place,
        url=one.url,
        mirrors=one.mirrors,
        start=one.start,
        build=one.build,
        build_directory=one.build_directory,
        groups=one.groups,
        twins=one.twins,
        successor=one.successor,
        venue={
            "kind": venue.kind,
            "posting": venue.posting,
            "prefix": venue.prefix,
            "sign_off": venue.sign_off,
            "check": venue.check,
            "thread": venue.thread,
            "size_limit": venue.size_limit,
            "guide": venue.guide,
            "archive": venue.archive,
        },
        route={
            "to": one.route.to,
            "cc": one.route.cc,
            **{name: None if file is None else file.file for name, file in files.items()},
            "rules": len(one.rules),
        },
    )
