"""Which line of a manifest a key stands on, however the file is laid out."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_subprojects.manifest.checks import KeyPath
from git_subprojects.manifest.lines import lines_of
from git_subprojects.manifest.source import LARGEST
from tests.support.limits import within

FOREVER = 20.0
"""Seconds; each file below takes a tenth of that at most, with coverage on a busy machine."""


class Piece(NamedTuple):
    """Some lines of TOML, and the keys that are on the first of them."""

    lines: Sequence[str]
    keys: Sequence[KeyPath] = ()


FILLERS = [
    Piece([""]),
    Piece(["# x = 1"]),
    Piece(["  # [a table] in a comment, ''' and \"\"\" too"]),
    Piece(["# two lines to some: \u2028 \x85 x = 1"]),
]

# The values of a key, on as many lines as they take.
VALUES = [
    ["1"],
    ["'text'  # a = comment"],
    ['"[not.a.table]"'],
    ['"a line break to some: \u2028 [x]"'],
    ["[1, 2]"],
    ["[", "  'x = 1',", "  # ]", "  ']',", "]"],
    ["[[", "'a'], [", "'b']]"],
    ['"""', "[no.table]", "x = 1", "y = ]", '"""'],
    ["'''", "x = '", "", "]'''"],
    ['"""a \\', '  ] b"""'],
    ["{ }"],
    ["[{ x = 1 }, { x = 2 }]"],
    ["["] + ["  ["] * 3 + ["  ]"] * 3 + ["]"],
]


@st.composite
def statements(draw: st.DrawFn, name: str) -> Piece:
    """Return a key with its value: bare, quoted, dotted, or with a table in it."""
    value = draw(st.sampled_from(VALUES))
    form = draw(st.sampled_from(["bare", "quoted", "dotted", "inline", "multi-line inline"]))
    spaces = draw(st.sampled_from(["", "  ", "\t"]))
    if form == "dotted":
        keys: list[KeyPath] = [(name,), (name, "inner"), (name, "inner", "most")]
        return Piece([f"{spaces}{name}.'inner' . \"most\" = {value[0]}", *value[1:]], keys)
    if form == "inline":
        return Piece([f"{name} = {{ a = 1, b.c = 'x' }}"], [(name,), (name, "a"), (name, "b", "c")])
    if form == "multi-line inline":
        return Piece([f"{name} = {{", "a = 1,", "}"], [(name,), (name, "a")])
    if form == "quoted":
        return Piece([f'"{name} [x]" = {value[0]}', *value[1:]], [(f"{name} [x]",)])
    return Piece([f"{spaces}{name}={value[0]}", *value[1:]], [(name,)])


def bodies() -> st.SearchStrategy[list[Piece]]:
    """Return the statements of a table, with something between them."""
    names = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=4)
    return names.flatmap(
        lambda chosen: st.tuples(*(st.sampled_from(FILLERS) | statements(name) for name in chosen)).map(list)
    )


@st.composite
def documents(draw: st.DrawFn) -> tuple[bytes, dict[KeyPath, int]]:
    """Return a TOML file and the line, from 1, of each key and table in it."""
    lines: list[str] = []
    expected: dict[KeyPath, int] = {}

    def add(table: KeyPath, pieces: list[Piece]) -> None:
        for piece in pieces:
            expected.update(((*table, *key), len(lines) + 1) for key in piece.keys)
            lines.extend(piece.lines)

    add((), draw(bodies()))
    for number in range(draw(st.integers(0, 3))):
        table: KeyPath = ("project", f"p{number}")
        lines.append(
            draw(st.sampled_from([f"[project.p{number}]", f" [ project . 'p{number}' ] # x", f'["project".p{number}]']))
        )
        expected[table] = len(lines)
        add(table, draw(bodies()))
        for index in range(draw(st.integers(0, 3))):
            rule: KeyPath = (*table, "rule", index)
            lines.append(f"[[project.p{number}.rule]]")
            expected[rule] = len(lines)
            add(rule, draw(bodies()))
            if draw(st.booleans()):
                lines.append(f"[project.p{number}.rule.below]")
                expected[*rule, "below"] = len(lines)
                add((*rule, "below"), draw(bodies()))
            for again in range(draw(st.integers(0, 2))):
                lines.append(f"[[project.p{number}.rule.again]]")
                expected[*rule, "again", again] = len(lines)
    end = draw(st.sampled_from(["\n", "\r\n"]))
    mark = draw(st.sampled_from(["", "\ufeff"]))
    final = draw(st.sampled_from(["", end]))
    return (mark + end.join(lines) + final).encode(), expected


@pytest.mark.slow
@given(documents())
@settings(deadline=None)
def test_every_key_is_on_the_line_where_it_was_put(document: tuple[bytes, dict[KeyPath, int]]) -> None:
    content, expected = document
    assert lines_of(content, set(expected)) == expected


@given(documents())
@settings(max_examples=20, deadline=None)
def test_a_key_that_is_not_there_gets_the_line_of_its_table(document: tuple[bytes, dict[KeyPath, int]]) -> None:
    content, expected = document
    missing = {(*key, "not there", 7): line for key, line in expected.items()}
    assert lines_of(content, set(missing)) == missing


def test_an_item_of_a_list_gets_the_line_of_the_list() -> None:
    content = b"a = 1\nb = [\n  'x',\n  'y',\n]\n"
    assert lines_of(content, {("b", 1), ("c",)}) == {("b", 1): 2}


def test_nothing_is_asked_and_nothing_is_there() -> None:
    assert lines_of(b"a = 1", set()) == {}
    assert lines_of(b"", {("a",)}) == {}


HOSTILE = {
    "a list that ends on every line": b"a = [\n" + b"']',\n" * (LARGEST // 5) + b"]\nb = 1",
    "a long text": b"a = '''\n" + b"x = 1\n" * 100_000 + b"'''\nb = 1",
    "many keys": b"".join(b"a%d = 1\n" % number for number in range(50_000)) + b"b = 1",
    "many tables": b"[[a]]\n" * 20_000 + b"".join(b"[a%d]\n" % number for number in range(50_000)) + b"b = 1",
    "a long line": b"a = [" + b"1," * (LARGEST // 8) + b"]\nb = 1",
    "deep keys": b"".join(b"x%d." % number + b".".join([b"a"] * 900) + b" = 1\n" for number in range(20)) + b"b = 1",
    "a deep table": b"[" + b".".join([b"a"] * 900) + b"]\nb = 1",
    "line breaks": b"\n" * 1_000_000,
    "not UTF-8": b"a = '\xff\n" * 30_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_no_file_takes_long(content: bytes) -> None:
    with within(FOREVER):
        found = lines_of(b"first = 1\n" + content, {("first",), ("b",)})
    assert found[("first",)] == 1
