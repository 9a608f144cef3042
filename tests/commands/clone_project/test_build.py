"""``--build``: a project's own argument lists, shown and run, and never unasked."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Command, config, listing, run, shell
from tests.support.daemon import Daemon
from tests.support.processes import until
from tests.support.repositories import make_host, upstream

pytestmark = pytest.mark.slow

MANIFEST = """
schema = 1

[project.one]
url = "{url}/one.git"
{one}

[project.two]
url = "{url}/two.git"

[project.perf]
within = ["tools/perf/"]
build = [["sh", "-c", "pwd > tools/perf/built"]]
"""


def host_with(src: Path, daemon: Daemon, build: str, *more: str) -> Path:
    for name in ("one", "two"):
        upstream(daemon.base, name)
    return make_host(src, MANIFEST.format(url=daemon.url, one="\n".join([f"build = {build}", *more])))


def outcomes(text: str) -> list[dict[str, Any]]:
    data = json.loads(text)
    assert data["version"] == 1
    return list(data["projects"])


def test_the_lists_run_one_after_another_each_shown_before(src: Path, daemon: Daemon) -> None:
    host = host_with(src, daemon, '[["sh", "-c", "echo $PWD; touch first"], ["sh", "-c", "ls -m; echo err >&2"]]')
    ended = run("git-clone-project", "--build", "one", cwd=host)
    assert (ended.code, ended.out) == (0, f"{src}/one\nfile, first\n")
    said = [line for line in ended.err.splitlines() if not line.startswith("hint")]
    assert said[2:] == [
        f"one: in {src}/one: sh -c 'echo $PWD; touch first'",
        f"one: in {src}/one: sh -c 'ls -m; echo err >&2'",
        "err",
        "one: built",
    ]
    assert "hint: build one" not in ended.err


def test_jobs_and_host_are_filled_in_and_nothing_else(src: Path, daemon: Daemon, command: Command) -> None:
    words = "-j{jobs} --with={host}/x {jobs}{jobs} {other} $HOME ~ * $(touch${IFS}oops) ;touch oops"
    host = host_with(src, daemon, f'[["printf", "%s\\\\n", {", ".join(map(json.dumps, words.split(" ")))}]]')
    ended = command("clone-project", "--build", "-j", "3", "one", cwd=host / "tools")
    expected = ["-j3", f"--with={host}/x", "33", *words.split(" ")[3:]]
    assert (ended.code, ended.out.splitlines()) == (0, expected), ended.err
    assert listing(src / "one") == {".git", "file"}


def test_by_default_there_are_as_many_jobs_as_cores(src: Path, daemon: Daemon, command: Command) -> None:
    host = host_with(src, daemon, '[["echo", "{jobs}"]]')
    config("subprojects.jobs", "7")
    assert command("clone-project", "--build", "one", cwd=host).out == f"{os.cpu_count()}\n"


def test_in_a_linked_work_tree_the_host_is_that_one(
    src: Path, daemon: Daemon, command: Command, tmp_path: Path
) -> None:
    host = host_with(src, daemon, '[["echo", "{host}"]]')
    shell(f"git worktree add -q {tmp_path}/topic", host)
    ended = command("clone-project", "--build", "one", "perf", cwd=tmp_path / "topic")
    assert ended.out == f"{tmp_path}/topic\n"
    assert (tmp_path / "topic/tools/perf/built").read_text() == f"{tmp_path}/topic\n"


def test_the_build_directory_is_made(src: Path, daemon: Daemon, command: Command) -> None:
    host = host_with(src, daemon, '[["sh", "-c", "pwd; cat ../../file"]]', 'build-directory = "out/here"')
    ended = command("clone-project", "--build", "one", cwd=host)
    assert ended.out == f"{src}/one/out/here\nhello\n"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("touch {one}/out", "{one}/out: File exists"),
        ("ln -s {one}/../two {one}/out", "{one}/out: a symbolic link leads to {one}/../two"),
    ],
)
def test_a_build_directory_that_cannot_be_made(
    src: Path, daemon: Daemon, command: Command, script: str, message: str
) -> None:
    host = host_with(src, daemon, '[["touch", "ran"]]', 'build-directory = "out"')
    command("clone-project", "-q", "one", cwd=host)
    shell(script.format(one=src / "one"), src)
    ended = command("clone-project", "--build", "one", cwd=host)
    assert ended.code == 1
    assert f"error: one: {message.format(one=src / 'one').replace('one/../', '')}\n" in ended.err
    assert not list(src.rglob("ran"))


@pytest.mark.parametrize(
    ("build", "message", "hint"),
    [
        ('[["false"], ["touch", "ran"]]', "false ended with status 1", "its output is above; it ran in {src}/one"),
        ('[["sh", "-c", "exit 7"], ["touch", "ran"]]', "sh -c 'exit 7' ended with status 7", "its output is above"),
        ('[["no-such-program", "x"], ["touch", "ran"]]', "no-such-program x: No such file", "is no-such-program inst"),
        ('[["./file"], ["touch", "ran"]]', "./file: Permission denied", "is ./file installed?"),
    ],
)
def test_a_failing_build_is_that_projects_failure(
    src: Path, daemon: Daemon, command: Command, build: str, message: str, hint: str
) -> None:
    host = host_with(src, daemon, build)
    ended = command("clone-project", "--build", "one,perf", "--json", cwd=host)
    assert ended.code == 1
    assert f"error: one: {message}" in ended.err
    assert f"\nhint: {hint.format(src=src)}" in ended.err
    assert "error: 1 of 2 projects failed: one\n" in ended.err
    one, perf = outcomes(ended.out)
    assert (one["state"], perf["state"], perf["built"]) == ("failed", "in-tree", True)
    assert message in one["error"]
    assert listing(src / "one") == {".git", "file"}, "the clone stays, and no later command has run"


def test_nothing_runs_unasked(src: Path, daemon: Daemon, command: Command) -> None:
    host = host_with(src, daemon, '[["touch", "ran"]]')
    for words in (["-n", "--build"], [], ["-n", "--build"], []):
        assert command("clone-project", "--all", *words, cwd=host).code == 0
    assert not list(src.rglob("ran"))
    assert not list(src.rglob("built"))


def test_what_is_there_or_in_the_tree_is_built_too(src: Path, daemon: Daemon, command: Command) -> None:
    host = host_with(src, daemon, '[["touch", "ran"]]')
    command("clone-project", "-q", "one", cwd=host)
    ended = command("clone-project", "--build", "one,perf,two", "--json", cwd=host)
    assert ended.code == 0
    assert [(one["state"], one["built"]) for one in outcomes(ended.out)] == [
        ("present", True),
        ("in-tree", True),
        ("cloned", False),
    ]
    assert (src / "one/ran").exists()
    assert (host / "tools/perf/built").read_text() == f"{host}\n"
    assert "warning: two: the manifest does not say how to build it\n" in ended.err


def test_what_could_not_be_cloned_is_not_built(src: Path, daemon: Daemon, command: Command) -> None:
    host = host_with(src, daemon, '[["touch", "../ran"]]', 'branch = "none"')
    assert command("clone-project", "--build", "one", cwd=host).code == 1
    assert listing(src) == {"linux"}


def test_with_json_the_output_goes_elsewhere(src: Path, daemon: Daemon) -> None:
    host = host_with(src, daemon, '[["echo", "chatter"]]')
    ended = run("git-clone-project", "--build", "--json", "one", cwd=host)
    assert outcomes(ended.out)[0]["built"] is True
    assert "\nchatter\n" in ended.err


def test_quiet_lets_only_the_builds_own_output_through(src: Path, daemon: Daemon, command: Command) -> None:
    host = host_with(src, daemon, '[["echo", "chatter"]]')
    assert command("clone-project", "-q", "--build", "one", cwd=host) == (0, "chatter\n", "")


def test_variables_of_git_do_not_reach_it(
    src: Path, daemon: Daemon, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = host_with(src, daemon, '[["git", "rev-parse", "--show-toplevel"]]')
    monkeypatch.setenv("GIT_DIR", str(host / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(host))
    assert command("clone-project", "--build", "one", cwd=host).out == f"{src}/one\n"


@pytest.mark.parametrize("folder", [".", "tools/perf", "../two"])
@pytest.mark.parametrize("keys", ["", 'build-directory = "out"'])
def test_what_comes_next_can_be_pasted(src: Path, daemon: Daemon, command: Command, folder: str, keys: str) -> None:
    host = host_with(src, daemon, '[["sh", "-c", "echo $PWD $1", "x", "{host} {jobs}"]]', keys)
    command("clone-project", "-q", "two", cwd=host)
    ended = command("clone-project", "one", "perf", cwd=host / folder)
    lines = (line.removeprefix("hint: ").partition(": ") for line in ended.err.splitlines())
    hints = {what: pasted for what, _, pasted in lines}
    place = src / "one/out" if keys else src / "one"
    assert shell(hints["build one"], host / folder) == f"{place} {host} {os.cpu_count()}\n"
    shell(hints["build perf"], host / folder)
    assert (host / "tools/perf/built").read_text() == f"{host}\n"
    for project, top in (("one", src / "one"), ("perf", host)):
        pasted = hints[f"where patches to {project} go"]
        asked = pasted.replace("route-patch HEAD", "rev-parse --show-toplevel")
        assert pasted != asked
        assert shell(asked, host / folder) == f"{top}\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_the_build_is_asked_to_end(src: Path, daemon: Daemon, number: signal.Signals, code: int) -> None:
    script = "trap 'echo asked > ended; kill $!; exit 1' TERM INT; sleep 600 & touch started; wait"
    host = host_with(src, daemon, json.dumps([["sh", "-c", script], ["touch", "later"]]))
    with subprocess.Popen(
        ["git-clone-project", "--build", "one"], cwd=host, stderr=subprocess.PIPE, text=True
    ) as process:
        until((src / "one/started").exists)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert (src / "one/ended").exists()
    assert not (src / "one/later").exists()
    assert "Traceback" not in err
