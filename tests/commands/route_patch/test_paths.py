"""Which paths a patch touches: of any name, in any way, whatever the user's config says."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.commands import Command, config, run, shell
from tests.support.limits import within
from tests.support.repositories import make_host

pytestmark = pytest.mark.slow

MANIFEST = "schema = 1\nhost.route.to = ['list@example.org']\n"

BEGIN = """
printf 'a\\nb\\nc\\nd\\n' > keep; cp keep from; cp keep gone; cp keep script; printf '\\0\\1' > binary
ln -s keep link; mkdir -p sub/deep; cp keep sub/deep/x; git add .; git commit -qm begin; git tag begin
"""


@pytest.fixture
def linux(src: Path) -> Path:
    top = make_host(src, None, BEGIN)
    (top / "subprojects.toml").write_text(MANIFEST)
    return top


def touched(answer: str) -> dict[str, list[bytes]]:
    """Return subject → paths as another program would read them from the answer in JSON."""
    (destination,) = json.loads(answer)["destinations"]
    return {
        patch["subject"]: [path.encode("utf-8", "surrogateescape") for path in patch["paths"]]
        for patch in destination["patches"]
    }


def paths(command: Command, top: Path, script: str) -> list[bytes]:
    """Return the paths of a commit of all that a script changes."""
    shell(f"{script}\ngit add -A . ':!subprojects.toml'; git commit -qm x --allow-empty", top)
    return touched(command("route-patch", "--json", "HEAD", cwd=top).out)["x"]


# What is done → the paths that it touches.
CHANGES: Mapping[str, list[bytes]] = {
    "echo e >> keep": [b"keep"],
    "git mv from to": [b"from", b"to"],
    "git mv from to; sed -i s/d/e/ to": [b"from", b"to"],
    "git mv sub/deep sub/other": [b"sub/deep/x", b"sub/other/x"],
    "cp keep copy; echo e >> keep": [b"copy", b"keep"],
    "git rm -q gone": [b"gone"],
    "chmod +x script": [b"script"],
    "printf '\\0\\2' > binary": [b"binary"],
    "ln -sf binary link": [b"link"],
    "rm link; echo 1 > link": [b"link"],
    "rm gone; mkdir gone; echo 1 > gone/x": [b"gone", b"gone/x"],
    "echo 1 > 'with space'; echo 1 > ünïcode": [b"with space", "ünïcode".encode()],
    "echo 1 > \"'\"; echo 1 > '\"a\"'": [b'"a"', b"'"],
    "echo 1 > $'caf\\xe9'; echo 1 > $'tab\\there'": [b"caf\xe9", b"tab\there"],
    "echo 1 > $'a\\nb'; echo 1 > $'\\n'; echo 1 > $'c\\n'": [b"\n", b"a\nb", b"c\n"],
    "echo 1 > $'\\x01'; echo 1 > $'\\x01c0ffee'; echo 1 > $'a\\x01b'": [b"\x01", b"\x01c0ffee", b"a\x01b"],
    "echo 1 > :; echo 1 > ':100644 100644 a b M'": [b":", b":100644 100644 a b M"],
    "mkdir -p -- -x; echo 1 > -x/--output=y": [b"-x/--output=y"],
    "echo 1 > '*'; echo 1 > 'a\\b'; echo 1 > '[a]'": [b"*", b"[a]", b"a\\b"],
    "git mv from $'\\x01\\n:'": [b"\x01\n:", b"from"],
    "rm -r keep from gone script binary link sub": [
        b"binary", b"from", b"gone", b"keep", b"link", b"script", b"sub/deep/x",
    ],
}  # fmt: skip


def test_what_each_kind_of_change_touches(command: Command, linux: Path) -> None:
    found = {}
    for change in CHANGES:
        shell("git checkout -q begin; git clean -qfdx -e '*.toml'", linux)
        found[change] = paths(command, linux, change)
    assert found == CHANGES


def test_a_submodule(command: Command, linux: Path, src: Path) -> None:
    shell("git init -q .; git commit -q --allow-empty -m first; git commit -q --allow-empty -m second", src / "lib")
    config("protocol.file.allow", "always")
    assert paths(command, linux, "git submodule add -q ../lib lib") == [b".gitmodules", b"lib"]
    shell("git config -f .gitmodules submodule.lib.ignore all; git config diff.ignoreSubmodules all", linux)
    assert paths(command, linux, "git -C lib checkout -q HEAD~1; git add -f lib") == [b".gitmodules", b"lib"]
    moved = "git -C lib checkout -q @{-1}; git update-index --cacheinfo 160000,$(git -C lib rev-parse HEAD),lib"
    assert paths(command, linux, moved) == [b"lib"]


def test_in_a_subfolder_paths_are_those_of_the_whole_tree(command: Command, linux: Path) -> None:
    shell("echo 1 > keep; echo 1 > sub/deep/x; git commit -qam x; git config diff.relative true", linux)
    ended = command("route-patch", "--json", "HEAD", cwd=linux / "sub")
    assert touched(ended.out) == {"x": [b"keep", b"sub/deep/x"]}


def test_odd_paths_are_shown_as_git_quotes_them(command: Command, linux: Path) -> None:
    names = ["caf\udce9", "tab\there", "a\nb", '"', "\\", "\x1b[31m", "ünïcode", "a b", "\u202e", "\x7f\a"]
    for name in names:
        (linux / name).write_text("1")
    (linux / "subprojects.toml").write_text("schema = 1\n[[host.rule]]\npaths = ['*']\nto = ['list@example.org']\n")
    shell("git add -A; git commit -qm x", linux)
    ended = command("route-patch", "--explain", "HEAD", cwd=linux)
    shown = {line.partition(": ")[2].removesuffix(" matches *") for line in ended.out.splitlines() if "matches" in line}
    assert shown == {
        '"caf\\351"', '"tab\\there"', '"a\\nb"', '"\\""', '"\\\\"', '"\\033[31m"', "ünïcode", "a b",
        '"\\342\\200\\256"', '"\\177\\a"', "subprojects.toml",
    }  # fmt: skip


def test_subjects_of_any_kind(command: Command, linux: Path) -> None:
    shell("echo 2 > keep; git commit -qam $'\\x01 \\x1b[31mred\\x1b[m ü'", linux)
    shell("echo 3 > keep; git -c i18n.commitEncoding=latin1 commit -qam $'caf\\xe9'", linux)
    shell(
        "echo 4 > keep; git commit -qam x --allow-empty-message; git commit -q --amend --allow-empty-message -m ''",
        linux,
    )
    ended = command("route-patch", "-3", cwd=linux)
    assert ended.code == 0
    assert "\\x01 \\x1b[31mred\\x1b[m ü\n" in ended.out
    assert " café\n" in ended.out
    assert "\x1b" not in ended.out


USER_CONFIG = [
    ("diff.renames", "false"), ("diff.renames", "copies"), ("diff.renameLimit", "1"), ("diff.orderFile", "order"),
    ("diff.noPrefix", "true"), ("diff.mnemonicPrefix", "true"), ("diff.relative", "true"), ("diff.external", "false"),
    ("diff.ignoreSubmodules", "all"), ("diff.submodule", "log"), ("diff.wordRegex", "x"),
    ("log.showSignature", "true"), ("log.mailmap", "true"), ("log.showRoot", "false"), ("log.follow", "true"),
    ("log.decorate", "full"), ("log.abbrevCommit", "true"), ("log.diffMerges", "first-parent"), ("log.date", "raw"),
    ("color.ui", "always"), ("color.diff", "always"), ("core.quotePath", "true"), ("core.abbrev", "4"),
    ("core.pager", "false"), ("core.commentChar", "x"), ("i18n.logOutputEncoding", "latin1"),
    ("diff.algorithm", "patience"), ("format.pretty", "oneline"),
    ("notes.displayRef", "refs/notes/*"), ("core.attributesFile", "attributes"), ("alias.log", "!false"),
]  # fmt: skip


def test_no_user_config_changes_the_answer(command: Command, linux: Path) -> None:
    shell("git mv from to; sed -i s/d/e/ to; echo 1 > ünïcode; git add .; git commit -qm 'café ü'", linux)
    shell("git switch -qc side HEAD~1; echo 2 > x; git add x; git commit -qm side; git switch -q -", linux)
    shell("git merge -q --no-edit side; git notes add -m note; git notes add -m note HEAD~1", linux)
    shell(
        "echo '* diff=x' > attributes; printf 'x\\nto\\n' > order; echo 'B <b@b> <author@example.org>' > .mailmap",
        linux,
    )
    # A signed commit; whoever verifies it has something to say.
    signed = "s/^committer.*/&\\ngpgsig -----BEGIN PGP SIGNATURE-----\\n \\n x\\n -----END PGP SIGNATURE-----/"
    shell(
        f"""
        printf '#!/bin/sh\\necho :a verdict >&2\\n' > verify; chmod +x verify; git config gpg.program "$PWD/verify"
        git cat-file commit HEAD^ | sed '{signed}' > commit
        git update-ref refs/heads/signed $(git hash-object -t commit -w commit)
        """,
        linux,
    )
    asked = [["v6.1.."], ["v6.1"], ["HEAD^"], ["HEAD^2"], ["signed"], ["v6.1..signed"]]

    def answers() -> list[str]:
        found = [command("route-patch", "--json", *words, cwd=linux) for words in asked]
        assert all(ended.code == 0 for ended in found), found
        return [ended.out for ended in found]

    before = answers()
    assert len(set(before)) == len(asked)
    for key, value in USER_CONFIG:
        config(key, value)
    assert answers() == before


def test_the_environment_does_not_change_the_answer(linux: Path) -> None:
    for environment in (
        {},
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        {"GIT_EXTERNAL_DIFF": "false", "GIT_DIFF_OPTS": "-u0", "GIT_PAGER": "false", "GIT_LITERAL_PATHSPECS": "1"},
    ):
        ended = run("git", "route-patch", "--json", "HEAD", cwd=linux, **environment)
        assert touched(ended.out) == {
            "begin": [b"binary", b"from", b"gone", b"keep", b"link", b"script", b"sub/deep/x"]
        }, environment


def test_a_patch_of_many_paths(command: Command, linux: Path) -> None:
    number = 30_000
    entries = "".join(f"M 100644 inline f/{index % 200}/{index}\ndata 1\nx\n" for index in range(number))
    history = f"commit refs/heads/wide\ncommitter A <a@example.org> 1 +0000\ndata 4\nwide\n{entries}\n"
    assert run("git", "fast-import", "--quiet", cwd=linux, stdin=history).code == 0
    (linux / "subprojects.toml").write_text("schema = 1\n[[host.rule]]\npaths = ['f/1?/']\nto = ['list@example.org']\n")
    with within(10):
        ended = command("route-patch", "--json", "wide", cwd=linux)
    (destination,) = json.loads(ended.out)["destinations"]
    assert len(destination["patches"][0]["paths"]) == number
    (reason,) = destination["to"][0]["reasons"]
    assert len(reason["paths"]) == number // 20
    assert len(destination["uncovered"]) == number - number // 20
