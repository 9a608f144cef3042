"""``git route-patch --twins``, ``--twin`` and ``--onto``, in a workspace of a host and a project with its twin."""

import json
import os
from pathlib import Path

import pexpect
import pytest

from tests.support.commands import Command, config, run, shell
from tests.support.golden_files import assert_golden
from tests.support.twins import own_upstream, qemu, state, twin_of, verdicts

__all__ = ["qemu"]

pytestmark = pytest.mark.slow


def test_what_people_read(qemu: Path, command: Command) -> None:
    before = state(qemu), state(twin_of(qemu))
    found = command("route-patch", "--twins", "master..", cwd=qemu)
    assert found.code == 1
    assert found.err == "2 of 4 patches do not apply to qemu-kvm\n"
    assert_golden("route-patch-twins", found.out)
    assert (state(qemu), state(twin_of(qemu))) == before


def test_the_twin_need_not_say_it(qemu: Path, command: Command) -> None:
    shell("git switch -qc theirs; sed -i 's/line 15 of pc/x/' hw/pc.c; git commit -qam 'pc: X'", twin_of(qemu))
    found = command("route-patch", "--twins", "--json", "HEAD", cwd=twin_of(qemu))
    assert (found.code, verdicts(found.out)) == (0, [["clean"]]), found.err
    (twin,) = json.loads(found.out)["patches"][0]["twins"]
    assert twin["project"] == "qemu"
    assert twin["revision"] == "origin/master"
    assert twin["offset"] == [{"path": "hw/pc.c", "line": 15, "lines": -2, "fuzz": 0}]
    assert [one["address"] for one in twin["destinations"][0]["to"]] == ["qemu@example.org"]


def test_json_tells_all_of_each_patch(qemu: Path, command: Command) -> None:
    found = command("route-patch", "--twins", "--json", "master..", cwd=qemu)
    patches = json.loads(found.out)["patches"]
    assert verdicts(found.out) == [["clean"], ["conflict"], ["missing"], ["already"]]
    clean, conflict, missing, already = (patch["twins"][0] for patch in patches)
    assert clean["offset"] == [{"path": "hw/pc.c", "line": 22, "lines": 2, "fuzz": 0}]
    assert [one["address"] for one in clean["destinations"][0]["cc"]] == ["hw@example.org"]
    (file,) = conflict["files"]
    assert (file["path"], file["lines"], file["commit"]["subject"]) == ("hw/pc.c", [[32, 32]], "pc: Go our own way")
    (file,) = missing["files"]
    assert (file["renamed_to"], file["commit"]["subject"], file["there"]) == (
        "hw/lapic.c",
        "hw: Rename the apic",
        "clean",
    )
    assert already["destinations"] == []
    assert [one["address"] for one in patches[3]["destinations"][0]["to"]] == ["qemu@example.org"]


def test_a_range_is_a_series_and_commits_on_stdin_are_alone(qemu: Path, command: Command) -> None:
    shell("git reset -q --hard master", qemu)
    shell("echo new > hw/new; git add .; git commit -qm one; echo more >> hw/new; git commit -qam two", qemu)
    assert verdicts(command("route-patch", "--twins", "--json", "master..", cwd=qemu).out) == [["clean"], ["clean"]]
    commits = shell("git rev-list --reverse master..", qemu)
    alone = run("git-route-patch", "--twins", "--onto", "master", "--stdin", cwd=qemu, stdin=f"{commits}nothing\n")
    first, second, third = (json.loads(line) for line in alone.out.splitlines())
    assert [first["twins"][0]["verdict"], first["onto"][0]["verdict"]] == ["clean", "clean"]
    assert [second["twins"][0]["verdict"], second["onto"][0]["verdict"]] == ["missing", "missing"]
    assert third["error"] == "there is no such commit"
    assert "twins" not in third


def test_a_merge_is_said_and_by_choice_stands_for_what_it_brought(qemu: Path, command: Command) -> None:
    shell("git switch -q master; git merge -q --no-ff -m 'Merge the topic' topic~3", qemu)
    found = command("route-patch", "--twins", "--json", "master~..master", cwd=qemu)
    assert found.err.endswith(" is a merge: it makes no patch, and is skipped\n")
    assert verdicts(found.out) == [["clean"]]
    found = command("route-patch", "--twins", "--json", "--first-parent", "master~..master", cwd=qemu)
    assert [patch["subject"] for patch in json.loads(found.out)["patches"]] == ["Merge the topic"]
    assert verdicts(found.out) == [["clean"]]
    alone = run("git-route-patch", "--twins", "--stdin", cwd=qemu, stdin="master\n")
    (twin,) = json.loads(alone.out)["twins"]
    assert (twin["verdict"], twin["error"][:31]) == (None, "a merge makes no patch; --first")
    alone = run("git-route-patch", "--twins", "--first-parent", "--stdin", cwd=qemu, stdin="master\n")
    assert json.loads(alone.out)["twins"][0]["verdict"] == "clean"


def test_a_patch_that_is_there_though_its_lines_have_changed_since(qemu: Path, command: Command) -> None:
    there = twin_of(qemu)
    own_upstream(there)
    shell("git fetch -q ../qemu topic; git cherry-pick FETCH_HEAD~3; sed -i 's/a better line/the best/' hw/pc.c", there)
    shell("git commit -qam 'pc: Best'; git push -q origin HEAD:master", there)
    shell("git commit -q --amend --no-edit --date=2020-01-01T00:00:00Z", qemu)
    shell("git rebase -q --onto master topic~4 topic 2>&1", qemu)
    found = command("route-patch", "--twins", "--json", "topic~3", cwd=qemu)
    (twin,) = json.loads(found.out)["patches"][0]["twins"]
    assert (twin["verdict"], twin["by"]["subject"]) == ("already", "pc: Better")


def test_a_patch_that_was_applied_and_reverted_is_told(qemu: Path, command: Command) -> None:
    there = twin_of(qemu)
    own_upstream(there)
    shell("git fetch -q ../qemu topic; git cherry-pick FETCH_HEAD~3; git revert --no-edit HEAD", there)
    shell("git push -q origin HEAD:master", there)
    found = command("route-patch", "--twins", "--json", "topic~3", cwd=qemu)
    (twin,) = json.loads(found.out)["patches"][0]["twins"]
    told = twin["verdict"], twin["by"]["subject"], twin["reverted"]["subject"]
    assert told == ("clean", "pc: Better", 'Revert "pc: Better"')
    # Who resolves conflicts in a revert leaves what git says of it in the message.
    message = shell("git log -1 --format=%B", there)
    shell("git reset -q --hard HEAD~; sed -i 's/a better line/the best/' hw/pc.c", there)
    shell(f"git commit -qam '{message}'; git push -qf origin HEAD:master", there)
    found = command("route-patch", "--twins", "topic~3", cwd=qemu)
    assert "  conflict  " in found.out
    assert "was applied by " in found.out
    assert ", and reverted by " in found.out
    shell("git revert --no-edit HEAD; git push -q origin HEAD:master", there)
    found = command("route-patch", "--twins", "--json", "topic~3", cwd=qemu)
    assert verdicts(found.out) == [["already"]]


def test_renamed_files_are_followed_as_git_follows_them(qemu: Path, command: Command) -> None:
    shell("git update-ref refs/remotes/origin/master master~2", twin_of(qemu))
    shell("git switch -q master; chmod +x hw/apic.c; git commit -qam 'apic: Run it'", qemu)
    found = command("route-patch", "--twins", "HEAD", "topic~1", cwd=qemu)
    assert "hw/apic.c is hw/lapic.c there\n" in found.out
    assert "git cherry-pick applies it: it compares whole trees" in found.out
    as_json = command("route-patch", "--twins", "--json", "HEAD", "topic~1", cwd=qemu)
    told = {patch["subject"]: patch["twins"][0] for patch in json.loads(as_json.out)["patches"]}
    run_it, mend = told["apic: Run it"], told["apic: Mend"]
    assert (run_it["verdict"], run_it["cherry_pick"]) == ("missing", True)
    (file,) = mend["files"]
    assert (mend["verdict"], file["verdict"], file["renamed_to"]) == ("clean", "clean", "hw/lapic.c")


def test_what_was_fetched_last_counts_and_fetch_brings_more(qemu: Path, command: Command) -> None:
    other = qemu.parent / "other"
    own_upstream(twin_of(qemu))
    origin = shell("git config remote.origin.url", twin_of(qemu)).strip()
    shell(
        f"git clone -q {origin} other; cd other; sed -i 's/line 20 of pc/x/' hw/pc.c; git commit -qam x; git push -q",
        other.parent,
    )
    assert verdicts(command("route-patch", "--twins", "--json", "topic~3", cwd=qemu).out) == [["clean"]]
    found = command("route-patch", "--twins", "--fetch", "--json", "topic~3", cwd=qemu)
    assert "qemu-kvm: fetching origin" in found.err
    assert verdicts(found.out) == [["conflict"]]


def test_another_project_is_a_twin_where_it_is_named(qemu: Path, command: Command) -> None:
    manifest = qemu.parent / "linux" / "subprojects.toml"
    manifest.write_text(manifest.read_text().replace('twins = ["qemu-kvm"]\n', ""))
    found = command("route-patch", "--twins", "HEAD", cwd=qemu)
    assert (found.code, found.err.splitlines()) == (
        128,
        [
            "fatal: subprojects.toml names no twin of qemu",
            "hint: --twin PROJECT names one; see 'twins' in gitsubprojects(5)",
        ],
    )
    found = command("route-patch", "--twin", "qemu-kvm", "--twin", "linux", "--json", "HEAD", cwd=qemu)
    assert verdicts(found.out) == [["already", "missing"]], found.err
    assert [one["project"] for one in json.loads(found.out)["patches"][0]["twins"]] == ["qemu-kvm", "linux"]
    for asked, what in (("qemu", "the patches are for qemu itself"), ("qemo", "there is no project 'qemo'")):
        found = command("route-patch", "--twin", asked, "HEAD", cwd=qemu)
        assert found.code != 0
        assert what in found.err


def test_a_twin_that_is_not_cloned(qemu: Path, command: Command) -> None:
    config("protocol.file.allow", "always")
    shell("rm -rf qemu-kvm", qemu.parent)
    found = command("route-patch", "--twins", "--json", "HEAD", cwd=qemu)
    assert found.code == 1
    assert "hint: git clone-project qemu-kvm, or --clone" in found.err
    (twin,) = json.loads(found.out)["patches"][0]["twins"]
    assert (twin["verdict"], twin["error"].partition(":")[0]) == (None, "qemu-kvm is not cloned")
    found = command("route-patch", "--twins", "--clone", "--json", "HEAD", cwd=qemu)
    assert (found.code, verdicts(found.out)) == (0, [["already"]]), found.err
    assert (twin_of(qemu) / "hw" / "lapic.c").exists()


@pytest.mark.parametrize(("answer", "verdict"), [("y", "clean"), ("n", None)])
def test_the_clone_is_offered_on_a_terminal(qemu: Path, answer: str, verdict: str | None) -> None:
    config("protocol.file.allow", "always")
    shell("rm -rf qemu-kvm", qemu.parent)
    words = ["route-patch", "--twins", "topic~3"]
    terminal = {**os.environ, "TERM": "xterm"}
    child = pexpect.spawn("git", words, cwd=str(qemu), env=terminal, encoding="utf-8", timeout=60, echo=False)
    child.expect_exact("qemu-kvm is not cloned: there is no repository at")
    child.expect_exact("Clone it now? [y/N]")
    child.sendline(answer)
    shown = child.read()
    child.close()
    assert ("  clean     " in shown) == (verdict == "clean"), shown
    assert child.exitstatus == (0 if verdict else 1)
    assert twin_of(qemu).exists() == (verdict == "clean")


def test_the_host_is_a_twin_like_any_other(qemu: Path, command: Command) -> None:
    host = qemu.parent / "linux"
    manifest = (host / "subprojects.toml").read_text()
    (host / "subprojects.toml").write_text(manifest.replace('name = "linux"', 'name = "linux"\ntwins = ["qemu"]'))
    shell("git fetch -q ../qemu topic; git merge -q --allow-unrelated-histories -m 'Take qemu in' FETCH_HEAD~2", host)
    found = command("route-patch", "--twins", "--json", "topic~2..topic~1", cwd=qemu)
    assert verdicts(found.out) == [["missing", "clean"]], found.err
    twins = json.loads(found.out)["patches"][0]["twins"]
    assert [(one["project"], one["revision"]) for one in twins] == [("qemu-kvm", "origin/master"), ("linux", "HEAD")]
    assert twins[1]["destinations"][0]["to"][0]["address"] == "linux@example.org"
    found = command("route-patch", "--port", "host", "--branch", "ported", "topic~1", cwd=qemu)
    assert found.code == 0, found.err
    assert "mended" in shell("git show ported:hw/apic.c", host)
    found = command("route-patch", "--twins", "--json", "HEAD^2", cwd=host)
    assert [one["project"] for one in json.loads(found.out)["patches"][0]["twins"]] == ["qemu"]


def test_other_revisions(qemu: Path, command: Command) -> None:
    shell("git branch stable master; git switch -q stable; sed -i 's/line 30 of pc/stable/' hw/pc.c", qemu)
    shell("git commit -qam 'pc: Stable'; git cherry-pick topic > /dev/null; git switch -q topic", qemu)
    before = state(qemu)
    found = command("route-patch", "--onto", "master", "--onto", "stable", "master..topic", cwd=qemu)
    assert found.code == 1
    assert_golden("route-patch-onto", found.out)
    assert state(qemu) == before
    as_json = command("route-patch", "--onto", "master", "--onto", "stable", "--json", "master..topic", cwd=qemu)
    assert verdicts(as_json.out, "onto")[3] == ["clean", "already"]
    assert "twins" not in json.loads(as_json.out)["patches"][0]
    found = command("route-patch", "--onto", "nowhere", "HEAD", cwd=qemu)
    assert found.err.startswith("fatal: nowhere: there is no such commit to apply the patches to\n")


def test_paths_that_are_others_there(qemu: Path, command: Command) -> None:
    there = twin_of(qemu)
    own_upstream(there)
    shell(
        "mkdir -p accel/kvm; git mv hw/lapic.c accel/kvm/apic.c; git mv hw/pc.c accel/kvm/; git rm -q README;"
        "git commit -qm moved",
        there,
    )
    shell("git push -q origin HEAD:master", there)
    manifest = qemu.parent / "linux" / "subprojects.toml"
    twin = '[project.qemu.twin.qemu-kvm]\npaths = { "hw/" = "accel/kvm/", "README" = "accel/NOTES" }\n'
    manifest.write_text(manifest.read_text().replace('twins = ["qemu-kvm"]\n', "") + twin)
    found = command("route-patch", "--twins", "--json", "master..", cwd=qemu)
    assert verdicts(found.out) == [["clean"], ["conflict"], ["clean"], ["missing"]], found.err
    last = json.loads(found.out)["patches"][3]["twins"][0]["files"][0]
    assert (last["path"], last["renamed_to"]) == ("accel/NOTES", None)
    shell("git switch -qc theirs; sed -i 's/line 3 of apic/x/' accel/kvm/apic.c; git commit -qam x", there)
    found = command("route-patch", "--twins", "--json", "HEAD", cwd=there)
    assert verdicts(found.out) == [["clean"]], "the same map serves the other way round"


def test_options_that_belong_together(qemu: Path, command: Command) -> None:
    for words, said in (
        (["--fetch"], "--fetch goes with --twins, --twin or --port"),
        (["--first-parent"], "--first-parent goes with"),
        (["--conflicts"], "--conflicts goes with --port"),
        (["--branch", "x"], "--branch goes with --port"),
        (["--twins", "--check"], "options '--check' and '--twins' cannot be used together"),
        (["--onto", "HEAD", "--per-patch"], "options '--onto' and '--per-patch' cannot be used together"),
        (["--port", "qemu-kvm", "--stdin"], "options '--port' and '--stdin' cannot be used together"),
    ):
        found = command("route-patch", *words, "HEAD", cwd=qemu)
        assert (found.code, said in found.err) == (129, True), found.err
