"""Holds the tables of a manifest to :mod:`.keys`, and its keys to each other.

Every function yields (key path, message); a message says what was expected and what was found.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from git_subprojects.errors import without_credentials
from git_subprojects.manifest import values
from git_subprojects.manifest.keys import SCHEMA, Named, Table, Tables
from git_subprojects.manifest.model import HOST
from git_subprojects.registries import RULE_FORMATS

MOST_PROJECTS = 10_000
MOST_SUGGESTIONS = 50
LONGEST_PART = 100

Raw = dict[str, Any]
"""A table as tomli gives it, not yet checked."""

KeyPath = tuple[str | int, ...]

Problems = Iterator[tuple[KeyPath, str]]


def dotted(key: KeyPath) -> str:
    """Return a key path as messages show it: ``project.qemu.rule[0].paths``."""
    out = ""
    for part in key:
        if isinstance(part, int):
            out += f"[{part}]"
        else:
            shown = part if len(part) <= LONGEST_PART else part[: LONGEST_PART - 1] + "…"
            bare = shown and shown.isascii() and shown.replace("-", "").replace("_", "").isalnum()
            out += ("." if out else "") + (shown if bare else repr(shown))
    return out


def table_problems(raw: object, table: Table, at: KeyPath) -> Problems:
    """Yield what is wrong with each key of a table by itself."""
    if table.short is not None and not isinstance(raw, dict):
        yield from _value_problems(raw, table.short, at)
        return
    if not isinstance(raw, dict):
        yield at, f"expected a table, found {_shown(raw)}"
        return
    for name, value in raw.items():
        key = table.keys.get(name)
        if key is None:
            yield (*at, name), f"unknown key{_nearest(name, table.keys)}"
            continue
        kind = key.kind
        here = (*at, name)
        if isinstance(kind, Table):
            yield from table_problems(value, kind, here)
        elif isinstance(kind, Tables):
            yield from _tables_problems(value, kind.table, here)
        elif isinstance(kind, Named):
            yield from _named_problems(value, kind, here)
        else:
            yield from _value_problems(value, kind, here)


def _value_problems(value: object, check: values.Check, at: KeyPath) -> Problems:
    expected = check(value)
    if expected is not None:
        yield at, f"expected {expected}, found {_shown(value)}"


def _tables_problems(raw: object, table: Table, at: KeyPath) -> Problems:
    if not isinstance(raw, list):
        yield at, f"expected [[{dotted(at)}]], found {_shown(raw)}"
        return
    for index, item in enumerate(raw):
        yield from table_problems(item, table, (*at, index))


def _named_problems(raw: object, named: Named, at: KeyPath) -> Problems:
    if not isinstance(raw, dict):
        yield at, f"expected tables such as [{dotted(at)}.NAME], found {_shown(raw)}"
        return
    if len(raw) > MOST_PROJECTS:
        yield at, f"expected {MOST_PROJECTS:,} projects at most, found {len(raw):,}"
        return
    for name, value in raw.items():
        expected = values.name(name)
        if expected is not None or (name == HOST and not named.with_host):
            yield (*at, name), f"expected {expected or 'a name other than ' + repr(HOST)}"
        yield from table_problems(value, named.table, (*at, name))


def _nearest(name: str, known: Mapping[str, object]) -> str:
    import difflib

    near = difflib.get_close_matches(name.lower().replace("_", "-")[:100], list(known), 1, 0.6)
    return f"; did you mean {near[0]!r}?" if near else f"; known here: {', '.join(known)}"


def _shown(value: object) -> str:
    kinds = {dict: "a table", list: "a list", bool: "a boolean", int: "a number", float: "a number"}
    kind = kinds.get(type(value), "a date or time")
    # Credentials go before the cut, which might take away the '@' that tells them.
    shown = without_credentials(ascii(value)) if isinstance(value, str | int | float | list) else ""
    if isinstance(value, str):
        kind = "the text"
    return f"{kind} {shown if len(shown) <= 80 else shown[:79] + '…'}".rstrip()


def contradictions(raw: Raw) -> Problems:
    """Yield what is wrong between keys that are each right by themselves; None stands for one that is not."""
    if "schema" not in raw:
        yield ("schema",), f"expected 'schema = {SCHEMA}' at the top of the file"
    projects: dict[str, Raw | None] = raw.get("project") or {}
    suggest = _Suggestions(projects)
    yield from _host_contradictions(raw.get("host") or {}, projects)
    for name, project in projects.items():
        if project is None:
            continue
        at: KeyPath = ("project", name)
        yield from _project_contradictions(at, project)
        for key in ("borrow", "twins", "twin"):
            for part, other in _named_in(project.get(key)):
                if other == name or (other not in projects and other != HOST):
                    yield (
                        (*at, key, part),
                        f"expected another project of this manifest, found {other!r}{suggest.nearest(other)}",
                    )
        successor = project.get("successor")
        if successor is not None and (successor == name or successor not in projects):
            yield (
                (*at, "successor"),
                f"expected another project of this manifest, found {successor!r}{suggest.nearest(successor)}",
            )
    yield from _colliding_directories(projects)


def _named_in(value: dict[str, Any] | list[str] | None) -> list[tuple[str | int, str]]:
    """Return the names that a list, or a table by names, holds, each with its part of the key path."""
    if isinstance(value, dict):
        return [(name, name) for name in value]
    return list(enumerate(value or ()))


class _Suggestions:
    """Nearest names, for as many wrong ones as anybody reads: with thousands of projects each takes its time."""

    def __init__(self, known: Mapping[str, object]) -> None:
        self._known = known
        self._left = MOST_SUGGESTIONS

    def nearest(self, name: str) -> str:
        self._left -= 1
        near = nearest_names(name, self._known) if self._left >= 0 else []
        return next((f"; did you mean {one!r}?" for one in near if one != name), "")


def nearest_names(name: str, known: Mapping[str, object]) -> list[str]:
    """Return up to three of ``known`` that look like ``name``, best first."""
    import difflib

    return difflib.get_close_matches(name.lower()[:100], list(known), 3, 0.5)


def _host_contradictions(host: Raw, projects: Mapping[str, object]) -> Problems:
    for key in ("twins", "twin"):
        for part, other in _named_in(host.get(key)):
            if other not in projects:
                yield ("host", key, part), f"expected a project of this manifest, found {other!r}"
    yield from _rule_contradictions(("host",), host)


def _project_contradictions(at: KeyPath, project: Raw) -> Problems:
    if "within" in project:
        for key in (
            "url",
            "mirrors",
            "remotes",
            "directory",
            "borrow",
            "branch",
            "depth",
            "filter",
            "sparse",
            "submodules",
            "pin",
        ):
            if key in project:
                yield (*at, key), "expected no such key beside 'within': an in-tree project is not cloned"
    elif "url" not in project:
        yield at, "expected a 'url', or 'within' for an in-tree project"
    if "depth" in project and "filter" in project:
        yield (*at, "filter"), "expected either 'depth' or 'filter'"
    pins = enumerate(project.get("pin") or ())
    open_ended = [index for index, pin in pins if pin is not None and "host" not in pin]
    for index in open_ended[1:]:
        yield (*at, "pin", index), "expected a 'host': one pin at most is for the hosts older than all others"
    yield from _rule_contradictions(at, project)


def _rule_contradictions(at: KeyPath, owner: Raw) -> Problems:
    for index, rule in enumerate(owner.get("rule") or ()):
        if rule is not None and "paths" not in rule:
            yield (*at, "rule", index), "expected 'paths'"
    for key in RULE_FORMATS:
        file = (owner.get("route") or {}).get(key)
        if isinstance(file, dict) and "file" not in file:
            yield (*at, "route", key), "expected a 'file'"


def _colliding_directories(projects: Mapping[str, Raw | None]) -> Problems:
    directories = [
        (project.get("directory", name), name)
        for name, project in projects.items()
        if project is not None and "within" not in project
    ]
    holders: dict[tuple[str, ...], tuple[str, str]] = {}
    for directory, name in directories:
        if directory is not None:
            holders.setdefault(folded(directory), (name, directory))
    for directory, name in directories:
        if directory is None:
            continue
        parts = folded(directory)
        key: KeyPath = ("project", name, "directory")
        if holders[parts][0] != name:
            yield key, f"expected a folder of its own, found that of project {holders[parts][0]!r}"
        outer = next((holders[parts[:end]] for end in range(len(parts) - 1, 0, -1) if parts[:end] in holders), None)
        if outer is not None and not directory.startswith(outer[1].removesuffix("/") + "/"):
            yield key, f"expected {outer[1]!r}, the folder of project {outer[0]!r}, spelt as there, found {directory!r}"


def folded(directory: str) -> tuple[str, ...]:
    """Return the components of a directory, alike where any file system would take them for the same."""
    if not directory.isascii():
        import unicodedata

        directory = unicodedata.normalize("NFKC", directory)
    return tuple(directory.removesuffix("/").casefold().split("/"))
