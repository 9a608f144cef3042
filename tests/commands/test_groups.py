"""Which projects are chosen: groups, groups with a minus, projects that are left out, and what is so by default."""

import json
from pathlib import Path

import pytest

from git_subprojects.workspace.plan import left_out_by_default, select
from tests.support.commands import Command, config
from tests.support.daemon import Daemon
from tests.support.manifests import manifest as read
from tests.support.repositories import make_host, sibling, upstream

GROUPS = {"one": ["a"], "two": ["a", "b"], "three": ["b", "heavy"], "four": []}


def manifest(url: str = "https://x.org", default: str = "") -> str:
    tables = [f'[project.{name}]\nurl = "{url}/{name}.git"\ngroups = {groups}\n' for name, groups in GROUPS.items()]
    workspace = f"[workspace]\ngroups = {default}\n" if default else ""
    return "\n".join(["schema = 1", workspace, *tables])


@pytest.mark.parametrize(
    ("names", "groups", "excluded", "default", "chosen", "unknown"),
    [
        ([], [], [], "", "one two three four", []),
        ([], ["a"], [], "", "one two", []),
        ([], ["a", "-b"], [], "", "one", []),
        ([], ["-b", "a"], [], "", "one", []),
        ([], ["a,-b"], [], "", "one", []),
        ([], ["-b"], [], "", "one four", []),
        ([], ["-a,-b"], [], "", "four", []),
        (["two"], ["-b"], [], "", "two", []),
        (["two"], ["b"], ["two"], "", "three", []),
        ([], [], ["one,two", "three"], "", "four", []),
        ([], [], ["on"], "", "one two three four", ["the manifest has no project 'on'"]),
        ([], ["-x"], [], "", "one two three four", ["the manifest has no group 'x'"]),
        ([], ["a", "x"], [], "", "one two", ["the manifest has no group 'x'"]),
        ([], [], [], '["-heavy"]', "one two four", []),
        ([], ["-a"], [], '["-heavy"]', "four", []),
        ([], ["b"], [], '["-heavy"]', "two three", []),
        (["three"], [], [], '["-heavy"]', "three", []),
        ([], [], [], '["a"]', "one two", []),
        ([], [], [], '["a", "-b"]', "one", []),
        ([], [], [], '["-nobody"]', "one two three four", []),
    ],
)
def test_what_is_chosen(
    names: list[str], groups: list[str], excluded: list[str], default: str, chosen: str, unknown: list[str]
) -> None:
    everything = not names and not any(not group.startswith("-") for group in groups)
    found, refused = select(
        read(manifest(default=default)), names, groups, excluded=excluded, everything=everything, by_default=True
    )
    assert (found, [one.message for one in refused]) == (chosen.split(), unknown)


def test_all_and_a_group_that_is_left_out_by_default() -> None:
    text = read(manifest(default='["-heavy"]'))
    assert left_out_by_default(text) == ["three"]
    found, _ = select(text, (), ["heavy"], everything=True, by_default=True)
    assert sorted(found) == sorted(GROUPS)
    assert select(text, (), everything=True)[0] == list(GROUPS)


@pytest.mark.parametrize("wrong", ['["--a"]', '["-"]', '["a b"]', '"-a"', "[1]"])
def test_what_is_no_choice_of_groups(tmp_path: Path, command: Command, wrong: str) -> None:
    (tmp_path / "m.toml").write_text(manifest(default=wrong))
    ended = command("subprojects", "check", "--manifest", "m.toml", cwd=tmp_path)
    assert ended.code == 1
    assert "workspace.groups: expected a list of groups" in ended.err


def test_a_choice_of_nobody_is_warned_of(tmp_path: Path, command: Command) -> None:
    (tmp_path / "m.toml").write_text(manifest(default='["-heavy", "-heavvy"]'))
    ended = command("subprojects", "check", "--manifest", "m.toml", cwd=tmp_path)
    assert ended.code == 0
    assert "workspace.groups[1]: no project is in the group heavvy" in ended.out
    assert ended.err == "m.toml: 4 projects, 1 warning\n"


@pytest.fixture
def linux(src: Path, daemon: Daemon) -> Path:
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    for name in GROUPS:
        upstream(daemon.base, name)
    return make_host(src, manifest(daemon.url, '["-heavy"]'))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "chosen", "said"),
    [
        (["--all"], "one two four", "left out, as workspace.groups says: three\n"),
        (["--all", "--group", "heavy"], "three one two four", ""),
        (["--all", "--exclude", "three", "--exclude=one"], "two four", ""),
        (["--all", "--group", "-a"], "four", "left out, as workspace.groups says: three\n"),
        (["--group", "a", "--group", "-b"], "one", ""),
        (["--group", "-b", "--group=a"], "one", ""),
        (["three", "--exclude", "one"], "three", ""),
    ],
)
def test_what_is_cloned(linux: Path, command: Command, words: list[str], chosen: str, said: str) -> None:
    ended = command("clone-project", "--dry-run", "--json", *words, cwd=linux)
    assert ended.code == 0
    assert [step["name"] for step in json.loads(ended.out)["plan"]] == chosen.split()
    assert ended.err == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--group", "-b"], "which project?"),
        (["--exclude", "one"], "which project?"),
        (["--group", "--all"], "option '--group' requires a value"),
        (["--list", "--all"], "'--list' and '--all' cannot be used together"),
    ],
)
def test_what_chooses_nothing(src: Path, command: Command, words: list[str], said: str) -> None:
    linux = make_host(src, manifest())
    ended = command("clone-project", *words, cwd=linux)
    assert ended.code == 129
    assert said in ended.err


@pytest.mark.slow
def test_every_verb_that_chooses(src: Path, linux: Path, daemon: Daemon, command: Command) -> None:
    for name in GROUPS:
        sibling(linux, f"{daemon.url}/{name}.git", name)

    def names(*words: str) -> list[str]:
        ended = command("subprojects", *words, cwd=linux)
        assert ended.code == 0
        return [project["name"] for project in json.loads(ended.out)["projects"]]

    assert names("update", "--json") == ["one", "two", "four"]
    assert "left out, as workspace.groups says: three\n" in command("subprojects", "update", cwd=linux).err
    assert names("update", "--json", "three") == ["three"]
    assert names("update", "--json", "--group", "heavy") == ["three"]
    assert names("update", "--json", "--exclude", "one", "--group", "-b") == ["four"]
    for words in (["status", "--json"], ["list", "--json"], ["foreach", "--json"]):
        rest = ["--", "true"] if words[0] == "foreach" else []
        assert names(*words, *rest) == list(GROUPS)
        assert names(*words, "--group", "-a", *rest) == ["three", "four"]
        assert names(*words, "--group", "b", "--exclude", "two", *rest) == ["three"]
    ended = command("subprojects", "grep", "--group", "-b", "--exclude", "four", "hello", cwd=linux)
    assert ended.out.splitlines()[0].count("one") == 1
    assert "four" not in ended.out
    ended = command("subprojects", "log", "--exclude=x", "--format=%s", cwd=linux)
    assert ended.out.count("first") == 4, "it is git log's own"
    ended = command("subprojects", "freeze", "-o", "frozen.toml", cwd=linux)
    ended = command("clone-project", "--manifest", "frozen.toml", "--all", "--dry-run", "--json", cwd=linux)
    assert len(json.loads(ended.out)["plan"]) == 4, "a frozen manifest has no defaults"
