"""A manifest's text with a project more or less; all else of it stays as it is, comments too."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tomli

from git_subprojects.errors import Error
from git_subprojects.manifest.lines import headers

Table = Mapping[str, Any]

_BOM = "\ufeff"


class Added(NamedTuple):
    """A project that was to be added, its table, and whether it was."""

    name: str
    project: Table
    added: bool


class Removed(NamedTuple):
    """A project that was removed, where its clone is or was, and whether that was deleted."""

    project: str
    path: str
    deleted: bool


def added(text: str, name: str, table: Table) -> str:
    """Return ``text`` with the table of a project at its end.

    Raises:
        Error: the text is written in a way that cannot be added to.
    """
    expected = _parsed(text)
    expected["project"] = {**expected.get("project", {}), name: dict(table)}
    end = "\r\n" if "\r\n" in text else "\n"
    new = block(name, table).replace("\n", end)
    before = text.rstrip()
    by_hand = f"add it by hand:\n{new}".rstrip()
    return _first(
        expected,
        (
            lambda: f"{before}{end}{end}{new}" if before else new,
            lambda: _by_tomlkit(text, lambda document: document["project"].update({name: dict(table)})),
        ),
        Error(f"the manifest is written in a way that [project.{name}] cannot be added to", by_hand),
    )


def removed(text: str, name: str) -> str:
    """Return ``text`` without the table of a project.

    Raises:
        Error: the text is written in a way that it cannot be taken out of.
    """
    expected = _parsed(text)
    del expected["project"][name]
    return _first(
        expected,
        (
            lambda: _without_lines(text, name),
            lambda: _by_tomlkit(text, lambda document: document["project"].pop(name)),
        ),
        Error(f"the manifest is written in a way that project {name} cannot be taken out of", "take it out by hand"),
    )


def block(name: str, table: Table) -> str:
    """Return the table of a project as TOML."""
    import tomlkit

    return tomlkit.dumps({"project": {name: dict(table)}})


def _parsed(text: str) -> dict[str, Any]:
    return tomli.loads(text.removeprefix(_BOM))


def _first(expected: Table, candidates: tuple[Callable[[], str | None], ...], error: Error) -> str:
    """Return the first of ``candidates`` that says what is expected, and nothing else."""
    for candidate in candidates:
        text = candidate()
        try:
            found = None if text is None else {"project": {}, **_parsed(text)}
        except ValueError:
            continue
        if text is not None and found == expected:
            return text
    raise error


def _without_lines(text: str, name: str) -> str:
    """Return ``text`` without the lines from each header of the project's to the next."""
    lines = text.split("\n")
    starts = [(number - 1, key[:2] == ("project", name)) for number, key in headers(text.encode())]
    starts.append((len(lines), False))
    gone: set[int] = set()
    for (start, is_own), (end, is_next_own) in itertools.pairwise(starts):
        if is_own:
            gone.update(range(start, end if is_next_own or end == len(lines) else end - _comments_above(lines, end)))
    kept = "\n".join(line for number, line in enumerate(lines) if number not in gone)
    return kept.rstrip() + "\n" if len(lines) - 1 in gone else kept


def _comments_above(lines: list[str], number: int) -> int:
    """Return how many lines right above that of this number are comments, which are about it."""
    above = itertools.takewhile(lambda line: line.lstrip().startswith("#"), reversed(lines[:number]))
    return sum(1 for _ in above)


def _by_tomlkit(text: str, edit: Callable[[Any], object]) -> str | None:
    """Return ``text`` after an edit of the document; None where tomlkit cannot do it."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text.removeprefix(_BOM))
        edit(document)
        return (_BOM if text.startswith(_BOM) else "") + tomlkit.dumps(document)
    except (TOMLKitError, KeyError, ValueError, TypeError, AttributeError):
        return None
