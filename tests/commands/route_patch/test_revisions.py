"""Which commits the words of ``git route-patch`` name."""

import json
import os
from pathlib import Path

import pytest

from git_subprojects.errors import Error
from git_subprojects.git.process import Git
from git_subprojects.patches.revisions import of_revisions
from tests.support.commands import Command, Result, run, shell
from tests.support.repositories import copy, made_once, make_host

pytestmark = pytest.mark.slow

MANIFEST = "schema = 1\nhost.route.to = ['list@example.org']\n"

# The commits a, b, c on main; s from a on side; the merge m of side into main; d on main.
HISTORY = """
commit() { echo $1 > $1; git add $1; git commit -qm $1; }
commit a; git tag a; commit b; git tag -am 'annotated' b; commit c; git tag c
git switch -q -c side a; commit s
git switch -q main; git merge -q --no-ff -m m side
commit d
"""


# What is asked for → the subjects, the oldest first, or in the order in which single commits are named.
WORDS = {
    "HEAD~3..": "c s d",
    "HEAD~1..HEAD": "d",
    "-1": "d",
    "-2 c": "b c",
    "-1 side": "s",
    "a..c": "b c",
    "a..b": "b",
    "side..c": "b c",
    "c...side": "b c s",
    "c ^a": "b c",
    "^side c": "b c",
    "b^..c": "b c",
    "HEAD": "d",
    "b": "b",
    "HEAD^!": "d",
    "c^-": "c",
    "c^-1": "c",
    "HEAD^^@": "c s",
    "c b side": "c b s",
    "main~3": "b",
    ":/^b": "b",
    "HEAD^{/^b}": "b",
    "c^{/^..*}": "c",
    ":/^L..ux": "Linux 6.1",
    "main@{0}": "d",
    "refs/tags/b": "b",
    "b^{commit}": "b",
    "@": "d",
}


def make_linux(src: Path) -> None:
    top = make_host(src, None, "git branch -q -m main")
    (top / "subprojects.toml").write_text(MANIFEST)
    shell(HISTORY, top)


@pytest.fixture
def linux(src: Path) -> Path:
    copy(made_once(make_linux), src)
    return src / "linux"


def subjects(ended: Result) -> list[str]:
    """Return the subjects of the patches in an answer, in its order."""
    (destination,) = json.loads(ended.out)["destinations"]
    return [patch["subject"] for patch in destination["patches"]]


def test_words_as_git_log_takes_them(command: Command, linux: Path) -> None:
    found = {words: subjects(command("route-patch", "--json", *words.split(), cwd=linux)) for words in WORDS}
    for words in ("c...side", "HEAD~3.."):
        # Of commits of one date that are not each other's ancestors, git may name either first.
        found[words].sort(key=WORDS[words].split().index)
    assert {words: " ".join(names) for words, names in found.items()} == WORDS


def test_a_root_commit(command: Command, linux: Path) -> None:
    ended = command("route-patch", "--json", "v6.1", cwd=linux)
    (destination,) = json.loads(ended.out)["destinations"]
    assert [patch["paths"] for patch in destination["patches"]] == [["tools/perf/builtin.c"]]


def test_a_merge_is_passed_over_and_told(command: Command, linux: Path) -> None:
    merge = shell("git rev-parse HEAD~1", linux).strip()
    told = f"warning: {merge[:12]} is a merge: it makes no patch, and is skipped\n"
    ended = command("route-patch", "--json", "HEAD~2..", cwd=linux)
    assert (ended.code, ended.err, subjects(ended)) == (0, told, ["s", "d"])
    ended = command("route-patch", "HEAD~1", cwd=linux)
    assert ended.code == 1
    assert ended.out == ""
    assert ended.err == f"{told}error: HEAD~1: names only merges; what one brings is named by MERGE^1..MERGE\n"


def test_an_empty_range(command: Command, linux: Path) -> None:
    for words in ("HEAD..", "main..main", "-0", "HEAD ^HEAD", "main:a", "main^{tree}"):
        ended = command("route-patch", *words.split(), cwd=linux)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err == f"error: {words}: names no commits\n"


def test_a_commit_without_changes(command: Command, linux: Path) -> None:
    shell("git commit -q --allow-empty -m nothing", linux)
    assert command("route-patch", "HEAD", cwd=linux).code == 1
    ended = command("route-patch", "--json", "HEAD~1..", "HEAD~2", cwd=linux)
    assert ended.code == 1, "the range comes to one commit, which is empty"
    assert subjects(command("route-patch", "--json", "HEAD~2..", cwd=linux)) == ["d"]


def test_what_is_no_revision(command: Command, linux: Path) -> None:
    for words in (
        ["nonsense"], ["HEAD~99"], ["HEAD^2"], ["a..nonsense"], ["^nonsense"], ["-99999999999999999999"], ["0" * 40],
        ["HEAD", "--", "nonsense"], [""], ["a b"], ["HEAD\nHEAD"],
    ):  # fmt: skip
        ended = command("route-patch", *words, cwd=linux)
        assert (ended.code, ended.out) == (128, "")
        assert ended.err.startswith("fatal: ")
        assert ended.err.endswith("hint: give revisions as git log takes them, such as HEAD~3.. or -3\n")


def test_an_option_is_no_revision_and_does_nothing(command: Command, linux: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    for word in (
        f"--output-directory={trace}", f"-S{trace}", "--ext-diff", "--all", "--not",
        "--branches", "--glob=*", "--stdin", "-p",
    ):  # fmt: skip
        for words in ([word, "HEAD"], ["--", word, "HEAD"], ["--", "HEAD", word], ["--", word]):
            ended = command("route-patch", *words, cwd=linux)
            assert ended.code in (128, 129), words
            assert ended.out == ""
        for words in ([word], [word, "HEAD"], ["HEAD", word], ["-1", word]):
            with pytest.raises(Error, match=r"bad revision|ambiguous argument"):
                of_revisions(Git(os.environ, str(linux)), words)
    assert not trace.exists()


def test_a_branch_named_like_a_file_or_an_option(command: Command, linux: Path) -> None:
    shell("git update-ref refs/heads/--all HEAD~2; git update-ref refs/heads/d HEAD~2", linux)
    assert subjects(command("route-patch", "--json", "d", cwd=linux)) == ["c"]
    assert subjects(command("route-patch", "--json", "--", "refs/heads/--all", cwd=linux)) == ["c"]


def test_a_host_without_commits(command: Command, src: Path) -> None:
    shell("git init -q -b main .", src / "new")
    (src / "new" / "subprojects.toml").write_text(MANIFEST)
    for words in (["HEAD"], ["-1"], ["HEAD~3.."]):
        ended = command("route-patch", *words, cwd=src / "new")
        assert ended.code == 128
        assert ended.err.startswith(f"fatal: {words[0]}: ")


def test_only_the_commits_that_are_there_of_a_shallow_clone(command: Command, linux: Path, src: Path) -> None:
    shell(f"git clone -q --depth=2 'file://{linux}' shallow", src)
    (src / "shallow" / "subprojects.toml").write_text(MANIFEST)
    assert subjects(command("route-patch", "--json", "HEAD", cwd=src / "shallow")) == ["d"]
    assert run("git", "route-patch", "HEAD~3..", cwd=src / "shallow").code == 128
