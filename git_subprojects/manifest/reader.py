"""Bytes → Manifest, or a report of all problems. TOML 1.1 is accepted, because tomli reads it."""

import itertools
from typing import Any

import tomli

from git_subprojects.errors import Error
from git_subprojects.manifest import keys
from git_subprojects.manifest.checks import KeyPath, Raw, contradictions, table_problems
from git_subprojects.manifest.lines import lines_of
from git_subprojects.manifest.model import (
    HOST,
    Command,
    Host,
    Manifest,
    Pin,
    Project,
    Route,
    Rule,
    RuleFile,
    Twin,
    Venue,
)
from git_subprojects.manifest.problem import Problem
from git_subprojects.manifest.source import Source, merge, overrides, parse
from git_subprojects.registries import DEFAULT_VENUE, RULE_FORMATS

MOST_PROBLEMS = 50

ENOUGH = 1000
"""After so many problems in the tables of one file no more are looked for: a hostile one may have a million."""


class ManifestError(Error):
    """A manifest has problems; nothing of it was acted on."""

    def __init__(self, source: str, problems: list[Problem]) -> None:
        found = len(problems)
        lines = [f"{source} has {found} problem{'' if found == 1 else 's'}, so nothing of it was used"]
        lines += [str(problem) for problem in problems[:MOST_PROBLEMS]]
        if found > MOST_PROBLEMS:
            lines.append(f"… and {found - MOST_PROBLEMS} more")
        super().__init__("\n".join(lines), "git subprojects check shows this report again")
        self.problems = problems


def read(source: Source, local: Source | None = None) -> Manifest:
    """Return the manifest in ``source``, overridden field by field by ``local``.

    Raises:
        ManifestError: with every problem of both.
    """
    problems: list[Problem] = []
    raw = _checked(source, problems)
    override = _checked(local, problems) if local is not None else {}
    merged: Raw = {}
    if raw is not None and override is not None:
        broken = {problem.key for problem in problems}
        if broken:
            raw, override = _blanked(raw, broken), _blanked(override, broken)
        merged = merge(raw, override)
        for key, message in contradictions(merged):
            at_fault = local if local is not None and overrides(override, raw, key) else source
            problems.append(Problem(at_fault.name, key, message))
    if problems:
        raise ManifestError(source.name, _with_lines(problems, source, local))
    return _manifest(merged)


def _checked(source: Source, problems: list[Problem]) -> Raw | None:
    """Return the tables of ``source``, each key checked by itself; None where nothing more can be said of them."""
    try:
        raw = parse(source)
    except UnicodeDecodeError as error:
        line = source.content.count(b"\n", 0, error.start) + 1
        problems.append(
            Problem(source.name, (), f"expected UTF-8, found the byte 0x{error.object[error.start]:02x}", line)
        )
    except tomli.TOMLDecodeError as error:
        problems.append(Problem(source.name, (), f"expected TOML: {error.msg}", error.lineno))
    except ValueError as error:
        problems.append(Problem(source.name, (), str(error)))
    except RecursionError:
        problems.append(Problem(source.name, (), "expected tables nested a few levels deep, found too many"))
    else:
        schema = raw.get("schema")
        if isinstance(schema, int) and schema > keys.SCHEMA:
            message = f"expected {keys.SCHEMA} at most, found {schema}: this file needs a newer git-subprojects"
            problems.append(Problem(source.name, ("schema",), message))
            return None
        found = [
            Problem(source.name, key, message)
            for key, message in itertools.islice(table_problems(raw, keys.MANIFEST, ()), ENOUGH)
        ]
        problems += found
        if len(found) == ENOUGH:
            problems.append(Problem(source.name, (), f"{ENOUGH:,} problems were found, and no more looked for"))
            return None
        return raw
    return None


def _blanked(raw: Any, broken: set[KeyPath], at: KeyPath = ()) -> Any:
    """Return ``raw`` with None for what stands at a key path in ``broken``: it is there, and of no use."""
    if at in broken:
        return None
    if isinstance(raw, dict):
        return {key: _blanked(value, broken, (*at, key)) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_blanked(item, broken, (*at, index)) for index, item in enumerate(raw)]
    return raw


def _with_lines(problems: list[Problem], source: Source, local: Source | None) -> list[Problem]:
    found = []
    for one in (source, local) if local is not None else (source,):
        mine = [problem for problem in problems if problem.source == one.name]
        lines = lines_of(one.content, {problem.key for problem in mine if problem.line is None and problem.key})
        found += [
            problem if problem.key not in lines else problem._replace(line=lines[problem.key]) for problem in mine
        ]
    return sorted(found, key=lambda problem: (problem.source != source.name, problem.line or 0))


def _manifest(raw: Raw) -> Manifest:
    host: Raw = raw.get("host", {})
    return Manifest(
        directory=raw.get("workspace", {}).get("directory", ".."),
        host=Host(
            name=host.get("name", HOST),
            versions=host.get("versions"),
            recognise=tuple(host.get("recognise", ())),
            build=_commands(host.get("build", ())),
            twins=_twins(host),
            venue=_venue(host.get("venue", {})),
            route=_route(host.get("route", {})),
            rules=_rules("host", host),
            revision=host.get("revision"),
            mapped=_mapped(host),
            url=host.get("url"),
        ),
        projects={name: _project(name, project) for name, project in raw.get("project", {}).items()},
        groups=tuple(raw.get("workspace", {}).get("groups", ())),
    )


def _project(name: str, raw: Raw) -> Project:
    return Project(
        name=name,
        description=raw.get("description", ""),
        url=raw.get("url"),
        mirrors=tuple(raw.get("mirrors", ())),
        remotes=tuple(raw.get("remotes", {}).items()),
        directory=raw.get("directory", name).removesuffix("/"),
        groups=tuple(raw.get("groups", ())),
        branch=raw.get("branch"),
        borrow=tuple(raw.get("borrow", ())),
        twins=_twins(raw),
        successor=raw.get("successor"),
        within=tuple(folder.removesuffix("/") + "/" for folder in raw.get("within", ())),
        depth=raw.get("depth"),
        filter=raw.get("filter"),
        sparse=tuple(raw.get("sparse", ())),
        submodules=raw.get("submodules", False),
        build=_commands(raw.get("build", ())),
        build_directory=raw.get("build-directory"),
        pins=tuple(Pin(pin.get("host"), pin.get("revision")) for pin in raw.get("pin", ())),
        tested=raw.get("tested"),
        venue=_venue(raw.get("venue", {})),
        route=_route(raw.get("route", {})),
        rules=_rules(f"project.{name}", raw),
        mapped=_mapped(raw),
    )


def _twins(raw: Raw) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*raw.get("twins", ()), *raw.get("twin", {}))))


def _mapped(raw: Raw) -> tuple[Twin, ...]:
    return tuple(Twin(name, tuple(twin.get("paths", {}).items())) for name, twin in raw.get("twin", {}).items())


def _venue(raw: Raw) -> Venue:
    return Venue(
        kind=raw.get("kind", DEFAULT_VENUE),
        guide=raw.get("guide"),
        prefix=raw.get("prefix"),
        sign_off=raw.get("sign-off", False),
        check=_commands(raw.get("check", ())),
        posting=raw.get("posting"),
        archive=raw.get("archive"),
        roles=raw.get("roles", {}),
        thread=raw.get("thread", "new"),
        size_limit=raw.get("size-limit"),
        series=raw.get("series"),
    )


def _route(raw: Raw) -> Route:
    return Route(
        to=tuple(raw.get("to", ())),
        cc=tuple(raw.get("cc", ())),
        files=tuple(_rule_file(name, raw[name]) for name in RULE_FORMATS if name in raw),
    )


def _rule_file(name: str, raw: str | Raw) -> RuleFile:
    return RuleFile(name, raw) if isinstance(raw, str) else RuleFile(name, raw["file"], raw.get("style"))


def _rules(at: str, raw: Raw) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            key=f"{at}.rule[{index}]",
            paths=tuple(rule["paths"]),
            exclude=tuple(rule.get("except", ())),
            to=tuple(rule.get("to", ())),
            cc=tuple(rule.get("cc", ())),
        )
        for index, rule in enumerate(raw.get("rule", ()))
    )


def _commands(raw: list[list[str]] | tuple[()]) -> tuple[Command, ...]:
    return tuple(tuple(command) for command in raw)
