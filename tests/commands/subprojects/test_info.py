"""``git subprojects info``: a project's process on one screen, and its guide."""

import json
import os
import sys
from pathlib import Path

import pexpect
import pytest

from tests.support.commands import Command, run, shell
from tests.support.golden_files import assert_golden
from tests.support.repositories import make_host, upstream

MANIFEST = """
schema = 1
[host]
name = "linux"
versions = "v[0-9]*"
twins = ["tool"]
route.maintainers = "MAINTAINERS"
venue.guide = "GUIDE"

[project.tool]
description = "A tool"
url = "../upstream/tool.git"
mirrors = ["https://github.com/example/tool.git"]
branch = "master"
groups = ["virt", "trace"]
twins = ["old"]
build = [["./configure"], ["make", "-j1"]]
build-directory = "build"
[project.tool.venue]
guide = "docs/guide.rst"
prefix = "PATCH tool"
sign-off = true
check = [["scripts/checkpatch.pl", "{patch}"]]
posting = "moderated"
archive = "https://lore.kernel.org/tool/"
thread = "same"
size-limit = 100000
[project.tool.route]
to = ["tool@example.org"]
cc = ["Tool Keeper <keeper@example.org>"]
maintainers = "MAINTAINERS"
codeowners = "CODEOWNERS"
[[project.tool.rule]]
paths = ["docs/"]
to = ["docs@example.org"]
[[project.tool.pin]]
revision = "v1"
[[project.tool.pin]]
host = "v7.0"

[project.old]
url = "git://example.org/old.git"
successor = "tool"
venue.kind = "gerrit"

[project.web]
url = "https://github.com/example/web.git"
venue = { kind = "github", guide = "https://example.org/guide" }
route.codeowners = "CODEOWNERS"

[project.perf]
within = ["tools/perf/"]
build = [["make", "-C", "tools/perf"]]
route.to = ["perf@example.org"]
"""

GUIDE = """
mkdir docs; printf 'How to send\\n\\033]0;evil\\007\\n' > docs/guide.rst
git add .; git commit -qm first; git tag v1
"""


@pytest.fixture
def linux(src: Path, tmp_path: Path) -> Path:
    (tmp_path / "upstream").mkdir()
    upstream(tmp_path / "src" / "upstream", "tool", GUIDE)
    return make_host(src, MANIFEST, "git remote add origin $PWD/../linux.git")


def test_all_that_there_is_to_know_on_one_screen(linux: Path, command: Command) -> None:
    shown = [command("subprojects", "info", name, cwd=linux) for name in ("tool", "old", "web", "perf", "linux")]
    assert [one.code for one in shown] == [0] * 5
    assert_golden("info", "\n".join(one.out for one in shown))
    assert command("subprojects", "info", "host", cwd=linux).out == shown[-1].out
    assert command("subprojects", "info", cwd=linux).out == shown[-1].out


def test_a_sibling_is_its_own_project(linux: Path, command: Command) -> None:
    assert command("clone-project", "-q", "tool", cwd=linux).code == 0
    in_host = command("subprojects", "info", "tool", cwd=linux).out
    assert "  place:       ../tool: detached" in in_host
    assert "git clone-project" not in in_host
    here = command("subprojects", "info", cwd=linux.parent / "tool").out
    assert here.splitlines()[0] == "tool: A tool"
    assert here.splitlines()[2:] == in_host.splitlines()[2:]


def test_a_clone_of_a_project_is_known_by_its_remote(src: Path, command: Command) -> None:
    url = "https://git.seabios.org/seabios.git"
    shell(f"git init -q -b main .; git commit -q --allow-empty -m x; git remote add origin {url}", src / "clone")
    shown = command("subprojects", "info", cwd=src / "clone").out
    assert shown.splitlines()[0] == "seabios: Open-source implementation of a 16-bit x86 BIOS"
    assert "  place:       .: on main, without an upstream" in shown


def test_json_has_it_all(linux: Path, command: Command) -> None:
    answer = json.loads(command("subprojects", "info", "--json", "tool", cwd=linux).out)
    assert answer["version"] == 1
    assert answer["venue"] == {
        "kind": "email",
        "posting": "moderated",
        "prefix": "PATCH tool",
        "sign_off": True,
        "check": [["scripts/checkpatch.pl", "{patch}"]],
        "thread": "same",
        "series": None,
        "size_limit": 100000,
        "guide": "docs/guide.rst",
        "archive": "https://lore.kernel.org/tool/",
    }
    assert answer["route"] == {
        "to": ["tool@example.org"],
        "cc": ["Tool Keeper <keeper@example.org>"],
        "maintainers": "MAINTAINERS",
        "codeowners": "CODEOWNERS",
        "rules": 1,
    }


def test_what_is_in_the_way_is_said(linux: Path, command: Command) -> None:
    (linux.parent / "tool").write_text("in the way")
    assert "  place:       ../tool: a file" in command("subprojects", "info", "tool", cwd=linux).out


def test_a_name_that_is_none(linux: Path, command: Command) -> None:
    ended = command("subprojects", "info", "tol", cwd=linux)
    assert ended.code == 128
    assert "there is no project 'tol' in subprojects.toml" in ended.err
    assert "did you mean tool?" in ended.err


def test_the_built_in_manifest_says_nothing_of_another_host(src: Path, command: Command) -> None:
    top = make_host(src, None)
    ended = command("subprojects", "info", cwd=top)
    assert ended.code == 128
    assert "the built-in manifest is not about this repository" in ended.err
    assert "Machine emulator" in command("subprojects", "info", "qemu", cwd=top).out


def test_the_guide_comes_from_the_siblings_tree(linux: Path, command: Command) -> None:
    ended = command("subprojects", "info", "--guide", "tool", cwd=linux)
    assert ended.code == 128
    assert "tool is not cloned" in ended.err
    assert "hint: git clone-project tool" in ended.err
    command("clone-project", "-q", "tool", cwd=linux)
    ended = command("subprojects", "info", "--guide", "tool", cwd=linux)
    assert ended.code == 0
    assert ended.out.startswith("How to send\n")
    assert "\033" not in ended.out
    assert command("subprojects", "info", "--guide", "web", cwd=linux).out == "https://example.org/guide\n"


def test_a_guide_that_is_not_there(linux: Path, command: Command) -> None:
    ended = command("subprojects", "info", "--guide", "perf", cwd=linux)
    assert (ended.code, ended.err) == (1, "error: subprojects.toml names no guide of perf\n")
    ended = command("subprojects", "info", "--guide", cwd=linux)
    assert ended.code == 1
    assert "host has no GUIDE at its HEAD" in ended.err


def test_on_a_terminal_the_guide_is_paged(linux: Path) -> None:
    shell("printf 'Read me\\n\\033]0;evil\\007\\n' > GUIDE; git add .; git commit -qm guide", linux)
    environment = {**os.environ, "TERM": "xterm", "GIT_PAGER": "sed -e 's/^/paged: /'"}
    child = pexpect.spawn(
        str(Path(sys.executable).with_name("git-subprojects")), ["info", "--guide"], cwd=str(linux), env=environment,
        encoding="utf-8", timeout=60,
    )  # fmt: skip
    shown = child.read()
    child.close()
    assert "paged: Read me" in shown
    assert "\033" not in shown
    assert child.exitstatus == 0


def test_the_manual_is_there() -> None:
    assert "show how a project takes patches" in run("git", "subprojects", "-h").out
