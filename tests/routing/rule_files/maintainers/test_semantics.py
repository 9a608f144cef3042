"""What MAINTAINERS files mean: one test for each rule that get_maintainer.pl follows without a word about it."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from git_subprojects.patches.diff import read
from git_subprojects.perl_regex.search import Searcher
from git_subprojects.routing.recipients import unmapped
from git_subprojects.routing.rule_files.base import FixedCommit
from git_subprojects.routing.rule_files.maintainers.dialects import STYLES, recognised
from git_subprojects.routing.rule_files.maintainers.index import Index
from git_subprojects.routing.rule_files.maintainers.rules import MaintainersRules, TreeQueries

PATCH = b"""From: A U Thor <author@example.org>
Subject: [PATCH] intro

Message of intro.
---
diff --git a/a/b.c b/a/b.c
rename from a/renamed.c
--- a/a/b.c
+++ b/a/b.c
@@ -1,3 +1,3 @@ head
 context
-removed
+added
-- \n2.39.2
"""


def maintained(
    text: str,
    style: str = "linux",
    *,
    folders: Sequence[bytes] = (),
    files: Mapping[bytes, bytes] | None = None,
    commit: FixedCommit | None = None,
    mapped: Callable[[str, str], tuple[str, str]] = unmapped,
    says_supporter: bool = True,
    whole_letters: bool = False,
) -> MaintainersRules:
    tree = TreeQueries(folders.__contains__, (files or {}).get, lambda _: commit, mapped)
    index = Index.of([("MAINTAINERS", text.encode())], STYLES[style])
    return MaintainersRules(
        index, STYLES[style], tree, Searcher(), says_supporter=says_supporter, whole_letters=whole_letters
    )


def titles(text: str, path: str, style: str = "linux", folders: Sequence[bytes] = ()) -> list[str | None]:
    """Return the titles of the sections that cover a path, in order."""
    return [reason.section for _, reason in maintained(text, style, folders=folders).covering(path.encode())]


def section(title: str, *entries: str) -> str:
    return "\n".join([title, *entries, "", ""])


def lines(rules: MaintainersRules, *paths: str, patch: bytes = b"") -> list[str]:
    """Return ``address (role)`` of all for these paths, and for what the patch says."""
    patches = list(read("", patch.splitlines(keepends=True)))
    return list(rules.lines(patches, [path.encode() for path in paths], signers=True))


def covers(pattern: str, path: str, style: str = "linux", folders: Sequence[bytes] = ()) -> bool:
    return titles(section("S", f"F: {pattern}"), path, style, folders) == ["S"]


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("a/b.c", "a/b.c", True),
        ("a/b.c", "a/b.c.orig", True),
        ("a/b.c", "x/a/b.c", False),
        ("a/b.c", "a/bxc", False),
        ("a/", "a/b/c", True),
        ("a/*", "a/b", True),
        ("a/*", "a/b/c", False),
        ("a/*/c/", "a/b/b/c/d", True),
        ("a/?.c", "a/b.c", True),
        ("a/?.c", "a/bb.c", False),
        ("a/[bc].c", "a/c.c", True),
        ("a/[bc].c", "a/d.c", False),
        ("a/b+.c", "a/bbb.c", True),
        ("*", "Makefile", True),
        ("*", "a/b", False),
        ("*/", "a/b", True),
        ("*/", "Makefile", False),
    ],
)
def test_a_pattern_covers_what_begins_with_it_and_has_as_many_slashes(pattern: str, path: str, expected: bool) -> None:
    assert covers(pattern, path) is expected


def test_two_stars_cross_folders_in_linux_only() -> None:
    assert covers("a/**/c.h", "a/b/b/c.h")
    assert not covers("a/**/c.h", "a/b/b/c.h", "u-boot")


def test_a_folder_needs_no_slash_but_with_a_dot_in_its_name() -> None:
    assert covers("a/b", "a/b/c", folders=[b"a/b"])
    assert not covers("a/b", "a/bc", folders=[b"a/b"])
    assert covers("a/b", "a/bc")
    assert not covers("a.d", "a.d/c", folders=[b"a.d"])
    assert covers("a.d/", "a.d/c", folders=[b"a.d"])
    assert covers("a.d", "a.dc", folders=[b"a.d"])


def test_braces_are_alternatives_in_xen_only() -> None:
    assert covers("a/{b,c}.c", "a/c.c", "xen")
    assert not covers("a/{b,c}.c", "a/c.c")


def test_names_are_searched_for_anywhere_and_white_space_in_them_is_nothing() -> None:
    assert titles(section("S", "N: b c"), "a/xbcx/d") == ["S"]
    assert titles(section("S", "N: b[^a-z]"), "a/bc") == []
    assert titles(section("S", "N: b"), "a/b", "qemu") == []


@pytest.mark.parametrize("entry", ["F: a/", "N: b"])
def test_an_exclusion_outdoes_patterns_and_names_wherever_it_stands(entry: str) -> None:
    assert titles(section("S", entry, "X: a/b/"), "a/b/c") == []
    assert titles(section("S", "X: a/b/", entry), "a/bc") == ["S"]


def test_an_exclusion_is_not_about_keywords() -> None:
    rules = maintained(section("S", "L: l@example.org", "X: a/", "K: intro"))
    assert lines(rules, "a/b.c", patch=PATCH) == ["l@example.org (open list:S)"]


def test_the_deepest_pattern_comes_first_a_file_before_its_folder_and_stars_last() -> None:
    text = section("any", "F: *", "F: */") + section("name", "N: c") + section("folder", "F: a/b/")
    assert titles(text + section("file", "F: a/b/c"), "a/b/c") == ["file", "folder", "name", "any"]


def test_the_last_line_that_matches_makes_the_depth_of_a_section() -> None:
    text = section("one", "F: a/b/c", "F: a/") + section("two", "F: a/b/") + section("three", "F: a/b/c", "N: c")
    assert titles(text, "a/b/c") == ["two", "one", "three"]


def test_sections_of_one_depth_stand_as_in_the_file() -> None:
    assert titles(section("one", "F: a/") + section("two", "F: b/", "F: a/"), "a/b") == ["one", "two"]


def test_a_section_is_named_by_the_last_line_before_it_and_goes_on_after_blank_lines() -> None:
    assert titles("Some text\n\nTitle\n-----\nS\n\nM: x\n\n\nF: a/\n", "a/b") == ["S"]


def test_comments_are_no_titles_but_in_qemu() -> None:
    text = "S\n# comment\nF: a/\n"
    assert titles(text, "a/b") == ["S"]
    assert titles(text, "a/b", "qemu") == ["# comment"]


def test_only_a_capital_and_a_colon_make_a_tag() -> None:
    assert titles("S\nF: x\nf: a/\nF: a/\n", "a/b") == ["f: a/"]
    assert titles("S\n F: x\nF:a/\n", "a/b") == [" F: x"]


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ("intro", True),
        ("^Message", True),
        ("Message[ ]of", True),
        ("Message of", False),
        ("(?i)INTRO", True),
        ("INTRO", False),
        ("context", False),
        ("removed", True),
        ("added", True),
        ("head", False),
        ("context|added", True),
        ("added|context", True),
        ("2\\.39", False),
        ("renamed", False),
        ("diff", False),
        ("^context", False),
    ],
)
def test_keywords_are_searched_for_before_the_first_file_and_in_changed_lines(keyword: str, expected: bool) -> None:
    rules = maintained(section("S", "L: l@example.org", f"K: {keyword}"))
    assert lines(rules, patch=PATCH) == (["l@example.org (open list:S)"] if expected else [])


def test_only_the_first_alternative_of_a_keyword_is_bound_to_changed_lines() -> None:
    rules = maintained(section("S", "L: l@example.org", "K: added|[ ]con"))
    assert lines(rules, patch=PATCH.replace(b"+added", b"+other")) == ["l@example.org (open list:S)"]
    rules = maintained(section("S", "L: l@example.org", "K: [ ]con|added"))
    assert lines(rules, patch=PATCH.replace(b"+added", b"+other")) == []


def test_fixes_and_names_of_files_are_no_keywords_even_before_the_first_file() -> None:
    patch = b"Subject: s\nFrom: a@b.c\n\nFixes: 123456789abc (word)\n---\n" + PATCH.partition(b"---\n")[2]
    assert lines(maintained(section("S", "L: l@example.org", "K: word|a/b")), patch=patch) == []


@pytest.mark.parametrize(("head", "found"), [(b"@@ -1,3 +1,3 @@ word", []), (b"@@ -1 +1 @@ word", ["l@example.org"])])
def test_the_head_of_a_hunk_of_one_line_is_searched(head: bytes, found: list[str]) -> None:
    patch = PATCH.replace(b"@@ -1,3 +1,3 @@ head", head)
    answer = lines(maintained(section("S", "L: l@example.org", "K: nothing|word")), patch=patch)
    assert [line.partition(" ")[0] for line in answer] == found


def test_keywords_come_after_files_and_in_the_order_of_the_numbers_as_text() -> None:
    fill = "".join(section(f"S{number}", "F: x") for number in range(4))
    text = section("two", "L: two@x.org", "K: intro") + fill + section("ten", "L: ten@x.org", "K: intro")
    text += section("file", "L: file@x.org", "F: a/")
    found = lines(maintained(text), "a/b", patch=PATCH)
    assert found == ["file@x.org (open list:file)", "ten@x.org (open list:ten)", "two@x.org (open list:two)"]


def test_people_come_before_lists_file_by_file() -> None:
    text = section("B", "L: b@x.org", "M: Bo <bo@x.org>", "F: b") + section(
        "A", "M: Al <al@x.org>", "L: a@x.org", "F: a"
    )
    assert [line.split(" (")[0] for line in lines(maintained(text), "b", "a")] == [
        "Al <al@x.org>",
        "Bo <bo@x.org>",
        "a@x.org",
        "b@x.org",
    ]


def test_the_same_name_or_address_is_the_same_person_whose_first_role_stays() -> None:
    text = section("One", "M: Al <al@x.org>", "F: a/b") + section(
        "Two", "R: AL <other@x.org>", "R: B <AL@x.org>", "F: a/"
    )
    assert lines(maintained(text), "a/b") == ["Al <al@x.org> (unknown:One)"]


def test_in_xen_only_the_address_makes_the_person() -> None:
    text = section("One", "M: Al <al@x.org>", "F: a/b") + section("Two", "R: Al <other@x.org>", "F: a/")
    assert len(lines(maintained(text, "xen"), "a/b")) == 2


@pytest.mark.parametrize(
    ("status", "role"),
    [
        ("Supported", "supporter"),
        ("Maintained", "maintainer"),
        ("Odd Fixes", "odd fixer"),
        ("Orphan", "orphan minder"),
        ("Obsolete", "obsolete minder"),
        ("Buried alive in reporters", "chief penguin"),
        ("Somehow", "somehow"),
        (None, "unknown"),
    ],
)
def test_the_status_makes_the_role_unless_the_trees_program_says_otherwise(status: str | None, role: str) -> None:
    text = section("S", "M: Al <al@x.org>", *([f"S: {status}"] if status else []), "F: a")
    assert lines(maintained(text), "a") == [f"Al <al@x.org> ({role}:S)"]
    assert lines(maintained(text, says_supporter=False), "a") == ["Al <al@x.org> (maintainer:S)"]


def test_lists_are_open_or_moderated_and_those_for_subscribers_are_left_out() -> None:
    text = section("S", "L: o@x.org", "L: m@x.org (moderated for others)", "L: s@x.org (subscribers-only)", "F: a")
    text += section("THE REST", "L: O@x.org", "L: rest@x.org", "F: *")
    assert lines(maintained(text), "a") == [
        "o@x.org (open list:S)",
        "m@x.org (moderated list:S)",
        "rest@x.org (open list)",
    ]


@pytest.mark.parametrize(("style", "longest"), [("linux", 50), ("kvm-unit-tests", 50), ("qemu", 20), ("xen", 20)])
def test_a_long_title_is_cut(style: str, longest: int) -> None:
    fits, long = "x" * longest, "x" * (longest - 4) + "     y"
    assert lines(maintained(section(fits, "L: l@x.org", "F: a"), style), "a") == [f"l@x.org (open list:{fits})"]
    cut = "x" * (longest - 4) + "..."
    assert lines(maintained(section(long, "L: l@x.org", "F: a"), style), "a") == [f"l@x.org (open list:{cut})"]


def test_names_with_more_than_ascii_words_are_quoted() -> None:
    text = section("S", "M: Älf <a@x.org>", 'R: "J. R." <j@x.org>', "R: plain@x.org", "F: a")
    assert [line.split(" (")[0] for line in lines(maintained(text), "a")] == [
        '"Älf" <a@x.org>',
        '"J. R." <j@x.org>',
        "plain@x.org",
    ]


def test_the_mailmap_is_asked_after_all_are_gathered() -> None:
    def mapped(name: str, address: str) -> tuple[str, str]:
        return name, "new@x.org" if address == "old@x.org" else address

    text = section("S", "M: Al <old@x.org>", "M: Bo <new@x.org>", "F: a")
    assert lines(maintained(text, mapped=mapped), "a") == ["Al <new@x.org> (unknown:S)"]


def test_who_merges_everything_is_left_out() -> None:
    linus, tom = "M: Linus Torvalds <torvalds@linux-foundation.org>", "M: Tom RINI <trini@konsulko.com>"
    text = section("THE REST", linus, tom, "M: Tom Rini <trini@konsulko.com>", "F: *")
    assert lines(maintained(text), "a") == ["Tom RINI <trini@konsulko.com> (unknown:THE REST)"]
    assert len(lines(maintained(text, "u-boot"), "a")) == 1
    assert len(lines(maintained(text, "kvm-unit-tests"), "a")) == 2


def test_xen_leaves_the_rest_out_where_each_path_has_others_and_keeps_its_list() -> None:
    rest = section("THE REST", "M: Al <al@x.org>", "L: l@x.org", "F: *", "F: */", "V: xen-maintainers-1")
    rules = maintained(section("S", "M: Bo <bo@x.org>", "F: a") + section("L", "L: b@x.org", "F: b") + rest, "xen")
    assert not any("al@x.org" in line for line in lines(rules, "a"))
    assert any("l@x.org (open" in line for line in lines(rules, "a"))
    assert any("al@x.org" in line for line in lines(rules, "a", "c"))
    assert any("al@x.org" in line for line in lines(rules, "b"))


def test_edk2_falls_back_to_the_default_where_nobody_maintains() -> None:
    text = section("D", "F: <default>", "M: Al <al@x.org>") + section("S", "F: a/*", "M: Bo <bo@x.org>")
    text += section("R", "F: b/", "R: Cy <cy@x.org>")
    rules = maintained(text, "edk2")
    assert [len(lines(rules, path)) for path in ("a/b", "a/b/c", "b/c", "x")] == [1, 1, 2, 1]
    assert lines(rules, "a/b")[0].startswith("Bo")
    assert lines(rules, "a/b/c")[0].startswith("Al")


YAML = "maintainers:\n  - Al Älf <al@x.org>\n  - Martin Povišer <m@x.org>\n".encode()


@pytest.mark.parametrize("whole_letters", [True, False])
def test_people_whom_a_yaml_file_names_are_added_with_whole_names(whole_letters: bool) -> None:
    text = section("S", "R: Al <al@x.org>", "L: l@x.org", "F: a/")
    rules = maintained(text, files={b"a/b.yaml": YAML, b"a/c.c": YAML}, whole_letters=whole_letters)
    assert lines(rules, "a/b.yaml") == [
        "Al <al@x.org> (reviewer:S,in file)",
        '"Martin Povišer" <m@x.org> (in file)',
        "l@x.org (open list:S)",
    ]
    assert len(lines(rules, "a/c.c")) == 2


def test_lone_punctuation_before_a_name_in_a_file_stays_up_to_linux_6_7() -> None:
    files = {b"a.yaml": b'- Al <al@x.org>\n- "Bo C. Dy" <bo@x.org>\n'}
    assert lines(maintained("", files=files), "a.yaml")[0] == "- Al <al@x.org> (in file)"
    assert lines(maintained("", files=files, whole_letters=True), "a.yaml") == [
        "Al <al@x.org> (in file)",
        '"Bo C. Dy" <bo@x.org> (in file)',
    ]


FIXES = PATCH.replace(b"---\ndiff", b"Fixes: 123456789abc\n---\ndiff")


def signed(author: str, *signatures: str) -> FixedCommit:
    return FixedCommit("1" * 40, author, "subject\n\n" + "".join(f"{line}\n" for line in signatures))


def test_who_signed_the_commit_that_is_fixed_is_added_with_how_often() -> None:
    commit = signed("Al <al@x.org>", "Signed-off-by: Al <al@x.org>", "Acked-by: Al <al@x.org>", "Cc: Bo <bo@x.org>")
    assert lines(maintained("", commit=commit), patch=FIXES) == ["Al <al@x.org> (blamed_fixes:2/1=100%)"]
    assert lines(maintained("", "qemu", commit=commit), patch=FIXES) == []


def test_a_signer_goes_by_the_name_of_the_author_or_of_a_maintainer() -> None:
    commit = signed("al <al@x.org>", "Signed-off-by: Al Älf <al@x.org>", "Reviewed-by: Bo <other@x.org>")
    rules = maintained(section("S", "M: Bo <bo@x.org>", "F: a/"), commit=commit)
    assert lines(rules, "a/b.c", patch=FIXES) == [
        "Bo <bo@x.org> (unknown:S,blamed_fixes:1/1=100%)",
        "al <al@x.org> (blamed_fixes:1/1=100%)",
    ]


@pytest.mark.parametrize(("style", "most"), [("linux", 5), ("u-boot", 2)])
def test_only_so_many_signers_are_added(style: str, most: int) -> None:
    commit = signed("x@x.org", *(f"Acked-by: {name} <{name}@x.org>" for name in "abcdefg"))
    assert len(lines(maintained("", style, commit=commit), patch=FIXES)) == most


@pytest.mark.parametrize(
    ("file", "content", "style"),
    [
        ("MAINTAINERS", b"List of maintainers\n", "linux"),
        ("MAINTAINERS", b"QEMU Maintainers\n====\n", "qemu"),
        ("MAINTAINERS", b"THE REST\nF: *\nV: xen-maintainers-1\n", "xen"),
        ("docs/Maintainers.txt", b"", "edk2"),
    ],
)
def test_the_style_is_recognised(file: str, content: bytes, style: str) -> None:
    assert recognised(file, content, b"").name == style
