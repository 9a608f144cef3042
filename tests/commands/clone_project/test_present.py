"""What is there already: a project's clone and its state, something else in the way, and adopting it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Command, listing, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, upstream

pytestmark = pytest.mark.slow

MANIFEST = """
schema = 1

[project.one]
url = "{url}/one.git"
mirrors = ["https://mirror.invalid/one"]

[project.two]
url = "{url}/two.git"
"""

TWO_COMMITS = "for n in 1 2; do echo $n > file; git add .; git commit -qm $n; done"


@pytest.fixture
def linux(src: Path, daemon: Daemon) -> Path:
    """Return a host with two projects, of which only the upstream of the first is there."""
    upstream(daemon.base, "one", TWO_COMMITS)
    return make_host(src, MANIFEST.format(url=daemon.url))


@pytest.fixture
def one(linux: Path, src: Path, daemon: Daemon) -> Path:
    """Return a clone of the first project that nobody has marked as a sibling."""
    shell(f"git clone -q {daemon.url}/one.git", src)
    return src / "one"


def state(command: Command, host: Path) -> tuple[str, dict[str, Any]]:
    """Return what is said of the first project, in words and in JSON; both are answers to a success."""
    said = command("clone-project", "one", cwd=host)
    asked = command("clone-project", "one", "--json", cwd=host)
    assert (said.code, asked.code) == (0, 0), said.err
    before, _, words = said.err.partition(": is there already, in ")
    assert before == "one"
    (only,) = json.loads(asked.out)["projects"]
    assert only["state"] == "present"
    return words.rstrip("\n"), only


COMMIT = "git commit -q --allow-empty -m more"


@pytest.mark.parametrize(
    ("script", "words", "fields"),
    [
        (":", "on master, clean", {"ahead": 0, "behind": 0, "upstream": "origin/master"}),
        (COMMIT, "on master, 1 ahead of origin/master", {"ahead": 1, "behind": 0}),
        ("git reset -q --hard HEAD~", "on master, 1 behind origin/master", {"ahead": 0, "behind": 1}),
        (
            f"git reset -q --hard HEAD~; {COMMIT}; {COMMIT}",
            "on master, 2 ahead of and 1 behind origin/master",
            {"ahead": 2, "behind": 1},
        ),
        ("echo x > file", "on master, 1 changed file", {"changed": 1, "untracked": 0}),
        ("git mv file g; touch a b", "on master, 1 changed file, 2 untracked files", {"changed": 1, "untracked": 2}),
        (
            "git checkout -q --detach HEAD~; touch new",
            "detached at {commit}, 1 untracked file",
            {"branch": None, "upstream": None, "ahead": None, "behind": None},
        ),
        ("git checkout -qb topic --no-track", "on topic, without an upstream", {"branch": "topic", "ahead": None}),
        ("git checkout -q --orphan none", "without commits", {"branch": "none", "commit": None}),
        (
            "printf rubbish > .git/index",
            "a git repository that git cannot read: .git/index: index file smaller than expected",
            {"commit": None},
        ),
    ],
)
def test_the_state_of_a_clone_is_told(
    linux: Path, one: Path, command: Command, script: str, words: str, fields: dict[str, object]
) -> None:
    shell(script, one)
    said, data = state(command, linux)
    commit = run("git", "rev-parse", "HEAD", cwd=one).out.strip()
    assert said == f"../one: {words.format(commit=commit[:12])}"
    assert {key: data[key] for key in fields} == fields
    if "commit" not in fields:
        assert data["commit"] == commit


def test_asking_again_changes_nothing_in_the_clone(linux: Path, one: Path, command: Command) -> None:
    os.utime(one / "file", (1, 1))
    before = {path: path.read_bytes() for path in one.rglob("*") if path.is_file()}
    state(command, linux)
    assert {path: path.read_bytes() for path in one.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("spelling", ["{url}/one", "{url}/ONE.git/", "ssh://me@mirror.invalid/one.git"])
def test_a_clone_of_the_same_url_is_taken_as_there(
    linux: Path, one: Path, daemon: Daemon, command: Command, spelling: str
) -> None:
    url = spelling.format(url=daemon.url)
    shell(f"git remote rename origin mine; git remote set-url mine {url}", one)
    said, data = state(command, linux)
    assert said == "../one: on master, clean"
    assert data["url"] == url


@pytest.mark.parametrize(
    ("keys", "words", "note"),
    [
        ("", ["--depth=1"], "its history is left as it is: --depth, --filter and --full are for new clones"),
        ("", ["--revision", "v1"], "it is left where it stands; for what --revision asks: git -C {one} checkout v1"),
        (
            'pin = [{ revision = "v1" }]',
            [],
            "it stands on a branch, and v1 fits this host (project.one.pin[0]: for every host): "
            "git -C {one} checkout v1",
        ),
        ('pin = [{ revision = "refs/heads/master" }]', [], None),
        ('pin = [{ revision = "master" }]', [], None),
        ("", [], None),
    ],
)
def test_what_it_does_not_get_is_told(
    linux: Path, one: Path, command: Command, keys: str, words: list[str], note: str | None
) -> None:
    (linux / "subprojects.local.toml").write_text(f"[project.one]\n{keys}\n")
    ended = command("clone-project", *words, "one", cwd=linux)
    assert ended.code == 0
    warning = "" if note is None else f"warning: one: {note.format(one=one)}\n"
    assert ended.err == f"one: is there already, in ../one: on master, clean\n{warning}"


def test_an_empty_folder_is_no_obstacle(linux: Path, src: Path, command: Command) -> None:
    (src / "one").mkdir()
    assert command("clone-project", "one", cwd=linux).code == 0
    assert (src / "one/file").read_text() == "2\n"


@pytest.mark.parametrize(
    ("script", "what", "can_be_adopted"),
    [
        ("echo x > one", "a file", False),
        ("mkfifo one", "a file", False),
        ("mkdir one; touch one/x", "a folder that is no git repository", False),
        ("git init -q one", "a git repository without a remote", True),
        ("git init -q --bare one", "a folder that is no git repository", False),
        ("git init -q one; git -C one remote add o https://x.invalid/y", "a clone of https://x.invalid/y", True),
        ("git init -q one; git -C one config subprojects.project two", "the sibling 'two'", True),
    ],
)
def test_something_else_in_the_way_is_named(
    linux: Path, src: Path, daemon: Daemon, command: Command, script: str, what: str, can_be_adopted: bool
) -> None:
    shell(script, src)
    ended = command("clone-project", "one", cwd=linux)
    assert ended.code == 1
    path = src / "one"
    assert f"error: one: {path} is there and is {what}" in ended.err
    assert f", not a clone of {daemon.url}/one.git\n" in ended.err
    adopt = f"hint: if that is your one, say so: git subprojects adopt {path}\n"
    assert (adopt in ended.err) is can_be_adopted
    assert "move it away, or set project.one.directory in subprojects.local.toml\n" in ended.err
    assert listing(src) == {"linux", "one"}


def test_a_file_where_a_folder_should_be(linux: Path, src: Path, command: Command) -> None:
    (linux / "subprojects.local.toml").write_text('project.one.directory = "tools/one"\n')
    (src / "tools").touch()
    ended = command("clone-project", "one", cwd=linux)
    assert ended.code == 1
    assert f"error: one: {src}/tools/one is there and is cannot be looked at: Not a directory" in ended.err


@pytest.mark.parametrize("target", ["empty", "nowhere"])
def test_nothing_is_cloned_through_a_symbolic_link(linux: Path, src: Path, command: Command, target: str) -> None:
    (src / "empty").mkdir()
    (src / "one").symlink_to(target)
    ended = command("clone-project", "one", cwd=linux)
    assert ended.code == 1
    assert f"{src}/one is a symbolic link to {target}\n" in ended.err
    assert listing(src / "empty") == set()
    assert listing(src) == {"linux", "one", "empty"}


def test_adopted_it_is_there(linux: Path, src: Path, command: Command) -> None:
    shell("git init -q one; git -C one remote add origin https://x.invalid/fork", src)
    before = shell("git config --list", src / "one")
    ended = command("subprojects", "adopt", "../one", cwd=linux)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith("one: adopted ../one\nwarning: one: none of its remotes is git://")
    added = shell("git config --list", src / "one").removeprefix(before)
    assert added == "subprojects.project=one\nsubprojects.host=../linux\nsubprojects.shape=\n"
    said, _ = state(command, linux)
    assert said == "../one: without commits"


def test_adopted_from_within_with_nothing_to_warn_of(linux: Path, one: Path, command: Command) -> None:
    ended = command("subprojects", "--manifest", linux / "subprojects.toml", "adopt", "--json", ".", cwd=one)
    assert ended.code == 128, "a clone that nobody has marked does not know its host"
    ended = command("subprojects", "adopt", "--json", "../one/", cwd=linux)
    assert json.loads(ended.out) == {"version": 1, "project": "one", "path": str(one)}
    assert ended.err == "one: adopted ../one\n"


def test_adopting_for_a_url_that_means_nothing(linux: Path, one: Path, command: Command) -> None:
    url = "../" * 50 + "one.git"
    (linux / "subprojects.local.toml").write_text(f'project.one = {{ url = "{url}", mirrors = [] }}\n')
    ended = command("subprojects", "adopt", one, cwd=linux)
    assert ended.code == 128
    assert f"fatal: the URL of one, {url}, cannot be resolved: " in ended.err


@pytest.mark.parametrize(
    ("script", "folder", "message"),
    [
        ("git init -q three", "../three", "{src}/three: it has no remote origin, and a manifest names a URL"),
        ("mkdir one", "../one", "{src}/one is no git repository"),
        ("git init -q real; ln -s real one", "../one", "{src}/one is a symbolic link to real"),
        ("git -C linux worktree add -q --detach ../one", "../one", "{src}/one is a linked work tree of {src}/linux"),
        (":", ".", "directory 'linux' is the host itself: {src}/linux"),
    ],
)
def test_what_cannot_be_adopted(
    linux: Path, src: Path, command: Command, script: str, folder: str, message: str
) -> None:
    shell(script, src)
    ended = command("subprojects", "adopt", folder, cwd=linux)
    assert ended.code == 128
    assert message.format(src=src) in ended.err
    assert ended.err.count("hint: ") == 1
    for repository in ("linux", "three", "real"):
        if (src / repository).is_dir():
            assert "subprojects" not in shell("git config --local --list", src / repository)
