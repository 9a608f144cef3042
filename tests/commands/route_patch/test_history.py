"""``git route-patch --history``: who has lately changed the same lines and files."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Command, config, shell
from tests.support.repositories import make_host

pytestmark = pytest.mark.slow

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
    return make_host(src, MANIFEST, f"{dates}\n{begin}{later}\nsed -i 's/^2$" + rest, kept=True)


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
    at_commit = history(command, linux, "../p/0001-In-German.patch")
    assert at_commit == [ANN, BEN], "its commit is still here"
    shell("sed -i '1s/From ..../From 0123/' ../p/0001-In-German.patch", linux)
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


SEVERAL = """
by() { git add .; GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=$2 git commit -qm "$1"; }
mkdir d; seq 9 > d/f; printf -- '-- b/e\\n0\\n1\\n' > g; printf 'a\\n' > e; by Old me@example.org
sed -i 's/2/two/' d/f; by Ann ann@example.org
sed -i 's/1/one/' g; by Ben ben@example.org
sed -i 's/a/A/' e; by Eve eve@example.org
"""


def changed(src: Path, script: str) -> Path:
    """Return a host whose files three people have changed, and then ``script``."""
    return make_host(src, MANIFEST, SEVERAL + script)


def by_line(command: Command, top: Path, *words: str) -> dict[str, str]:
    """Return what share of the changed lines each has written."""
    return {
        name: what.partition(" changed")[0]
        for _, name, what in history(command, top, *words)
        if what.startswith("wrote")
    }


ZWEI = "sed -i 's/two/zwei/' d/f; by Me me@example.org\n"


@pytest.mark.parametrize(
    ("script", "words", "shares"),
    [
        pytest.param(
            "git mv d/f h; sed -i 's/two/2/' h; by Me me@example.org", ["HEAD"], {"Ann": "1 of 1"}, id="moved"
        ),
        pytest.param(
            "git mv d/f h; by Ann ann@example.org; sed -i 's/two/2/' h; by Me me@example.org",
            ["HEAD"],
            {"Ann": "1 of 1"},
            id="moved before",
        ),
        pytest.param(
            "sed -i 1d g; echo 3 >> e; by Me me@example.org", ["HEAD"], {}, id="a line that looks like a name"
        ),
        pytest.param("sed -i '1d; s/one/1/' g; by Me me@example.org", ["HEAD"], {"Ben": "1 of 2"}, id="and one more"),
        pytest.param(
            ZWEI + "sed -i 's/A/B/' e; by Me me@example.org",
            ["HEAD", "HEAD~1"],
            {"Ann": "1 of 2", "Eve": "1 of 2"},
            id="the newest first",
        ),
        pytest.param(
            ZWEI + "sed -i 's/one/1/' g; by Zoe zoe@example.org; sed -i 's/A/B/' e; by Me me@example.org",
            ["HEAD~2", "HEAD"],
            {"Ann": "1 of 2", "Eve": "1 of 2"},
            id="with a stranger's commit between",
        ),
        pytest.param(ZWEI + "sed -i 's/zwei/2/' d/f; by Me me@example.org", ["-2"], {"Ann": "1 of 2"}, id="twice"),
    ],
)
def test_the_lines_that_each_patch_changes(
    command: Command, src: Path, script: str, words: list[str], shares: dict[str, str]
) -> None:
    found = by_line(command, changed(src, script), *words)
    assert found == {name: f"wrote {share}" for name, share in shares.items()}


def test_moved_whatever_the_user_s_config_says(command: Command, src: Path) -> None:
    config("diff.renames", "false")
    top = changed(src, "git mv d/f h; sed -i 's/two/2/' h; by Me me@example.org")
    assert by_line(command, top, "HEAD") == {"Ann": "wrote 1 of 1"}


def test_the_patches_themselves_are_no_history(command: Command, src: Path) -> None:
    top = changed(src, ZWEI + "sed -i 's/zwei/2/' d/f; by Me me@example.org")
    ((_, _, what),) = history(command, top, "HEAD~2..")
    assert what == "wrote 1 of 2 changed lines, made 1 of 2 commits to these files since 2025-01-01"


def test_from_a_folder_and_in_a_bare_repository(command: Command, src: Path) -> None:
    top = changed(src, ZWEI)
    at_top = history(command, top, "HEAD")
    assert [address for address, _, _ in at_top] == ["ann@example.org"]
    assert history(command, top / "d", "HEAD") == at_top
    shell("git clone -q --bare linux bare.git", src)
    assert history(command, src / "bare.git", "HEAD") == at_top


def test_the_author_of_the_patch_by_another_address(command: Command, src: Path) -> None:
    top = changed(src, ZWEI + "sed -i 's/zwei/2/' d/f; by Me other@example.org")
    (top / ".mailmap").write_text("Me <me@example.org> <other@example.org>\n")
    assert [address for address, _, _ in history(command, top, "HEAD")] == ["ann@example.org"]


@pytest.mark.parametrize(
    "address", ["no-reply@example.org", "NoReply@example.org", "1+x[bot]@example.org", "a\u202eb@x.org"]
)
def test_nobody_who_takes_no_mail(command: Command, src: Path, address: str) -> None:
    top = changed(src, f"echo 3 >> e; by Robot '{address}'; echo 4 >> e; by Me me@example.org")
    assert [name for _, name, _ in history(command, top, "HEAD")] == ["Eve"]


def test_less_than_a_twentieth_is_left_out_and_the_rest_in_order(command: Command, src: Path) -> None:
    many = "for n in $(seq 21); do echo $n >> e; by Zoe zoe@example.org; done; echo 3 >> e; by Ann ann@example.org; "
    top = changed(src, many + "echo 4 >> e; by Ann ann@example.org; echo 5 >> e; by Me me@example.org")
    found = history(command, top, "HEAD")
    assert [name for _, name, _ in found] == ["Zoe", "Ann"]
    assert found == history(command, top, "HEAD")


def test_where_a_clone_is_cut_off_nobody_has_written_everything(command: Command, src: Path) -> None:
    changed(src, ZWEI)
    shell("git clone -q --depth 2 file://$PWD/linux shallow", src)
    assert history(command, src / "shallow", "HEAD") == []


def test_a_base_that_is_not_here(command: Command, src: Path) -> None:
    top = changed(src, ZWEI)
    shell(
        f"git format-patch -q -1 -o ..; echo 'base-commit: {'12' * 20}' >> ../0001-Me.patch; git reset -q --hard @~",
        top,
    )
    assert [address for address, _, _ in history(command, top, "../0001-Me.patch")] == ["ann@example.org"]


@pytest.mark.parametrize("paths", [["a\\000b"], [f"{number:0900}" for number in range(5000)], ["x" * 200_000]])
def test_paths_that_no_argument_can_hold(command: Command, linux: Path, paths: list[str]) -> None:
    diffs = [f'--- "a/{path}"\n+++ "b/{path}"\n@@ -1 +1 @@\n-a\n+b\n' for path in paths]
    (linux.parent / "x.patch").write_text("From: A <a@example.org>\nSubject: x\n\n---\n" + "".join(diffs))
    assert history(command, linux, "../x.patch") == []
