"""An index of MAINTAINERS sections: a path meets only the patterns that could match it.

Each pattern lies under its literal head, what stands before its first wildcard, so a path asks for all that it begins
with and for nothing else.
The regular expressions of N: and K: are tried only where a word that they cannot do without is there. The index is
made of plain values and is kept in pieces, so that it can be stored, and so that a run loads just what it meets.
"""

import marshal
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from git_subprojects.perl_regex.search import Searcher
from git_subprojects.routing.rule_files.base import RuleProblem
from git_subprojects.routing.rule_files.maintainers.dialects import Style
from git_subprojects.routing.rule_files.maintainers.parse import Section, parse
from git_subprojects.routing.rule_files.maintainers.patterns import FILE, FOLDER, REGEX, PathPattern, patterns

_MOST_REMEMBERED = 20_000

_BEGINNING = 2
"""How many bytes every required word has at least."""


class PathRule(NamedTuple):
    """A pattern of a section: its letter F or X, its value as written, its line, and its place among all lines."""

    section: int
    letter: str
    value: bytes
    line: int
    place: int
    pattern: PathPattern


class WordRule(NamedTuple):
    """An N: or K: line. In all that it matches is one of ``required``, in lower case; None: nobody knows what."""

    section: int
    letter: str
    value: bytes
    line: int
    place: int
    required: tuple[bytes, ...] | None


class _ByWord:
    """Word rules by the beginnings of the words that they require."""

    def __init__(self, rules: list[WordRule]) -> None:
        self._always = [rule for rule in rules if rule.required is None or any(b"/" in word for word in rule.required)]
        self._by_beginning: dict[bytes, list[tuple[bytes, WordRule]]] = {}
        self._by_name: dict[bytes, frozenset[WordRule]] = {}
        for rule in rules:
            for word in rule.required or ():
                self._by_beginning.setdefault(word[:_BEGINNING], []).append((word, rule))

    def candidates(self, path: bytes) -> list[WordRule]:
        """Return the rules that could match ``path``, in their own order."""
        found = set(self._always)
        for name in path.split(b"/"):
            rules = self._by_name.get(name)
            if rules is None:
                if len(self._by_name) >= _MOST_REMEMBERED:
                    self._by_name.clear()
                rules = self._by_name[name] = self._of_name(name.lower())
            found |= rules
        return sorted(found, key=_place) if found else []

    def _of_name(self, name: bytes) -> frozenset[WordRule]:
        return frozenset(
            rule
            for at in range(len(name))
            for word, rule in self._by_beginning.get(name[at : at + _BEGINNING], ())
            if name.startswith(word, at)
        )


def _place(rule: WordRule) -> int:
    return rule.place


class Hit(NamedTuple):
    """Why a section covers a path, or a patch: the line that says so; ``path`` is None for a K: line."""

    section: int
    letter: str
    value: bytes
    line: int
    path: bytes | None


class Index:
    """The sections of a tree, by path and by word."""

    def __init__(self, stored: dict[str, Any]) -> None:
        self._stored = stored
        self._sections: dict[int, Section] = {}
        self._rules: dict[bytes, list[PathRule]] = {}
        self._heads: dict[bytes, bytes] = stored["heads"]
        self._heads_of_folders: dict[bytes, list[bytes]] = {}
        self._longest_head = max(map(len, self._heads), default=0)
        self.problems = [RuleProblem(*fields) for fields in stored["problems"]]
        self.names = [WordRule(*fields) for fields in stored["names"]]
        self._names = _ByWord(self.names)
        self.keywords = [WordRule(*fields) for fields in stored["keywords"]]

    @classmethod
    def of(cls, files: Iterable[tuple[str, bytes]], style: Style) -> "Index":
        """Return the index of MAINTAINERS files, given as (name, content)."""
        sections, problems = parse(files, style)
        return cls(_stored(sections, problems, style))

    @classmethod
    def loaded(cls, content: bytes) -> "Index":
        """Return the index that ``dumped`` has stored. Raises ValueError, EOFError or TypeError for anything else."""
        return cls(_loads(content))

    def dumped(self) -> bytes:
        """Return the index as bytes, for this version of Python."""
        return marshal.dumps(self._stored)

    def __len__(self) -> int:
        return len(self._stored["sections"])

    def section(self, number: int) -> Section:
        """Return a section by its number, from 0 in the order of the files."""
        found = self._sections.get(number)
        if found is None:
            found = self._sections[number] = Section(*_loads(self._stored["sections"][number]))
        return found

    def default(self) -> list[int]:
        """Return the sections that are for paths without a maintainer: edk2's ``F: <default>``."""
        return [rule.section for rule in self._beginning(b"<default>") if rule.value == b"<default>"]

    def matches(self, path: bytes, searcher: Searcher, is_folder: Callable[[bytes], bool]) -> list[tuple[int, Hit]]:
        """Return (depth, hit) of the sections that cover ``path``, in the order of the original.

        The deepest pattern comes first; the last line of a section that matches counts for the section, and none does
        where an X: line matches. ``is_folder`` tells whether the tree has a folder of that name.
        """
        found: dict[int, tuple[int, int, Hit]] = {}
        excluded: set[int] = set()
        for head in self._heads_of(path):
            for rule in self._beginning(head):
                if rule.section not in excluded and _matches(rule, path, searcher, is_folder):
                    if rule.letter == "X":
                        excluded.add(rule.section)
                    elif rule.section not in found or found[rule.section][1] < rule.place:
                        hit = Hit(rule.section, rule.letter, rule.value, rule.line, path)
                        found[rule.section] = (rule.pattern.depth, rule.place, hit)
        for word in self._names.candidates(path):
            if (
                word.section not in excluded
                and (word.section not in found or found[word.section][1] < word.place)
                and searcher.found(word.value, (path,))
            ):
                found[word.section] = (0, word.place, Hit(word.section, "N", word.value, word.line, path))
        ordered = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
        return [(depth, hit) for section, (depth, _, hit) in ordered if section not in excluded]

    def _heads_of(self, path: bytes) -> list[bytes]:
        """Return the literal heads of patterns that ``path`` begins with."""
        folder = path[: path.rfind(b"/") + 1]
        found = self._heads_of_folders.get(folder)
        if found is None:
            if len(self._heads_of_folders) >= _MOST_REMEMBERED:
                self._heads_of_folders.clear()
            found = self._heads_of_folders[folder] = self._beginnings(folder, 0)
        return found + self._beginnings(path, len(folder) + 1)

    def _beginnings(self, path: bytes, first: int) -> list[bytes]:
        ends = range(first, min(len(path), self._longest_head) + 1)
        return [head for end in ends if (head := path[:end]) in self._heads]

    def _beginning(self, head: bytes) -> list[PathRule]:
        """Return the patterns whose literal head is ``head``."""
        rules = self._rules.get(head)
        if rules is None:
            stored = self._heads.get(head)
            rules = [] if stored is None else [_path_rule(fields) for fields in _loads(stored)]
            self._rules[head] = rules
        return rules


def _loads(content: bytes) -> Any:
    # Never anything but what `dumped` has made: the cache that it comes from is the user's own, and checked.
    return marshal.loads(content)  # noqa: S302


def _path_rule(fields: Sequence[Any]) -> PathRule:
    section, letter, value, line, place, pattern = fields
    return PathRule(section, letter, value, line, place, PathPattern(*pattern))


def _matches(rule: PathRule, path: bytes, searcher: Searcher, is_folder: Callable[[bytes], bool]) -> bool:
    pattern = rule.pattern
    if pattern.kind == REGEX:
        if pattern.slashes >= 0 and path.count(b"/") != pattern.slashes:
            return False
        return searcher.found(pattern.regex, (path,), prefix=b"^", verbose=False)
    if not pattern.matches(path):
        return False
    if pattern.kind != FILE or pattern.slashes < 0 or path == rule.value or b"." in rule.value:
        return True
    # A name without its final slash may be a folder's: then files whose names begin like it are not meant.
    return not is_folder(rule.value)


def _stored(sections: list[Section], problems: list[RuleProblem], style: Style) -> dict[str, Any]:
    heads: dict[bytes, list[PathRule]] = {}
    names: list[WordRule] = []
    keywords: list[WordRule] = []
    problems = list(problems)
    for number, section in enumerate(sections):
        for at, (letter, value, line) in enumerate(section.entries):
            place = section.place + 1 + at
            if letter in "FX":
                for pattern in patterns(value, style):
                    rule = PathRule(number, letter, value, line, place, pattern)
                    heads.setdefault(pattern.head, []).append(rule)
                    if pattern.kind == FILE and b"." not in value and pattern.slashes >= 0:
                        folder = value + b"/"
                        inside = PathPattern(FOLDER, folder, (), -1, pattern.depth)
                        heads.setdefault(folder, []).append(rule._replace(pattern=inside))
            elif letter == "K" or (letter == "N" and style.names):
                word = _word_rule(WordRule(number, letter, value, line, place, None), section.file, problems)
                if word is not None:
                    (names if letter == "N" else keywords).append(word)
    return {
        "sections": [marshal.dumps(tuple(section)) for section in sections],
        "heads": {head: marshal.dumps([_plain(rule) for rule in rules]) for head, rules in heads.items()},
        "names": [tuple(rule) for rule in names],
        "keywords": [tuple(rule) for rule in keywords],
        "problems": [tuple(problem) for problem in problems],
    }


def _plain(rule: PathRule) -> tuple[object, ...]:
    return (*rule[:5], tuple(rule.pattern))


def _word_rule(rule: WordRule, file: str, problems: list[RuleProblem]) -> WordRule | None:
    from git_subprojects.perl_regex.characters import BadRegex
    from git_subprojects.perl_regex.literals import required
    from git_subprojects.perl_regex.translate import compiled

    try:
        compiled(rule.value, verbose=True)
    except BadRegex as error:
        message = f"{rule.letter}: is no regular expression: {error}"
        problems.append(RuleProblem(file, rule.line, "error", "regex", message))
        return None
    return rule._replace(required=required(rule.value, verbose=True))
