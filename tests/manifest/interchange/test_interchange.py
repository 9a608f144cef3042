"""``git subprojects import``, ``export`` and ``init``: other programs' manifests, and one to begin with."""

import json
from pathlib import Path

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from git_subprojects.manifest.interchange import repo_xml, west
from git_subprojects.manifest.interchange import vcs_repos as repos
from git_subprojects.manifest.interchange.common import Entry, FormatError, tables
from git_subprojects.manifest.reader import read as read_manifest
from git_subprojects.manifest.source import Source
from tests.support.commands import Command, shell
from tests.support.repositories import make_host

GITMODULES = """
[submodule "ui"]
    path = roms/ui
    url = https://example.org/ui.git
    branch = main
    shallow = true
[submodule "deep/ui"]
    path = deep/ui
    url = ../ui2.git
    branch = .
[submodule "lost"]
    path = lost
[submodule "evil"]
    path = evil
    url = ext::sh -c true
"""

REPO = """<?xml version="1.0" encoding="UTF-8"?>
<manifest>
  <remote name="here" fetch=".." />
  <remote name="far" fetch="https://far.example.org/" revision="refs/heads/next" />
  <default remote="here" revision="refs/tags/r1" sync-s="true" />
  <project name="platform/build" path="build/make" groups="pdk,sysui">
    <copyfile src="a" dest="b" /><linkfile src="a" dest="b" />
  </project>
  <project name="tools/build" path="tools/build" remote="far" clone-depth="1" sync-s="false" />
  <project name="lost" remote="nowhere" />
  <project name="build/make/inside" path="build/make/inside" remote="far" revision="main" />
  <include name="other.xml" />
  <extend-project name="tools/build"><project name="no" /></extend-project>
</manifest>
"""

WEST = """
manifest:
  defaults: {remote: up, revision: v1.10}
  remotes:
    - {name: up, url-base: https://up.example.org/x}
  group-filter: [-optional]
  projects:
    - name: zephyr
      description: The
        system
      import: true
    - {name: hal, repo-path: sdk-hal, path: modules/hal, revision: 1.10, groups: [hal, "a b"], clone-depth: 1}
    - {name: own, url: "https://own.example.org/own", submodules: true, revision: main}
    - {name: lost, remote: nowhere}
    - {name: sub, submodules: [{path: x}], revision: 0123456789012345678901234567890123456789}
  self: {import: more.yml}
"""

REPOS = """
repositories:
  ament/cmake:
    type: git
    url: https://example.org/cmake.git
    version: rolling
  other/cmake: {type: git, url: "https://example.org/other.git", version: 1.10}
  old: {type: hg, url: "https://example.org/old"}
  none: {type: git}
"""

EXPECTED = {
    (".gitmodules", GITMODULES): (
        {
            "ui": {"url": "https://example.org/ui.git", "directory": "roms/ui", "branch": "main", "depth": 1},
            "deep-ui": {"url": "../ui2.git", "directory": "deep/ui"},
        },
        ["lost: it has no url", "evil: url: expected a URL without white", "deep/ui: its branch is that of the host"],
    ),
    ("default.xml", REPO): (
        {
            "build": {
                "url": "../../platform/build",
                "directory": "build/make",
                "groups": ["pdk", "sysui"],
                "pin": [{"revision": "refs/tags/r1"}],
                "submodules": True,
            },
            "tools-build": {
                "url": "https://far.example.org/tools/build",
                "directory": "tools/build",
                "branch": "next",
                "depth": 1,
            },
            "inside": {
                "url": "https://far.example.org/build/make/inside",
                "directory": "build/make/inside",
                "branch": "main",
                "submodules": True,
            },
        },
        [
            "include other.xml: No such file or directory",
            "project lost: it has no remote that is known",
            "2 of copyfile, linkfile, annotation",
        ],
    ),
    ("west.yml", WEST): (
        {
            "zephyr": {
                "description": "The system",
                "url": "https://up.example.org/x/zephyr",
                "pin": [{"revision": "v1.10"}],
            },
            "hal": {
                "url": "https://up.example.org/x/sdk-hal",
                "directory": "modules/hal",
                "groups": ["hal"],
                "pin": [{"revision": "1.10"}],
                "depth": 1,
            },
            "own": {"url": "https://own.example.org/own", "branch": "main", "submodules": True},
            "sub": {
                "url": "https://up.example.org/x/sub",
                "pin": [{"revision": "0123456789012345678901234567890123456789"}],
                "submodules": True,
            },
        },
        [
            "self.import: more.yml: No such file or directory",
            "zephyr: the projects that its 'import' names",
            "lost: it has no url, and no remote that is known",
            "sub: that only some submodules are cloned, x: it gets all",
        ],
    ),
    ("ros.repos", REPOS): (
        {
            "cmake": {"url": "https://example.org/cmake.git", "directory": "ament/cmake", "branch": "rolling"},
            "other-cmake": {
                "url": "https://example.org/other.git",
                "directory": "other/cmake",
                "pin": [{"revision": "1.10"}],
            },
        },
        ["old: it is of type hg", "none: it has no url"],
    ),
}


@pytest.mark.parametrize(("name", "content"), EXPECTED)
@pytest.mark.parametrize("by_name", [True, False])
def test_what_is_taken_over_and_what_is_not(
    tmp_path: Path, command: Command, name: str, content: str, *, by_name: bool
) -> None:
    projects, left_out = EXPECTED[name, content]
    path = tmp_path / (name if by_name else "unknown")
    path.write_text(content)
    ended = command("subprojects", "import", path, cwd=tmp_path)
    assert tomli.loads(ended.out) == {"schema": 1, "project": projects}
    warnings = [line for line in ended.err.splitlines() if line.startswith("warning: not imported: ")]
    assert len(warnings) == len(left_out)
    for line, said in zip(warnings, left_out, strict=True):
        assert line.startswith(f"warning: not imported: {said}")
    assert ended.code == 1, "a project is lost"
    assert ended.out.startswith(f"# Made by git subprojects import from {path.name}.\n")
    (tmp_path / "again.toml").write_text(ended.out)
    assert command("subprojects", "check", "--manifest", "again.toml", cwd=tmp_path).code == 0


def test_a_changed_name_is_said(tmp_path: Path, command: Command) -> None:
    paths = ("host", "ä ö", "a/x", "x", "b/x", "c/b/x", "con", "-", "d.git")
    lines = [f"  {path}: {{url: 'https://x.org/{number}'}}" for number, path in enumerate(paths)]
    (tmp_path / "a.repos").write_text("\n".join(["repositories:", *lines, ""]))
    ended = command("subprojects", "import", "--json", "a.repos", cwd=tmp_path)
    assert ended.code == 1, "a folder may not be called - or d.git"
    answer = json.loads(ended.out)
    assert list(answer["projects"]) == ["host-x", "project", "x", "x-2", "b-x", "c-b-x", "con"]
    assert [one.partition(":")[0] for one in answer["left_out"]] == ["project-2", "d"]
    assert "host is called host-x here\n" in ended.err
    assert "d.git is called" not in ended.err


def test_it_is_written_to_a_new_file_only(tmp_path: Path, command: Command) -> None:
    (tmp_path / "west.yml").write_text(WEST)
    ended = command("subprojects", "import", "-o", "new.toml", "west.yml", cwd=tmp_path)
    assert (ended.code, ended.out) == (1, ""), "not all are taken over"
    assert ended.err.endswith("new.toml: 4 projects\n")
    before = (tmp_path / "new.toml").read_bytes()
    ended = command("subprojects", "import", "-o", "new.toml", "west.yml", cwd=tmp_path)
    assert ended.code == 128
    assert "new.toml is there already" in ended.err
    assert (tmp_path / "new.toml").read_bytes() == before


BILLION = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><manifest>&c;</manifest>'
ALIASES = "a: &a [x, x]\nb: &b [*a, *a]\nrepositories: {c: *b}\n"


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("x.xml", BILLION, 128, "expected XML without a DOCTYPE"),
        ("x.xml", BILLION.encode("utf-16"), 128, "expected XML without a DOCTYPE"),
        ("x.xml", "<a>", 128, "expected XML: no element found"),
        ("x.xml", "<a/>", 128, "expected an element 'manifest'"),
        ("x.repos", ALIASES, 128, "expected YAML without aliases"),
        ("x.repos", "[" * 1000000, 128, "expected YAML nested 20 levels deep at most"),
        ("x.repos", "a: [", 128, "expected YAML: "),
        ("x.repos", b"\xff", 128, "expected YAML: "),
        ("x.repos", "repositories: []", 128, "expected a table 'repositories'"),
        ("x.repos", "repositories: {a: b}", 128, "expected a table at 'repositories.a'"),
        ("west.yml", "manifest: {projects: {}}", 128, "expected a list of tables at 'projects'"),
        ("west.yml", "a: " + "x" * 5_000_000, 128, "bytes at most"),
        ("x.xml", " " * 5_000_000, 128, "bytes at most"),
        (".gitmodules", "[broken", 128, "bad config line 2"),
        ("x", "whatever", 129, "unknown format\nhint: use --format=gitmodules|repo|repos|west"),
        ("x.repos", "!!python/object/apply:os.system ['true']", 128, "expected a table"),
    ],
)
def test_what_is_broken_or_hostile(
    tmp_path: Path, command: Command, name: str, content: str | bytes, code: int, said: str
) -> None:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    ended = command("subprojects", "import", name, cwd=tmp_path)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err


def test_a_file_that_is_not_there(tmp_path: Path, command: Command) -> None:
    ended = command("subprojects", "import", "nothing", cwd=tmp_path)
    assert ended.code == 128
    assert "nothing: No such file or directory" in ended.err
    assert command("subprojects", "import", "--format", "svn", "x", cwd=tmp_path).code == 129


MANIFEST = """
schema = 1
[host]
versions = "v*"
[project.lib]
description = "A library: of sorts"
url = "../lib.git"
groups = ["a", "b"]
branch = "main"
depth = 1
submodules = true
mirrors = ["https://example.org/lib"]
route = { to = ["lib@example.org"] }
[project.tool]
url = "https://example.org/tool"
directory = "deep/tool"
pin = [{ revision = "r1" }, { host = "v6.1", revision = "r2" }]
[project.plain]
url = "git@example.org:plain"
branch = "trunk"
[project.perf]
within = ["tools/perf/"]
"""

ENTRIES = [
    Entry("lib", "https://up.example.org/lib.git", "lib", "main", ("a", "b"), 1, True, "A library: of sorts"),
    Entry("tool", "https://example.org/tool", "deep/tool", "r2"),
    Entry("plain", "git@example.org:plain", "plain", "trunk"),
]


def in_west(entries: list[Entry]) -> tuple[Entry, ...]:
    """Return the entries with the branch that west takes where none is named."""
    return tuple(one._replace(revision=one.revision or "master") for one in entries)


@pytest.fixture
def linux(src: Path) -> Path:
    return make_host(src, MANIFEST, "git remote add origin https://up.example.org/linux.git")


def test_the_manifest_for_west(linux: Path, command: Command) -> None:
    ended = command("subprojects", "export", "--format=west", cwd=linux)
    assert ended.code == 0
    assert west.read(ended.out.encode()).entries == in_west(ENTRIES)
    assert ended.err == (
        "left out, because they lie in this tree: perf\n"
        "west cannot hold: mirrors, how patches are taken, pins for other versions of the host\n"
    )


def test_the_manifest_for_vcs(linux: Path, command: Command) -> None:
    ended = command("subprojects", "export", "--format=repos", "-o", "a.repos", cwd=linux)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.endswith("a.repos: 3 projects\n")
    found = repos.read((linux / "a.repos").read_bytes()).entries
    assert found == tuple(Entry(one.directory, one.url, one.directory, one.revision) for one in ENTRIES)
    ended = command("subprojects", "export", "--format=repos", "-o", "a.repos", cwd=linux)
    assert ended.code == 128
    assert command("subprojects", "export", "--format=repos", "--json", cwd=linux).code == 129


def test_a_url_that_leads_nowhere_is_left_out(linux: Path, command: Command) -> None:
    (linux / "subprojects.local.toml").write_text('[project.lib]\nurl = "../../../../lib"\n')
    ended = command("subprojects", "export", "--format=repos", cwd=linux)
    assert ended.code == 1
    assert (
        "error: lib: its URL ../../../../lib cannot be resolved against https://up.example.org/linux.git" in ended.err
    )
    assert "deep/tool" in ended.out


@pytest.mark.parametrize(
    "script",
    [
        "mkdir elsewhere; ln -s elsewhere deep",
        "mkdir deep; ln -s . deep/tool",
        "mkdir deep; : > deep/tool",
        "git init -q deep",
        "git init -q deep/tool; echo broken > deep/tool/.git/config",
        "git config --global subprojects.directory /dev/null/nowhere",
    ],
)
def test_a_pin_is_the_host_s_whatever_stands_at_the_place(linux: Path, command: Command, script: str) -> None:
    shell(script, linux.parent)
    ended = command("subprojects", "export", "--format=west", cwd=linux)
    assert ended.code == 0
    assert west.read(ended.out.encode()).entries == in_west(ENTRIES)
    info = command("subprojects", "info", "tool", cwd=linux).out
    assert "r2, which fits this host from v6.1 on" in info
    if "/dev/null" not in script:
        (state,) = json.loads(command("subprojects", "status", "--json", "tool", cwd=linux).out)["projects"]
        assert state["pin"] == "r2"


WORDS = st.from_regex(r"[a-z][a-z0-9_+-]{0,8}", fullmatch=True).filter(lambda word: word != "host")
REVISIONS = st.sampled_from(["main", "v1.0", "1.10", "stable/x", "yes", "0x10", "1e3", "a" * 40])


@pytest.mark.slow
@given(st.lists(st.tuples(WORDS, st.none() | REVISIONS), max_size=5, unique_by=lambda one: one[0]), st.data())
def test_what_is_exported_can_be_imported_again(found: list[tuple[str, str | None]], data: st.DataObject) -> None:
    entries = [
        Entry(
            name,
            f"https://example.org/{name}",
            data.draw(st.sampled_from([name, f"deep/{name}"])),
            revision,
            tuple(data.draw(st.lists(WORDS, max_size=2, unique=True))),
            data.draw(st.sampled_from([None, 1, 10])),
            data.draw(st.booleans()),
            data.draw(st.sampled_from(["", "A: b # c", "'\"", "ä", "- x", "null"])),
        )
        for name, revision in found
    ]
    assert west.read(west.written(entries).encode()).entries == in_west(entries)
    again = repos.read(repos.written(entries).encode()).entries
    assert [(one.directory, one.url, one.revision) for one in again] == [
        (one.directory, one.url, one.revision) for one in entries
    ]
    projects, notes = tables(entries)
    assert (list(projects), notes) == ([one.name for one in entries], [])


@given(st.binary(max_size=200))
def test_no_bytes_break_a_reader(content: bytes) -> None:
    for read in (west.read, repos.read, repo_xml.read):
        try:
            read(content)
        except FormatError:
            continue


def test_a_manifest_to_begin_with(src: Path, command: Command) -> None:
    script = r"""
    printf 'Top\n\nX\nM:\tA <a@example.org>\nF:\t*\n' > MAINTAINERS; echo Signed-off-by > CONTRIBUTING.md
    git add .; git commit -qm more; git remote add origin https://github.com/example/frob.git
    """
    top = make_host(src, None, script)
    ended = command("subprojects", "init", cwd=top / "tools")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "../subprojects.toml: written; git subprojects add URL names a project in it\n"
    text = (top / "subprojects.toml").read_text()
    assert tomli.loads(text) == {
        "schema": 1,
        "host": {
            "name": "frob",
            "versions": "v[0-9]*",
            "venue": {"kind": "github", "guide": "CONTRIBUTING.md", "sign-off": True},
            "route": {"maintainers": "MAINTAINERS"},
        },
    }
    assert command("subprojects", "check", cwd=top).code == 0
    lines = [line.removeprefix("# ") for line in text.splitlines()]
    example = "\n".join(lines[lines.index("[project.libfrob]") :])
    read_manifest(Source("example", f"schema = 1\n{example}".encode()))
    ended = command("subprojects", "init", cwd=top)
    assert ended.code == 128
    assert "subprojects.toml is there already\nhint: git subprojects add URL" in ended.err
    assert (top / "subprojects.toml").read_text() == text


def test_to_begin_with_nothing(tmp_path: Path, command: Command) -> None:
    shell("git init -q .", tmp_path / "-odd name")
    ended = command("subprojects", "init", "-o", "-", cwd=tmp_path / "-odd name")
    assert ended.code == 0
    assert tomli.loads(ended.out) == {"schema": 1, "host": {"name": "host"}}
    assert '# versions = "v[0-9]*"' in ended.out
    shell("git init -q --bare .", tmp_path / "bare")
    ended = command("subprojects", "init", cwd=tmp_path / "bare")
    assert ended.code == 128
    assert "this repository has no work tree\nhint: git subprojects init -o FILE\n" in ended.err
    assert command("subprojects", "init", "-o", "new.toml", cwd=tmp_path / "bare").code == 0
