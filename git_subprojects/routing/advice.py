"""What a manifest says that the trees do not bear out: a warning each. Pure."""

import itertools
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from git_subprojects.manifest.checks import KeyPath
from git_subprojects.manifest.model import HOST, Host, Manifest, Project, Rule, Venue
from git_subprojects.routing.gitignore import Pattern

MOST_PATTERNS = 500
"""So many patterns are tried: one that matches nothing is tried on every path of a tree."""


class Advice(NamedTuple):
    """What is said, at which key."""

    key: KeyPath
    message: str


def advice(manifest: Manifest, trees: Mapping[str, Collection[bytes]]) -> Iterator[Advice]:
    """Yield what the trees do not bear out.

    ``trees`` are the paths of all files in the trees that are here, by the projects' names, and HOST's.
    """
    tried = itertools.count()
    host = trees.get(HOST)
    yield from _of_owner(("host",), manifest.host, host, tried)
    for name, project in manifest.projects.items():
        tree = host if project.within else trees.get(name)
        for number, folder in enumerate(project.within if host is not None else ()):
            if not any(path.startswith(folder.encode()) for path in host or ()):
                yield Advice(("project", name, "within", number), f"the tree has no files in {folder}")
        yield from _of_owner(("project", name), project, tree, tried)


def _of_owner(
    at: KeyPath, owner: Host | Project, tree: Collection[bytes] | None, tried: Iterator[int]
) -> Iterator[Advice]:
    for number, rule in enumerate(owner.rules):
        if not rule.to and not rule.cc:
            yield Advice((*at, "rule", number), "it gives a patch to nobody: expected 'to' or 'cc'")
    route = owner.route
    takes_mail = owner.venue.takes_mail and (owner.venue != Venue() or bool(owner.rules))
    if takes_mail and not any((*route, *(addresses for rule in owner.rules for addresses in (rule.to, rule.cc)))):
        yield Advice((*at, "venue"), "it takes mail, and nobody gets any: expected a 'route'")
    if tree is None:
        return
    yield from _missing_files(at, owner, frozenset(tree))
    for number, rule in enumerate(owner.rules):
        yield from _unmatched((*at, "rule", number), rule, tree, tried)


def _missing_files(at: KeyPath, owner: Host | Project, tree: frozenset[bytes]) -> Iterator[Advice]:
    guide = owner.venue.guide
    named: list[tuple[KeyPath, str]] = []
    if guide is not None and not guide.startswith("https://"):
        named.append((("venue", "guide"), guide))
    named += [(("route", file.format), file.path) for file in owner.route.files]
    for number, command in enumerate(owner.venue.check):
        if "/" in command[0]:
            named.append((("venue", "check", number), command[0].removeprefix("./")))
    for key_path, path in named:
        if path.encode("utf-8", "surrogateescape") not in tree:
            yield Advice((*at, *key_path), f"the tree has no {path}")


def _unmatched(at: KeyPath, rule: Rule, tree: Collection[bytes], tried: Iterator[int]) -> Iterator[Advice]:
    for key, patterns in (("paths", rule.paths), ("except", rule.exclude)):
        for number, text in enumerate(patterns):
            if next(tried) >= MOST_PATTERNS:
                return
            pattern = Pattern(text)
            if not any(pattern.covers(path) for path in tree):
                yield Advice((*at, key, number), f"'{text}' matches nothing in the tree")
