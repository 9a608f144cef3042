"""A sibling that belongs to another user, as in containers and under sudo: git's own words, and its own command."""

from pathlib import Path

import pytest

from tests.support.commands import Command, config, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, sibling
from tests.support.repositories import upstream as make_upstream

HISTORY = "mkdir doc; echo 1 > a; echo guide > doc/guide; git add .; git commit -qm one; git tag v1"


@pytest.fixture
def linux(src: Path, daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a host with the siblings tool, which is another user's, and other."""
    config("subprojects.retries", "0")
    url = daemon.url
    top = make_host(
        src,
        f"""
        schema = 1
        [project.tool]
        url = "{url}/tool.git"
        twins = ["other"]
        [project.tool.venue]
        kind = "github"
        guide = "doc/guide"
        [project.other]
        url = "{url}/other.git"
        """,
    )
    for name in ("tool", "other"):
        make_upstream(daemon.base, name, HISTORY)
        sibling(top, f"{url}/{name}.git", name)
    for path in (top, src / "other"):
        config("safe.directory", str(path))
    # git's own tests let all repositories be another user's so: only those that are named are trusted then.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    return top


def told(text: str, tool: Path) -> bool:
    """Return whether a text says what git says, and git's command."""
    words = f"detected dubious ownership in repository at '{tool}'"
    return words in text and f"git config --global --add safe.directory {tool}" in text


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("status", 1),
        ("status --fetch", 1),
        ("update", 1),
        ("update tool", 1),
        ("foreach -- touch x", 1),
        ("diff", 1),
        ("log --oneline", 1),
        ("grep 1", 1),
        ("info tool", 0),
        ("info --guide tool", 128),
        ("freeze", 0),
        ("list", 0),
        ("doctor", 1),
        ("check", 0),
        ("remove --yes tool", 128),
        ("adopt ../tool", 128),
    ],
)
def test_every_verb_says_what_git_says(linux: Path, command: Command, words: str, code: int) -> None:
    tool = linux.parent / "tool"
    ended = command("subprojects", *words.split(), cwd=linux)
    assert told(ended.out + ended.err, tool), ended
    assert ended.code == code
    assert "--no-index" not in ended.err
    assert not (tool / "x").exists()
    assert "project.tool" in (linux / "subprojects.toml").read_text()
    config("safe.directory", str(tool))
    assert not told(command("subprojects", *words.split(), cwd=linux).err, tool)


def test_it_is_not_cloned_twice_nor_sent_from(linux: Path, command: Command) -> None:
    tool, other = linux.parent / "tool", linux.parent / "other"
    ended = command("clone-project", "tool", cwd=linux)
    assert (ended.code, told(ended.err, tool)) == (1, True)
    assert "account" not in ended.err
    ended = command("route-patch", "HEAD", cwd=tool)
    assert ended.code == 128
    assert told(ended.err, tool)
    assert "hint: run this in" not in ended.err
    shell("git commit -q --allow-empty -m x; echo 2 > a; git commit -qam 'a: change'", other)
    for words in (["--twins"], ["--port", "tool"]):
        ended = command("route-patch", *words, "HEAD", cwd=other)
        assert ended.code, words
        assert told(ended.out + ended.err, tool), words


def test_a_host_of_another_user(linux: Path, command: Command) -> None:
    """From a sibling, and from within: the built-in manifest must not stand in for the one that cannot be read."""
    global_config = linux.parent.parent / "home" / ".gitconfig"
    text = global_config.read_text()
    global_config.write_text(text.replace(f'directory = "{linux}"\n', 'directory = "/elsewhere"\n'))
    for place in (linux, linux.parent / "other"):
        for words in (["list"], ["check"], ["status"]):
            ended = command("subprojects", *words, cwd=place)
            assert ended.code == 128
            assert told(ended.err, linux), (place, words)
    assert told(command("subprojects", "doctor", cwd=linux).out, linux)


def test_one_that_was_really_given_away(linux: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    monkeypatch.delenv("GIT_TEST_ASSUME_DIFFERENT_OWNER")
    tool = linux.parent / "tool"
    assert command("subprojects", "status", cwd=linux).code == 0
    os.chown(tool, 65534, 65534)
    ended = command("subprojects", "status", cwd=linux)
    assert (ended.code, told(ended.out, tool)) == (1, True)
    shell(ended.out.partition("hint: ")[2].splitlines()[0], linux)
    assert command("subprojects", "status", cwd=linux).code == 0


def test_a_remote_that_is_another_user_s(linux: Path, command: Command) -> None:
    """The words come from the other end: nobody is asked for an account."""
    other, bare = linux.parent / "other", linux.parent.parent / "upstream" / "other.git"
    run("git", "config", "remote.origin.url", bare, cwd=other)
    ended = command("subprojects", "update", "other", cwd=linux)
    assert ended.code == 1
    assert told(ended.err, bare), ended.err
    assert "account" not in ended.err
