"""``git route-patch --port``: patches on a new branch of the twin, or nothing, or conflicts to be resolved."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Command, run, shell
from tests.support.golden_files import assert_golden
from tests.support.twins import own_upstream, qemu, state, twin_of

__all__ = ["qemu"]

pytestmark = pytest.mark.slow

CONFLICTS = ("--port", "qemu-kvm", "--conflicts", "--branch", "ported")


def test_patches_that_apply_become_a_branch(qemu: Path, command: Command) -> None:
    there = twin_of(qemu)
    shell("echo x > 'hw/\"new\"'; ln -s pc.c hw/link; chmod +x README; git add .", qemu)
    shell(
        "git commit -qm $'Add all kinds\\n\\nWhy.' --author='Jürgen <j@example.org>' --date='1999-12-31T23:59:59-0330'",
        qemu,
    )
    before, mine = state(there), state(qemu)
    found = command("route-patch", "--port", "qemu-kvm", "topic~4", "topic~1", "topic", cwd=qemu)
    assert (found.code, found.out) == (0, ""), found.err
    assert_golden("route-patch-port", found.err)
    after = state(there)
    assert {key: after[key] for key in after if key != "refs"} == {key: before[key] for key in before if key != "refs"}
    assert set(after["refs"].splitlines()) - set(before["refs"].splitlines()) == {
        f"{run('git', 'rev-parse', 'port/pc-better', cwd=there).out.strip()} commit\trefs/heads/port/pc-better"
    }
    assert state(qemu) == mine
    assert shell("git log --format=%s origin/master..port/pc-better", there) == "Add all kinds\npc: Better\n"
    shell("git fsck --no-dangling", there)
    was = shell("git show --format='%an %ae %ad%n%B' --date=iso-strict topic | sed 's/^index.*//'", qemu)
    assert (
        shell("git show --format='%an %ae %ad%n%B' --date=iso-strict port/pc-better | sed 's/^index.*//'", there) == was
    )
    assert "route-patch: port" in shell("git reflog port/pc-better", there)


LATIN = """
git config i18n.commitEncoding ISO-8859-1
sed -i 1d README
export GIT_AUTHOR_NAME=$'J\\xfcrgen'
export GIT_AUTHOR_DATE='1999-12-31T23:59:59-0330'
printf 'README: Gr\\xfc\\xdfe\\n\\nText.\\n\\nAcked-by: B <b@c>\\n' | git commit -qaF -
"""


def test_author_and_message_are_kept_byte_for_byte(qemu: Path, command: Command) -> None:
    shell(LATIN, qemu)
    assert command("route-patch", "--port", "qemu-kvm", "--branch", "kept", "HEAD", cwd=qemu).code == 0
    wanted = shell("git cat-file commit HEAD | grep -a -v '^tree\\|^parent\\|^committer'", qemu)
    assert shell("git cat-file commit kept | grep -a -v '^tree\\|^parent\\|^committer'", twin_of(qemu)) == wanted
    assert "encoding ISO-8859-1" in wanted
    assert command("route-patch", "--port", "qemu-kvm", "--branch", "told", "-x", "HEAD", cwd=qemu).code == 0
    commit = shell("git rev-parse HEAD", qemu).strip()
    told = shell("git cat-file commit told", twin_of(qemu))
    assert told.endswith(f"Text.\n\nAcked-by: B <b@c>\n(cherry picked from commit {commit})\n")


def test_where_one_does_not_apply_nothing_is_written(qemu: Path, command: Command) -> None:
    before = state(twin_of(qemu))
    found = command("route-patch", "--port", "qemu-kvm", "master..", cwd=qemu)
    assert found.code == 1
    assert found.err.splitlines()[-2:] == [
        "error: nothing is written: 2 of 4 patches do not apply to qemu-kvm",
        "hint: --conflicts leaves them to be resolved in a work tree of their own",
    ]
    assert "hw/pc.c:32, last touched by" in found.out
    assert state(twin_of(qemu)) == before


def test_conflicts_are_left_for_git_to_go_on_with(qemu: Path, command: Command) -> None:
    there = twin_of(qemu)
    own_upstream(there)
    shell("git checkout -q HEAD~2 hw/lapic.c; git commit -qm 'lapic: As it was'; git push -q origin HEAD:master", there)
    before, mine = state(there), state(qemu)
    found = command(
        "route-patch", "--port", "qemu-kvm", "--conflicts", "--branch", "ported", "-x", "master..", cwd=qemu
    )
    assert found.code == 1
    assert_golden("route-patch-port-conflicts", found.err)
    tree = there.parent / "qemu-kvm-ported"
    assert shell("git log --format=%s origin/master..", tree) == "pc: Better\n"
    assert "<<<<<<<" in (tree / "hw" / "pc.c").read_text()
    after = state(there)
    assert {key: after[key] for key in ("HEAD", "index", "files", "config")} == {
        key: before[key] for key in ("HEAD", "index", "files", "config")
    }
    assert state(qemu) == mine
    shell("sed -i -e '/^<<<<<<</,/^=======/d' -e '/^>>>>>>>/d' hw/pc.c; git add hw/pc.c", tree)
    shell("git -c core.editor=true cherry-pick --continue", tree)
    assert shell("git log --format=%s origin/master..", tree) == "apic: Mend\npc: So\npc: Better\n"
    assert "mended" in (tree / "hw" / "lapic.c").read_text(), "git follows the new name of the file"
    assert shell("git log --format=%an/%b -1 HEAD~", tree).startswith("A. U. Thor/(cherry picked from commit")
    assert shell("git status --porcelain", tree) == ""


def test_conflicts_can_be_given_up(qemu: Path, command: Command) -> None:
    there = twin_of(qemu)
    before = state(there)
    found = command("route-patch", *CONFLICTS, "topic~2", cwd=qemu)
    assert found.code == 1
    hint = next(line for line in found.err.splitlines() if "to give up" in line).partition("to give up: ")[2]
    shell(hint, qemu)
    shell("git branch -D ported; git worktree prune", there)
    assert state(there) == {**before, "folder": state(there)["folder"]}


def test_what_is_there_already_is_left_out(qemu: Path, command: Command) -> None:
    before = state(twin_of(qemu))
    found = command("route-patch", "--port", "qemu-kvm", "HEAD", cwd=qemu)
    assert found.code == 0
    assert found.err.splitlines()[-1] == "qemu-kvm has all of it, and no branch is made"
    assert state(twin_of(qemu)) == before
    found = command("route-patch", "--port", "qemu-kvm", "--json", "topic~3", "topic", cwd=qemu)
    answer = json.loads(found.out)
    assert (answer["branch"], answer["worktree"]) == ("port/pc-better", None)
    assert [(one["subject"], one["ported"] is None) for one in answer["patches"]] == [
        ("pc: Better", False),
        ("README: Shorter", True),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--branch", "taken"], "there is a branch taken already"),
        (["--branch", "no..name"], "--branch: 'no..name' cannot be the name of a branch"),
        (["--branch", "-f"], "requires a value"),
    ],
)
def test_names_that_cannot_be(qemu: Path, command: Command, words: list[str], said: str) -> None:
    shell("git branch taken", twin_of(qemu))
    before = state(twin_of(qemu))
    found = command("route-patch", "--port", "qemu-kvm", *words, "topic~3", cwd=qemu)
    assert found.code in (128, 129)
    assert said in found.err
    assert state(twin_of(qemu)) == before


def test_a_branch_in_the_way_of_a_folder_of_branches(qemu: Path, command: Command) -> None:
    shell("git branch port", twin_of(qemu))
    before = state(twin_of(qemu))
    for words in (["topic~3"], ["--conflicts", "topic~2"]):
        found = command("route-patch", "--port", "qemu-kvm", *words, cwd=qemu)
        assert found.code == 128
        assert found.err.startswith("fatal: the branch port/pc-")
        assert "'refs/heads/port' exists" in found.err
        assert state(twin_of(qemu)) == before


def test_a_hook_that_stops_cherry_pick_is_told(qemu: Path, command: Command) -> None:
    hook = twin_of(qemu) / ".git" / "hooks" / "prepare-commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    # git am cannot know what file a patch that changes no lines is about; git cherry-pick follows its rename.
    shell("git update-ref refs/remotes/origin/master master~2", twin_of(qemu))
    shell("git switch -q master; chmod +x hw/apic.c; git commit -qam 'apic: Run it'", qemu)
    found = command("route-patch", *CONFLICTS, "HEAD", cwd=qemu)
    assert found.code == 1
    assert "error: 1 patch to go, and git cherry-pick has stopped: not today\n" in found.err


def test_a_name_that_is_taken_gets_a_number(qemu: Path, command: Command) -> None:
    for _ in range(2):
        assert command("route-patch", "--port", "qemu-kvm", "topic~3", cwd=qemu).code == 0
    branches = shell("git branch --list 'port/*'", twin_of(qemu))
    assert branches.split() == ["port/pc-better", "port/pc-better-2"]


def test_somebody_unknown_ports_nothing(qemu: Path) -> None:
    before = state(twin_of(qemu))
    unknown = {"GIT_COMMITTER_NAME": "", "GIT_COMMITTER_EMAIL": "", "GIT_CONFIG_COUNT": "1"}
    only = {"GIT_CONFIG_KEY_0": "user.useConfigOnly", "GIT_CONFIG_VALUE_0": "true"}
    found = run("git-route-patch", "--port", "qemu-kvm", "topic~3", cwd=qemu, **unknown, **only)
    assert found.code == 128
    assert "git does not know who you are" in found.err
    assert state(twin_of(qemu)) == before


def test_a_repository_that_cannot_be_written_to(qemu: Path, command: Command) -> None:
    there = twin_of(qemu)
    shell("git cat-file commit topic~3 | sed 's/^author .*/author nobody/' > ../broken", qemu)
    commit = shell("git hash-object -t commit --literally -w ../broken", qemu)
    before = state(there)
    found = command("route-patch", "--port", "qemu-kvm", commit.strip(), cwd=qemu)
    assert found.code == 128
    assert "git fast-import cannot make the commits:" in found.err
    assert state(there) == before, "the report of the crash has gone, too"


def test_a_folder_in_the_way(qemu: Path, command: Command) -> None:
    there = twin_of(qemu)
    (there.parent / "qemu-kvm-ported").mkdir()
    before = state(there)
    found = command("route-patch", *CONFLICTS, "topic~2", cwd=qemu)
    assert found.code == 128
    assert "qemu-kvm-ported is there already, and the conflicts cannot be left there" in found.err
    assert state(there) == before


def test_a_port_onto_another_revision_of_the_same_project(qemu: Path, command: Command) -> None:
    shell("git branch stable master; git switch -q stable; sed -i 's/line 30 of pc/stable/' hw/pc.c", qemu)
    shell("git commit -qam 'pc: Stable'; git cherry-pick topic > /dev/null; git switch -q topic", qemu)
    before = state(qemu)
    found = command("route-patch", "--port-onto", "stable", "-x", "topic~3", "topic", cwd=qemu / "hw")
    assert found.code == 0
    stable = shell("git rev-parse --short=12 stable", qemu).strip()
    assert found.err.splitlines()[1:] == [
        f"the new branch port/pc-better has 1 patch on top of stable ({stable})",
        "hint: git switch port/pc-better",
    ]
    assert shell("git log --format=%s stable..port/pc-better", qemu) == "pc: Better\n"
    assert "cherry picked from commit" in shell("git log -1 --format=%B port/pc-better", qemu)
    assert {**state(qemu), "refs": ""} == {**before, "refs": ""}
    found = command("route-patch", "--port-onto", "stable", "--json", "topic~4..", cwd=qemu)
    answer = json.loads(found.out)
    assert (found.code, answer["project"], answer["revision"], answer["branch"]) == (1, None, "stable", None)
    assert command("route-patch", "--port-onto", "stable", "topic~4..", cwd=qemu).out.startswith("stable\n")
    found = command("route-patch", "--port-onto", "stable", "--conflicts", "--branch", "ported", "topic~4..", cwd=qemu)
    assert found.code == 1
    assert "the new branch ported is checked out in ../qemu-ported, and has 1 patch on top of stable" in found.err
    assert "<<<<<<<" in (qemu.parent / "qemu-ported" / "hw" / "pc.c").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--port-onto", "nowhere"], "nowhere: there is no such commit to apply the patches to"),
        (["--port-onto", "master", "--port", "qemu-kvm"], "cannot be used together"),
        (["--port-onto", "master", "--clone"], "--clone goes with"),
    ],
)
def test_a_port_onto_what_cannot_be(qemu: Path, command: Command, words: list[str], said: str) -> None:
    found = command("route-patch", *words, "topic", cwd=qemu)
    assert found.code != 0
    assert said in found.err


def test_a_port_onto_what_has_it(qemu: Path, command: Command) -> None:
    found = command("route-patch", "--port-onto", "topic", "topic", cwd=qemu)
    assert (found.code, "topic has all of it, and no branch is made\n" in found.err) == (0, True)
