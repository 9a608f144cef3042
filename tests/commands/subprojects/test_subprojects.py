"""``git subprojects``: list, check and adopt; and the lists and reports that people read."""

import json
import os
import sys
from pathlib import Path

import pexpect
import pytest

from git_subprojects.cli.registry import VERBS
from tests.support.commands import Command, run, shell
from tests.support.golden_files import assert_golden
from tests.support.repositories import make_host, upstream

MANIFEST = """
schema = 1

[host]
versions = "v[0-9]*"

[project.one]
description = "The first"
url = "https://example.org/one.git"
mirrors = ["https://mirror.example.org/one.git"]
groups = ["tools", "virt"]
build = [["./configure", "--prefix=/a b"], ["make", "-j{jobs}"]]
build-directory = "out"
tested = "v5.0"
depth = 1
sparse = ["src/"]
submodules = true
[[project.one.pin]]
host = "v6.1"
revision = "release-1"

[project.long-name-of-a-project]
description = "A description that is too long for a terminal of eighty columns and is cut at its end"
url = "https://example.org/two.git"
branch = "stable"
filter = "blob:none"
borrow = ["one"]

[project.old]
description = "Ünïcode"
url = "../old.git"
groups = ["virt"]
successor = "one"

[project.perf]
description = "In this tree"
within = ["tools/perf/"]
build = [["make", "-C", "tools/perf"]]

[project.gone]
within = ["no/such/"]
"""

BROKEN = """\
schema = 1
[project.one]
url = "--upload-pack=x"
descripton = "The first"

[project."../two"]
groups = "virt"

[[project.one.rule]]
paths = [
    "a",
    "!b",
]
to = ["a@b\\r\\nBcc: c@d"]
"""


@pytest.fixture
def linux(src: Path) -> Path:
    top = make_host(src, MANIFEST)
    shell("mkdir -p old/x; git init -q one", src)
    return top


def test_list_for_programs(command: Command, linux: Path) -> None:
    ended = command("subprojects", "list", cwd=linux)
    assert (ended.code, ended.err) == (0, "")
    assert [line.split("\t") for line in ended.out.splitlines()] == [
        ["one", "The first", "tools virt", "cloned"],
        [
            "long-name-of-a-project",
            "A description that is too long for a terminal of eighty columns and is cut at its end",
            "",
            "-",
        ],
        ["old", "Ünïcode", "virt", "in the way"],
        ["perf", "In this tree", "", "in-tree"],
        ["gone", "", "", "-"],
    ]
    assert command("clone-project", "--list", cwd=linux).out == ended.out


def test_list_in_json(command: Command, linux: Path) -> None:
    ended = command("subprojects", "list", "--json", "--group", "virt", cwd=linux)
    assert (ended.code, ended.err) == (0, "")
    data = json.loads(ended.out)
    assert data == {
        "version": 1,
        "projects": [
            {
                "name": "one",
                "description": "The first",
                "groups": ["tools", "virt"],
                "state": "cloned",
                "url": "https://example.org/one.git",
                "mirrors": ["https://mirror.example.org/one.git"],
                "within": [],
                "successor": None,
            },
            {
                "name": "old",
                "description": "Ünïcode",
                "groups": ["virt"],
                "state": "in the way",
                "url": "../old.git",
                "mirrors": [],
                "within": [],
                "successor": "one",
            },
        ],
    }


def on_terminal(top: Path, columns: int, *words: str) -> str:
    """Return what a command shows on a terminal so wide."""
    child = pexpect.spawn(
        "git",
        list(words),
        cwd=top,
        # Without this readline, which pytest loads, has its own say about COLUMNS.
        env=os.environ,
        dimensions=(24, columns),
        encoding="utf-8",
        timeout=60,
    )
    shown = child.read()
    child.close()
    assert child.exitstatus == 0, shown
    assert isinstance(shown, str)
    return shown.replace("\r\n", "\n")


def test_list_on_a_terminal(linux: Path) -> None:
    narrow, wide = (on_terminal(linux, columns, "subprojects", "list") for columns in (80, 150))
    assert max(map(len, narrow.splitlines())) == 80
    assert_golden("list-80-columns", narrow)
    assert_golden("list-150-columns", wide)
    assert on_terminal(linux, 80, "clone-project", "--list") == narrow


def test_list_for_a_readme(command: Command, linux: Path) -> None:
    (linux / "subprojects.local.toml").write_text(
        '[project.perf]\nvenue = { kind = "gitlab" }\nroute = { to = ["x@example.org"] }\n'
        '[project.one]\nroute = { to = ["A <a@example.org>"] }\n[project.old]\ndescription = "a|b `c` <d> [e]"\n'
    )
    ended = command("subprojects", "list", "--format=markdown", cwd=linux)
    assert (ended.code, ended.err) == (0, "")
    assert_golden("list-markdown", ended.out)
    assert command("subprojects", "list", "--format=html", cwd=linux).code == 129


def test_list_of_groups(command: Command, linux: Path) -> None:
    ended = command("subprojects", "list", "--group", "tools,virt", "--group", "tols", cwd=linux)
    assert ended.code == 1
    assert [line.partition("\t")[0] for line in ended.out.splitlines()] == ["one", "old"]
    assert ended.err == "error: the manifest has no group 'tols'\nhint: did you mean tools?\n"


def test_list_of_an_empty_manifest(command: Command, src: Path) -> None:
    top = make_host(src, "schema = 1")
    assert command("subprojects", "list", cwd=top) == (0, "", "")
    assert json.loads(command("subprojects", "list", "--json", cwd=top).out) == {"version": 1, "projects": []}


def test_dry_run(command: Command, linux: Path) -> None:
    ended = command("clone-project", "--dry-run", "-j2", "--build", "--all", "oen", cwd=linux)
    assert (ended.code, ended.err) == (1, "")
    assert_golden("dry-run", ended.out.replace(str(linux.parent), "/src"))


def test_dry_run_is_a_plan_in_json_too(command: Command, linux: Path) -> None:
    ended = command("clone-project", "--dry-run", "-j2", "--build", "--all", "oen", "--json", cwd=linux)
    steps = json.loads(ended.out)["plan"]
    assert [(step["step"], step["name"]) for step in steps] == [
        ("refused", "oen"),
        ("refused", "one"),
        ("clone", "long-name-of-a-project"),
        ("refused", "old"),
        ("in-tree", "perf"),
        ("refused", "gone"),
    ]
    assert steps[2]["urls"] == ["https://example.org/two.git"]
    assert steps[4]["build"] == {"commands": [["make", "-C", "tools/perf"]], "directory": str(linux)}


def test_dry_run_of_what_is_there_and_of_a_pin(command: Command, linux: Path, src: Path) -> None:
    shell("git remote add origin https://example.org/one.git; git commit -q --allow-empty -m x", src / "one")
    ended = command("clone-project", "--dry-run", "-j2", "--build", "one", cwd=linux)
    assert_golden("dry-run-present", ended.out.replace(str(src), "/src"))
    (src / "one").rename(src / "elsewhere")
    ended = command("clone-project", "--dry-run", "-j2", "--build", "one", cwd=linux)
    assert_golden("dry-run-pin", ended.out.replace(str(src), "/src"))


def test_check(command: Command, linux: Path) -> None:
    shell("mkdir -p no/such; touch no/such/file; git add .", linux)
    assert command("subprojects", "check", cwd=linux) == (0, "", "subprojects.toml: 5 projects, no problems\n")
    assert command("subprojects", "check", "-q", cwd=linux) == (0, "", "")
    ended = command("subprojects", "check", "--json", cwd=linux)
    assert json.loads(ended.out) == {"version": 1, "problems": []}
    (linux / "one.toml").write_text("schema = 1\nproject.a.url = '../a'")
    assert command("subprojects", "check", "--manifest=one.toml", cwd=linux).err == "one.toml: 1 project, no problems\n"


def test_check_of_the_builtin_manifest(command: Command, tmp_path: Path) -> None:
    ended = command("subprojects", "check", cwd=tmp_path)
    assert ended.code == 0
    assert ended.err.startswith("the built-in manifest: ")


def test_a_report(command: Command, linux: Path) -> None:
    (linux / "subprojects.toml").write_text(BROKEN)
    (linux / "subprojects.local.toml").write_text("[project.one]\nbranch = 1\n")
    ended = command("subprojects", "check", cwd=linux)
    assert (ended.code, ended.out) == (1, "")
    assert_golden("report", ended.err)
    for words in (
        ["clone-project", "one"],
        ["clone-project", "--list"],
        ["route-patch", "HEAD"],
        ["subprojects", "list"],
    ):
        other = command(*words, cwd=linux)
        assert (other.code, other.out) == (128, "")
        assert other.err.splitlines()[1:-1] == ended.err.splitlines()[1:]
        assert other.err.splitlines()[-1] == "hint: git subprojects check shows this report again"


def test_a_report_in_json(command: Command, linux: Path) -> None:
    (linux / "subprojects.toml").write_text("schema = 1\n[project.one]\nbuild = 1\nurl = '../x'\n")
    (linux / "subprojects.local.toml").write_text("x = ")
    ended = command("subprojects", "check", "--json", cwd=linux)
    assert (ended.code, ended.err) == (1, "")
    assert json.loads(ended.out) == {
        "version": 1,
        "problems": [
            {
                "severity": "error",
                "file": "subprojects.toml",
                "line": 3,
                "key": "project.one.build",
                "message": "expected a list of argument lists, found a number 1",
            },
            {
                "severity": "error",
                "file": "subprojects.local.toml",
                "line": 1,
                "key": "",
                "message": "expected TOML: Invalid value",
            },
        ],
    }


def test_check_of_the_local_file_by_itself(command: Command, linux: Path) -> None:
    (linux / "subprojects.local.toml").write_text("[project.one]\nbranch = 1\n")
    ended = command("subprojects", "check", "--manifest", "subprojects.local.toml", cwd=linux)
    assert ended.code == 1
    assert ended.err.splitlines()[0] == "error: subprojects.local.toml has 3 problems, so nothing of it was used"


def test_adopt_in_json(command: Command, src: Path, tmp_path: Path) -> None:
    bare = upstream(tmp_path / "upstream", "one")
    top = make_host(src, f"schema = 1\n[project.one]\nurl = 'file://{bare}'\n")
    shell(f"git clone -q '{bare}' one; git -C one remote set-url origin 'file://{bare}'", src)
    ended = command("subprojects", "adopt", "--json", "../one", cwd=top)
    assert (ended.code, ended.err) == (0, "one: adopted ../one\n")
    assert json.loads(ended.out) == {"version": 1, "project": "one", "path": str(src / "one")}
    assert shell("git config subprojects.host; git config subprojects.project", src / "one") == "../linux\none\n"


def test_adopt_where_the_url_leads_nowhere(command: Command, src: Path) -> None:
    top = make_host(src, f"schema = 1\n[project.one]\nurl = '{'../' * 40}one'\n")
    shell("git init -q one", src)
    ended = command("subprojects", "adopt", "../one", cwd=top)
    assert ended.code == 128
    assert "cannot be resolved" in ended.err
    assert "subprojects" not in shell("git config --local --list", src / "one"), "nothing was changed"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "which command? one of list, info, "),
        (["lst"], "'lst' is not a git subprojects command; did you mean list?"),
        (["adopt"], "missing argument: FOLDER"),
        (["adopt", "a", "b"], "too many arguments: b"),
        (["list", "--foo"], "unknown option '--foo'"),
        (["check", "--js"], "unknown option '--js'"),
        (["init", "--json"], "unknown option '--json'"),
        (["export", "--format=west", "--json"], "unknown option '--json'"),
        (["--json", "init"], "--json says nothing in 'git subprojects init'"),
        (["--manifest", "x", "import", "y"], "--manifest says nothing in 'git subprojects import'"),
        (["follow", "--off", "--status"], "options '--off' and '--status' cannot be used together"),
        (["status", "-j2"], "--jobs goes with --fetch"),
        (["check", "--jobs=2"], "--jobs goes with --online"),
        (["status", "--json", "--porcelain=v1"], "options '--json' and '--porcelain' cannot be used together"),
    ],
)
def test_usage(command: Command, words: list[str], said: str) -> None:
    ended = command("subprojects", *words)
    assert (ended.code, ended.out) == (129, "")
    assert ended.err.startswith("error: ")
    assert said in ended.err
    assert ended.err.count("usage: git subprojects ") == 1, "a verb's usage alone is shown"


def test_help(command: Command) -> None:
    ended = command("subprojects", "-h")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("usage: git subprojects [")
    for name, verb in VERBS.items():
        assert f"  {name:<10}{verb.summary}\n" in ended.out
        of_verb = command("subprojects", name, "-h")
        assert (of_verb.code, of_verb.err) == (0, "")
        assert of_verb.out.startswith(f"usage: git subprojects {name} ")
        assert f"\n\n{verb.load().DESCRIPTION}\n\n" in of_verb.out


def test_a_verb_imports_only_what_declares_its_options() -> None:
    program = """if True:
        import argparse, importlib, sys
        from git_subprojects.cli.registry import VERBS
        before = set(sys.modules)
        for name, verb in VERBS.items():
            verb.load()
        print("\\n".join(set(sys.modules) - before))
    """
    loaded = set(run(sys.executable, "-c", program).out.split())
    assert "git_subprojects.commands.subprojects.freeze" in loaded
    ours = ("git_subprojects.commands", "git_subprojects.cli.options", "git_subprojects.errors")
    assert [name for name in loaded if not name.startswith(ours)] == []
    assert not loaded & {"git_subprojects.commands.updating", "git_subprojects.commands.subprojects.follow.background"}


def test_options_may_stand_before_the_command(command: Command, linux: Path) -> None:
    (linux / "one.toml").write_text("schema = 1\nproject.a.url = '../a'")
    after = command("subprojects", "list", "--json", "--manifest", "one.toml", cwd=linux)
    before = command("subprojects", "--json", "--manifest", "one.toml", "list", cwd=linux)
    assert before == after
    assert [project["name"] for project in json.loads(before.out)["projects"]] == ["a"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [["check"], ["list"], ["status", "gone"], ["update"], ["info", "one"], ["foreach", "true"]]
)
def test_quiet_and_verbose_mean_the_same_on_either_side_of_the_verb(
    command: Command, linux: Path, words: list[str]
) -> None:
    verb, *rest = words
    usual = command("subprojects", *words, cwd=linux)
    for option in ("-q", "--quiet", "-v", "--verbose"):
        before = command("subprojects", option, *words, cwd=linux)
        assert before == command("subprojects", verb, option, *rest, cwd=linux)
        if "v" in option:
            assert before.err.startswith("manifest: subprojects.toml\n")
        else:
            assert before.out == usual.out.replace("==> one <==\n", "")
            assert len(before.err) <= len(usual.err)
    assert command("subprojects", "-q", "check", cwd=linux).err == ""
