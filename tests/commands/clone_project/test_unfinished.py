"""What was transferred is kept where the checkout, a hook or a submodule fails; the hint completes it."""

import json
import re
from pathlib import Path

import pytest

from tests.support.commands import Command, Result, config, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, push
from tests.support.repositories import upstream as make_upstream

pytestmark = pytest.mark.slow

HISTORY = """
mkdir sub; echo 1 > a; echo big > b.bin; echo deep > sub/c; echo '*.bin filter=lfs' > .gitattributes
git add .; git commit -qm one; git tag v1
"""


@pytest.fixture
def base(daemon: Daemon) -> Path:
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    make_upstream(daemon.base, "tool", HISTORY)
    return daemon.base


def clone(src: Path, daemon: Daemon, command: Command, keys: str = "") -> Result:
    """Clone the project, which must fail in part."""
    top = make_host(src, f'schema = 1\n[project.tool]\nurl = "{daemon.url}/tool.git"\n{keys}')
    ended = command("clone-project", "tool", cwd=top)
    assert ended.code == 1
    assert f"error: tool: cloned to {src}/tool, but " in ended.err
    assert not list(src.glob(".*")), "a staging folder is left"
    return ended


def complete(ended: Result, hint: str) -> None:
    """Run the command of a hint."""
    (line,) = re.findall(rf"(?m)^hint: {hint}: (.*)$", ended.err)
    shell(line, Path.cwd())


@pytest.mark.parametrize("keys", ["", '[[project.tool.pin]]\nrevision = "v1"', 'sparse = ["sub"]', "depth = 1"])
def test_a_filter_that_fails(
    src: Path, base: Path, daemon: Daemon, command: Command, keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config("filter.lfs.smudge", 'test -n "$GIT_LFS_SKIP_SMUDGE" && cat || { echo "over its data quota" >&2; exit 1; }')
    config("filter.lfs.clean", "cat")
    config("filter.lfs.required", "true")
    ended = clone(src, daemon, command, keys)
    assert "but its files could not be checked out:\n" in ended.err
    assert "over its data quota\n" in ended.err
    assert "smudge filter lfs failed\n" in ended.err
    tool = src / "tool"
    pinned = "pin" in keys
    assert shell("git branch --show-current", tool).strip() == ("" if pinned else "master")
    assert "D  " not in shell("git status --porcelain", tool), "nothing is removed from the index"
    again = command("clone-project", "tool", cwd=src / "linux")
    assert (again.code, "already exists" in again.err or "is there already" in again.err) == (0, True)
    complete(ended, "without the large files")
    assert (tool / "b.bin").read_text() == "big\n"
    assert shell("git status --porcelain", tool) == ""
    assert (tool / "sub/c").exists() is True
    monkeypatch.setenv("GIT_LFS_SKIP_SMUDGE", "1")
    push(base, "tool", "echo 2 > a; git commit -qam two")
    assert command("subprojects", "update", cwd=src / "linux").code == 0
    if not pinned:
        assert shell("git show HEAD:a", tool) == "2\n"


def test_another_filter_is_turned_off_by_its_name(src: Path, base: Path, daemon: Daemon, command: Command) -> None:
    push(base, "tool", "echo '*.bin filter=crypt' > .gitattributes; git commit -qam crypt")
    config("filter.crypt.smudge", "false")
    config("filter.crypt.required", "true")
    ended = clone(src, daemon, command)
    complete(ended, "without the filter")
    assert (src / "tool/b.bin").read_text() == "big\n"


def test_a_path_that_git_does_not_make(src: Path, base: Path, daemon: Daemon, command: Command) -> None:
    add = 'git update-index --add --cacheinfo 100644,$(git rev-parse HEAD:a),"sub/git~1"'
    push(base, "tool", f"git config core.protectNTFS false; {add}; git commit -qm b")
    ended = clone(src, daemon, command)
    assert "invalid path 'sub/git~1'" in ended.err
    assert shell("git log -1 --format=%s", src / "tool") == "b\n"


def test_a_hook_that_fails(src: Path, base: Path, daemon: Daemon, command: Command, tmp_path: Path) -> None:
    script = "mkdir hooks; printf '#!/bin/sh\\necho no program >&2; exit 3\\n' > hooks/post-checkout; chmod +x hooks/*"
    shell(script, tmp_path / "template")
    config("init.templateDir", str(tmp_path / "template"))
    ended = clone(src, daemon, command)
    assert "but the post-checkout hook failed:" in ended.err
    assert "no program\n" in ended.err
    assert shell("git status --porcelain", src / "tool") == ""


def test_a_hook_that_fails_in_a_linked_work_tree(src: Path, base: Path, daemon: Daemon, command: Command) -> None:
    top = make_host(src, f'schema = 1\n[project.tool]\nurl = "{daemon.url}/tool.git"\n')
    assert command("clone-project", "tool", cwd=top).code == 0
    shell("git worktree add -q ../next/linux; mkdir hooks; echo exit 3 > hooks/post-checkout; chmod +x hooks/*", top)
    config("core.hooksPath", str(top / "hooks"))
    ended = command("clone-project", "--worktree", "tool", cwd=src / "next/linux")
    assert (ended.code, "but the post-checkout hook failed:" in ended.err) == (1, True)
    assert command("subprojects", "status", "tool", cwd=src / "next/linux").code == 0
    assert (src / "next/tool/a").read_text() == "1\n"


def test_a_hook_that_moves_on(src: Path, base: Path, daemon: Daemon, command: Command, tmp_path: Path) -> None:
    script = "printf '#!/bin/sh\\ngit commit -q --allow-empty -m mine\\n' > hooks/post-checkout; chmod +x hooks/*"
    shell(f"mkdir hooks; {script}", tmp_path / "template")
    config("init.templateDir", str(tmp_path / "template"))
    ended = clone(src, daemon, command)
    assert f"cloned to {src}/tool, but it stands on " in ended.err
    assert shell("git log -1 --format=%s", src / "tool") == "mine\n"


def test_a_submodule_that_is_not_there(src: Path, base: Path, daemon: Daemon, command: Command) -> None:
    part, other = make_upstream(base, "part"), make_upstream(base, "other")
    script = "; ".join(f"git submodule --quiet add {daemon.url}/{path.name} {path.stem}" for path in (other, part))
    push(base, "tool", f"{script}; git commit -qm part")
    part.rename(base / "away.git")
    ended = clone(src, daemon, command, "submodules = true")
    assert "but not its submodules: remote error: " in ended.err
    (base / "away.git").rename(part)
    complete(ended, "try again")
    assert [(src / "tool" / name / "file").read_text() for name in ("other", "part")] == ["hello\n"] * 2


def test_programs_are_told_where_it_is(src: Path, base: Path, daemon: Daemon, command: Command) -> None:
    config("filter.lfs.smudge", "false")
    config("filter.lfs.required", "true")
    clone(src, daemon, command)
    run("rm", "-rf", "tool", cwd=src)
    ended = command("clone-project", "--json", "tool", cwd=src / "linux")
    (project,) = json.loads(ended.out)["projects"]
    assert (project["state"], project["path"]) == ("failed", str(src / "tool"))
