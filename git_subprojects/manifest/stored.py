"""A manifest that has been read and found without fault, kept so that it need not be read again."""

import marshal
from collections.abc import Mapping
from typing import Any

from git_subprojects.manifest.model import Host, Manifest, Pin, Project, Route, Rule, RuleFile, Twin, Venue
from git_subprojects.manifest.source import Source

VERSION = 9
"""Of what is stored; to be raised with every change of the model or of what a manifest means."""


def dumped(manifest: Manifest, source: Source, local: Source | None) -> bytes:
    """Return ``manifest`` together with the bytes that it was read from."""
    return marshal.dumps((_contents(source, local), _plain(manifest)))


def loaded(stored: bytes, source: Source, local: Source | None) -> Manifest | None:
    """Return the manifest in ``stored``, what ``dumped`` has made; None if it was read from other bytes."""
    contents, plain = marshal.loads(stored)  # noqa: S302 - it comes from the user's own cache, and is checked there
    if contents != _contents(source, local):
        return None
    directory, host, projects, groups = plain
    return Manifest(directory, _host(host), {name: _project(fields) for name, fields in projects.items()}, groups)


def _contents(source: Source, local: Source | None) -> tuple[bytes, bytes | None]:
    return source.content, None if local is None else local.content


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value


def _host(fields: tuple[Any, ...]) -> Host:
    host = Host(*fields)
    return host._replace(
        venue=Venue(*host.venue),
        route=_route(host.route),
        rules=_rules(host.rules),
        mapped=_mapped(host.mapped),
    )


def _project(fields: tuple[Any, ...]) -> Project:
    project = Project(*fields)
    pins = tuple(Pin(*pin) for pin in project.pins)
    venue, route, rules = Venue(*project.venue), _route(project.route), _rules(project.rules)
    return project._replace(pins=pins, venue=venue, route=route, rules=rules, mapped=_mapped(project.mapped))


def _route(fields: tuple[Any, ...]) -> Route:
    route = Route(*fields)
    return route._replace(files=tuple(RuleFile(*file) for file in route.files))


def _mapped(twins: tuple[tuple[Any, ...], ...]) -> tuple[Twin, ...]:
    return tuple(Twin(*twin) for twin in twins)


def _rules(rules: tuple[tuple[Any, ...], ...]) -> tuple[Rule, ...]:
    return tuple(Rule(*rule) for rule in rules)
