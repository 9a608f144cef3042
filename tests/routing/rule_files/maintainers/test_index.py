"""The index gives what trying all patterns one after the other gives, on whatever files."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_subprojects.perl_regex.search import Searcher
from git_subprojects.routing.rule_files.maintainers.contacts import contacts
from git_subprojects.routing.rule_files.maintainers.dialects import STYLES, Style
from git_subprojects.routing.rule_files.maintainers.index import Index
from git_subprojects.routing.rule_files.maintainers.parse import parse

PATHS = b"c b.c a/b.c a/bxc a/bc a/b/c a/bb/c.h ab/a.c b/a/b/c A/b a/b.c~".split()
FOLDERS = {path[:at] for path in PATHS for at in range(len(path)) if path[at : at + 1] == b"/"}

PIECES = ["a", "b", "ab", "/", ".", "c", "*", "**", "?", "[bc]", "+", "c.h", "x|a", "$"]
values = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
names = st.lists(
    st.sampled_from(["a", "b", "/", "[^b]", "b+", "|", "^", "c$", " ", "(?i)", "."]), min_size=1, max_size=4
)
entries = st.one_of(
    st.tuples(st.sampled_from("FFFX"), values),
    st.tuples(st.just("N"), names.map("".join).map(str.strip).filter(bool)),
)
texts = st.lists(st.lists(entries, min_size=1, max_size=4), min_size=1, max_size=6).map(
    lambda sections: "".join(
        f"S{number}\n" + "".join(f"{letter}:\t{value}\n" for letter, value in some)
        for number, some in enumerate(sections)
    ).encode()
)
styles = st.sampled_from([STYLES["linux"], STYLES["u-boot"], STYLES["qemu"]])


def is_valid(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def rewritten(value: str, style: Style) -> str:
    """Return the regular expression that get_maintainer.pl makes of an F: line, step by step as it does."""
    value = value.replace(".", r"\.")
    if style.double_star:
        value = value.replace("**", "\0")
    value = value.replace("*", ".*").replace("?", ".").replace("\0", "(?:.*)")
    return value + "/" if value.encode() in FOLDERS else value


def file_matches(path: str, pattern: str) -> bool:
    if not re.search("^" + pattern, path):
        return False
    return pattern.endswith("/") or "(?:" in pattern or pattern.count("/") == path.count("/")


def scanned(content: bytes, style: Style, path: str) -> dict[int, int]:
    """Return the depths of the sections that cover ``path``, by asking each pattern of each."""
    found: dict[int, int] = {}
    for number, section in enumerate(parse([("MAINTAINERS", content)], style)[0]):
        lines = [(letter, value.decode()) for letter, value, _ in section.entries]
        if any(letter == "X" and file_matches(path, rewritten(value, style)) for letter, value in lines):
            continue
        for letter, value in lines:
            pattern = rewritten(value, style)
            if letter == "F" and file_matches(path, pattern):
                starts = pattern.startswith((".*", "(?:.*)"))
                found[number] = -1 if starts else pattern.count("/") + (not pattern.endswith("/"))
            elif letter == "N" and style.names and re.search(without_flag(value), path, flags(value)):
                found[number] = 0
    return found


def flags(value: str) -> re.RegexFlag:
    return re.VERBOSE | (re.IGNORECASE if "(?i)" in value else re.NOFLAG)


def without_flag(value: str) -> str:
    return value.replace("(?i)", "") or "()"


def is_plain(content: bytes, style: Style) -> bool:
    """Return whether Python and Perl take all expressions in it for the same."""
    for section in parse([("MAINTAINERS", content)], style)[0]:
        for letter, raw, _ in section.entries:
            value = raw.decode()
            pattern = without_flag(value) if letter == "N" else rewritten(value, style)
            # Perl binds a flag inside to what follows it; and it knows possessive quantifiers, as Python since 3.11.
            if not is_valid(pattern) or "(?i)" in value[1:] or "++" in pattern:
                return False
    return True


@pytest.mark.slow
@given(texts, styles)
@settings(max_examples=200, deadline=None)
def test_the_index_gives_what_a_scan_of_all_patterns_gives(content: bytes, style: Style) -> None:
    if not is_plain(content, style):
        return
    index = Index.of([("MAINTAINERS", content)], style)
    for path in PATHS:
        found = index.matches(path, Searcher(), FOLDERS.__contains__)
        expected = scanned(content, style, path.decode())
        ordered = sorted(expected.items(), key=lambda item: (-item[1], item[0]))
        assert [(hit.section, depth) for depth, hit in found] == ordered


@pytest.mark.slow
@given(texts, styles)
@settings(max_examples=50, deadline=None)
def test_an_index_that_was_stored_answers_alike(content: bytes, style: Style) -> None:
    index = Index.of([("MAINTAINERS", content)], style)
    again = Index.loaded(index.dumped())
    assert len(again) == len(index)
    assert again.problems == index.problems
    assert [again.section(number) for number in range(len(again))] == [index.section(n) for n in range(len(index))]
    for path in PATHS:
        assert again.matches(path, Searcher(), FOLDERS.__contains__) == index.matches(
            path, Searcher(), FOLDERS.__contains__
        )


@given(
    st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([b"F: ", b"K: ", b"N: ", b"M: ", b"L: ", b"\n"]))),
    st.sampled_from(list(STYLES.values())),
    st.binary(max_size=20),
)
@settings(max_examples=200, deadline=None)
def test_no_bytes_are_an_error(pieces: list[bytes], style: Style, path: bytes) -> None:
    index = Index.of([("MAINTAINERS", b"".join(pieces))], style)
    for number in range(len(index)):
        contacts(index.section(number), style)
    index.matches(path, Searcher(), lambda _: True)


def test_a_path_meets_a_pattern_by_the_line_that_counts() -> None:
    index = Index.of([("one/MAINTAINERS", b"S\nF: a/\nM: x\nF: a/*\n")], STYLES["linux"])
    ((depth, hit),) = index.matches(b"a/b", Searcher(), lambda _: False)
    assert (depth, hit.line, hit.value, hit.path) == (2, 4, b"a/*", b"a/b")
    assert index.section(hit.section).file == "one/MAINTAINERS"


def test_an_expression_that_is_none_is_told_and_the_rest_holds() -> None:
    index = Index.of([("MAINTAINERS", b"S\nN: (\nF: a/\n")], STYLES["linux"])
    assert [problem.line for problem in index.problems] == [2]
    assert len(index.matches(b"a/b", Searcher(), lambda _: False)) == 1


def test_a_quantifier_after_two_stars() -> None:
    index = Index.of([("MAINTAINERS", b"S\nF:\t**+a\n")], STYLES["linux"])
    assert [depth for depth, _ in index.matches(b"x/a", Searcher(), lambda _: False)] == [-1]
