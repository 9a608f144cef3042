"""What a project of another program's manifest comes to in this one's."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from git_subprojects.manifest import values
from git_subprojects.manifest.model import HOST

Raw = dict[str, Any]

LARGEST = 4 * 1024 * 1024
"""The most bytes that are read of a foreign manifest."""

DEEPEST = 20
"""The most levels of YAML that are read; the scanner takes longer for each."""


NOT_DEFAULT = "notdefault"
"""The group, by repo's word for it, of projects that are only cloned where they are asked for."""


class Files(Protocol):
    """The files beside a foreign manifest, which may include them; every error is a ValueError that says why."""

    def read(self, name: str) -> bytes:
        """Return the content of a file."""

    def names(self, name: str) -> list[str] | None:
        """Return the names of the files in a folder, sorted; None: it is no folder."""


class NoFiles:
    """Nothing lies beside it."""

    def read(self, name: str) -> bytes:
        """Raise ValueError."""
        raise ValueError(f"{name}: only files beside the first one are read")

    def names(self, name: str) -> None:  # noqa: ARG002 - as Files has it
        """Return None."""
        return


class Entry(NamedTuple):
    """A project as another program knows it.

    ``revision`` is a branch, a tag, a commit id, or a full ref; ``branch`` the one in which work goes on, where that
    says something else. ``venue`` is how patches are taken, where that is known.
    """

    name: str
    url: str
    directory: str
    revision: str | None = None
    groups: tuple[str, ...] = ()
    depth: int | None = None
    submodules: bool = False
    description: str = ""
    branch: str | None = None
    venue: str | None = None


class Read(NamedTuple):
    """What a foreign manifest holds: its projects, and in words what cannot be taken over.

    ``lost`` are whole projects, or files that hold some. ``groups`` are those that are chosen or, with a minus, left
    out by default.
    """

    entries: tuple[Entry, ...]
    left_out: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Imported(NamedTuple):
    """What a foreign manifest comes to: a manifest's text, its tables of projects, and what was left out.

    ``groups`` are as in ``Read``.
    """

    text: str
    projects: dict[str, Raw]
    left_out: list[str]
    groups: list[str]


class FormatError(ValueError):
    """That is no manifest of the kind; the message says what was expected and what found."""


def tables(entries: Sequence[Entry]) -> tuple[dict[str, Raw], list[str]]:
    """Return the tables of the projects by their names here, and which names had to be changed."""
    found: dict[str, Raw] = {}
    notes = []
    for entry in entries:
        name = _name(entry, found)
        if name != entry.name.rpartition("/")[2].removesuffix(".git"):
            notes.append(f"{entry.name} is called {name} here")
        found[name] = _table(name, entry)
    return found, notes


def _name(entry: Entry, taken: Mapping[str, object]) -> str:
    """Return a name that a manifest may have and no other project has, as near to the entry's as can be."""
    parts = [part for part in entry.name.split("/") if part] or ["project"]
    for number in range(1, len(parts) + 1):
        name = _allowed("-".join(parts[-number:]))
        if name not in taken:
            return name
    return next(one for number in range(2, len(taken) + 3) if (one := f"{name}-{number}") not in taken)


def _allowed(text: str) -> str:
    name = re.sub(r"[^A-Za-z0-9._+-]+", "-", text).lstrip("-._+")[: values.LONGEST_NAME - 6]
    name = re.sub(r"(?i)(?:[.](?:git|lock))+$", "", name)
    name = name or "project"
    return f"{name}-x" if name == HOST or values.name(name) is not None else name


def _table(name: str, entry: Entry) -> Raw:
    table: Raw = {"url": entry.url}
    if entry.description:
        table = {"description": " ".join(entry.description.split()), **table}
    if entry.directory.rstrip("/") != name:
        table["directory"] = entry.directory.rstrip("/")
    groups = [group for group in entry.groups if values.name(group) is None]
    if groups:
        table["groups"] = groups
    table |= _revision(entry)
    if entry.depth is not None:
        table["depth"] = entry.depth
    if entry.submodules:
        table["submodules"] = True
    if entry.venue is not None:
        table["venue"] = {"kind": entry.venue}
    return table


_HEADS, _TAGS = "refs/heads/", "refs/tags/"

_SHORT_REF = r"(?:heads|tags)/.+|pull/[0-9]+/(?:head|merge)|merge-requests/[0-9]+/head|changes/[0-9]+/[0-9]+/[0-9]+"
"""Refs that are written without ``refs/``, as git fetch allows."""

_RELEASE = r"(?:[A-Za-z]+[-_/]?)?v?\d+(?:[._-]\w+)+"
_SHORT_ID = r"[0-9a-f]{7,39}"


def full_revision(text: str | None) -> str | None:
    """Return a revision with its ``refs/``, where it is a ref by its form; None for what the remote's HEAD names."""
    if text is None or text in ("", "HEAD"):
        return None
    return f"refs/{text}" if re.fullmatch(_SHORT_REF, text) else text


def is_short_id(revision: str | None) -> bool:
    """Return whether a revision looks like an abbreviated commit id: hexadecimal, with digits and letters."""
    return revision is not None and re.fullmatch(rf"(?=.*[0-9])(?=.*[a-f]){_SHORT_ID}", revision) is not None


def bare(branch: str | None) -> str | None:
    """Return the name of a branch without its ``refs/heads/``; None for what is no branch."""
    if branch is None or values.commit(branch) is None:
        return None
    name = branch.removeprefix(_HEADS)
    return None if name.startswith("refs/") or name in ("", "HEAD") else name


def _revision(entry: Entry) -> Raw:
    """Return the keys for a revision.

    A branch is followed. What looks like a release or a commit is a pin, and so is every other ref; what is pinned may
    turn out to be a branch after all, which is followed then.
    """
    revision = entry.revision
    branch = bare(entry.branch)
    followed = {} if branch is None else {"branch": branch}
    if revision is None:
        return followed
    if revision.startswith(_HEADS):
        return {"branch": revision.removeprefix(_HEADS)}
    is_fixed = revision.startswith("refs/") or values.commit(revision) is None or is_short_id(revision)
    if is_fixed or (re.fullmatch(_RELEASE, revision) and not revision.endswith((".x", "-x", "_x"))):
        return {**followed, "pin": [{"revision": revision}]}
    return {"branch": revision}


def text_of(value: object) -> str | None:
    """Return a scalar of YAML as text: ``1.10`` is no number there."""
    return None if value is None or isinstance(value, dict | list) else str(value)


def loaded_yaml(content: bytes) -> Any:
    """Return what YAML says, every scalar as text.

    Raises:
        FormatError: it is none, or so made that it would grow without bounds.
    """
    import yaml

    if len(content) > LARGEST:
        raise FormatError(f"expected {LARGEST:,} bytes at most")
    try:
        text = content.decode("utf-8-sig")
        _refuse_traps(yaml.parse(text, Loader=yaml.BaseLoader))
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and tables only
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        first = (str(error).splitlines() or ["it is nested too deeply"])[0]
        raise FormatError(f"expected YAML: {first}") from error


def _refuse_traps(events: Iterable[object]) -> None:
    """Raise FormatError for YAML that would take any memory or time; it is read no further than to there."""
    import yaml

    depth = 0
    for event in events:
        # An alias may stand for what holds aliases, and so on: a few lines would fill any memory.
        if isinstance(event, yaml.AliasEvent):
            raise FormatError("expected YAML without aliases, found one")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise FormatError(f"expected YAML nested {DEEPEST} levels deep at most")


def table_at(raw: object, key: str) -> Raw:
    """Return the table at a key. Raises FormatError where there is none."""
    found = raw.get(key) if isinstance(raw, dict) else None
    if not isinstance(found, dict):
        raise FormatError(f"expected a table '{key}'")
    return found


def tables_at(raw: Raw, key: str) -> Iterator[Raw]:
    """Yield the tables of a list at a key. Raises FormatError where it is something else."""
    found = raw.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise FormatError(f"expected a list of tables at '{key}'")
    yield from found


def words_at(raw: Raw, key: str) -> tuple[str, ...]:
    """Return the texts of a list at a key; none where it is something else."""
    found = raw.get(key)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
