"""``git route-patch --history``: who has lately changed the same lines and files."""

import json
from pathlib import Path

import pytest

from tests.conftest import Command, config, make_host, shell

MANIFEST = "schema = 1\n[host]\nname = 'linux'\nroute.to = ['list@example.org']\n"

HISTORY = """
by() { GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=$2 git commit -qam "$3" --date="$4" ; }
printf '1\\n2\\n3\\n4\\n' > 'a b'; git add .
by Old old@example.org begin 2020-01-01T00:00:00
sed -i 's/^2$/two/; s/^3$/three/' 'a b'; by Ann ann@example.org 'two, three' 2026-01-01T00:00:00
sed -i 's/^4$/four/' 'a b'; by Ben ben@example.org four 2026-01-01T00:00:00
sed -i 's/^1$/one/' 'a b'; by Bot 1+bot@users.noreply.github.com one 2026-01-01T00:00:00
sed -i 's/two/zwei/; s/three/drei/' 'a b'; git commit -qam 'In German'
"""

ANN = ("ann@example.org", "Ann", "wrote 2 of 2 changed lines, made 1 of 3 commits to these files since 2025-01-01")
BEN = ("ben@example.org", "Ben", "made 1 of 3 commits to these files since 2025-01-01")


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a host with a file that four people have changed."""
    dates = "export GIT_COMMITTER_DATE=2020-01-01T00:00:00"
    begin, _, rest = HISTORY.partition("sed -i 's/^2$")
    later = "export GIT_COMMITTER_DATE=2026-01-02T03:04:05+00:00"
    return make_host(src, MANIFEST, f"{dates}\n{begin}{later}\nsed -i 's/^2$" + rest)


def history(command: Command, top: Path, *words: str) -> list[tuple[str, str, str]]:
    """Return (address, name, what) of those whom the history brings in."""
    ended = command("route-patch", "--history", "--history-since", "2025-01-01", "--json", *words, cwd=top)
    assert ended.code == 0, ended.err
    (one,) = json.loads(ended.out)["destinations"]
    return [
        (person["address"], person["name"], person["reasons"][0]["pattern"])
        for person in one["cc"]
        if person["role"] == "history"
    ]


def test_lines_before_commits_and_no_robots(command: Command, linux: Path) -> None:
    assert history(command, linux, "HEAD") == [ANN, BEN]
    assert "history" not in command("route-patch", "--json", "HEAD", cwd=linux).out


def test_how_many_and_how_far_back(command: Command, linux: Path) -> None:
    assert history(command, linux, "--history-max", "1", "HEAD") == [ANN]
    found = command("route-patch", "--history", "--history-since", "2015-01-01", "--json", "HEAD", cwd=linux).out
    assert "old@example.org" in found
    assert "old@example.org" not in command("route-patch", "--history", "--json", "HEAD", cwd=linux).out


def test_never_oneself_nor_who_does_not_want_it(command: Command, linux: Path) -> None:
    config("user.email", "ann@example.org")
    assert history(command, linux, "HEAD") == [BEN]
    (linux / ".get_maintainer.ignore").write_text("Ben <BEN@example.org>\n")
    shell("git add . && git commit -qm ignore && git commit -q --allow-empty -m x", linux)
    shell("sed -i 's/zwei/2/' 'a b'; git commit -qam 2", linux)
    assert all(address != "ben@example.org" for address, _, _ in history(command, linux, "HEAD"))


def test_by_mailmap(command: Command, linux: Path) -> None:
    (linux / ".mailmap").write_text("Ann Other <other@example.org> <ann@example.org>\n")
    assert history(command, linux, "HEAD")[0][:2] == ("other@example.org", "Ann Other")


def test_a_patch_file_has_no_lines_but_commits(command: Command, linux: Path) -> None:
    shell("git format-patch -q -1 -o ../p && git reset -q --hard HEAD~1", linux)
    found = history(command, linux, "../p/0001-In-German.patch")
    assert [address for address, _, _ in found] == ["ann@example.org", "ben@example.org"]
    assert all(what.startswith("made 1 of 3 commits") for _, _, what in found)


@pytest.mark.parametrize("name", ["we ird\tname", 'quo"te', "\udcff\udcfe", "-x", ":(glob)*", "line\nbreak"])
def test_any_path(command: Command, linux: Path, name: str) -> None:
    (linux / name).write_text("1\n2\n")
    shell("git add . && GIT_AUTHOR_NAME=Eve GIT_AUTHOR_EMAIL=eve@example.org git commit -qm add", linux)
    (linux / name).write_text("1\n3\n")
    shell("git commit -qam change", linux)
    what = "wrote 1 of 1 changed lines, made 1 of 1 commits to these files since 2025-01-01"
    assert history(command, linux, "HEAD") == [("eve@example.org", "Eve", what)]


def test_new_files_binary_files_and_a_root_commit_have_none(command: Command, linux: Path) -> None:
    shell("printf '\\0\\1' > new; git add . && git commit -qm new", linux)
    assert history(command, linux, "HEAD") == []
    root = shell("git rev-list --max-parents=0 HEAD", linux).strip()
    assert history(command, linux, root) == []
