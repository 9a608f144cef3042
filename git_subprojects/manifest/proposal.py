"""What a project's own files say of how it takes patches, as the keys of a manifest.

They are not trusted: what comes from them passes the checks of the manifest, and nothing that would be run is taken
over, but only recognised.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from git_subprojects.git.config import Config
from git_subprojects.manifest import values
from git_subprojects.manifest.values import Check
from git_subprojects.people.mailbox import mailboxes, same_key
from git_subprojects.registries import DEFAULT_VENUE, RULE_FORMATS, VENUES, VenueKind

B4 = ".b4-config"
GIT_PUBLISH = ".gitpublish"

SETTINGS = (B4, GIT_PUBLISH)
"""Files in the form of git's config."""

GUIDES = (
    "Documentation/process/submitting-patches.rst",
    "docs/devel/submitting-a-patch.rst",
    "CONTRIBUTING.md",
    "CONTRIBUTING.rst",
    "CONTRIBUTING",
    "CONTRIBUTING.txt",
    ".github/CONTRIBUTING.md",
    "docs/CONTRIBUTING.md",
    "HACKING",
    "HACKING.rst",
    "HACKING.md",
)
"""Where guides for contributors mostly are, the best first."""

MAINTAINERS = "MAINTAINERS"
CHECKPATCH = "scripts/checkpatch.pl"
_CHECK = [[CHECKPATCH, "--terse", "{patch}"]]

READ = (*SETTINGS, *(path for entry in RULE_FORMATS.values() if entry.mark for path in entry.places), *GUIDES)
"""The files whose content is looked at."""


class Tree(NamedTuple):
    """What there is to know of a project's tree: its paths, the contents of some, and what those say as config."""

    paths: frozenset[str]
    texts: Mapping[str, bytes]
    settings: Mapping[str, Config]


def proposed(url: str, tree: Tree) -> dict[str, dict[str, Any]]:
    """Return the tables ``venue`` and ``route`` for the project at ``url``, without what is unknown or the default."""
    route = _route(tree)
    guide = next((path for path in GUIDES if path in tree.paths), None)
    guide_text = tree.texts.get(guide, b"") if guide is not None else b""
    kind = _kind(url, tree, guide_text, is_mail=bool(route.get("to")))
    takes_mail = VENUES[kind].takes_mail
    if not takes_mail:
        route.pop("to", None)
        route.pop("cc", None)
    venue: dict[str, Any] = {} if kind == DEFAULT_VENUE else {"kind": kind}
    if guide is not None:
        venue["guide"] = guide
    prefix = _prefix(tree) if takes_mail else None
    if prefix is not None:
        venue["prefix"] = prefix
    if b"signed-off-by" in guide_text.lower():
        venue["sign-off"] = True
    if CHECKPATCH in tree.paths:
        venue["check"] = _CHECK
    archive = _archive(tree) if takes_mail else None
    if archive is not None:
        venue["archive"] = archive
    return {key: table for key, table in (("venue", venue), ("route", route)) if table}


def _kind(url: str, tree: Tree, guide: bytes, *, is_mail: bool) -> str:
    def first(fits: Callable[[VenueKind], bool]) -> str | None:
        return next((name for name, kind in VENUES.items() if fits(kind)), None)

    maintainers = tree.texts.get(MAINTAINERS, b"")
    is_mail |= b"\nL:\t" in maintainers or b"git send-email" in guide or b"git-send-email" in guide
    host = urlsplit(url).hostname or url.partition(":")[0].rpartition("@")[2]
    return (
        first(lambda kind: not tree.paths.isdisjoint(kind.own_files))
        or (DEFAULT_VENUE if is_mail else None)
        or first(lambda kind: kind.has_host(host))
        or first(lambda kind: not tree.paths.isdisjoint(kind.usual_files))
        or DEFAULT_VENUE
    )


def _route(tree: Tree) -> dict[str, Any]:
    b4, publish = (tree.settings.get(name, Config({})) for name in SETTINGS)
    route: dict[str, Any] = {}
    for key in ("to", "cc"):
        words = [*_addresses(b4, f"b4.send-series-{key}"), *_addresses(publish, f"gitpublishprofile.default.{key}")]
        by_address: dict[str, str] = {}
        for word in words:
            ((_, address),) = mailboxes(word)
            by_address.setdefault(same_key(address), word)
        if by_address:
            route[key] = list(by_address.values())
    for name, entry in RULE_FORMATS.items():
        path = next((path for path in entry.places if path in tree.paths), None)
        if path is not None and entry.mark in tree.texts.get(path, b""):
            route[name] = path
    return route


def _addresses(config: Config, key: str) -> list[str]:
    words = ",".join(config.settings.get(key, ())).split(",")
    return _allowed([word.strip() for word in words], values.address)


def _prefix(tree: Tree) -> str | None:
    more = tree.settings.get(B4, Config({})).text("b4.send-prefixes")
    whole = tree.settings.get(GIT_PUBLISH, Config({})).text("gitpublishprofile.default.prefix")
    prefixes = _allowed([f"PATCH {more}" if more else whole or ""], values.prefix)
    return prefixes[0] if prefixes and prefixes[0] != "PATCH" else None


def _archive(tree: Tree) -> str | None:
    """Return where the list's messages are, by the form that b4 gives links to them."""
    mask = tree.settings.get(B4, Config({})).text("b4.linkmask") or ""
    return next(iter(_allowed([mask.partition("%s")[0]], values.archive)), None)


def _allowed(words: Sequence[str], check: Check) -> list[str]:
    return [word for word in words if check(word) is None]
