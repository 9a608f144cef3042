"""``git route-patch --lint``: which files are looked at, and how it ends."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Command, shell
from tests.support.limits import within
from tests.support.repositories import make_repository

GOOD = "MEMORY\nM:\tA <a@b.example>\nS:\tMaintained\nF:\tmm/\n"
MANIFEST = """
schema = 1
[host]
route.maintainers = "MAINTAINERS"
[project.perf]
within = ["tools/perf/"]
route.maintainers = "tools/perf/MAINTAINERS"
[project.one]
url = "https://example.org/one.git"
route.maintainers = { file = "OWNERS", style = "xen" }
"""


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a host with an in-tree project; each has a pattern that matches nothing."""
    files = {
        "subprojects.toml": MANIFEST,
        "MAINTAINERS": f"{GOOD}F:\tno/\n",
        "tools/perf/MAINTAINERS": f"{GOOD}F:\tnope\n",
    }
    return make_repository(src / "linux", files)


def test_all_files_of_a_host_and_of_its_projects(command: Command, linux: Path) -> None:
    ended = command("route-patch", "--lint", cwd=linux)
    assert ended.out.splitlines() == [
        "MAINTAINERS:5: warning: F: no/ matches no file [unmatched]",
        "tools/perf/MAINTAINERS:5: warning: F: nope matches no file [unmatched]",
    ]
    assert ended.err == "0 errors, 2 warnings in 2 files\n"
    assert ended.code == 0
    assert command("route-patch", "--lint", "--strict", cwd=linux).code == 1
    assert command("route-patch", "--lint", "-q", cwd=linux / "mm") == ended._replace(err="")


def test_one_project_alone(command: Command, linux: Path, src: Path) -> None:
    ended = command("route-patch", "--lint", "--project", "perf", cwd=linux)
    assert [line.partition(":")[0] for line in ended.out.splitlines()] == ["tools/perf/MAINTAINERS"]
    make_repository(src / "one", {"OWNERS": f"{GOOD}F:\t{{mm,x}}/\nF:\t{{y,z}}/\n"})
    ended = command("route-patch", "--lint", "--project", "one", cwd=linux)
    assert ended.out == "OWNERS:6: warning: F: {y,z}/ matches no file [unmatched]\n", "in the manifest's style"


def test_errors_fail(command: Command, linux: Path) -> None:
    (linux / "MAINTAINERS").write_text(f"{GOOD}N:\t(\n f:\tmm/\n")
    ended = command("route-patch", "--lint", "--json", "MAINTAINERS", cwd=linux)
    assert ended.code == 1
    found = json.loads(ended.out)
    assert found["version"] == 1
    assert [(one["line"], one["severity"], one["name"]) for one in found["problems"]] == [
        (5, "error", "regex"),
        (6, "error", "syntax"),
    ]
    assert found["problems"][0]["file"] == "MAINTAINERS"


def test_the_work_tree_counts_unless_a_revision_is_asked_for(command: Command, linux: Path) -> None:
    (linux / "MAINTAINERS").write_text(f"{GOOD}")
    assert "MAINTAINERS:5" not in command("route-patch", "--lint", "--project", "host", "MAINTAINERS", cwd=linux).out
    ended = command("route-patch", "--lint", "--rules-from", "HEAD", "MAINTAINERS", cwd=linux)
    assert ended.out == "MAINTAINERS:5: warning: F: no/ matches no file [unmatched]\n"


def test_a_bare_repository(command: Command, linux: Path, src: Path) -> None:
    shell(f"git clone -q --bare '{linux}' linux.git", src)
    assert command("route-patch", "--lint", cwd=src / "linux.git").out.count("unmatched") == 2


def test_files_that_are_named(command: Command, linux: Path) -> None:
    ended = command("route-patch", "--lint", "MAINTAINERS", cwd=linux / "tools" / "perf")
    assert ended.out == "tools/perf/MAINTAINERS:5: warning: F: nope matches no file [unmatched]\n"
    ended = command("route-patch", "--lint", "NOTHING", cwd=linux)
    assert "NOTHING: there is no such file" in ended.err
    assert ended.code != 0


def test_nothing_to_look_at(command: Command, src: Path) -> None:
    top = make_repository(src / "bare-of-rules", {"subprojects.toml": "schema = 1\n"})
    ended = command("route-patch", "--lint", cwd=top)
    assert (ended.code, ended.out) == (128, "")
    assert "git route-patch --lint FILE" in ended.err


def test_files_all_over_the_tree(command: Command, src: Path) -> None:
    files = {
        "subprojects.toml": MANIFEST.partition("[project")[0],
        ".get_maintainer.conf": "--find-maintainer-files\n",
        "MAINTAINERS": GOOD,
        "board/a/MAINTAINERS": "BOARD\nM:\tA <a@b.example>\nS:\tMaintained\nF:\tboard/b/\n",
    }
    ended = command("route-patch", "--lint", cwd=make_repository(src / "u-boot", files))
    assert ended.out == "board/a/MAINTAINERS:4: warning: F: board/b/ matches no file [unmatched]\n"
    assert ended.err.endswith("in 2 files\n")


@pytest.mark.parametrize("named", [(), (".github/CODEOWNERS",)])
def test_codeowners(command: Command, src: Path, named: tuple[str, ...]) -> None:
    manifest = "schema = 1\nhost.route.codeowners = '.github/CODEOWNERS'\n"
    owners = "mm/ @a\nno/ @a\n[x] @a\n*.c @b\n"
    top = make_repository(src / "linux", {"subprojects.toml": manifest, ".github/CODEOWNERS": owners})
    ended = command("route-patch", "--lint", *named, cwd=top)
    assert ended.out.splitlines() == [
        ".github/CODEOWNERS:2: warning: no/ matches no file [unmatched]",
        ".github/CODEOWNERS:3: error: GitHub takes no [ ] in a pattern: line skipped [syntax]",
    ]
    assert ended.err == "1 error, 1 warning in 1 file\n"
    assert ended.code == 1


@pytest.mark.slow
def test_slow_expressions_are_told_so_and_others_still_tried(command: Command, linux: Path) -> None:
    (linux / ("a" * 60 + "!")).touch()
    slow = "".join(f"N:\t(a+)+{letter}$\n" for letter in "bcd")
    (linux / "MAINTAINERS").write_text(f"{GOOD}{slow}N:\tm+/\n")
    shell("git add .", linux)
    with within(4):
        ended = command("route-patch", "--lint", "MAINTAINERS", cwd=linux)
    assert [line.rpartition("[")[2] for line in ended.out.splitlines()] == ["slow-regex]"] * 3
