"""Patches → destinations: whose each touched path is, and who gets it there."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from git_subprojects.model import (
    HOST,
    Destination,
    Manifest,
    Part,
    Patch,
    Reason,
    Route,
    Rule,
    Venue,
)
from git_subprojects.routing.recipients import Recipients, split_address
from git_subprojects.routing.rules import Pattern, first_match


class _Owner(NamedTuple):
    """A project, or the host, as far as routing goes; ``key`` begins its keys in the manifest."""

    name: str
    key: str
    venue: Venue
    route: Route
    rules: tuple[Rule, ...]
    url: str | None


class _Rule:
    """A rule with its patterns ready."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._paths = [Pattern(text) for text in rule.paths]
        self._exclude = [Pattern(text) for text in rule.exclude]

    def match(self, path: bytes) -> str | None:
        """Return the pattern by which the rule covers ``path``."""
        found = first_match(self._paths, path)
        if found is None or first_match(self._exclude, path) is not None:
            return None
        return found.text


def route(
    manifest: Manifest,
    project: str | None,
    patches: Iterable[Patch],
    own: frozenset[str] = frozenset(),
    *,
    is_host: bool = True,
) -> list[Destination]:
    """Return the destinations of ``patches``, made in a sibling that is ``project`` or in the host (None).

    A patch that touches several projects has a part at each of them. ``own`` are the user's own addresses, in lower
    case. Unless ``is_host``, the manifest's host section and in-tree projects say nothing of this repository.
    """
    owners = _owners_of_folders(manifest) if is_host else {}
    parts: dict[str, list[Part]] = {}
    for patch in patches:
        by_owner: dict[str, list[bytes]] = {}
        for path in patch.paths:
            owner = project or _owner_in_host(owners, path)
            by_owner.setdefault(owner, []).append(path)
        for owner, paths in by_owner.items():
            parts.setdefault(owner, []).append(Part(patch, tuple(paths)))
    return [_destination(_owner(manifest, name, is_host=is_host), found, own) for name, found in parts.items()]


def _owners_of_folders(manifest: Manifest) -> dict[bytes, str]:
    """Return folder → in-tree project; the first of several that claim it has it."""
    owners: dict[bytes, str] = {}
    for name, project in manifest.projects.items():
        for folder in project.within:
            owners.setdefault(folder.encode(), name)
    return owners


def _owner_in_host(owners: dict[bytes, str], path: bytes) -> str:
    """Return the in-tree project whose ``within`` is the longest that holds ``path``, or "host"."""
    end = len(path)
    while (end := path.rfind(b"/", 0, end)) >= 0:
        owner = owners.get(path[: end + 1])
        if owner is not None:
            return owner
    return HOST


def _owner(manifest: Manifest, name: str, *, is_host: bool) -> _Owner:
    if name != HOST:
        project = manifest.projects[name]
        return _Owner(name, f"project.{name}", project.venue, project.route, project.rules, _web_url(name, manifest))
    host = manifest.host
    if not is_host:
        return _Owner(HOST, HOST, Venue(), Route(), (), None)
    return _Owner(host.name, HOST, host.venue, host.route, host.rules, None)


def _web_url(name: str, manifest: Manifest) -> str | None:
    """Return where pull requests of a project are made: the URL at its venue's kind of site, if one tells."""
    project = manifest.projects[name]
    urls = [url for url in (project.url, *project.mirrors) if url is not None]
    found = next((url for url in urls if project.venue.kind in url), urls[0] if urls else None)
    return None if found is None else found.removesuffix(".git")


def _destination(owner: _Owner, parts: list[Part], own: frozenset[str]) -> Destination:
    found = Recipients()
    rules = [_Rule(rule) for rule in owner.rules]
    for header, addresses in (("to", owner.route.to), ("cc", owner.route.cc)):
        for address in addresses:
            found.add(address, header, _role(address), Reason(f"{owner.key}.route.{header}"))
    everywhere = bool(owner.route.to or owner.route.cc)
    uncovered = []
    for path in dict.fromkeys(path for part in parts for path in part.paths):
        covered = everywhere
        for header, address, reason in _by_rules(rules, path):
            found.add(address, header, _role(address), reason)
            covered = True
        if not covered:
            uncovered.append(path)
    to, cc = found.headers(own)
    files = (owner.route.maintainers, owner.route.codeowners)
    unread = tuple(file.file for file in files if file is not None)
    return Destination(owner.name, owner.venue, owner.url, to, cc, tuple(parts), tuple(uncovered), unread)


def _role(address: str) -> str:
    """Return the role of an address of the manifest, which tells a person from a list only by a name before it."""
    return "reviewer" if split_address(address)[1] else "list"


def _by_rules(rules: list[_Rule], path: bytes) -> Iterator[tuple[str, str, Reason]]:
    """Yield (header, address, reason) for everybody whom a rule names for ``path``."""
    for rule in rules:
        pattern = rule.match(path)
        if pattern is None:
            continue
        for header, addresses in (("to", rule.rule.to), ("cc", rule.rule.cc)):
            for address in addresses:
                yield header, address, Reason(f"{rule.rule.key}.{header}", path, pattern)
