"""CODEOWNERS of GitHub and GitLab: what their manuals say holds, bad lines hide nothing, the index loses nothing."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from git_subprojects.manifest.model import RuleFile
from git_subprojects.routing.rule_files.codeowners import style_of
from git_subprojects.routing.rule_files.codeowners.index import Codeowners, Owned
from git_subprojects.routing.rule_files.codeowners.parse import parse
from tests.support.limits import within

FOREVER = 10.0
"""Seconds: many times what the files below take, and nothing beside what quadratic work would."""


def github(text: str) -> Codeowners:
    return parse(text.encode(), style="github")


def gitlab(text: str) -> Codeowners:
    return parse(text.encode(), style="gitlab")


def problems(read: Codeowners) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in read.problems()]


def names(found: list[Owned]) -> list[str]:
    return [" ".join(owned.owners) for owned in found]


def by_section(text: str, path: str) -> dict[str, str]:
    return {owned.section: " ".join(owned.owners) for owned in gitlab(text).owners(path.encode())}


def owned_paths(pattern: str, style: str, paths: list[str]) -> list[str]:
    read = parse(f"{pattern} @a".encode(), style=style)
    assert read.problems() == []
    return [path for path in paths if read.owners(path.encode())]


GITHUB_MANUAL = """\
# All that nothing below says otherwise.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/*  docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("Makefile", "@global-owner1 @global-owner2"),
        ("deep/er/a.js", "@js-owner"),
        ("a.go", "docs@example.com"),
        ("a/b.txt", "@octo-org/octocats"),
        ("build/logs/a/b", "@octocat"),
        ("x/build/a.js/logs", "@octocat"),
        ("docs/a", "@doctocat"),
        ("x/apps/y/z", "@octocat"),
        ("scripts/x/y", "@doctocat @octocat"),
        ("apps/x", "@octocat"),
        ("apps/github/x", ""),
    ],
)
def test_the_example_of_github(path: str, owners: str) -> None:
    read = github(GITHUB_MANUAL)
    assert read.problems() == []
    assert names(read.owners(path.encode())) == [owners]


def test_an_answer_says_which_line_decides() -> None:
    read = github("* @a\r\n\r\n  docs/  @b c@d.e\r\n")
    assert read.owners(b"docs/x") == [Owned(("@b", "c@d.e"), 3, "docs/")]
    assert read.owners(b"x") == [Owned(("@a",), 1, "*")]
    assert github("/x @a").owners(b"y") == []


@pytest.mark.parametrize(
    ("pattern", "owned", "others"),
    [
        ("foo", ["foo", "foo/x", "x/foo", "x/foo/y"], ["foo.txt", "x/foo.txt", "Foo"]),
        ("/foo", ["foo", "foo/x/y"], ["x/foo", "fool"]),
        ("foo/", ["foo/x", "x/foo/y/z"], ["foo", "x/foo"]),
        ("/foo/", ["foo/x"], ["foo", "x/foo/y"]),
        ("foo/bar", ["foo/bar", "foo/bar/x"], ["x/foo/bar", "foo/barn"]),
        ("docs/*", ["docs/x"], ["docs", "docs/x/y", "x/docs/y"]),
        ("/*", ["x"], ["x/y"]),
        ("*", ["x", "x/y"], []),
        ("**", ["x", "x/y"], []),
        ("docs/**", ["docs/x", "docs/x/y"], ["docs"]),
        ("docs/**/*", ["docs/x", "docs/x/y"], ["docs", "x"]),
        ("docs/*.txt", ["docs/x.txt"], ["docs/y/x.txt"]),
        ("/*/", ["x/y", "x/y/z"], ["x"]),
        ("**/logs", ["logs", "x/logs", "x/y/logs/z"], ["logs.txt"]),
        ("a/**/z", ["a/z", "a/b/z", "a/b/c/z/d"], ["b/a/z"]),
        ("f?o", ["foo", "x/fxo"], ["fo", "f/o"]),
        ("f\\*o", ["f*o"], ["foo"]),
        ("with\\ space/", ["with space/x"], ["with\\ space/x", "with"]),
        ("a#b", ["a#b"], ["a"]),
        ("\\[id]", ["[id]"], ["i", "d"]),
    ],
)
def test_patterns_of_github(pattern: str, owned: list[str], others: list[str]) -> None:
    assert owned_paths(pattern, "github", owned + others) == owned


@pytest.mark.parametrize(
    ("pattern", "owned", "others"),
    [
        ("README.md", ["README.md", "x/README.md"], ["README.md/x", "readme.md"]),
        ("internal/README.md", ["internal/README.md", "x/y/internal/README.md"], ["README.md"]),
        ("/docs/README.md", ["docs/README.md"], ["x/docs/README.md"]),
        ("/docs/", ["docs/x", "docs/x/y"], ["docs", "x/docs/y"]),
        ("lib/", ["lib/x", "a/lib/x/y"], ["lib"]),
        ("docs", ["docs", "x/docs"], ["docs/x"]),
        ("/docs/*", ["docs/x", "docs/.hidden"], ["docs/x/y"]),
        ("/docs/**/*.md", ["docs/x.md", "docs/x/y.md"], ["x.md", "docs/x.md/y"]),
        ("/docs/**", ["docs/x"], ["docs/x/y"]),
        ("/a/***/b", ["a/x/b"], ["a/b", "a/x/y/b"]),
        ("*", ["x", "x/y"], []),
        ("/*", ["x"], ["x/y"]),
        ("/", ["x", "x/y"], []),
        ("*.[ch]", ["a.c", "x/a.h"], ["a.s"]),
        ("a/[b-d]/*.md", ["a/c/x.md", "x/a/d/y.md"], ["a/e/x.md"]),
        ("\\#x", ["#x", "a/#x"], ["x"]),
        ("a\\ b/", ["a b/c"], ["a"]),
        ("x\\", ["x\\"], ["x"]),
    ],
)
def test_patterns_of_gitlab(pattern: str, owned: list[str], others: list[str]) -> None:
    if pattern.endswith("\\"):
        read = gitlab(f"[S] @a\n{pattern}")
        assert [path for path in owned + others if read.owners(path.encode())] == owned
    else:
        assert owned_paths(pattern, "gitlab", owned + others) == owned


def test_bytes_that_are_no_text() -> None:
    for style in ("github", "gitlab"):
        read = parse(b"\xef\xbb\xbfcaf\xe9/ @a\n*.md @b\n", style=style)
        assert names(read.owners(b"caf\xe9/x")) == ["@a"]
        assert names(read.owners(b"\xff\n.md")) == ["@b"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("!x @a", "GitHub takes no '!' and no '\\#' at the beginning of a pattern: line skipped"),
        ("\\#x @a", "GitHub takes no '!' and no '\\#' at the beginning of a pattern: line skipped"),
        ("*.[ch] @a", "GitHub takes no [ ] in a pattern: line skipped"),
        ("/ @a", "'/' matches nothing, '*' everything: line skipped"),
        ("* nobody", "'nobody': no @user, @org/team or address: line skipped"),
        ("* @a, @b", "'@a,': no @user, @org/team or address: line skipped"),
        ("* @@developer @a/b/c", "'@@developer @a/b/c': no @user, @org/team or address: line skipped"),
        ("* a@b\x1b[2J", "'a@b\\x1b[2J': no @user, @org/team or address: line skipped"),
        ("* a@b.c,evil@b.c <x@y.z>", "'a@b.c,evil@b.c <x@y.z>': no @user, @org/team or address: line skipped"),
        ("* @" + "é" * 99, f"'@{'é' * 56}...': no @user, @org/team or address: line skipped"),
        ("* @" + "a" * 4096, "longer than 4096 characters: line skipped"),
    ],
)
def test_a_bad_line_of_github_hides_no_other(line: str, message: str) -> None:
    read = github(f"* @first\n{line}\n*.md @last\n")
    assert problems(read) == [(2, message)]
    assert [names(read.owners(path)) for path in (b"x", b"x.c", b"x.md")] == [["@first"], ["@first"], ["@last"]]


@pytest.mark.parametrize("owner", ["@a", "@a-b", "@a_corp", "@org/te.am_1", "a@b.c", "jörg@exämple.org", "a+b@c-d.e"])
def test_owners_are_kept_as_written(owner: str) -> None:
    for style in ("github", "gitlab"):
        read = parse(f"* {owner}\t@z".encode(), style=style)
        assert read.problems() == []
        assert names(read.owners(b"x")) == [f"{owner} @z"]


@pytest.mark.parametrize("owner", ["@group/sub/group", "@@developer", "@@Maintainers", "@user.name"])
def test_owners_that_only_gitlab_has(owner: str) -> None:
    assert names(gitlab(f"* {owner}").owners(b"x")) == [owner]
    assert len(github(f"* {owner}").problems()) == 1


GITLAB_MANUAL = """\
* @admin

[README Owners]
README.md @user1 @user2
internal/README.md @user4

^[Docs][2] @docs-team
docs/
*.txt @texts
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README.md", {"": "@admin", "README Owners": "@user1 @user2"}),
        ("internal/README.md", {"": "@admin", "README Owners": "@user4"}),
        ("docs/README.md", {"": "@admin", "README Owners": "@user1 @user2", "Docs": "@docs-team"}),
        ("docs/a.txt", {"": "@admin", "Docs": "@texts"}),
        ("x", {"": "@admin"}),
    ],
)
def test_each_section_of_gitlab_answers(path: str, owners: dict[str, str]) -> None:
    assert gitlab(GITLAB_MANUAL).problems() == []
    assert by_section(GITLAB_MANUAL, path) == owners


def test_sections_of_one_name_are_one() -> None:
    text = "^[Docs] @a\n*.md\n[Code]\n* @c\n^[DOCS]\nx.md @b\n"
    assert by_section(text, "x.md") == {"Docs": "@b", "Code": "@c"}
    assert [owned.optional for owned in gitlab(text).owners(b"x.md")] == [True, False]
    required = gitlab(text + "[docs]\n").owners(b"y.md")
    assert [(owned.section, owned.optional) for owned in required] == [("Docs", False), ("Code", False)]


def test_default_owners_are_those_of_the_header_above() -> None:
    read = gitlab("[Docs] @a b@c.d\n*.md\n[docs]\n*.txt\n")
    assert names(read.owners(b"x.md")) == ["@a b@c.d"]
    assert names(read.owners(b"x.txt")) == [""]
    assert problems(read) == [(4, "neither the line nor its section names an owner")]


@pytest.mark.parametrize("text", ["* @a\n!*.rb\n[R]\n*.rb @r\n", "!*.rb bad\n*.rb @a\n* @a\n[R]\n*.rb @r\n"])
def test_an_exclusion_holds_in_its_section_and_for_good(text: str) -> None:
    assert by_section(text, "x.rb") == {"R": "@r"}
    assert by_section(text, "x.c") == {"": "@a"}
    assert gitlab(text).problems() == []


@pytest.mark.parametrize(
    ("line", "message", "owners"),
    [
        ("[Section @b", "not the header of a section: taken for a path", {"": "@a"}),
        ("[] @b", "the section has no name", {"": "@a"}),
        ("! @b", "'!' without a pattern: line skipped", {"": "@a"}),
        ("x b @c d", "'b d': no @user, @group, @@role or address: left out", {"": "@c"}),
        ("x", "neither the line nor its section names an owner", {"": ""}),
        ("[S] @b c", "'c': no @user, @group, @@role or address: left out", {"": "@a"}),
        ("[a-z]*.c @b", "a path that begins with '[' is taken for the header of a section", {"": "@a"}),
    ],
)
def test_a_bad_line_of_gitlab_is_reported(line: str, message: str, owners: dict[str, str]) -> None:
    text = f"* @a\n{line}\n"
    assert problems(gitlab(text)) == [(2, message)]
    assert by_section(text, "x") == owners


def test_a_path_in_brackets_that_is_no_header() -> None:
    read = gitlab("[a @b\n^[b\n")
    assert [problem.line for problem in read.problems()] == [1, 2, 2]
    assert read.owners(b"a") == []


@pytest.mark.parametrize(
    ("path", "venue", "style"),
    [
        (".github/CODEOWNERS", "gitlab", "github"),
        (".gitlab/CODEOWNERS", "github", "gitlab"),
        ("CODEOWNERS", "email", "github"),
        ("docs/CODEOWNERS", "gitlab", "gitlab"),
        ("x.gitlab/CODEOWNERS", "github", "github"),
    ],
)
def test_the_folder_tells_the_style_or_else_the_venue(path: str, venue: str, style: str) -> None:
    assert style_of(RuleFile("codeowners", path), venue) == style
    assert style_of(RuleFile("codeowners", path, "gitlab"), venue) == "gitlab"


PIECES = [
    *("/", "/", "*", "**", "**/", "/**", "***", "?", "\\", "\\ ", "\\/", " ", "a", "b", ".c", ".", "é", "\0"),
    *("[ab]", "[a/b]", "[", "]", "!", "#", "^", "@a", " @a", "[S]", "\r", "a/b/a/b/a/b/a/b/a"),
]
NAMES = ["a", "b", "ab", "a.c", ".c", "a b", "b.", "*", "a\\", "[a", "é", "", "@a"]
contents = st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), max_size=12).map("\n".join)
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=10).map("/".join)
styles = st.sampled_from(["github", "gitlab"])


@pytest.mark.slow
@given(contents, st.lists(paths, min_size=1, max_size=8), styles)
@example("//a @a\na// @a\n/**//a @a", ["/a", "a//x", "x//a"], "github")
@example("[S] @a\n**/[a/bb/c]\n*.[c].c\nx[.c", ["a", "bb", "x.c.c"], "gitlab")
@settings(max_examples=120, deadline=None)
def test_the_index_gives_what_a_scan_gives(content: str, paths: list[str], style: str) -> None:
    indexed = parse(content.encode(), style=style)
    scanned = parse(content.encode(), style=style)
    scanned._index = {b"": list(range(len(scanned._lines)))}
    for path in paths:
        assert indexed.owners(path.encode()) == scanned.owners(path.encode())


@pytest.mark.slow
@given(st.binary(max_size=200) | contents.map(str.encode), st.binary(max_size=30), styles)
@settings(max_examples=120, deadline=None)
def test_nothing_raises(content: bytes, path: bytes, style: str) -> None:
    read = parse(content, style=style)
    lines = content.count(b"\n") + 1
    assert all(1 <= owned.line <= lines for owned in read.owners(path))
    assert [problem.line for problem in read.problems()] == sorted(problem.line for problem in read.problems())


def test_a_path_meets_only_lines_that_could_match() -> None:
    usual = ["/drivers/net/d{}/ @a", "f{}.c @a", "*.e{} @a", "/*/x{}/*.h @a", "my\\ d{}/ @a"]
    for style in ("github", "gitlab"):
        read = parse("\n".join(line.format(n) for n in range(2000) for line in usual).encode(), style=style)
        for path in (b"drivers/net/d7/x.c", b"x/f7.c", b"x.e7", b"y/x7/z.h", b"x/my d7/z"):
            assert len(read.owners(path)) == 1
        assert len(read._patterns) == 5


@pytest.mark.parametrize("style", ["github", "gitlab"])
@pytest.mark.parametrize(
    "content",
    [
        b"*\\" * 100_000,
        b"a\\" + b" " * 100_000 + b"@x",
        b"* a@" + b"a." * 100_000,
        b"[" * 100_000,
        (b"*a" * 2000 + b"b @a\n") * 3,
        (b"**/" * 1300 + b"b @a\n") * 3,
        b"* @a\n" * 20_000,
    ],
    ids=lambda content: content[:5] if isinstance(content, bytes) else content,
)
def test_no_file_takes_long(content: bytes, style: str) -> None:
    with within(FOREVER):
        parse(content, style=style).owners(b"a" * 255 + b"/a" * 1000)


def test_a_path_of_a_million_names() -> None:
    with within(FOREVER):
        assert names(github("* @a\n/a/a/a/a/a/a/a/a/a/ @b").owners(b"a/" * 100_000 + b"a")) == ["@b"]


def test_a_file_that_github_does_not_load() -> None:
    read = github("* @a\n" * 700_000)
    assert problems(read) == [(1, "the file has 3 MB or more, and is not read")]
    assert read.owners(b"x") == []
