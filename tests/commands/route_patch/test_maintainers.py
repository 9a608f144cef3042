"""``git route-patch`` with MAINTAINERS and CODEOWNERS: which file is read, at which revision, and what comes of it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Command, config, run, shell
from tests.support.daemon import Daemon
from tests.support.limits import within
from tests.support.repositories import change, make_host, make_repository, upstream

pytestmark = pytest.mark.slow

MAINTAINERS = """
List of maintainers

MEMORY
M:	M. Maintainer <mm@example.org>
R:	R. Reviewer <reviewer@example.org>
L:	linux-mm@example.org
S:	Maintained
F:	mm/

THE REST
M:	Linus Torvalds <torvalds@linux-foundation.org>
L:	linux-kernel@example.org
S:	Supported
F:	*
F:	*/
"""

MANIFEST = """
schema = 1
[host]
name = "linux"
route.maintainers = "MAINTAINERS"

[project.perf]
within = ["tools/perf/"]
route.to = ["perf@example.org"]

[project.one]
url = "https://example.org/one.git"
route.maintainers = "MAINTAINERS"

[project.two]
url = "https://example.org/two.git"
"""

MM = '"M. Maintainer" <mm@example.org>\n'


def section(title: str, *lines: str) -> str:
    """Return a section of MAINTAINERS; a tag stands before each line."""
    return "\n".join([title, *lines, "", ""])


def somebody(name: str, *lines: str) -> str:
    return section(name.upper(), f"M:\t{name} <{name}@example.org>", "S:\tMaintained", *lines)


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a host with a manifest, whose last commit changes mm/slab.c."""
    return make_repository(src / "linux", {"MAINTAINERS": MAINTAINERS, "subprojects.toml": MANIFEST})


@pytest.fixture
def one(src: Path, linux: Path) -> Path:
    """Return a sibling of that host."""
    top = make_repository(src / "one", {"MAINTAINERS": somebody("one", "F:\t*.c")}, "a.c")
    shell("git config subprojects.host ../linux; git config subprojects.project one", top)
    return top


def destinations(text: str) -> list[dict[str, Any]]:
    found = json.loads(text)["destinations"]
    assert isinstance(found, list)
    return found


def addresses(people: list[dict[str, Any]]) -> list[str]:
    return [person["address"] for person in people]


# Where the rules are read.


def test_the_rules_are_those_of_the_revision_that_the_patches_are_based_on(command: Command, linux: Path) -> None:
    new = MAINTAINERS.replace("mm@example.org", "new@example.org")
    (linux / "MAINTAINERS").write_text(new)
    assert command("route-patch", "--to", "HEAD", cwd=linux).out == MM
    (linux / "MAINTAINERS").unlink()
    assert command("route-patch", "--to", "HEAD", cwd=linux).out == MM
    (linux / "MAINTAINERS").write_text(new)
    shell("git commit -qam 'New maintainer'", linux)
    change(linux, "mm/slab.c")
    assert command("route-patch", "--to", "HEAD~2", cwd=linux).out == MM
    assert command("route-patch", "--to", "HEAD~3..", cwd=linux).out == MM, "of a range, the first one's base"
    assert command("route-patch", "--to", "HEAD", cwd=linux).out == MM.replace("mm@", "new@")


def test_a_range_that_adds_the_file_of_rules(command: Command, src: Path) -> None:
    top = make_repository(src / "linux", {"subprojects.toml": MANIFEST})
    (top / "MAINTAINERS").write_text(MAINTAINERS)
    shell("git add .; git commit -qm 'Name maintainers'", top)
    ended = command("route-patch", "--to", "HEAD~2..", cwd=top)
    assert (ended.code, ended.out, ended.err) == (0, MM, "")


def test_a_root_commit(command: Command, src: Path) -> None:
    top = make_repository(src / "linux", {"MAINTAINERS": MAINTAINERS, "subprojects.toml": MANIFEST, "mm/a.c": "1"})
    ended = command("route-patch", "--to", "HEAD~1", cwd=top)
    assert (ended.code, ended.out, ended.err) == (0, MM, "")


def test_rules_from_another_revision(command: Command, linux: Path) -> None:
    shell("git tag old; sed -i s/mm@/new@/ MAINTAINERS; git commit -qam new", linux)
    for revision, expected in (("old", MM), ("HEAD", MM.replace("mm@", "new@")), ("HEAD~2", MM)):
        ended = command("route-patch", "--to", "--rules-from", revision, "old", cwd=linux)
        assert (ended.code, ended.out) == (0, expected), revision
    for revision in ("nonsense", "--all", "HEAD:MAINTAINERS", ""):
        ended = command("route-patch", "--to", f"--rules-from={revision}", "old", cwd=linux)
        assert (ended.code, ended.out) == (128, "")
        assert "Traceback" not in ended.err
        assert ended.err.startswith("fatal: "), ended.err


def test_a_file_of_rules_that_no_commit_has_yet(command: Command, src: Path) -> None:
    top = make_repository(src / "linux", {"subprojects.toml": MANIFEST})
    (top / "MAINTAINERS").write_text(MAINTAINERS)
    ended = command("route-patch", "--to", "HEAD", cwd=top)
    assert (ended.code, ended.out, ended.err) == (0, MM, "")


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_nothing_but_a_plain_file_is_read_in_the_work_tree(command: Command, src: Path, kind: str) -> None:
    top = make_repository(src / "linux", {"subprojects.toml": MANIFEST})
    secret = src / "secret"
    secret.write_text(MAINTAINERS)
    if kind == "link":
        (top / "MAINTAINERS").symlink_to(secret)
    elif kind == "folder":
        (top / "MAINTAINERS").mkdir()
    else:
        os.mkfifo(top / "MAINTAINERS")
    ended = command("route-patch", "--to", "HEAD", cwd=top)
    assert (ended.code, ended.out) == (1, "")
    assert "warning: linux: there is no MAINTAINERS at " in ended.err


def test_a_link_in_a_commit_is_not_followed(command: Command, src: Path) -> None:
    top = make_repository(src / "linux", {"subprojects.toml": MANIFEST})
    shell("ln -s /etc/passwd MAINTAINERS; git add .; git commit -qm link", top)
    change(top, "mm/slab.c")
    ended = command("route-patch", "--to", "HEAD", cwd=top)
    assert (ended.code, ended.out) == (1, "")


def test_wherever_it_is_run(command: Command, linux: Path, src: Path) -> None:
    shell("git clone -q --bare . ../bare.git; git worktree add -q --detach ../linked HEAD~1; rm MAINTAINERS", linux)
    assert run("git", "-C", linux / "mm", "route-patch", "--to", "HEAD").out == MM
    assert command("route-patch", "--to", "HEAD", cwd=src / "bare.git").out == MM
    assert command("route-patch", "--to", "main", cwd=src / "linked").out == MM
    assert run("git", "route-patch", "--to", "HEAD", cwd=src, GIT_DIR="linux/.git").out == MM
    assert run("git", "route-patch", "--to", "HEAD", cwd=src, GIT_DIR="linux/.git", GIT_WORK_TREE="linux").out == MM


def test_in_a_sibling_its_own_rules_hold(command: Command, one: Path) -> None:
    ended = command("route-patch", "--to", "HEAD", cwd=one)
    assert (ended.code, ended.out, ended.err) == (0, "one <one@example.org>\n", "")


def test_a_repository_with_sha256(command: Command, src: Path) -> None:
    files = {"MAINTAINERS": MAINTAINERS, "subprojects.toml": MANIFEST}
    top = make_repository(src / "linux", files, options="--object-format=sha256")
    assert command("route-patch", "--to", "HEAD", cwd=top).out == MM
    commit = shell("git rev-parse HEAD", top).strip()
    assert len(commit) == 64
    ended = run("git", "route-patch", "--stdin", cwd=top, stdin=f"{commit}\n{commit[:16]}\n")
    assert [json.loads(line)["commit"] for line in ended.out.splitlines()] == [commit, commit]


def test_a_partial_clone_without_the_file_of_rules(command: Command, daemon: Daemon, src: Path) -> None:
    (src / "MAINTAINERS").write_text(MAINTAINERS)
    bare = upstream(
        daemon.base,
        "linux",
        f"""
        cp '{src}/MAINTAINERS' . && mkdir mm && echo 1 > mm/slab.c && git add . && git commit -qm begin
        echo 2 > mm/slab.c && git commit -qam 'mm: fix it'
        git rm -q MAINTAINERS && git commit -qm 'No rules'
        """,
    )
    shell("git config uploadpack.allowFilter true; git config uploadpack.allowAnySHA1InWant true", bare)
    shell(f"git clone -q --filter=blob:none {daemon.url}/linux.git linux", src)
    blob = shell("git rev-parse HEAD~1:MAINTAINERS", src / "linux").strip()
    assert f"?{blob}" in shell("git rev-list --objects --missing=print --all", src / "linux")
    (src / "linux" / "subprojects.toml").write_text(MANIFEST)
    ended = command("route-patch", "--to", "HEAD~1", cwd=src / "linux")
    assert (ended.code, ended.out, ended.err) == (0, MM, "")


# How the file is written.


STYLES = {
    # Of Xen, who looks after THE REST is left out where somebody else looks after all paths.
    "MAINTAINERS by its V: line": (
        {
            "MAINTAINERS": "Xen\n\nV:	xen-maintainers-1\n\nX86\nM:	x86 <x86@example.org>\nF:	xen/{a,b}/\n\n"
            "THE REST\nM:	rest <rest@example.org>\nL:	xen-devel@example.org\nF:	*\nF:	*/\n"
        },
        "xen/b/x.c",
        ["x86@example.org", "xen-devel@example.org"],
    ),
    # QEMU knows no N:.
    "MAINTAINERS by its first line": (
        {
            "MAINTAINERS": "QEMU Maintainers\n================\n\n"
            + somebody("virt", "F:	hw/")
            + somebody("named", "N:	hw")
        },
        "hw/x.c",
        ["virt@example.org"],
    ),
    # EDK2 takes the section with <default> where there is no other.
    "Maintainers.txt by its name": (
        {"Maintainers.txt": "EDK II\n\n" + somebody("default", "F:	<default>") + somebody("mde", "F:	MdePkg/")},
        "Other/x.c",
        ["default@example.org"],
    ),
    # U-Boot's are all over the tree.
    "MAINTAINERS by .get_maintainer.conf": (
        {
            ".get_maintainer.conf": "--find-maintainer-files --maintainer-path=.\n",
            "MAINTAINERS": somebody("rest", "F:	*\nF:	*/"),
            "board/a/MAINTAINERS": somebody("a", "F:	board/a/"),
            "board/b c/MAINTAINERS": somebody("b", "F:	board/a/x.c"),
            "board/NOMAINTAINERS": somebody("wrong", "F:	board/"),
        },
        "board/a/x.c",
        ["rest@example.org", "a@example.org", "b@example.org"],
    ),
    "without anything to tell": (
        {
            "MAINTAINERS": somebody("star", "F:	drivers/*/x.c")
            + somebody("stars", "F:	drivers/**/x.c")
            + somebody("named", "N:	x")
        },
        "drivers/a/b/x.c",
        ["stars@example.org", "named@example.org"],
    ),
}


@pytest.mark.parametrize("how", STYLES)
def test_the_style_is_recognised(command: Command, src: Path, how: str) -> None:
    files, path, expected = STYLES[how]
    file = "Maintainers.txt" if "Maintainers.txt" in files else "MAINTAINERS"
    manifest = f"schema = 1\n[host]\nname = 'host'\nroute.maintainers = '{file}'\n"
    top = make_repository(src / "host", {**files, "subprojects.toml": manifest}, path)
    ended = command("route-patch", "--json", "HEAD", cwd=top)
    (found,) = destinations(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert sorted(addresses(found["to"] + found["cc"])) == sorted(expected)


def test_the_style_is_named_in_the_manifest(command: Command, src: Path) -> None:
    manifest = "schema = 1\n[host]\nname='x'\nroute.maintainers = { file = 'PEOPLE', style = 'xen' }\n"
    files = {"PEOPLE": somebody("x86", "F:	xen/{a,b}/"), "subprojects.toml": manifest}
    top = make_repository(src / "x", files, "xen/b/x.c")
    assert command("route-patch", "--to", "HEAD", cwd=top).out == "x86 <x86@example.org>\n"
    (top / "subprojects.toml").write_text(manifest.replace("xen", "linux"))
    assert command("route-patch", "--to", "HEAD", cwd=top).code == 1, "linux knows no braces"


def test_sections_in_a_file_below_its_tree(command: Command, linux: Path) -> None:
    shell("git mv MAINTAINERS 'the people'; git commit -qm moved", linux)
    (linux / "subprojects.toml").write_text(MANIFEST.replace('"MAINTAINERS"', '"the people"', 1))
    change(linux, "mm/slab.c")
    ended = command("route-patch", "--explain", "HEAD", cwd=linux)
    assert "\n      the people:9 MEMORY: mm/slab.c matches F: mm/\n" in ended.out


# Which files hold where no manifest names them.


def test_a_project_without_a_manifest(command: Command, src: Path) -> None:
    top = make_repository(src / "lib", {"MAINTAINERS": somebody("lib", "F:	*")}, "lib.c")
    config("advice.subprojectsBuiltin", "false")
    ended = command("route-patch", "HEAD", cwd=top)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("lib: 1 patch by mail\n  To: lib <lib@example.org>")
    shell("rm MAINTAINERS", top)
    assert command("route-patch", "--to", "HEAD", cwd=top).out == "lib <lib@example.org>\n"


@pytest.mark.parametrize("file", ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"])
def test_a_project_without_a_manifest_but_codeowners(command: Command, src: Path, file: str) -> None:
    top = make_repository(src / "lib", {file: "* @team owner@example.org\n"}, "lib.c")
    ended = command("route-patch", "--json", "HEAD", cwd=top)
    (found,) = destinations(ended.out)
    assert addresses(found["to"]) == ["owner@example.org"]
    assert found["to"][0]["role"] == "owner"
    assert found["to"][0]["reasons"] == [{"key": f"{file}:1", "pattern": "*", "section": None, "paths": ["lib.c"]}]
    assert [one["account"] for one in found["reviewers"]] == ["@team"]


def test_a_project_that_nobody_knows_and_that_names_nobody(command: Command, src: Path) -> None:
    top = make_repository(src / "lib", {}, "lib.c")
    ended = command("route-patch", "--to", "HEAD", cwd=top)
    assert (ended.code, ended.out) == (1, "")
    assert "which has no MAINTAINERS for these paths\nhint: add rules for lib.c to a manifest" in ended.err


def test_a_project_known_by_the_url_of_its_remote(command: Command, src: Path) -> None:
    top = make_repository(src / "q", {"MAINTAINERS": "QEMU Maintainers\n\n" + somebody("virt", "F:	hw/")}, "hw/x.c")
    shell("git remote add mine git@example.org:me/q; git remote add up https://GitHub.com/qemu/qemu", top)
    ended = command("route-patch", "HEAD", cwd=top)
    assert ended.code == 0
    assert ended.out.startswith("qemu: 1 patch by mail\n  To: qemu-devel@nongnu.org  (project.qemu.route.to)\n")


# Who is in To, and who in Cc.


def test_to_and_cc_by_roles(command: Command, linux: Path) -> None:
    (found,) = destinations(command("route-patch", "--json", "HEAD", cwd=linux).out)
    assert addresses(found["to"]) == ["mm@example.org"]
    assert addresses(found["cc"]) == ["reviewer@example.org", "linux-mm@example.org", "linux-kernel@example.org"]
    assert [one["role"] for one in found["cc"]] == ["reviewer", "list", "list"]
    (linux / "subprojects.toml").write_text(MANIFEST + "[host.venue]\nroles = { maintainer = 'cc', reviewer = 'to' }\n")
    assert command("route-patch", "--to", "HEAD", cwd=linux).out == '"R. Reviewer" <reviewer@example.org>\n'
    (linux / "subprojects.toml").write_text(MANIFEST + "[host.venue]\nroles = { maintainer = 'cc' }\n")
    ended = command("route-patch", "--to", "HEAD", cwd=linux)
    assert ended.out == "linux-mm@example.org\nlinux-kernel@example.org\n", "To is never empty"


def test_one_who_looks_after_it_alone_is_not_left_out(command: Command, linux: Path) -> None:
    change(linux, "kernel/fork.c")
    ended = command("route-patch", "--to", "HEAD", cwd=linux)
    assert (ended.code, ended.out) == (0, "Linus Torvalds <torvalds@linux-foundation.org>\n")
    ended = command("route-patch", "--roles", "HEAD", cwd=linux)
    assert (ended.code, ended.out) == (0, "linux-kernel@example.org (open list)\n"), "as the original has it"
    assert "torvalds" not in command("route-patch", "HEAD~1", cwd=linux).out


def test_roles_as_the_original_prints_them(command: Command, linux: Path) -> None:
    ended = command("route-patch", "--roles", "HEAD", cwd=linux)
    assert ended.code == 0
    assert ended.out.splitlines() == [
        '"M. Maintainer" <mm@example.org> (maintainer:MEMORY)',
        '"R. Reviewer" <reviewer@example.org> (reviewer:MEMORY)',
        "linux-mm@example.org (open list:MEMORY)",
        "linux-kernel@example.org (open list)",
    ]


def test_every_reason_is_explained(command: Command, linux: Path) -> None:
    change(linux, "mm/x.c")
    ended = command("route-patch", "--explain", "HEAD~2..", cwd=linux)
    assert (
        '  To: "M. Maintainer" <mm@example.org>\n'
        "      MAINTAINERS:9 MEMORY: mm/slab.c matches F: mm/\n"
        "      MAINTAINERS:9 MEMORY: mm/x.c matches F: mm/\n"
    ) in ended.out


def test_the_words_of_a_patch_count(command: Command, linux: Path) -> None:
    with (linux / "MAINTAINERS").open("a") as file:
        file.write("\n" + somebody("word", "K:\\tmagic_[a-z]+".replace("\\t", "\t")))
    shell("git commit -qam rules; mkdir x; echo 'int magic_word;' > x/y.c; git add .; git commit -qm x", linux)
    ended = command("route-patch", "--explain", "HEAD", cwd=linux)
    assert "the patch's text matches K: magic_[a-z]+" in ended.out
    patch = run("git", "format-patch", "-1", "--stdout", cwd=linux).out
    assert run("git", "route-patch", "--to", cwd=linux, stdin=patch).out == "word <word@example.org>\n"
    shell("echo 'int other;' > x/y.c; git commit -qam y; echo 'int more;' >> x/y.c; git commit -qam z", linux)
    assert "word@" not in command("route-patch", "HEAD", cwd=linux).out


def test_codeowners_review_a_pull_request(command: Command, src: Path) -> None:
    manifest = (
        "schema = 1\n[host]\nname = 'x'\nvenue.kind = 'github'\nroute.codeowners = '.github/CODEOWNERS'\n"
        "venue.guide = 'CONTRIBUTING'\n"
    )
    owners = "* @everybody\n/src/ @org/team someone@example.org\n/src/free\n"
    top = make_repository(src / "x", {".github/CODEOWNERS": owners, "subprojects.toml": manifest}, "src/x.c")
    ended = command("route-patch", "HEAD", cwd=top)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("x: 1 patch as a GitHub pull request to x\n")
    assert "  Reviewer: someone@example.org  (.github/CODEOWNERS:2: src/x.c matches /src/)\n" in ended.out
    assert "  Reviewer: @org/team  (.github/CODEOWNERS:2: src/x.c matches /src/)\n" in ended.out
    assert "@everybody" not in ended.out
    ended = command("route-patch", "--to", "HEAD", cwd=top)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "error: x takes no mail but pull requests\nhint: CONTRIBUTING\n"
    change(top, "src/free")
    assert command("route-patch", "--uncovered", "HEAD", cwd=top).out == "src/free\n"


# What is missing or wrong.


def test_what_no_rule_covers(command: Command, one: Path) -> None:
    change(one, "a b")
    change(one, "b.c")
    ended = command("route-patch", "--uncovered", "HEAD~2..", cwd=one)
    assert (ended.code, ended.out, ended.err) == (0, "a b\n", "")
    assert command("route-patch", "--uncovered", "--strict", "HEAD~2..", cwd=one).code == 1
    ended = command("route-patch", "HEAD~2..", cwd=one)
    assert ended.code == 0
    assert "\n  no rule covers a b\n" in ended.out
    assert command("route-patch", "--strict", "HEAD~2..", cwd=one).code == 1
    assert command("route-patch", "--strict", "HEAD", cwd=one).code == 0


def test_nobody_to_send_to(command: Command, one: Path) -> None:
    change(one, "Makefile")
    for option in ("--to", "--cc", "--json", "--explain"):
        ended = command("route-patch", option, "HEAD", cwd=one)
        assert ended.code == 1, option
        assert ended.err == (
            "error: subprojects.toml does not say where patches to one go\n"
            "hint: add rules for Makefile to a manifest; see gitsubprojects(5)\n"
        )


def test_a_file_of_rules_that_is_not_there(command: Command, src: Path) -> None:
    manifest = MANIFEST.replace("name =", "route.to = ['list@example.org']\nname =", 1)
    top = make_repository(src / "linux", {"subprojects.toml": manifest})
    base = shell("git rev-parse HEAD~1", top)[:12]
    ended = command("route-patch", "--to", "HEAD", cwd=top)
    assert (ended.code, ended.out) == (0, "list@example.org\n")
    assert ended.err == f"warning: linux: there is no MAINTAINERS at {base}: whom it names is missing\n"
    assert command("route-patch", "--strict", "HEAD", cwd=top).code == 1


def test_broken_sections_are_told_and_the_rest_is_used(command: Command, linux: Path) -> None:
    broken = (
        "F:	orphaned/\n"
        + MAINTAINERS
        + section(
            "BAD",
            "M:	nobody",
            "L:	no list",
            "K:	(unclosed",
            "N:	[",
            f"M:	{'x' * 5000}@example.org",
            "F:	mm/",
        )
    )
    (linux / "MAINTAINERS").write_bytes(broken.encode() + b"\nM:\t\xff\xfe\0\n\xff\0\r\r\n")
    shell("git commit -qam broken", linux)
    change(linux, "mm/slab.c")
    ended = command("route-patch", "--to", "HEAD", cwd=linux)
    assert (ended.code, ended.out) == (0, MM)
    said = [line.removeprefix("warning: ").partition(": ")[0] for line in ended.err.splitlines()]
    assert {f"MAINTAINERS:{line}" for line in (1, 19, 20, 21, 22, 23, 27)} == set(said), ended.err
    assert all(line.startswith("warning: MAINTAINERS:") for line in ended.err.splitlines())
    assert command("route-patch", "--to", "--strict", "HEAD", cwd=linux).code == 1


def test_many_broken_sections_do_not_fill_the_screen(command: Command, linux: Path) -> None:
    (linux / "MAINTAINERS").write_text(
        MAINTAINERS + "".join(section(f"S{n}", "M:	x", "F:	mm/") for n in range(500))
    )
    shell("git commit -qam broken", linux)
    change(linux, "mm/slab.c")
    ended = command("route-patch", "--to", "HEAD", cwd=linux)
    assert (ended.code, ended.out) == (0, MM)
    assert len(ended.err.splitlines()) == 11
    assert ended.err.splitlines()[-1] == "warning: and 490 more like these; see git route-patch --lint"


@pytest.mark.parametrize("tag", ["K", "N"])
def test_an_expression_without_end_is_given_up_and_named(command: Command, src: Path, tag: str) -> None:
    path = "mm/" + "a" * 60 + "!"
    rules = MAINTAINERS + "".join(somebody(f"bad{n}", f"{tag}:	({'a' * n}+)+$") for n in range(1, 5))
    top = make_repository(src / "linux", {"MAINTAINERS": rules, "subprojects.toml": MANIFEST}, "x")
    (top / "mm").mkdir()
    (top / path).write_text("a" * 100_000 + "!\n")
    shell("git add .; git commit -qm long", top)
    with within(3):
        ended = command("route-patch", "--to", "HEAD", cwd=top)
    assert ended.code == 0
    assert MM in ended.out
    line = rules.split("\n").index(f"{tag}:	(a+)+$") + 1
    assert f"warning: MAINTAINERS:{line}: {tag}: (a+)+$ takes too long, and is skipped\n" in ended.err


# Several projects.


def test_a_patch_over_several_projects(command: Command, linux: Path) -> None:
    shell("mkdir -p tools/perf; echo 1 > tools/perf/x; echo 2 >> mm/slab.c; git add .; git commit -qm both", linux)
    commit = shell("git rev-parse HEAD", linux)[:12]
    ended = command("route-patch", "--json", "HEAD", cwd=linux)
    found = {one["project"]: addresses(one["to"]) for one in destinations(ended.out)}
    assert found == {"linux": ["mm@example.org"], "perf": ["perf@example.org"]}
    assert ended.err == f"warning: {commit} touches several projects, and each would get all of it; better split it\n"
    patch = run("git", "format-patch", "-1", cwd=linux).out.strip()
    ended = command("route-patch", "--to", patch, cwd=linux)
    assert ended.out == MM + "perf@example.org\n"
    assert f"warning: {patch} touches several projects" in ended.err or commit in ended.err


def test_the_project_is_named(command: Command, linux: Path, one: Path) -> None:
    shell("mkdir -p tools/perf; echo 1 > tools/perf/x; echo 2 >> mm/slab.c; git add .; git commit -qm both", linux)
    assert command("route-patch", "--to", "--project=perf", "HEAD", cwd=linux).out == "perf@example.org\n"
    for name in ("host", "linux"):
        assert MM in command("route-patch", "--to", f"--project={name}", "HEAD", cwd=linux).out
    ended = command("route-patch", "--to", "--project=one", "HEAD", cwd=linux)
    assert (ended.code, ended.out) == (0, "one <one@example.org>\n")
    for name in ("host", "linux"):
        assert MM in command("route-patch", "--to", f"--project={name}", "HEAD", cwd=one).out


def test_a_patch_file_for_a_sibling(command: Command, linux: Path, one: Path) -> None:
    shell("git format-patch -q -1 -o ../linux/patches", one)
    ended = command("route-patch", "--to", "--project=one", "patches", cwd=linux)
    assert (ended.code, ended.out) == (0, "one <one@example.org>\n")


def test_a_project_that_is_not_there(command: Command, linux: Path, src: Path) -> None:
    ended = command("route-patch", "--project=oen", "HEAD", cwd=linux)
    assert ended.code == 128
    assert ended.err == "fatal: there is no project 'oen' in subprojects.toml\nhint: did you mean one?\n"
    ended = command("route-patch", "--project=zzzzzz", "HEAD", cwd=linux)
    assert ended.err.endswith("hint: git subprojects list shows what there is\n")
    ended = command("route-patch", "--project=two", "HEAD", cwd=linux)
    assert ended.code == 128
    assert ended.err == (
        f"fatal: two is not cloned: there is no repository at {src / 'two'}\nhint: git clone-project two\n"
    )


def test_an_in_tree_project_that_the_patches_do_not_touch(command: Command, linux: Path) -> None:
    ended = command("route-patch", "--to", "--project=perf", "HEAD", cwd=linux)
    assert (ended.code, ended.out) == (1, "")
    assert "perf" in ended.err


def test_an_in_tree_project_asked_for_in_a_sibling(command: Command, linux: Path, one: Path) -> None:
    change(linux, "tools/perf/x")
    ended = command("route-patch", "--to", "--project=perf", "HEAD", cwd=one)
    assert (ended.code, ended.out) == (0, "perf@example.org\n")


def test_the_builtin_manifest_knows_linux(command: Command, src: Path) -> None:
    top = make_host(src, None, "mkdir -p init mm; touch Kbuild init/main.c; git add .; git commit -qm linux")
    (top / "MAINTAINERS").write_text(MAINTAINERS)
    shell("git add .; git commit -qm rules", top)
    change(top, "mm/slab.c")
    ended = command("route-patch", "--to", "HEAD", cwd=top)
    assert (ended.code, ended.out) == (0, MM)
    assert "linux-kernel@vger.kernel.org\n" in command("route-patch", "--cc", "HEAD", cwd=top).out


def test_addresses_alone_still_tell_what_no_rule_covers(command: Command, linux: Path) -> None:
    (linux / "MAINTAINERS").write_text(MAINTAINERS.partition("THE REST")[0])
    shell("git commit -qam 'No rest'; echo 1 > new; git add new; echo 2 >> mm/slab.c; git commit -qam both", linux)
    ended = command("route-patch", "--to", "HEAD", cwd=linux)
    assert (ended.code, ended.out, ended.err) == (0, MM, "warning: no rule covers new\n")
    assert command("route-patch", "--uncovered", "HEAD", cwd=linux).out == "new\n"


def test_rules_from_what_is_no_commit(command: Command, linux: Path) -> None:
    for revision in ("nowhere", "HEAD:MAINTAINERS", "--all"):
        ended = command("route-patch", f"--rules-from={revision}", "HEAD", cwd=linux)
        assert (ended.code, ended.out) == (128, "")
        assert ended.err.startswith(f"fatal: {revision} is not a commit; rules are read from a commit\n")
