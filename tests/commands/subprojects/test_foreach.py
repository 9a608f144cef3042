"""``git subprojects foreach``, ``grep``, ``diff`` and ``log``: one command in every clone."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pexpect
import pytest

from tests.support.commands import Command, run, shell
from tests.support.processes import until

pytestmark = pytest.mark.slow

MANIFEST = 'schema = 1\n[host]\nname = "linux"\nversions = "v*"\n'


@pytest.fixture
def linux(tmp_path: Path) -> Path:
    """Return a host with the siblings one, two and three, of which two is in a group; absent is not cloned."""
    top = tmp_path / "src" / "linux"
    shell("git init -q; git commit -q --allow-empty -m one; git tag v1", top)
    text = MANIFEST
    for name in ("one", "two", "three"):
        shell(f"git init -q; echo hello {name} > file; git add .; git commit -qm 'first of {name}'", top.parent / name)
        shell(f"git config subprojects.project {name}; git config subprojects.host ../linux", top.parent / name)
        text += f'[project.{name}]\nurl = "../{name}"\n' + ('groups = ["even"]\n' if name == "two" else "")
    (top / "subprojects.toml").write_text(f'{text}[project.absent]\nurl = "../absent"\n')
    return top


def test_a_command_runs_in_every_clone(linux: Path, command: Command) -> None:
    ended = command("subprojects", "foreach", "--", "git", "log", "--format=%s", cwd=linux)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == ("==> one <==\nfirst of one\n\n==> two <==\nfirst of two\n\n==> three <==\nfirst of three\n")
    quiet = command("subprojects", "foreach", "-q", "git", "log", "--format=%s", cwd=linux / "..")
    assert quiet.code == 128, "there is no repository there"
    quiet = command("subprojects", "foreach", "-q", "git", "log", "--format=%s", cwd=linux.parent / "two")
    assert quiet.out == "first of one\nfirst of two\nfirst of three\n"


def test_output_comes_in_order_however_long_each_takes(linux: Path, command: Command) -> None:
    script = 'test $SUBPROJECT_NAME = one && sleep .2; seq -f "$SUBPROJECT_NAME %g" 30000'
    ended = command("subprojects", "foreach", "-q", "-j3", script, cwd=linux)
    assert ended.code == 0
    expected = [f"{name} {number}" for name in ("one", "two", "three") for number in range(1, 30001)]
    assert ended.out.splitlines() == expected


def test_a_single_word_is_for_the_shell_and_knows_where_it_is(linux: Path, command: Command) -> None:
    (linux / "subprojects.toml").write_text(
        (linux / "subprojects.toml").read_text() + '[[project.three.pin]]\nhost = "v1"\nrevision = "v9"\n'
        '[project.four]\nurl = "../four"\nbranch = "stable"\n'
    )
    shell("git clone -q ../one .; git config subprojects.project four", linux.parent / "four")
    shell("git clone -q ../one ../two2; rm -rf ../two; mv ../two2 ../two", linux)
    shell("git config subprojects.project two", linux.parent / "two")
    names = " ".join(f"$SUBPROJECT_{name}" for name in ("NAME", "REVISION", "PATH", "HOST"))
    ended = command("subprojects", "foreach", "-q", f'echo {names} "$PWD"', cwd=linux)
    base = linux.parent
    assert [line.split() for line in ended.out.splitlines()] == [
        ["one", f"{base}/one", str(linux), f"{base}/one"],
        ["two", "main", f"{base}/two", str(linux), f"{base}/two"],
        ["three", "v9", f"{base}/three", str(linux), f"{base}/three"],
        ["four", "stable", f"{base}/four", str(linux), f"{base}/four"],
    ]


def test_git_in_a_clone_is_not_led_back_to_the_host(linux: Path) -> None:
    words = ("git", "subprojects", "foreach", "-q", "--", "git", "rev-parse", "--show-toplevel")
    ended = run(*words, cwd=linux, GIT_DIR=str(linux / ".git"), GIT_WORK_TREE=str(linux))
    assert ended.out.split() == [str(linux.parent / name) for name in ("one", "two", "three")]


def test_failures_are_collected(linux: Path, command: Command) -> None:
    script = "echo $SUBPROJECT_NAME; case $SUBPROJECT_NAME in one) exit 3;; two) kill -9 $$;; esac"
    ended = command("subprojects", "foreach", "-q", script, cwd=linux)
    assert ended.code == 1
    assert ended.out == "one\ntwo\nthree\n"
    assert ended.err == "error: one: sh ended with status 3\nerror: two: sh was ended by signal 9\n"


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_a_command_that_is_not_there(linux: Path, command: Command, jobs: str) -> None:
    (linux.parent / "two" / "only-here").write_text("#!/bin/sh\necho here\n")
    (linux.parent / "two" / "only-here").chmod(0o755)
    ended = command("subprojects", "foreach", "-q", jobs, "--", "./only-here", "word", cwd=linux)
    assert ended.code == 1
    assert ended.err == "".join(
        f"error: {name}: ./only-here cannot be started: No such file or directory\n" for name in ("one", "three")
    )
    assert jobs == "-j1" or ended.out == "here\n"


def test_lines_may_come_as_they_are_written(linux: Path, command: Command) -> None:
    script = "echo a; echo b >&2; printf c; test $SUBPROJECT_NAME != two"
    ended = command("subprojects", "foreach", "--interleave", script, cwd=linux)
    assert ended.code == 1
    assert sorted(ended.out.splitlines()) == sorted(f"{n}: {x}" for n in ("one", "two", "three") for x in "ac")
    assert sorted(ended.err.splitlines()) == sorted(
        ["one: b", "two: b", "three: b", "error: two: sh ended with status 1"]
    )
    ended = command("subprojects", "foreach", "--interleave", "--", "./nothing", "word", cwd=linux)
    assert ended.err.count("./nothing cannot be started") == 3


def test_messages_stand_below_what_they_are_about(linux: Path) -> None:
    words = ["git", "subprojects", "foreach", "echo out; echo err >&2"]
    both = subprocess.run(words, cwd=linux, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True).stdout
    assert both.decode().startswith("==> one <==\nout\nerr\n\n==> two <==\nout\nerr\n")


def test_alone_it_has_the_terminal(linux: Path) -> None:
    ended = run("git", "subprojects", "foreach", "-j1", "cat", cwd=linux, stdin="typed\n")
    assert ended.out == "==> one <==\ntyped\n\n==> two <==\n\n==> three <==\n"
    ended = run("git", "subprojects", "foreach", "-j2", "cat", cwd=linux, stdin="typed\n")
    assert ended.out == "==> one <==\n\n==> two <==\n\n==> three <==\n"


def test_only_some(linux: Path, command: Command) -> None:
    ended = command("subprojects", "foreach", "--group", "even", "--project", "one", "pwd", cwd=linux)
    assert ended.out.splitlines()[::3] == ["==> one <==", "==> two <=="]
    ended = command("subprojects", "foreach", "--project", "absent", "--project=nobody", "--", "pwd", cwd=linux)
    assert (ended.code, ended.out) == (1, "")
    assert "error: absent is not cloned\nhint: git clone-project absent\n" in ended.err
    assert "error: the manifest has no project 'nobody'" in ended.err


def test_what_is_no_clone_of_the_projects_is_not_entered(linux: Path, command: Command) -> None:
    shell("rm -rf one two; git init -q one; echo > two", linux.parent)
    ended = command("subprojects", "foreach", "-q", "pwd", cwd=linux)
    assert ended.out == f"{linux.parent}/three\n"
    ended = command("subprojects", "foreach", "--project", "one,two", "pwd", cwd=linux)
    assert ended.code == 1
    assert f"{linux.parent}/one is a git repository without a remote, not a clone of one" in ended.err
    assert f"{linux.parent}/two is a file, not a clone of two" in ended.err
    assert f"hint: if it is one, say so: git subprojects adopt {linux.parent}/two" in ended.err


def test_nothing_to_run_or_nowhere(linux: Path, command: Command) -> None:
    ended = command("subprojects", "foreach", "--", cwd=linux)
    assert (ended.code, ended.out) == (129, "")
    assert "no command is given" in ended.err
    shell("rm -rf one two three", linux.parent)
    ended = command("subprojects", "foreach", "pwd", cwd=linux)
    assert (ended.code, ended.err) == (0, "no project is cloned; git subprojects list shows what there is\n")
    assert command("subprojects", "foreach", "-j0", "pwd", cwd=linux).code == 129


def test_json_has_what_each_wrote(linux: Path, command: Command) -> None:
    ended = command("subprojects", "foreach", "--json", "--project=two", "cat file; echo oh >&2; exit 3", cwd=linux)
    assert ended.code == 1
    assert json.loads(ended.out)["projects"] == [
        {
            "name": "two",
            "path": str(linux.parent / "two"),
            "status": 3,
            "output": "hello two\n",
            "messages": "oh\n",
            "error": None,
        }
    ]


@pytest.mark.parametrize("words", [["-j3"], ["--interleave", "-j3"], ["-j1"]])
def test_what_runs_is_ended_with_it(linux: Path, words: list[str]) -> None:
    started = linux.parent / "started"
    started.mkdir()
    sleep = f"sleep 600.{linux.stat().st_ino}"
    script = f"touch {started}/$SUBPROJECT_NAME; exec {sleep}"
    process = subprocess.Popen(["git-subprojects", "foreach", *words, script], cwd=linux)
    number = 1 if "-j1" in words else 3
    until(lambda: len(list(started.iterdir())) == number)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 143
    # What has been killed may be seen for a moment more; it would sleep for longer than is waited here.
    until(lambda: sleep not in run("ps", "-eo", "args").out.splitlines())


def test_grep_finds_in_all(linux: Path, command: Command) -> None:
    ended = command("subprojects", "grep", "-n", "hello t", cwd=linux)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "==> two <==\nfile:1:hello two\n\n==> three <==\nfile:1:hello three\n"
    ended = command("subprojects", "grep", "--group", "even", "-q", "hello", cwd=linux)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    ended = command("subprojects", "-q", "grep", "hello", "--", "f*", ":!x", cwd=linux)
    assert ended.out == "file:hello one\nfile:hello two\nfile:hello three\n"
    assert command("subprojects", "grep", "nowhere", cwd=linux) == (1, "", "")
    assert command("subprojects", "grep", "-v", "hello", cwd=linux) == (1, "", "")


def test_diff_and_log_have_gits_own_words(linux: Path, command: Command) -> None:
    assert command("subprojects", "diff", cwd=linux) == (0, "", "")
    shell("echo more >> file", linux.parent / "two")
    ended = command("subprojects", "diff", "--stat", cwd=linux)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "==> two <==\n file | 1 +\n 1 file changed, 1 insertion(+)\n"
    assert command("subprojects", "diff", "--exit-code", "--name-only", cwd=linux).code == 1
    ended = command("subprojects", "log", "--project=one", "--jobs=1", "--format=%s", "-1", cwd=linux)
    assert ended.out == "==> one <==\nfirst of one\n"


def test_one_that_git_refuses_does_not_stop_the_others(linux: Path, command: Command) -> None:
    shell("git tag here", linux.parent / "two")
    ended = command("subprojects", "log", "--format=%s", "here", cwd=linux)
    assert (ended.code, ended.out) == (1, "==> two <==\nfirst of two\n")
    assert ended.err.startswith("error: one: ambiguous argument 'here': unknown revision")
    assert "\nerror: three: ambiguous argument 'here'" in ended.err
    shell("git branch here", linux.parent / "two")
    ended = command("subprojects", "log", "--project=two", "--format=%s", "here", cwd=linux)
    assert (ended.code, ended.err) == (0, "two: warning: refname 'here' is ambiguous.\n")


def test_a_word_that_git_does_not_know_is_said_once(linux: Path, command: Command) -> None:
    ended = command("subprojects", "grep", "--no-such", cwd=linux)
    assert (ended.code, ended.out) == (129, "")
    assert ended.err.count("error: unknown option `no-such'") == 1


def on_a_terminal(words: list[str], cwd: Path) -> tuple[int | None, str]:
    """Run git on a terminal; return its exit status, and what was to be seen."""
    child = pexpect.spawn("git", words, cwd=str(cwd), env={**os.environ, "TERM": "xterm"}, encoding="utf-8", timeout=60)
    text = child.read()
    child.close()
    return child.exitstatus, text


@pytest.mark.parametrize(
    ("setting", "shown"),
    [("core.pager=sed 's/^/paged: /'", True), ("pager.log=false", False), ("core.pager=cat", False)],
)
def test_the_pager_shows_it_on_a_terminal(linux: Path, setting: str, shown: bool) -> None:
    key, _, value = setting.partition("=")
    shell(f"git config --global core.pager 'sed s/^/paged:/'; git config --global {key} \"{value}\"", linux)
    status, text = on_a_terminal(["subprojects", "log", "--format=%C(auto)%h %s"], linux)
    assert status == 0
    assert ("paged: ==> two <==" in text) is shown
    assert "first of three" in text
    assert "\x1b[33m" in text, "in colour"
    _, text = on_a_terminal(["-c", "color.ui=never", "subprojects", "log"], linux)
    assert "\x1b" not in text


def test_leaving_the_pager_early_is_no_failure(linux: Path) -> None:
    shell("git config --global core.pager 'head -n 1'; seq 200000 > file", linux.parent / "one")
    status, text = on_a_terminal(["subprojects", "diff"], linux)
    assert (status, text) == (0, "==> one <==\r\n")
