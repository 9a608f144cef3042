"""Config that is meant for a clone's place holds while it is made elsewhere, exactly where git would include it."""

import os
from pathlib import Path

import pytest

from git_subprojects.git.process import Git
from git_subprojects.workspace.conditional_config import as_in_place
from tests.support.commands import Command, config, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host
from tests.support.repositories import upstream as make_upstream

PATTERNS = [
    *("{src}/tool/", "{src}/tool", "{src}/tool/.git", "{src}/", "{src}/*", "{src}/*/", "{src}/**", "{src}/other/"),
    *("~/../src/tool/", "~/", "~/src/tool/", "tool/", "too?/", "t*/", "**/tool/**", "/**/tool/.git", "*/tool/"),
    *(
        "src/tool/",
        "src/",
        "**/src/",
        "/src/",
        "s[r]c/tool/",
        "s[!r]c/tool/",
        "s[a-z]c/tool/",
        "./src/tool/",
        "./tool/",
    ),
    *("TOOL/", "[t]ool/", "\\tool/", "tool*", "to**", "src/**/.git", "src/**ol/", "{src}/t?ol/.git", "t[!/]ol/"),
    *("nowhere", "./tool/", "tool/.git/", "{src}/.tool.clone-project/", "**/.git"),
]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gitdir", "gitdir/i"])
def test_a_condition_holds_where_it_does_for_git(src: Path, kind: str) -> None:
    top = src / "tool"
    shell("git init -q", top)
    made_in = str(src / ".tool.clone-project/tree")
    files = Path(os.environ["HOME"]) / "files"
    files.mkdir()
    for number, pattern in enumerate(PATTERNS):
        text = pattern.replace("{src}", str(src))
        (files / str(number)).write_text(f"[test]\n\tnumber = {number}\n")
        config(f"includeIf.{kind}:{text}.path", f"files/{number}" if number % 2 else f"~/files/{number}")
    shell("git init -q", Path(made_in))
    expected = {*shell("git config --get-all test.number", top).split()}
    expected -= {*shell("git config --get-all test.number", Path(made_in)).split()}
    assert len(expected) > 10
    environment = as_in_place(Git(os.environ), str(top), made_in).environment
    count = int(environment["GIT_CONFIG_COUNT"])
    found = {os.path.basename(environment[f"GIT_CONFIG_VALUE_{number}"]) for number in range(count)}
    assert {PATTERNS[int(number)] for number in found} == {PATTERNS[int(number)] for number in expected}


@pytest.mark.slow
def test_a_clone_sees_the_config_of_its_place(src: Path, daemon: Daemon, command: Command) -> None:
    make_upstream(daemon.base, "tool")
    top = make_host(src, 'schema = 1\n[project.tool]\nurl = "http://tools.example/tool.git"\n')
    name = Path(os.environ["HOME"]) / "work.config"
    name.write_text(f'[url "{daemon.url}/"]\n\tinsteadOf = http://tools.example/\n[core]\n\tautocrlf = true\n')
    config(f"includeIf.gitdir:{src}/tool/.path", str(name))
    config("subprojects.retries", "0")
    ended = command("clone-project", "tool", cwd=top)
    assert ended.code == 0, ended.err
    assert (src / "tool/file").read_bytes() == b"hello\r\n"
    assert run("git", "status", "--porcelain", cwd=src / "tool").out == ""
    assert command("subprojects", "update", cwd=top).code == 0
