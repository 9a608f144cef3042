"""``git route-patch --check``: what is found before patches are sent, in real repositories."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.support.commands import Command, Result, config, run, shell
from tests.support.golden_files import assert_golden
from tests.support.inside import inside
from tests.support.repositories import clone_to_work_on

pytestmark = pytest.mark.slow

MAINTAINERS = """
List of maintainers

MEMORY
M:	M. Maintainer <mm@example.org>
L:	linux-mm@example.org
S:	Maintained
F:	mm/
"""

MANIFEST = """
schema = 1
[host]
name = "linux"
route.maintainers = "MAINTAINERS"
[host.venue]
sign-off = true
check = [["./checker", "{patch}"]]
[project.perf]
within = ["tools/perf/"]
route.to = ["perf@example.org"]
"""

CHECKER = """#!/bin/sh
echo ran >> ../ran
if grep -n "^+.*BAD" "$1"; then exit 1; fi
"""


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a clone whose branch ``topic`` is to be worked on."""
    files = {"MAINTAINERS": MAINTAINERS, "subprojects.toml": MANIFEST, "checker": CHECKER, "mm/slab.c": "1\n"}
    return clone_to_work_on(src, files)


def commit(top: Path, subject: str = "mm: fix it", path: str = "mm/slab.c", line: str = "2", *words: str) -> None:
    file = top / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as out:
        out.write(line + "\n")
    signed = "" if "--no-signoff" in words else "-m 'Signed-off-by: A. U. Thor <author@example.org>'"
    shell(f"git add .; git commit -q -m '{subject}' {signed}", top)


def check(top: Path, *words: str | Path, stdin: str = "") -> Result:
    if not stdin:
        return inside("route-patch", "--check", *words, cwd=top)
    return run("git", "route-patch", "--check", *words, cwd=top, stdin=stdin)


def found(top: Path, *words: str | Path, stdin: str = "") -> list[tuple[str, str, str]]:
    """Return severity, name and subject of each finding."""
    ended = check(top, "--json", "--skip-check=checker", *words, stdin=stdin)
    return [(one["severity"], one["name"], one["subject"] or "") for one in json.loads(ended.out)["findings"]]


def test_a_good_patch_has_nothing(linux: Path) -> None:
    commit(linux)
    ended = check(linux, "--allow-checker", "main..")
    assert (ended.code, ended.out, ended.err) == (0, "", "nothing found\n")


def test_all_that_is_found_is_told_at_once(linux: Path) -> None:
    commit(linux, "mm: fix it", "mm/slab.c", "BAD ")
    commit(linux, "fixup! mm: fix it", "mm/slab.c", "3", "--no-signoff")
    commit(linux, "perf: list it", "tools/perf/list.c")
    ended = check(linux, "--allow-checker", "main..")
    assert ended.code == 1
    ids = shell("git log --format=%H --abbrev=12 main..", linux).split()
    text = ended.out
    for number, one in enumerate(ids, 1):
        text = text.replace(one[:12], str(number) * 12)
    assert_golden("check", text)
    assert ended.err == "2 errors, 2 warnings\n"


def test_json_says_the_same(linux: Path) -> None:
    commit(linux, "mm: fix it", "mm/slab.c", "2", "--no-signoff")
    ended = check(linux, "--json", "--allow-checker", "main..")
    answer = json.loads(ended.out)
    assert answer["version"] == 1
    (one,) = answer["findings"]
    assert one == {
        "name": "sign-off",
        "severity": "error",
        "project": "linux",
        "patch": shell("git rev-parse --short=12 HEAD", linux).strip(),
        "subject": "mm: fix it",
        "message": "no Signed-off-by: line, and linux takes no patch without one",
        "hint": f"git commit --amend --signoff, or git rebase --signoff {one['patch']}^",
        "output": None,
    }
    assert ended.code == 1


def test_a_check_is_left_out_by_its_name(linux: Path) -> None:
    commit(linux, "WIP", "mm/slab.c", "2", "--no-signoff")
    ended = check(linux, "--skip-check=sign-off, work-in-progress", "--skip-check", "checker", "main..")
    assert (ended.code, ended.out) == (0, "")
    ended = check(linux, "--skip-check=sign", "main..")
    assert ended.code == 129
    assert "--skip-check: there is no check 'sign'" in ended.err
    assert "one of sign-off, subject, author," in ended.err


def test_warnings_fail_only_where_it_is_strict(linux: Path) -> None:
    commit(linux, "mm: fix it.")
    assert found(linux, "main..") == [("warning", "subject", "mm: fix it.")]
    assert check(linux, "--skip-check=checker", "main..").code == 0
    assert check(linux, "--skip-check=checker", "--strict", "main..").code == 1


def test_the_checker_runs_only_with_leave_that_lasts(linux: Path) -> None:
    commit(linux)
    ended = check(linux, "main..")
    assert ended.code == 0
    assert "note: checker: linux\n    not run: not yet allowed in this repository: ./checker '{patch}'" in ended.out
    assert not (linux.parent / "ran").exists()
    assert check(linux, "--allow-checker", "main..").out == ""
    assert (linux.parent / "ran").read_text() == "ran\n"
    assert check(linux, "main..").out == ""
    assert (linux.parent / "ran").read_text() == "ran\nran\n"
    trusted = Path(os.environ["HOME"], ".local", "state", "git-subprojects", "trusted")
    assert len(trusted.read_text().split()) == 1
    assert trusted.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("what", ["the script", "the command", "the place"])
def test_leave_is_for_what_it_was_given_for(linux: Path, what: str) -> None:
    commit(linux)
    check(linux, "--allow-checker", "main..")
    if what == "the script":
        with (linux / "checker").open("a") as file:
            file.write("echo more\n")
    elif what == "the command":
        text = (linux / "subprojects.toml").read_text()
        (linux / "subprojects.toml").write_text(text.replace('"{patch}"', '"{patch}", "--more"'))
    else:
        shutil.move(linux, linux.parent / "elsewhere")
        linux = linux.parent / "elsewhere"
    assert "not yet allowed in this repository" in check(linux, "main..").out
    assert (linux.parent / "ran").read_text() == "ran\n"


def test_a_checker_may_read_the_patch_or_look_at_all(linux: Path) -> None:
    checks = (
        '[["sh", "-c", "grep -c ^Subject; exit 1", "-"], ["sh", "-c", "echo all of them; exit 2"], ["false", "{base}"]]'
    )
    text = (linux / "subprojects.toml").read_text().replace('[["./checker", "{patch}"]]', checks)
    (linux / "subprojects.toml").write_text(text)
    commit(linux, "mm: one")
    commit(linux, "mm: two")
    answer = json.loads(check(linux, "--json", "--allow-checker", "--skip-check=uncovered", "main..").out)["findings"]
    base = shell("git rev-parse main", linux).strip()
    assert [(one["subject"], one["message"], one["output"]) for one in answer] == [
        ("mm: one", "sh -c 'grep -c ^Subject; exit 1' - ended with status 1", "1"),
        ("mm: two", "sh -c 'grep -c ^Subject; exit 1' - ended with status 1", "1"),
        (None, "sh -c 'echo all of them; exit 2' ended with status 2", "all of them"),
        (None, f"false {base} ended with status 1", None),
    ]


def test_a_checker_that_cannot_start_is_said(linux: Path) -> None:
    (linux / "checker").chmod(0o644)
    commit(linux)
    (one,) = json.loads(check(linux, "--json", "--allow-checker", "--skip-check=uncovered", "main..").out)["findings"]
    assert one["output"] == "./checker: Permission denied"


def test_what_a_checker_says_cannot_reach_the_terminal_raw(linux: Path) -> None:
    (linux / "checker").write_text("#!/bin/sh\nprintf '\\033]0;evil\\007'; exit 1\n")
    commit(linux)
    ended = check(linux, "--allow-checker", "main..")
    assert "evil" in ended.out
    assert "\033" not in ended.out


def test_patch_files_and_mails_are_looked_at_alike(linux: Path) -> None:
    commit(linux, "mm: fix it", "mm/slab.c", "BAD ", "--no-signoff")
    commit(linux, "WIP: mm: more")
    shell("git format-patch -q main.. -o ../patches; git format-patch --stdout main.. > ../mbox", linux)
    expected = [
        ("error", "sign-off", "mm: fix it"),
        ("warning", "whitespace", "mm: fix it"),
        ("error", "work-in-progress", "WIP: mm: more"),
    ]
    assert found(linux, "main..") == expected
    assert found(linux, "../patches") == expected
    assert found(linux, *sorted((linux.parent / "patches").iterdir())) == expected
    assert found(linux, "../mbox") == expected
    mbox = (linux.parent / "mbox").read_text()
    assert found(linux, "-", stdin=mbox) == expected
    assert found(linux, stdin=mbox) == expected
    answer = json.loads(check(linux, "--json", "--allow-checker", "../mbox").out)["findings"]
    assert [(one["name"], one["subject"]) for one in answer if one["name"] == "checker"] == [("checker", "mm: fix it")]


@pytest.fixture
def same_names(linux: Path) -> Path:
    """Return a folder of v1 and v2 with a file and a mailbox each, of the same names; only v1 has faults."""
    for version, line, words in (("v1", "BAD ", ["--no-signoff"]), ("v2", "fine", [])):
        commit(linux, "mm: fix it", "mm/slab.c", line, *words)
        shell(f"git format-patch -q -1 -o ../{version}; mv ../{version}/* ../{version}/0001-x.patch", linux)
        commit(linux, "mm: more", "mm/slab.c", line, *words)
        shell(f"git format-patch --stdout -2 > ../{version}/series.mbox; git reset -q --hard main", linux)
    return linux.parent


FAULTS = [("error", "sign-off"), ("warning", "whitespace")]


@pytest.mark.parametrize("versions", [["v1", "v2"], ["v2", "v1"], ["v1", "v1"]])
@pytest.mark.parametrize(
    ("file", "subjects"), [("0001-x.patch", ["mm: fix it"]), ("series.mbox", ["mm: fix it", "mm: more"])]
)
def test_files_of_the_same_name_are_told_apart(
    linux: Path, same_names: Path, versions: list[str], file: str, subjects: list[str]
) -> None:
    paths = [f"../{version}/{file}" for version in versions]
    expected = [(*fault, subject) for subject in subjects for fault in FAULTS] * versions.count("v1")
    assert found(linux, *paths) == expected
    answer = json.loads(check(linux, "--json", "--allow-checker", *paths).out)["findings"]
    checker = [one["subject"] for one in answer if one["name"] == "checker"]
    assert checker == subjects * versions.count("v1"), "the checker runs on each file"
    assert (linux.parent / "ran").read_text() == "ran\n" * 2 * len(subjects)


def test_mailboxes_in_folders_are_split_too(linux: Path, same_names: Path) -> None:
    shell("rm v1/0001-x.patch v2/0001-x.patch", same_names)
    assert found(linux, "../v1", "../v2") == [(*fault, s) for s in ("mm: fix it", "mm: more") for fault in FAULTS]


def test_files_of_the_same_name_for_different_projects_are_not_mixed(linux: Path) -> None:
    for version, path in (("v1", "mm/slab.c"), ("v2", "tools/perf/x.c")):
        commit(linux, "all: fix it", path)
        shell(f"git format-patch -q -1 -o ../{version}; git reset -q --hard main", linux)
    shell("sed -i 's/^From [0-9a-f]*/From 0000000000000000000000000000000000000000/' v?/*", linux.parent)
    assert found(linux, "../v1", "../v2") == []
    shown = run("git", "route-patch", "../v1", "../v2", cwd=linux)
    assert (shown.code, shown.err) == (0, "")


def test_what_is_no_mailbox_stays_whole(linux: Path) -> None:
    commit(linux, "mm: one", "mm/slab.c", "2", "--no-signoff")
    commit(linux, "mm: two", "mm/slab.c", "3", "--no-signoff")
    shell("git log -p main.. > ../log", linux)
    assert {subject for _, name, subject in found(linux, "../log") if name == "sign-off"} == {"mm: one", "mm: two"}


def test_a_diff_alone_is_looked_at_too(linux: Path) -> None:
    commit(linux)
    diff = shell("git diff main..", linux)
    assert ("error", "sign-off", "") in found(linux, "-", stdin=diff)


def test_what_lies_between_is_said_unless_it_goes_out_too(linux: Path) -> None:
    commit(linux, "mm: one")
    commit(linux, "perf: two", "tools/perf/list.c")
    assert found(linux, "main..") == []
    ended = check(linux, "--skip-check=checker", "HEAD")
    assert "warning: base: perf\n    the patches are based on 1 commit that origin/main does not have" in ended.out


def test_without_a_remote_nothing_tells_the_base(linux: Path) -> None:
    commit(linux)
    shell("git remote remove origin", linux)
    assert found(linux, "main..") == [("warning", "base", "")]


def test_a_detached_head_is_said(linux: Path) -> None:
    commit(linux)
    shell("git checkout -q --detach", linux)
    assert found(linux, "main..") == [("warning", "detached", "")]


def test_a_patch_for_two_projects_is_said_at_both(linux: Path) -> None:
    (linux / "tools" / "perf").mkdir(parents=True, exist_ok=True)
    (linux / "tools" / "perf" / "x.c").write_text("1\n")
    commit(linux)
    assert found(linux, "main..") == [("warning", "mixed", "mm: fix it")] * 2


def test_a_merge_is_passed_over(linux: Path) -> None:
    commit(linux, "mm: one")
    shell("git switch -qc other main", linux)
    commit(linux, "mm: other", "mm/other.c")
    shell("git switch -q topic; git merge -q --no-edit other", linux)
    ended = check(linux, "--skip-check=checker", "main..")
    assert (ended.code, ended.out) == (0, "")
    assert "is a merge: it makes no patch, and is skipped" in ended.err


def test_a_subject_is_looked_at_as_it_was_committed(linux: Path) -> None:
    commit(linux, "[wip] mm: fix it")
    assert found(linux, "main..") == [
        ("warning", "subject", "[wip] mm: fix it"),
        ("error", "work-in-progress", "[wip] mm: fix it"),
        ("error", "round-trip", "[wip] mm: fix it"),
    ]


def test_a_patch_file_is_looked_at_as_it_is(linux: Path) -> None:
    commit(linux, "mm: fix it", "mm/slab.c", "BAD ")
    shell("git format-patch -q -1 -o ..; sed -i 's/^+BAD $/+good/' ../0001-mm-fix-it.patch", linux)
    assert found(linux, "../0001-mm-fix-it.patch") == []
    assert found(linux, "main..") == [("warning", "whitespace", "mm: fix it")]


def test_a_root_commit_can_be_looked_at(linux: Path) -> None:
    root = shell("git rev-list --max-parents=0 HEAD", linux).strip()
    assert ("error", "sign-off", "all: begin") in found(linux, root)


def test_the_users_config_signs_nothing_off(linux: Path) -> None:
    commit(linux, "mm: fix it", "mm/slab.c", "2", "--no-signoff")
    config("format.signOff", "true")
    assert found(linux, "main..") == [("error", "sign-off", "mm: fix it")]


def test_an_empty_range_and_no_patch_are_errors(linux: Path) -> None:
    ended = check(linux, "main..")
    assert ended.code == 1
    assert "names no commits" in ended.err
    ended = check(linux, "-", stdin="hello\n")
    assert ended.code != 0
    assert "there is no patch in it" in ended.err


SIBLING = """
schema = 1
[host]
name = "linux"
versions = "v[0-9]*"
[project.tool]
url = "git://example.org/tool.git"
route.to = ["tool@example.org"]
[[project.tool.pin]]
host = "v6.1"
revision = "v1"
"""


def test_patches_against_the_pinned_revision_are_said(src: Path, tmp_path: Path, command: Command) -> None:
    shell(
        f"""
        git init -q -b main .; echo 1 > a; git add .; git commit -qm 'a: begin'; git tag v1
        echo 2 > a; git commit -qam 'a: go on'
        git config --global url.{tmp_path}/tool.insteadOf git://example.org/tool.git
        """,
        tmp_path / "tool",
    )
    (src / "linux").mkdir()
    (src / "linux" / "subprojects.toml").write_text(SIBLING)
    shell("git init -q .; git add .; git commit -qm 6.1; git tag -am v6.1 v6.1", src / "linux")
    assert command("clone-project", "-q", "tool", cwd=src / "linux").code == 0
    tool = src / "tool"
    shell("git switch -qc fix; echo 3 > b; git add .; git commit -qm 'b: add'", tool)
    ended = check(tool, "HEAD")
    assert "warning: old-base: tool\n    the patches are based on v1, which the manifest pins" in ended.out
    assert "git rebase --onto origin/main v1" in ended.out
    shell("git rebase -q --onto origin/main v1", tool)
    assert check(tool, "HEAD").out == ""


def test_from_a_subfolder_it_is_the_same(linux: Path) -> None:
    commit(linux, "mm: fix it", "mm/slab.c", "BAD ")
    shell("git format-patch -q -1", linux / "mm")
    expected = [("warning", "whitespace", "mm: fix it"), ("warning", "checker", "mm: fix it")]
    for words in (["HEAD"], ["0001-mm-fix-it.patch"]):
        answer = json.loads(check(linux / "mm", "--json", "--allow-checker", *words).out)["findings"]
        assert [(one["severity"], one["name"], one["subject"]) for one in answer] == expected


def test_patches_that_touch_nothing_of_a_project(linux: Path) -> None:
    commit(linux)
    for what in ("--check", "--send"):
        ended = inside("route-patch", what, "--project=perf", "HEAD", cwd=linux)
        assert ended.code == 1
        assert "these patches touch nothing of perf" in ended.err


def test_without_a_home_leave_is_given_each_time(linux: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(linux)
    config("x.y", "z")
    for key in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(key)
    assert check(linux, "--allow-checker", "main..").out == ""
    assert (linux.parent / "ran").read_text() == "ran\n"
    assert "not yet allowed in this repository" in check(linux, "main..").out


def test_a_checker_that_wants_a_base_is_left_out_where_there_is_none(linux: Path) -> None:
    text = (linux / "subprojects.toml").read_text().replace('"./checker", "{patch}"', '"false", "{base}"')
    (linux / "subprojects.toml").write_text(text)
    commit(linux)
    shell("git format-patch -q -1 -o ..", linux)
    assert "checker" not in check(linux, "--allow-checker", "../0001-mm-fix-it.patch").out


def test_where_leave_cannot_be_kept_it_is_said(linux: Path) -> None:
    commit(linux)
    state = Path(os.environ["HOME"], ".local", "state")
    state.parent.mkdir(exist_ok=True)
    state.write_text("in the way")
    ended = check(linux, "--allow-checker", "main..")
    assert ended.code == 128
    assert ".local/state" in ended.err
    assert not (linux.parent / "ran").exists()


@pytest.mark.parametrize(
    "script",
    [
        "#!/no/interpreter\n",
        "#!/usr/bin/env python3\nimport no_such\n",
        "#!/bin/sh\nno-such-program-x\n",
        None,
    ],
)
def test_a_checker_that_cannot_run_is_one_note(linux: Path, script: str | None) -> None:
    commit(linux, "mm: one", "mm/slab.c", "2")
    commit(linux, "mm: two", "mm/slab.c", "3")
    if script is None:
        (linux / "checker").chmod(0o644)
    else:
        (linux / "checker").write_text(script)
    ended = check(linux, "--allow-checker", "--json", "main..")
    findings = [finding for finding in json.loads(ended.out)["findings"] if finding["name"] == "checker"]
    assert [(finding["severity"], finding["subject"]) for finding in findings] == [("note", None)]
    assert "checker {patch} cannot run here" in findings[0]["message"].replace("'", "")


def test_a_sign_off_goes_above_the_notes(linux: Path) -> None:
    commit(linux, "mm: fix it", "mm/slab.c", "2", "--no-signoff")
    shell("git commit -q --amend -m 'mm: fix it' -m 'It is broken.' -m '---' -m 'v2: better'", linux)
    ended = check(linux, "main..")
    assert "hint: write it above the line '---': git commit --amend" in ended.out
    shell("git commit -q --amend --no-edit --signoff", linux)
    assert ("error", "sign-off", "mm: fix it") in found(linux, "main.."), "git has written it below"


def test_carriage_returns_of_a_file_are_no_errors(linux: Path) -> None:
    (linux / "mm" / "dos.c").write_bytes(b"1\r\n2\r\n3\r\n")
    shell("git add .; git commit -qm 'mm: dos'; git branch -f main", linux)
    (linux / "mm" / "dos.c").write_bytes(b"1\r\n2\r\nnew\r\n3\r\n")
    commit(linux, "mm: more", "mm/other.c", "1")
    assert "whitespace" not in [name for _, name, _ in found(linux, "main..")]
    (linux / "mm" / "dos.c").write_bytes(b"1\r\n2\r\nnew  \r\n3\r\n")
    shell("git commit -qa --amend --no-edit", linux)
    ended = check(linux, "main..")
    assert "hint: git -c core.whitespace=cr-at-eol rebase --whitespace=fix " in ended.out
