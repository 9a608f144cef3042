"""``git subprojects import``: files that include others, every kind of revision, gitlinks, and what is lost."""

import json
from pathlib import Path
from typing import Any

import pytest
import tomli

from tests.support.commands import Command, config, run, shell
from tests.support.daemon import Daemon
from tests.support.paths import SHARED
from tests.support.repositories import make_host, upstream

ID = "0123456789012345678901234567890123456789"
CASES = SHARED / "cases" / "import"


def imported(command: Command, path: Path, *words: str) -> tuple[dict[str, Any], list[str], int]:
    """Return the manifest that comes of a file, what is said to be left out, and the exit status."""
    ended = command("subprojects", "import", *words, path.name, cwd=path.parent)
    marks = "warning: not imported: "
    said = [line.removeprefix(marks) for line in ended.err.splitlines() if line.startswith(marks)]
    return tomli.loads(ended.out), said, ended.code


def repo(*lines: str) -> str:
    begin = '<manifest><remote name="r" fetch="https://r.example.org"/><default remote="r" revision="main"/>'
    return "\n".join((begin, *lines, "</manifest>"))


def table(path: str, **keys: object) -> dict[str, object]:
    return {"url": f"https://r.example.org/{path}", "branch": "main", **keys}


INSIDE = '<manifest><project name="in"/></manifest>'

REPO = [
    ({"a.xml": repo('<include name="b.xml"/>'), "b.xml": INSIDE}, {"in": table("in")}, []),
    (
        {
            "a.xml": repo('<include name="sub/b.xml" groups="g h" revision="next"/>'),
            "sub/b.xml": '<manifest><include name="c.xml"/><project name="x" groups="i" revision="v1"/></manifest>',
            "c.xml": INSIDE,
        },
        {
            "in": table("in", groups=["g", "h"], branch="next"),
            "x": table("x", groups=["i", "g", "h"], branch="v1"),
        },
        [],
    ),
    (
        {"a.xml": repo('<include name="b.xml"/>'), "b.xml": '<manifest><include name="b.xml"/></manifest>'},
        None,
        ["include b.xml: it is included by itself, through b.xml"],
    ),
    (
        {"a.xml": repo('<include name="../b.xml"/><include name="/etc/passwd"/><include/><project name="x"/>')},
        {"x": table("x")},
        [
            "include ../b.xml: only files beside the first one are read",
            "include /etc/passwd: only files beside the first one are read",
            "include : only files beside the first one are read",
        ],
    ),
    (
        {"a.xml": repo('<include name="pipe"/><include name="out.xml"/><include name="b.xml"/>', INSIDE[10:-11])},
        {"in": table("in")},
        [
            "include pipe: it is no regular file",
            "include out.xml: only files beside the first one are read",
            "include b.xml: No such file or directory",
        ],
    ),
    (
        {
            "a.xml": repo(
                '<project name="a" path="p"/><project name="a" path="q"/><project name="b"/>',
                '<remove-project name="a" path="q"/><remove-project name="b"/><remove-project name="c"/>',
                '<remove-project name="c" optional="true"/><remove-project/>',
            )
        },
        {"a": table("a", directory="p")},
        ["remove-project c: there is no such project before it", "remove-project : there is no such project before it"],
    ),
    (
        {
            "a.xml": repo(
                '<project name="a" groups="x"/>',
                f'<extend-project name="a" groups="y" revision="{ID}" upstream="dev" dest-path="to"/>',
                '<extend-project name="z"/>',
            )
        },
        {"a": table("a", directory="to", groups=["x", "y"], branch="dev", pin=[{"revision": ID}])},
        ["extend-project z: there is no such project before it"],
    ),
    (
        {"a.xml": repo('<project name="a" path="p"><project name="b"/><project name="c" path="q/r"/></project>')},
        {
            "a": table("a", directory="p"),
            "b": table("a/b", directory="p/b"),
            "c": table("a/c", directory="p/q/r"),
        },
        [],
    ),
    (
        {
            "a.xml": repo(
                '<project name="h" revision="HEAD"/><project name="t" revision="refs/tags/v1"/>',
                '<project name="c" revision="refs/changes/34/1234/5" dest-branch="main"/>',
                '<project name="k" revision="chromeos-6.1"/><project name="l" revision="refs/heads/1.0"/>',
            )
        },
        {
            "h": {"url": "https://r.example.org/h"},
            "t": {"url": "https://r.example.org/t", "pin": [{"revision": "refs/tags/v1"}]},
            "c": table("c", pin=[{"revision": "refs/changes/34/1234/5"}]),
            "k": table("k", branch="chromeos-6.1"),
            "l": table("l", branch="1.0"),
        },
        [],
    ),
    (
        {
            "a.xml": '<manifest><remote name="g" fetch="https://g.example.org" review="https://g.example.org"'
            ' pushurl="x"/><default remote="g" revision="main" dest-branch="main"/>'
            '<project name="a"/><project name="b" groups="notdefault,x" revision="old"/><superproject name="s"/>'
            '<submanifest name="m"/></manifest>'
        },
        {
            "a": {"url": "https://g.example.org/a", "branch": "main", "venue": {"kind": "gerrit"}},
            "b": {
                "url": "https://g.example.org/b",
                "branch": "old",
                "groups": ["notdefault", "x"],
                "venue": {"kind": "gerrit"},
            },
        },
        [
            "submanifest m: it is in a repository of its own",
            "pushurl of the remote g: set remote.origin.pushurl in the clones",
            "superproject s",
            "project b at b: its dest-branch main: patches go where it follows",
        ],
    ),
]


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


LOST = ("include", "submanifest", "self.import", "projects that its", "no url", "of type")


@pytest.mark.parametrize(("files", "projects", "left_out"), REPO)
def test_a_manifest_of_repo(
    tmp_path: Path,
    command: Command,
    files: dict[str, str],
    projects: dict[str, object] | None,
    left_out: list[str],
) -> None:
    write(tmp_path / "m", files)
    (tmp_path / "b.xml").write_text(INSIDE)
    shell("mkfifo pipe; ln -s ../b.xml out.xml", tmp_path / "m")
    if projects is None:
        ended = command("subprojects", "import", "a.xml", cwd=tmp_path / "m")
        assert (ended.code, ended.out) == (128, "")
        assert f"fatal: a.xml: no project can be taken over: {left_out[0]}\n" in ended.err
        return
    manifest, said, code = imported(command, tmp_path / "m" / "a.xml")
    assert (manifest["project"], said) == (projects, left_out)
    assert code == any(word in line for line in left_out for word in LOST)
    filtered = any("notdefault" in project.get("groups", ()) for project in manifest["project"].values())
    assert manifest.get("workspace") == ({"groups": ["-notdefault"]} if filtered else None)


def test_only_so_many_files_are_included(tmp_path: Path, command: Command) -> None:
    write(tmp_path, {f"{number}.xml": INSIDE.replace("in", f"in{number}") for number in range(300)})
    (tmp_path / "a.xml").write_text(repo(*(f'<include name="{number}.xml"/>' for number in range(300))))
    manifest, said, code = imported(command, tmp_path / "a.xml")
    assert (len(manifest["project"]), len(said), code) == (200, 100, 1)
    assert said[0] == "include 200.xml: 200 files have been read, and no more are"
    write(
        tmp_path, {f"{number}.xml": f'<manifest><include name="{number + 1}.xml"/></manifest>' for number in range(99)}
    )
    (tmp_path / "a.xml").write_text(repo('<include name="0.xml"/><project name="x"/>'))
    _, said, code = imported(command, tmp_path / "a.xml")
    assert (said, code) == (["include 20.xml: expected files included 20 levels deep at most"], 1)


def west(*lines: str, more: str = "") -> str:
    projects = "".join(f"\n  - {line}" for line in lines)
    return (
        "manifest:\n  defaults: {remote: r, revision: main}\n"
        f"  remotes: [{{name: r, url-base: 'https://r.example.org'}}]\n  projects:{projects or ' []'}\n{more}"
    )


WEST = [
    (
        {
            "west.yml": west("{name: a}", "{name: b}", more="  self: {import: b.yml}\n"),
            "b.yml": west("{name: b, revision: v1.0}"),
        },
        {"b": table("b", branch="", pin=[{"revision": "v1.0"}]), "a": table("a")},
        [],
        None,
    ),
    (
        {
            "west.yml": west("{name: a}", more="  self: {import: [more, c.yml]}\n"),
            "more/2.yml": west("{name: x}", "{name: y}"),
            "more/1.yaml": west("{name: x, path: first}"),
            "more/README": "no manifest",
            "c.yml": west("{name: c}", more="  self: {import: c.yml}\n"),
        },
        {"x": table("x", directory="first"), "y": table("y"), "c": table("c"), "a": table("a")},
        ["self.import: c.yml: it is imported by itself, through c.yml"],
        None,
    ),
    (
        {
            "west.yml": west(
                more="  self: {import: {file: b.yml, name-allowlist: [x], path-allowlist: 'hal/*', path-prefix: pre}}\n"
            ),
            "b.yml": west("{name: x}", "{name: y, path: hal/y}", "{name: z}"),
        },
        {"x": table("x", directory="pre/x"), "y": table("y", directory="pre/hal/y")},
        [],
        None,
    ),
    (
        {
            "west.yml": west(more="  self: {import: {file: b.yml, name-blocklist: x}}\n  group-filter: [+g]\n"),
            "b.yml": west("{name: x}", "{name: y, groups: [g, h]}", more="  group-filter: [-g, -h, -nobody]\n"),
        },
        {"y": table("y", groups=["g"])},
        ["y: its group h, as g keeps it active"],
        None,
    ),
    (
        {"west.yml": west("{name: a, groups: [off, on]}", "{name: b, groups: [off]}", more="  group-filter: [-off]\n")},
        {"a": table("a", groups=["on"]), "b": table("b", groups=["off"])},
        ["a: its group off, as on keeps it active"],
        ["-off"],
    ),
    (
        {
            "west.yml": west(
                "{name: a, revision: pull/1096/head}",
                "{name: b, revision: refs/pull/3/head, import: false}",
                "{name: c, import: true, west-commands: x}",
                "{name: d, submodules: [{path: deep/x}, {path: y}]}",
                "{name: e, revision: HEAD}",
                more="  self: {import: ../out.yml}\n",
            )
        },
        {
            "a": table("a", branch="", pin=[{"revision": "refs/pull/1096/head"}]),
            "b": table("b", branch="", pin=[{"revision": "refs/pull/3/head"}]),
            "c": table("c"),
            "d": table("d", submodules=True),
            "e": table("e", branch=""),
        },
        [
            "self.import: ../out.yml: only files beside the first one are read",
            "c: the projects that its 'import' names, in a file of its own repository",
            "c: its 'west-commands'",
            "d: that only some submodules are cloned, deep/x y: it gets all",
        ],
        None,
    ),
]


@pytest.mark.parametrize(("files", "projects", "left_out", "groups"), WEST)
def test_a_manifest_of_west(
    tmp_path: Path,
    command: Command,
    files: dict[str, str],
    projects: dict[str, dict[str, object]],
    left_out: list[str],
    groups: list[str] | None,
) -> None:
    write(tmp_path / "m", files)
    write(tmp_path, {"out.yml": west("{name: out}")})
    manifest, said, code = imported(command, tmp_path / "m" / "west.yml")
    expected = {name: {key: value for key, value in keys.items() if value} for name, keys in projects.items()}
    assert manifest["project"] == expected
    assert list(manifest["project"]) == list(projects)
    assert sorted(said) == sorted(left_out)
    assert manifest.get("workspace", {}).get("groups") == groups
    assert code == any(word in line for line in left_out for word in LOST)


REVISIONS = {
    "": {},
    "rolling": {"branch": "rolling"},
    "heads/rolling": {"branch": "rolling"},
    "refs/heads/a/b": {"branch": "a/b"},
    "2.3.x": {"branch": "2.3.x"},
    "stable-2.3-x": {"branch": "stable-2.3-x"},
    "tags/1.0": {"pin": [{"revision": "refs/tags/1.0"}]},
    "1.10": {"pin": [{"revision": "1.10"}]},
    "89bbf61": {"pin": [{"revision": "89bbf61"}]},
    ID: {"pin": [{"revision": ID}]},
    "pull/7/head": {"pin": [{"revision": "refs/pull/7/head"}]},
    "changes/34/1234/5": {"pin": [{"revision": "refs/changes/34/1234/5"}]},
    "refs/merge-requests/1/head": {"pin": [{"revision": "refs/merge-requests/1/head"}]},
    "HEAD": {},
}


def test_every_kind_of_revision(tmp_path: Path, command: Command) -> None:
    lines = [
        f"  p{number}: {{type: git, url: 'https://x.org/p', version: {revision}}}\n"
        for number, revision in enumerate(REVISIONS)
    ]
    (tmp_path / "a.repos").write_text(f"repositories:\n{''.join(lines)}")
    manifest, said, code = imported(command, tmp_path / "a.repos")
    found = [{key: value for key, value in keys.items() if key != "url"} for keys in manifest["project"].values()]
    assert (found, said, code) == (list(REVISIONS.values()), [], 0)
    ended = command("subprojects", "import", "a.repos", cwd=tmp_path)
    assert "warning: p8: 89bbf61 looks like a part of a commit id; give it in full\n" in ended.err


def test_projects_that_are_lost_tell_by_the_exit_status(tmp_path: Path, command: Command) -> None:
    (tmp_path / "a.repos").write_text("repositories:\n  a: {type: hg, url: 'https://x.org/a'}\n")
    ended = command("subprojects", "import", "-o", "new.toml", "a.repos", cwd=tmp_path)
    assert (ended.code, ended.out) == (128, "")
    assert "no project can be taken over: a: it is of type hg\nhint: is it a part of another manifest?" in ended.err
    assert not (tmp_path / "new.toml").exists()
    lines = [f'<project name="p{number}"/>' for number in range(146)]
    (tmp_path / "a.xml").write_text(f"<manifest>{''.join(lines)}</manifest>")
    ended = command("subprojects", "import", "a.xml", cwd=tmp_path)
    assert ended.code == 128
    assert "project p2: it has no remote that is known; and 143 more\n" in ended.err
    (tmp_path / "a.repos").write_text("repositories: {}\n")
    assert command("subprojects", "import", "a.repos", cwd=tmp_path).code == 0


SUBMODULES = """
git init -q sub; git -C sub commit -q --allow-empty -m one
git init -q top; cd top
for name in a b c 'd[x]'; do
    git config -f .gitmodules submodule.$name.path "lib/$name"
    git config -f .gitmodules submodule.$name.url "../$name.git"
    test $name = c || git update-index --add --cacheinfo 160000,$(git -C ../sub rev-parse HEAD),"lib/$name"
done
git config -f .gitmodules submodule.a.branch main
git config -f .gitmodules submodule.b.update none
git config -f .gitmodules submodule.c.update rebase
git config -f .gitmodules submodule.c.fetchRecurseSubmodules false
mkdir lib; echo > lib/c; git add .gitmodules lib/c; git commit -qm top
mkdir inside; cp .gitmodules inside; cp .gitmodules other
"""


def test_gitlinks_pin(tmp_path: Path, command: Command) -> None:
    shell(SUBMODULES, tmp_path)
    head = shell("git -C sub rev-parse HEAD", tmp_path).strip()
    pin = [{"revision": head}]
    manifest, said, code = imported(command, tmp_path / "top" / ".gitmodules")
    assert manifest == {
        "schema": 1,
        "workspace": {"groups": ["-notdefault"]},
        "project": {
            "a": {"url": "../a.git", "directory": "lib/a", "branch": "main", "pin": pin},
            "b": {"url": "../b.git", "directory": "lib/b", "groups": ["notdefault"], "pin": pin},
            "c": {"url": "../c.git", "directory": "lib/c"},
            "d-x-": {"url": "../d[x].git", "directory": "lib/d[x]", "pin": pin},
        },
    }
    assert said == [
        "c: its update = rebase",
        "c: its fetchRecurseSubmodules",
        "c: no pin, because HEAD records no commit of it at lib/c",
    ]
    assert code == 0
    for path in ("inside/.gitmodules", "other"):
        manifest, _, _ = imported(command, tmp_path / "top" / path)
        assert not any("pin" in project for project in manifest["project"].values()), "it is not the tree's"


def test_what_is_left_out_is_data_too(tmp_path: Path, command: Command) -> None:
    (tmp_path / "west.yml").write_text(west("{name: a, groups: [g]}", more="  group-filter: [-g]\n"))
    answer = json.loads(command("subprojects", "import", "--json", "west.yml", cwd=tmp_path).out)
    assert answer["groups"] == ["-g"]
    assert (list(answer["projects"]), answer["left_out"]) == (["a"], [])


KNOWN = {
    "dots.gitmodules": (3, 1),
    "lineage-snippet.xml": (0, 128),
    "nested.xml": (9, 0),
    "nrf.west.yml": (5, 1),
    "qemu.gitmodules": (4, 0),
    "ros2.repos": (105, 0),
    "tar.repos": (6, 1),
    "zephyr.west.yml": (6, 1),
}


@pytest.mark.parametrize(("name", "expected"), KNOWN.items())
@pytest.mark.skipif(not CASES.is_dir(), reason="../shared has the files of others")
def test_the_manifests_of_others(tmp_path: Path, command: Command, name: str, expected: tuple[int, int]) -> None:
    words = ["--format=gitmodules"] if name.endswith("gitmodules") else []
    ended = command("subprojects", "import", *words, CASES / name, cwd=tmp_path)
    assert (len(tomli.loads(ended.out).get("project", {})), ended.code) == expected
    if expected[0]:
        (tmp_path / "new.toml").write_text(ended.out)
        assert command("subprojects", "check", "--manifest", "new.toml", cwd=tmp_path).code == 0


MADE = """
echo 1 > a; git add .; git commit -qm one; git tag 1.0
git checkout -q -b 2.3.x; echo 2.3 > a; git commit -qam branch; git checkout -q master; echo 2 > a; git commit -qam two
"""

ALIKE = {
    "west.yml": """
manifest:
  remotes: [{name: r, url-base: 'URL'}]
  defaults: {remote: r}
  group-filter: [-off]
  projects:
  - {name: outer, repo-path: one, revision: 2.3.x}
  - {name: inner, repo-path: one, path: outer/sub/inner, revision: pull/7/head}
  - {name: third, repo-path: one, revision: 1.0}
  - {name: rest, repo-path: one, groups: [off]}
""",
    "default.xml": """
<manifest>
  <remote name="r" fetch="URL"/><default remote="r" revision="refs/tags/1.0"/>
  <project name="one" path="outer" revision="2.3.x"/>
  <project name="one" path="outer/sub/inner" revision="refs/pull/7/head"/>
  <project name="one" path="third"/>
  <project name="one" path="rest" groups="notdefault"/>
</manifest>
""",
    "all.repos": """
repositories:
  outer: {type: git, url: URL/one, version: heads/2.3.x}
  outer/sub/inner: {type: git, url: URL/one, version: refs/pull/7/head}
  third: {type: git, url: URL/one, version: tags/1.0}
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ALIKE)
def test_what_is_imported_can_be_cloned_and_updated(src: Path, daemon: Daemon, command: Command, name: str) -> None:
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    upstream(daemon.base, "one", MADE)
    shell("mv one.git one; git clone -q one work", daemon.base)
    propose = (
        "git checkout -q --detach 1.0; echo {0} > a; git commit -qam {0}; git push -qf origin HEAD:refs/pull/7/head"
    )
    shell(propose.format("first"), daemon.base / "work")
    linux = make_host(src, None)
    (linux / name).write_text(ALIKE[name].replace("URL", daemon.url))
    assert command("subprojects", "import", name, "-o", "subprojects.toml", cwd=linux).code == 0
    assert command("clone-project", "--all", cwd=linux).code == 0
    expected = {"outer": "2.3", "outer/sub/inner": "first", "third": "1"}
    for folder, content in expected.items():
        assert (src / folder / "a").read_text() == f"{content}\n"
    assert not (src / "rest").exists()
    shell(f"{propose.format('second')}; git checkout -q 2.3.x; echo 2.4 > a", daemon.base / "work")
    shell("git commit -qam more; git push -q origin 2.3.x", daemon.base / "work")
    assert command("subprojects", "update", cwd=linux).code == 0
    for folder, content in (expected | {"outer": "2.4", "outer/sub/inner": "second"}).items():
        assert (src / folder / "a").read_text() == f"{content}\n"
    states = json.loads(command("subprojects", "status", "--json", cwd=linux).out)["projects"]
    assert [(state["changed"], state["untracked"]) for state in states] == [(0, 0)] * 3


@pytest.mark.slow
def test_submodules_are_cloned_where_the_tree_has_them(src: Path, daemon: Daemon, command: Command) -> None:
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    upstream(daemon.base, "one", MADE)
    upstream(daemon.base, "top", "echo top > top; git add .; git commit -qm top")
    run("git", "clone", "-q", f"{daemon.url}/top.git", src / "top")
    script = "git submodule --quiet add -b master ../one.git lib/one; git -C lib/one checkout -q 1.0; git add ."
    shell(f"{script}; git commit -qm submodule", src / "top")
    assert command("subprojects", "import", ".gitmodules", "-o", "subprojects.toml", cwd=src / "top").code == 0
    assert command("clone-project", "--all", cwd=src / "top").code == 0
    assert (src / "lib/one/a").read_text() == "1\n"
    assert command("subprojects", "update", cwd=src / "top").err == "nothing new in 1 project\n"
