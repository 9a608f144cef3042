"""Which pin fits the host: told by the host's tags, and by what they say of its HEAD."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.commands import Command, shell
from tests.support.repositories import make_host

MANIFEST = """
schema = 1

[host]
name = "linux"
{versions}

[project.tap]
url = "https://example.invalid/tap.git"
branch = "trunk"
{tested}
{pins}
"""

VERSIONS = 'versions = "v[0-9]*"'
OLDER = '[[project.tap.pin]]\nrevision = "release-0"\n'
PINS = """
[[project.tap.pin]]
host = "v2.6"
revision = "release-1"

[[project.tap.pin]]
host = "v3.0"
revision = "release-2"

[[project.tap.pin]]
host = "v4.0"
"""

BRANCH = ("trunk", False, "project.tap.branch")
NEWEST = ("trunk", False, "project.tap.pin: hosts from v4.0 on get the branch")
OLDEST = ("release-0", True, "project.tap.pin[0]: the host is older than all other pins")


class Planned(NamedTuple):
    """What a plan says of a project's revision."""

    revision: tuple[str | None, bool, str]
    notes: list[str]


def history(*tags: str) -> str:
    """Return a script that makes a commit and a tag for each of ``tags``; of one with a hat, only the commit."""
    script = "git tag -d v6.1 >/dev/null\n"
    for tag in tags:
        script += f"git commit -q --allow-empty -m {tag}\n"
        script += "" if tag.startswith("^") else f"git tag -am {tag} {tag}\n"
    return script


def planned(command: Command, host: Path, *words: str) -> Planned:
    ended = command("clone-project", "tap", "-n", "--json", *words, cwd=host)
    assert ended.code == 0, ended.err
    (step,) = json.loads(ended.out)["plan"]
    return Planned((step["revision"], step["pinned"], step["because"]), step["notes"])


def host_with(src: Path, script: str, *, older: bool = True, **keys: Any) -> Path:
    fields = {"versions": VERSIONS, "tested": "", "pins": (OLDER if older else "") + PINS, **keys}
    return make_host(src, MANIFEST.format(**fields), script)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["v2.5"], OLDEST),
        (["v2.5", "v2.6"], ("release-1", True, "project.tap.pin[1]: the host contains v2.6")),
        (["v2.6", "v2.7", "^more"], ("release-1", True, "project.tap.pin[1]: the host contains v2.6")),
        (["v2.6", "v3.0", "v3.1"], ("release-2", True, "project.tap.pin[2]: the host contains v3.0")),
        (["v2.6", "v3.0", "v4.0"], NEWEST),
        (["v2.6", "v3.0", "v4.0", "v5.0"], NEWEST),
    ],
)
def test_the_last_pin_whose_tag_the_host_contains(
    src: Path, command: Command, tags: list[str], expected: tuple[str, bool, str]
) -> None:
    assert planned(command, host_with(src, history(*tags))) == (expected, [])


@pytest.mark.parametrize("kind", ["annotated", "lightweight"])
def test_a_merged_tag_is_contained_too(src: Path, command: Command, kind: str) -> None:
    option = "-m x -a" if kind == "annotated" else ""
    host = host_with(
        src,
        f"""
        {history("v2.6")}
        git checkout -q -b side; git commit -q --allow-empty -m side; git tag {option} v3.0
        git checkout -q master; git commit -q --allow-empty -m master; git merge -q --no-edit side
        """,
    )
    assert planned(command, host).revision[0] == "release-2"


def test_a_tag_on_another_branch_is_not_contained(src: Path, command: Command) -> None:
    side = "git checkout -qb side; git commit -q --allow-empty -m side; git tag v3.0; git checkout -q master"
    assert planned(command, host_with(src, f"{history('v2.6')} {side}")).revision[0] == "release-1"


def test_a_branch_with_the_name_of_a_tag_does_not_count(src: Path, command: Command) -> None:
    assert planned(command, host_with(src, f"{history('v2.5')} git branch v3.0")) == (OLDEST, [])


def test_an_old_commit_checked_out_decides(src: Path, command: Command) -> None:
    host = host_with(src, f"{history('v2.6', 'v3.0', 'v4.0')} git checkout -q v2.6; git checkout -q master -- .")
    assert planned(command, host).revision[0] == "release-1"


@pytest.mark.parametrize(
    ("tags", "revision"),
    [
        (["v2.5"], "release-0"),
        (["v2.9"], "release-1"),
        (["v3.0-rc1"], "release-1"),
        (["v3.0.1"], "release-2"),
        (["v4.1-rc2", "^more"], "trunk"),
        (["v3.0", "v3.9"], "release-2"),
    ],
)
def test_a_host_without_its_old_tags_is_placed_by_its_own_version(
    src: Path, command: Command, tags: list[str], revision: str
) -> None:
    assert planned(command, host_with(src, history(*tags))).revision[0] == revision


@pytest.mark.parametrize(
    ("script", "doubt"),
    [
        ("git tag -d v6.1", "no tag tells the host's version"),
        ("git tag -d v6.1; git tag next", "no tag tells the host's version"),
        ("rm -rf .git; git init -q; git tag -l", "the host has no commits yet"),
    ],
    ids=["without tags", "without version tags", "without commits"],
)
def test_a_host_whose_version_nothing_tells_gets_the_branch_and_is_told(
    src: Path, command: Command, script: str, doubt: str
) -> None:
    assert planned(command, host_with(src, script)) == (BRANCH, [f"{doubt}: it gets the branch, not a pin"])


def test_a_shallow_host_gets_the_branch_and_is_told(src: Path, command: Command) -> None:
    host_with(src, history("v2.6", "v3.0"))
    shell("git clone -q --depth 1 file://$PWD/linux shallow", src)
    note = "the host is a shallow clone, so its version cannot be told: it gets the branch, not a pin"
    assert planned(command, src / "shallow") == (BRANCH, [note])


def test_a_host_older_than_all_without_a_pin_for_it(src: Path, command: Command) -> None:
    host = host_with(src, history("v2.5"), older=False)
    assert planned(command, host) == (BRANCH, ["the host is older than v2.6: it gets the branch, not a pin"])


def test_asked_for_a_revision_nobody_is_told_of_pins(src: Path, command: Command) -> None:
    found = planned(command, host_with(src, "git tag -d v6.1"), "--revision", "mine")
    assert found == (("mine", True, "asked for by --revision"), [])


@pytest.mark.parametrize("script", [history("v2.5"), "git tag -d v6.1"])
def test_the_only_pin_without_a_host_is_for_every_host(src: Path, command: Command, script: str) -> None:
    host = host_with(src, script, versions="", pins=OLDER)
    assert planned(command, host) == (("release-0", True, "project.tap.pin[0]: for every host"), [])


def test_projects_may_have_the_same_pins(src: Path, command: Command) -> None:
    host = host_with(src, history("v2.6", "v3.0", "v3.1"))
    twin = MANIFEST.format(versions="", tested="", pins=OLDER + PINS).partition("[project.tap]")[2]
    (host / "subprojects.local.toml").write_text(f"[project.twin]\n{twin.replace('project.tap', 'project.twin')}")
    ended = command("clone-project", "tap,twin", "-n", "--json", cwd=host)
    assert [step["revision"] for step in json.loads(ended.out)["plan"]] == ["release-2", "release-2"]


def test_without_pins_nothing_is_said(src: Path, command: Command) -> None:
    assert planned(command, host_with(src, "git tag -d v6.1", pins="")) == (BRANCH, [])


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        (["v4.1"], None),
        (["v4.2-rc1"], None),
        (["v4.2"], None),
        (["v4.2.1"], "v4.2.1"),
        (["v4.10-rc1", "^more"], "v4.10-rc1"),
        (["v4.2", "next-2026"], None),
        (["vnext"], None),
    ],
)
def test_a_host_newer_than_what_was_tested_is_told(
    src: Path, command: Command, tags: list[str], told: str | None
) -> None:
    host = host_with(src, history(*tags), tested='tested = "v4.2"', pins="")
    notes = [] if told is None else [f"the host is {told}; tap is known to fit up to v4.2"]
    assert planned(command, host).notes == notes


def test_that_is_said_of_a_clone_that_is_there_too(src: Path, command: Command) -> None:
    host = host_with(src, history("v4.3"), tested='tested = "v4.2"')
    shell("git init -q tap; git -C tap config subprojects.project tap", src)
    ended = command("clone-project", "tap", cwd=host)
    assert ended.code == 0
    assert "warning: tap: the host is v4.3; tap is known to fit up to v4.2\n" in ended.err
