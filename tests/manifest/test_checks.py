"""Every problem of a manifest is in one report: where it is, what was expected and what was found."""

import pytest

from git_subprojects.manifest.reader import ENOUGH, MOST_PROBLEMS, ManifestError
from git_subprojects.manifest.source import LARGEST
from tests.support.manifests import manifest, problems, with_project


def test_all_problems_of_both_files_are_in_one_report() -> None:
    main = with_project(
        "descripton = 'x'\ndepth = 0\n[[project.x.rule]]\npaths = ['!a']\n[project.y]\ndescription = 'y'"
    )
    local = "# mine\n[project.x]\nbranch = '-x'\nborrow = ['z']\n[hots]"
    assert problems(main, local) == [
        "m.toml:4: project.x.descripton: unknown key; did you mean 'description'?",
        "m.toml:5: project.x.depth: expected a whole number from 1 up, found a number 0",
        "m.toml:7: project.x.rule[0].paths: expected a list of gitignore patterns, each a pattern without '!'; what a"
        " rule leaves out goes to 'except', found a list ['!a']",
        "m.toml:8: project.y: expected a 'url', or 'within' for an in-tree project",
        "local.toml:3: project.x.branch: expected the name of a branch, tag or other ref, or a commit id, found the"
        " text '-x'",
        "local.toml:4: project.x.borrow[0]: expected another project of this manifest, found 'z'",
        "local.toml:5: hots: unknown key; did you mean 'host'?",
    ]


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ("", "m.toml: schema: expected 'schema = 1' at the top of the file"),
        ("# first\nschema = 2\nnew = 'key'",
         "m.toml:2: schema: expected 1 at most, found 2: this file needs a newer git-subprojects"),
        ("schema = 0", "m.toml:1: schema: expected a whole number from 1 up, found a number 0"),
        ("schema = true", "m.toml:1: schema: expected a whole number from 1 up, found a boolean True"),
        ("schema = '1'", "m.toml:1: schema: expected a whole number from 1 up, found the text '1'"),
    ],
)  # fmt: skip
def test_schema(schema: str, problem: str) -> None:
    assert problems(schema) == [problem]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"schema = 1\nx = '\xff'", "m.toml:2: expected UTF-8, found the byte 0xff"),
        (b"schema = 1\n\nx = ", "m.toml:3: expected TOML: Invalid value"),
        (b"schema = 1\nschema = 1", "m.toml:2: expected TOML: Cannot overwrite a value"),
        (b"x" * (LARGEST + 1), "m.toml: expected 4,194,304 bytes at most, found more"),
        (b"a = " + b"1" * 5000, "m.toml: expected numbers of no more than 4,300 digits"),
        (b"a = " + b"[" * 100_000, "m.toml: expected tables nested a few levels deep, found too many"),
        (b".".join([b"a"] * 5000) + b" = 1", "m.toml: expected tables nested a few levels deep, found too many"),
    ],
    ids=["not UTF-8", "no value", "twice", "large", "number", "deep", "dotted"],
)
def test_what_cannot_be_read_at_all(content: bytes, problem: str) -> None:
    assert problems(content) == [problem]
    assert problems("schema = 1\nx = 1", content.decode("latin-1"))[0].startswith(
        "m.toml:2: x: unknown key; known here"
    )


@pytest.mark.slow
def test_no_depth_of_nesting_is_too_much() -> None:
    for depth in range(950, 1010):
        assert problems(f"schema = 1\n{'a.' * depth}a = 1")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            with_project("groups = 'virt'"),
            ["4: project.x.groups: expected a list of names, found the text 'virt'"],
        ),
        (
            with_project("depth = 1979-05-27\nvenue = 1"),
            [
                "4: project.x.depth: expected a whole number from 1 up, found a date or time",
                "5: project.x.venue: expected a table, found a number 1",
            ],
        ),
        (
            with_project("rule = { paths = ['*'] }"),
            ["4: project.x.rule: expected [[project.x.rule]], found a table"],
        ),
        (
            with_project("rule = [1, { to = [] }]"),
            [
                "4: project.x.rule[0]: expected a table, found a number 1",
                "4: project.x.rule[1]: expected 'paths'",
            ],
        ),
        (
            with_project("pin = [1, {}, { host = 'v1' }, {}]"),
            [
                "4: project.x.pin[0]: expected a table, found a number 1",
                "4: project.x.pin[3]: expected a 'host': one pin at most is for the hosts older than all others",
            ],
        ),
        (
            with_project("pin = [{ host = 1 }, { revision = 'b' }]"),
            [
                "4: project.x.pin[0].host: expected the name of a branch, tag or other ref, or a commit id, found a"
                " number 1"
            ],
        ),
        (
            with_project("route.maintainers = {}\nroute.codeowners = 1"),
            [
                "4: project.x.route.maintainers: expected a 'file'",
                "5: project.x.route.codeowners: expected the path of a file or folder in the tree, without '.' or '..',"
                " found a number 1",
            ],
        ),
        (
            with_project("within = ['a']"),
            ["3: project.x.url: expected no such key beside 'within': an in-tree project is not cloned"],
        ),
        (
            with_project("depth = 1\nfilter = 'tree:0'"),
            ["5: project.x.filter: expected either 'depth' or 'filter'"],
        ),
        (
            with_project("successor = 'x'\ntwins = ['x']\nborrow = 1"),
            [
                "4: project.x.successor: expected another project of this manifest, found 'x'",
                "5: project.x.twins[0]: expected another project of this manifest, found 'x'",
                "6: project.x.borrow: expected a list of names, found a number 1",
            ],
        ),
        (
            with_project("[project.x-1]\nurl = './x'\nborrow = ['host', 'X']\nsuccessor = 'host'"),
            [
                "6: project.x-1.borrow[1]: expected another project of this manifest, found 'X'; did you mean 'x'?",
                "7: project.x-1.successor: expected another project of this manifest, found 'host'",
            ],
        ),
        (
            "schema = 1\nproject = 1",
            ["2: project: expected tables such as [project.NAME], found a number 1"],
        ),
        (
            "schema = 1\n[project.x]\ndescription = 1",
            [
                "2: project.x: expected a 'url', or 'within' for an in-tree project",
                "3: project.x.description: expected text of 1 to 1000 characters, found a number 1",
            ],
        ),
        (
            "schema = 1\n[project.x]\nurl = 1\n[project.y]\ndirectory = 1\nurl = '../y'",
            [
                "3: project.x.url: expected a URL, found a number 1",
                "5: project.y.directory: expected the path of a folder, found a number 1",
            ],
        ),
        (
            "schema = 1\n[project]\nx = 1\n[host]\ntwins = ['y']",
            [
                "3: project.x: expected a table, found a number 1",
                "5: host.twins[0]: expected a project of this manifest, found 'y'",
            ],
        ),
        (
            "schema = 1\n[project.host]\nurl = '../x'",
            ["2: project.host: expected a name other than 'host'"],
        ),
        (
            "schema = 1\n[project.'a b']\nurl = '../x'",
            [
                "2: project.'a b': expected a name of letters, digits and '._+-', beginning with a letter or digit, at"
                " most 100 characters, not ending in '.git' or '.lock'",
            ],
        ),
        (
            "schema = 1\nhost = 1\nworkspace = []",
            [
                "2: host: expected a table, found a number 1",
                "3: workspace: expected a table, found a list []",
            ],
        ),
    ],
)
def test_problems(text: str, found: list[str]) -> None:
    assert problems(text) == [f"m.toml:{problem}" for problem in found]


def test_folders_that_meet_are_told_each() -> None:
    folders = {"a": "tools", "b": "TOOLS/x", "c": "tools/y/", "d": "Tools", "e": "tools-2", "f": "ﬁne", "g": "fine/x"}
    text = "schema = 1\n" + "".join(f"[project.{n}]\nurl = '../{n}'\ndirectory = '{f}'\n" for n, f in folders.items())
    assert [line.partition(": ")[2] for line in problems(text)] == [
        "project.b.directory: expected 'tools', the folder of project 'a', spelt as there, found 'TOOLS/x'",
        "project.d.directory: expected a folder of its own, found that of project 'a'",
        "project.g.directory: expected 'ﬁne', the folder of project 'f', spelt as there, found 'fine/x'",
    ]


def test_a_token_is_not_repeated_even_where_the_text_is_cut() -> None:
    token = "t0ken" * 30
    (line,) = problems(f"schema = 1\n[project.x]\nurl = 'https://me:{token}@example.org/x'\n")
    assert line.endswith("found the text 'https://example.org/x'")
    (line,) = problems(with_project(f"mirrors = ['https://{token}@example.org/x']"))
    assert "t0ken" not in line


def test_what_is_long_is_cut() -> None:
    (line,) = problems(with_project(f"branch = '-{'x' * 2000}'"))
    assert line.endswith("x…")
    assert len(line) < 250
    (line,) = problems(f"schema = 1\n{'x' * 100_000} = 1")
    assert len(line) < 250


def test_a_report_ends_somewhere() -> None:
    lines = problems("schema = 1\n" + "".join(f"x{number} = 1\n" for number in range(MOST_PROBLEMS + 7)))
    assert len(lines) == MOST_PROBLEMS + 1
    assert lines[-1] == "… and 7 more"
    with pytest.raises(ManifestError) as caught:
        manifest("schema = 1\n" + "".join(f"x{number} = 1\n" for number in range(ENOUGH * 2)))
    assert len(caught.value.problems) == ENOUGH + 1


def test_too_many_projects() -> None:
    (line,) = problems("schema = 1\n" + "".join(f"project.p{number}.url='../x'\n" for number in range(10_001)))
    assert line == "m.toml:2: project: expected 10,000 projects at most, found 10,001"
