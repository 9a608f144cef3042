"""How a project takes patches, and what to know before work on it → text and data. Pure."""

import shlex
from collections.abc import Sequence

from git_subprojects.manifest.model import Posting, Project, SeriesRecipients, Thread
from git_subprojects.plural import counted
from git_subprojects.registries import RULE_FORMATS, VENUES
from git_subprojects.workspace.facts import ProjectInfo

_POSTING: dict[Posting | None, str] = {
    "open": "open to all",
    "moderated": "a stranger's first mail waits for a moderator",
    "subscribers": "for subscribers only",
}
_SERIES: dict[SeriesRecipients | None, str] = {
    "whole": "everybody gets all patches",
    "per-patch": "each patch goes to those whom it concerns",
}
_THREAD: dict[Thread, str] = {"new": "in a thread of its own", "same": "as an answer to the one before"}


def text(info: ProjectInfo) -> str:
    """Return it all, a line each with its name before it."""
    lines = _lines(info)
    width = max(len(name) for name, _ in lines) + 2
    name, description = info.project.name, info.project.description
    head = f"{name}: {description}" if description else name
    return "\n".join([head, *(f"  {name + ':':{width}}{value}".rstrip() for name, value in lines)])


def _lines(info: ProjectInfo) -> list[tuple[str, str]]:
    project = info.project
    venue = project.venue
    lines: list[tuple[str, str | None]] = [
        ("place", info.place),
        ("clone", info.clone),
        ("url", project.url),
        *(("mirror", url) for url in project.mirrors),
        *((f"remote {name}", url) for name, url in project.remotes),
        ("start", info.start),
        *(("build", _command(command, project.build_directory)) for command in project.build),
        ("groups", " ".join(project.groups)),
        ("twins", " ".join(project.twins)),
        ("goes on in", project.successor),
        ("patches", VENUES[venue.kind].way),
        *(("To", address) for address in project.route.to),
        *(("Cc", address) for address in project.route.cc),
        ("list", _POSTING.get(venue.posting)),
        ("reviewers", _reviewers(project)),
        ("subject", f"[{venue.prefix or 'PATCH'}]" if venue.takes_mail else None),
        ("sign-off", "needed" if venue.sign_off else None),
        *(("checker", shlex.join(command)) for command in venue.check),
        ("new version", _THREAD[venue.thread] if venue.takes_mail else None),
        ("series", _SERIES.get(venue.series) if venue.takes_mail else None),
        ("size limit", f"{venue.size_limit:,} bytes" if venue.size_limit else None),
        ("guide", venue.guide),
        ("archive", venue.archive),
    ]  # fmt: skip
    return [(name, value) for name, value in lines if value]


def _command(command: Sequence[str], directory: str | None) -> str:
    return shlex.join(command) + (f"  (in {directory}/)" if directory else "")


def _reviewers(project: Project) -> str | None:
    files = [file.path for file in project.route.files]
    rules = [counted(len(project.rules), "rule") + " of the manifest"] if project.rules else []
    return f"by path, from {' and '.join(files + rules)}: see git route-patch HEAD" if files or rules else None


def data(info: ProjectInfo) -> dict[str, object]:
    """Return it all."""
    project = info.project
    venue, route = project.venue, project.route
    files = {file.format: file.path for file in route.files}
    return {
        "name": project.name,
        "description": project.description,
        "place": info.place,
        "url": project.url,
        "mirrors": project.mirrors,
        "remotes": dict(project.remotes),
        "start": info.start,
        "build": project.build,
        "build_directory": project.build_directory,
        "groups": project.groups,
        "twins": project.twins,
        "successor": project.successor,
        "venue": {
            "kind": venue.kind,
            "posting": venue.posting,
            "prefix": venue.prefix,
            "sign_off": venue.sign_off,
            "check": venue.check,
            "thread": venue.thread,
            "series": venue.series,
            "size_limit": venue.size_limit,
            "guide": venue.guide,
            "archive": venue.archive,
        },
        "route": {
            "to": route.to,
            "cc": route.cc,
            **{name: files.get(name) for name in RULE_FORMATS},
            "rules": len(project.rules),
        },
    }
