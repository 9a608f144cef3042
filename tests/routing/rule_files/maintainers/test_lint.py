"""What is wrong with MAINTAINERS files: the pure part."""

import gzip
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_subprojects.perl_regex.search import Searcher
from git_subprojects.routing.rule_files.base import RuleProblem
from git_subprojects.routing.rule_files.maintainers.dialects import STYLES
from git_subprojects.routing.rule_files.maintainers.lint import MOST_LOOKS, lint
from tests.support.paths import SHARED

CORPORA = SHARED / "maintainers"
TREE = (b"Makefile", b"dir.d/a.c", b"drivers/net/a.c", b"drivers/net/b.c", b"drivers/net/sub/c.c", b"mm/slab.c")
GOOD = "MEMORY\nM:\tA <a@b.example>\nS:\tMaintained\n"


def found(
    text: str,
    style: str = "linux",
    tree: tuple[bytes, ...] = TREE,
    searcher: Searcher | None = None,
    looks: int = MOST_LOOKS,
) -> list[RuleProblem]:
    return lint([("MAINTAINERS", text.encode())], STYLES[style], tree, searcher or Searcher(), looks)


def names(text: str, style: str = "linux") -> list[tuple[int, str]]:
    return [(one.line, one.name) for one in found(text, style)]


def test_nothing_is_wrong_with_a_good_section() -> None:
    assert found(f"{GOOD}F:\tmm/\nF:\t*/net/\nX:\tdrivers/net/sub/\nN:\tsla[bc]\nK:\tkmalloc\n") == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("F:\tmm", None),
        ("F:\tmm/", None),
        ("F:\tmm/slab*", None),
        ("F:\tmm/sl", None),  # Nothing ends a pattern.
        ("F:\tm?/slab.[ch]", None),
        ("F:\tm?/slob.[ch]", "unmatched"),
        ("F:\tmm/slob.c", "unmatched"),
        ("F:\t*.c", "unmatched"),
        ("F:\t**.c", None),
        ("F:\tmm/*/*", "unmatched"),
        ("N:\tslob", "unmatched"),
        ("N:\tsl(", "regex"),
        ("K:\tsl(", "regex"),
        ("K:\tnever", None),
        ("X:\tMakefile", "unmatched"),
        ("X:\tnothing/", "unmatched"),
        ("X:\tmm/slab.c", None),
        ("F:", "syntax"),
        ("O:\tnothing", "syntax"),
        ("L:\tlist", "address"),
        ("R:\tNobody", "address"),
        ("R:\tThe Same <A@b.example>", "duplicate-person"),
        ("R:\tAnother <b@b.example>", None),
        (" F:\tmm/", "syntax"),
        ("f:\tmm/", "syntax"),
        ("# F: mm/", None),
    ],
)
def test_a_line(line: str, name: str | None) -> None:
    expected = [] if name is None else [(5, name)]
    assert names(f"{GOOD}F:\tmm/slab.*\n{line}\n") == expected


def test_an_overlong_line() -> None:
    assert names(f"{GOOD}F:\tmm/\nW:\t{'x' * 5000}\n") == [(5, "syntax")]


@pytest.mark.parametrize(
    ("value", "lacks"), [("drivers/net/su*", True), ("dir.d", True), ("drivers/not/su*", False), ("mm/*/", False)]
)
def test_a_pattern_that_meets_only_a_folder_is_told_what_it_lacks(value: str, lacks: bool) -> None:
    (finding,) = found(f"{GOOD}F:\tmm/\nF:\t{value}\n")
    assert (finding.name, "slash" in finding.message) == ("unmatched", lacks)


def test_an_exclusion_that_excludes_nothing() -> None:
    (finding,) = found(f"{GOOD}F:\tmm/\nX:\tdrivers/\n")
    assert (finding.line, finding.message) == (5, "X: drivers/ excludes nothing that the section has")
    assert found(f"{GOOD}N:\tslab\nF:\tMakefile\nX:\tmm/\n") == [], "of what N: matches, it does"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A\nS:\tMaintained\nF:\tmm/\n", [(1, "nobody")]),
        ("A\nS:\tOrphan\nF:\tmm/\n", []),
        ("A\nS:\tOrphan / Obsolete\nF:\tmm/\n", []),
        ("A\nM:\ta@b.example\nF:\tmm/\n", [(1, "no-status")]),
        ("A\nM:\ta@b.example\nS:\tMaintained\n", [(1, "no-files")]),
        ("A\nS:\tOrphan\n", []),
        ("F:\tmm/\nL:\ta@b.example\nS:\tMaintained\n", [(1, "syntax")]),
        (f"{GOOD}F:\tmm/\n\nMEMORY\nL:\ta@b.example\nS:\tMaintained\nF:\tmm/\n", [(6, "duplicate-section")]),
        (f"{GOOD}F:\tmm/\nF:\tmm/\n", [(5, "duplicate-line")]),
    ],
)
def test_a_section(text: str, expected: list[tuple[int, str]]) -> None:
    assert names(text) == expected


def test_a_status_is_asked_for_only_where_trees_have_it() -> None:
    text = "A\nM:\ta@b.example\nF:\tmm/\n"
    assert names(text, "qemu") == [(1, "no-status")]
    assert names(text, "edk2") == []


def test_what_is_no_file() -> None:
    assert names("A\nL:\ta@b.example\nF:\t<default>\n", "edk2") == []
    assert names(f"{GOOD}F:\tmm/\nN:\tnothing\n", "qemu") == [], "N: is no pattern there"
    assert names(f"{GOOD}F:\t{{mm,drivers}}/\n", "xen") == []


def test_explanations_at_the_head_of_a_file_are_no_mistakes() -> None:
    head = "List\n====\n\n\tM: *Mail* patches to\n\tF: Files\n\t   F:\tnothing/\n\nMaintainers List\n----\n\n"
    assert found(f"{head}{GOOD}F:\tmm/\n") == []


def test_several_files_in_their_order() -> None:
    files = [("b/MAINTAINERS", f"{GOOD}F:\tno\n".encode()), ("a/MAINTAINERS", f"{GOOD}F:\tno\n".encode())]
    findings = lint(files, STYLES["u-boot"], TREE, Searcher())
    assert [(one.file, one.line, one.name) for one in findings] == [
        ("b/MAINTAINERS", 4, "unmatched"),
        ("a/MAINTAINERS", 1, "duplicate-section"),
        ("a/MAINTAINERS", 4, "unmatched"),
    ]
    assert "b/MAINTAINERS:1" in findings[1].message


def test_an_expression_that_takes_too_long_is_told_so() -> None:
    def within(work: Callable[[], bool]) -> bool | None:
        return None

    text = f"{GOOD}F:\tmm/\nN:\t(a+)+$\nN:\tslab\n"
    assert [(one.line, one.name) for one in found(text, searcher=Searcher(within))] == [(5, "slow-regex")]


def test_many_wild_patterns_end_in_time_and_are_told_so() -> None:
    wild = "".join(f"F:\t*a*b*{number}\n" for number in range(1000))
    findings = found(f"{GOOD}F:\tmm/\n{wild}", looks=1000)
    assert [one.name for one in findings].count("unfinished") == 1
    assert len(findings) < 1000


@given(st.binary(max_size=200), st.lists(st.binary(min_size=1, max_size=8), max_size=5))
@settings(max_examples=100)
def test_any_bytes_can_be_looked_at(content: bytes, tree: list[bytes]) -> None:
    for style in STYLES.values():
        lint([("MAINTAINERS", b"A\nF: a\n" + content)], style, sorted(tree), Searcher())


VALUES = st.text("ab*/.", min_size=1, max_size=8)


@pytest.mark.slow
@given(VALUES, st.sets(st.text("ab/.", min_size=1, max_size=6), max_size=6))
@settings(max_examples=200)
def test_a_pattern_is_unmatched_where_routing_finds_nothing(value: str, paths: set[str]) -> None:
    from git_subprojects.routing.rule_files.maintainers.index import Index

    tree = sorted(path.encode() for path in paths)
    folders = {path[:at] for path in tree for at in range(len(path)) if path[at : at + 1] == b"/"}
    text = f"{GOOD}F:\t{value}\n"
    index = Index.of([("MAINTAINERS", text.encode())], STYLES["linux"])
    routed = any(index.matches(path, Searcher(), folders.__contains__) for path in tree)
    unmatched = any(one.name == "unmatched" for one in found(text, tree=tuple(tree)))
    # A name that is a folder's as well as the beginning of a file's is the one thing that lint takes lightly.
    assert unmatched == (not routed) or value.encode() in folders


@pytest.mark.parametrize("name", ["kvm-unit-tests", "qemu", "xen"])
def test_the_files_of_real_trees(name: str) -> None:
    if not CORPORA.is_dir():
        pytest.skip("needs ../shared")
    tree = sorted(gzip.decompress((CORPORA / f"{name}.files.gz").read_bytes()).splitlines())
    content = (CORPORA / f"{name}.MAINTAINERS").read_bytes()
    findings = lint([("MAINTAINERS", content)], STYLES[name], tree, Searcher())
    lines = content.splitlines()
    assert all(lines[one.line - 1][1:2] == b":" or one.section for one in findings), "none is about prose"
    assert len(findings) < 100
