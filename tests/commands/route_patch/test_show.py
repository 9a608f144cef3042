"""``git route-patch`` from end to end: where it runs, what it is asked for, and what it answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Command, config, run, shell
from tests.support.golden_files import assert_golden
from tests.support.repositories import make_host, make_repository

MANIFEST = """
schema = 1

[host]
name = "linux"
route.cc = ["linux-kernel@example.org"]
[[host.rule]]
paths = ["mm/"]
to = ["M. Maintainer <mm@example.org>"]

[project.perf]
within = ["tools/perf/"]
venue.guide = "tools/perf/Documentation/patches.txt"
[[project.perf.rule]]
paths = ["*.c", "builtin*"]
to = ["perf@example.org"]
cc = ["P. Reviewer <reviewer@example.org>", '"Last, First" <last@example.org>']

[project.bpf]
within = ["tools/bpf/"]
venue = { kind = "github", guide = "https://example.org/guide" }

[project.one]
url = "https://example.org/one.git"
[[project.one.rule]]
paths = ["*.c"]
to = ["one@example.org"]
"""

HISTORY = """
mkdir -p mm tools/bpf
echo 1 > mm/slab.c; git add .; git commit -qm 'mm: add the slab'
echo 2 > tools/perf/builtin.c; git commit -qam 'perf: fix it'
echo 3 > tools/bpf/x; echo 3 > tools/perf/notes; echo 3 > fs; git add .; git commit -qm 'Touch three projects'
"""


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a host with three commits, the last of which touches three projects."""
    return make_host(src, MANIFEST, HISTORY, kept=True)


@pytest.fixture
def one(src: Path, linux: Path) -> Path:
    """Return a sibling of that host with a commit."""
    shell("git init -q . && echo 1 > a.c && git add . && git commit -qm 'one: begin'", src / "one")
    shell("git config subprojects.host ../linux && git config subprojects.project one", src / "one")
    return src / "one"


def destinations(text: str) -> list[dict[str, Any]]:
    """Return the answer in JSON."""
    data = json.loads(text)
    assert data.pop("version") == 1
    found = data.pop("destinations")
    assert data == {}
    assert isinstance(found, list)
    return found


def mixed(linux: Path) -> str:
    """Return what is said of the last commit."""
    commit = shell("git rev-parse HEAD", linux)[:12]
    return f"warning: {commit} touches several projects, and each would get all of it; better split it\n"


def test_what_people_read(command: Command, linux: Path) -> None:
    ended = command("route-patch", "HEAD~3..", cwd=linux)
    assert (ended.code, ended.err) == (0, mixed(linux))
    assert_golden("route-patch", ended.out)


def test_explained(command: Command, linux: Path) -> None:
    ended = command("route-patch", "--explain", "HEAD~3..", cwd=linux)
    assert (ended.code, ended.err) == (0, mixed(linux))
    assert_golden("route-patch-explain", ended.out)


def test_in_json(command: Command, linux: Path) -> None:
    ended = command("route-patch", "--json", "HEAD~2..HEAD~1", cwd=linux)
    commit = shell("git rev-parse HEAD~1", linux).strip()
    path = "tools/perf/builtin.c"
    reasons = [{"key": "project.perf.rule[0].cc", "pattern": "*.c", "section": None, "paths": [path]}]
    reviewer = {"role": "reviewer", "title": None, "reasons": reasons}
    assert destinations(ended.out) == [
        {
            "project": "perf",
            "venue": "email",
            "url": None,
            "guide": "tools/perf/Documentation/patches.txt",
            "to": [
                {
                    "address": "perf@example.org",
                    "name": "",
                    "role": "list",
                    "title": None,
                    "reasons": [{"key": "project.perf.rule[0].to", "pattern": "*.c", "section": None, "paths": [path]}],
                }
            ],
            "cc": [
                {"address": "reviewer@example.org", "name": "P. Reviewer", **reviewer},
                {"address": "last@example.org", "name": "Last, First", **reviewer},
            ],
            "reviewers": [],
            "patches": [{"commit": commit, "file": None, "subject": "perf: fix it", "paths": [path]}],
            "uncovered": [],
        }
    ]


def test_only_addresses(command: Command, linux: Path) -> None:
    ended = command("route-patch", "--to", "HEAD~3..HEAD~1", cwd=linux)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == '"M. Maintainer" <mm@example.org>\nperf@example.org\n'
    ended = command("route-patch", "--cc", "HEAD~3..HEAD~1", cwd=linux)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "linux-kernel@example.org",
        '"P. Reviewer" <reviewer@example.org>',
        '"Last, First" <last@example.org>',
    ]


def test_addresses_can_be_handed_to_git_send_email(command: Command, linux: Path) -> None:
    answer = command("route-patch", "--cc", "HEAD~1", cwd=linux).out
    (linux / "cc").write_text(answer)
    shell("git format-patch -q -1 HEAD~1 -o patches", linux)
    sent = run(
        "git", "send-email", "--dry-run", "--to=a@example.org", "--cc-cmd=cat cc #", "--suppress-cc=author",
        "--from=me@example.org", "--confirm=never", "patches", cwd=linux,
    )  # fmt: skip
    if "is not a git command" in sent.err:
        pytest.skip("git send-email is not installed")
    assert sent.code == 0, sent.err
    assert 'Cc: "P. Reviewer" <reviewer@example.org>,\n\t"Last, First" <last@example.org>\n' in sent.out


def test_a_pull_request_gets_no_mail(command: Command, linux: Path) -> None:
    ended = command("route-patch", "--to", "HEAD", cwd=linux)
    assert ended.code == 1
    assert ended.out == "linux-kernel@example.org\n"
    assert "error: bpf takes no mail but pull requests\nhint: https://example.org/guide\n" in ended.err


def test_a_sibling_by_pull_request(command: Command, one: Path, linux: Path) -> None:
    (linux / "subprojects.local.toml").write_text("project.one.venue.kind = 'gitlab'\n")
    ended = command("route-patch", "--cc", "HEAD", cwd=one)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "error: one takes no mail but merge requests, at https://example.org/one\n"
    ended = command("route-patch", "HEAD", cwd=one)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("one: 1 patch as a GitLab merge request to https://example.org/one\n")


def test_oneself_is_left_out(command: Command, linux: Path) -> None:
    config("user.email", "REVIEWER@example.org")
    assert "reviewer" not in command("route-patch", "HEAD~1", cwd=linux).out
    assert run(
        "git", "route-patch", "--to", "HEAD~1", cwd=linux, GIT_AUTHOR_EMAIL="perf@example.org"
    ).out.splitlines() == ['"Last, First" <last@example.org>']


def test_nobody_to_send_to_is_a_failure(command: Command, linux: Path) -> None:
    shell("echo 1 > tools/perf/Makefile; git add .; git commit -qm 'perf: build'", linux)
    ended = command("route-patch", "HEAD", cwd=linux)
    assert ended.code == 1
    assert "nobody to send to: no rule covers these paths" in ended.out
    assert "error: subprojects.toml does not say where patches to perf go" in ended.err
    assert "tools/perf/Makefile" in ended.err
    ended = command("route-patch", "--to", "HEAD", cwd=linux)
    assert (ended.code, ended.out) == (1, "")


def test_a_path_that_no_rule_covers_is_told_beside_those_that_one_does(command: Command, linux: Path) -> None:
    shell("echo 9 > tools/perf/builtin.c; echo 1 > 'tools/perf/Make\tfile'; git add .; git commit -qm x", linux)
    ended = command("route-patch", "HEAD", cwd=linux)
    assert ended.code == 0
    assert '  no rule covers "tools/perf/Make\\tfile"\n' in ended.out


def test_a_maintainers_file_that_is_not_there_is_told(command: Command, src: Path) -> None:
    top = make_host(src, "schema = 1\n[host]\nname = 'linux'\nroute.to = ['a@b']\nroute.maintainers = 'MAINTAINERS'\n")
    commit = shell("git rev-parse HEAD~1", top)[:12]
    ended = command("route-patch", "HEAD", cwd=top)
    assert ended.code == 0
    assert ended.err == f"warning: linux: there is no MAINTAINERS at {commit}: whom it names is missing\n"


def test_in_a_sibling(command: Command, one: Path, src: Path) -> None:
    ended = command("route-patch", "--to", "HEAD", cwd=one)
    assert (ended.code, ended.out, ended.err) == (0, "one@example.org\n", "")
    shell("mkdir sub", one)
    assert command("route-patch", "--to", "HEAD", cwd=one / "sub").out == "one@example.org\n"
    shell("git worktree add -q ../linked", one)
    assert command("route-patch", "--to", "HEAD", cwd=src / "linked").out == "one@example.org\n"
    assert run("git", "-C", one, "route-patch", "--to", "HEAD").out == "one@example.org\n"


def test_in_a_sibling_that_its_host_no_longer_knows(command: Command, one: Path) -> None:
    shell("git config subprojects.project on", one)
    ended = command("route-patch", "HEAD", cwd=one)
    assert ended.code == 128
    assert ended.err == (
        "fatal: this is a sibling called 'on', and subprojects.toml has no such project\n"
        "hint: set its name: git config subprojects.project one\n"
    )
    shell("git config subprojects.project zzz", one)
    assert "git config subprojects.project NAME" in command("route-patch", "HEAD", cwd=one).err


def test_in_a_sibling_whose_host_is_gone(command: Command, one: Path, linux: Path) -> None:
    linux.rename(linux.with_name("moved"))
    ended = command("route-patch", "HEAD", cwd=one)
    assert ended.code == 128
    assert "a sibling of the host at" in ended.err
    assert "git config subprojects.host PATH" in ended.err


@pytest.mark.slow
def test_everywhere_in_the_host(command: Command, linux: Path, src: Path) -> None:
    expected = '"M. Maintainer" <mm@example.org>\n'
    for words in (("-C", f"{linux}/mm"), ("-C", f"{src}", f"--git-dir={linux}/.git"), ("-C", f"{linux}/.git")):
        assert run("git", *words, "route-patch", "--to", "HEAD~2").out == expected, words
    assert run("git", "route-patch", "--to", "HEAD~2", cwd=src, GIT_DIR="linux/.git").out == expected
    shell("git clone -q --bare . ../bare.git; git worktree add -q ../linked", linux)
    assert command("route-patch", "--to", "HEAD~2", cwd=src / "bare.git").out == expected
    assert command("route-patch", "--to", "HEAD~2", cwd=src / "linked").out == expected
    shell("git config alias.where 'route-patch --to'", linux)
    assert run("git", "where", "HEAD~2", cwd=linux / "mm").out == expected


def test_another_manifest(command: Command, linux: Path) -> None:
    (linux / "other.toml").write_text("schema = 1\n[host]\nroute.to = ['other@example.org']\n")
    assert command("route-patch", "--to", "--manifest", "other.toml", "HEAD", cwd=linux).out == "other@example.org\n"
    (linux / "subprojects.toml").write_text("broken")
    assert command("route-patch", "HEAD", cwd=linux).code == 128
    ended = command("route-patch", "--to", "--manifest", "HEAD:subprojects.toml", "HEAD~2", cwd=linux)
    assert ended.out == '"M. Maintainer" <mm@example.org>\n'


def test_the_builtin_manifest_says_nothing_of_an_unknown_repository(command: Command, src: Path) -> None:
    top = make_host(src, None, "git commit -q --allow-empty -m x; echo 1 > x; git add .; git commit -qm y")
    ended = command("route-patch", "HEAD", cwd=top)
    assert ended.code == 1
    assert "error: the built-in manifest is not about this repository" in ended.err
    assert "hint: no subprojects.toml here: using the built-in manifest" in ended.err
    shell("git config advice.subprojectsBuiltin false", top)
    assert "using the built-in manifest" not in command("route-patch", "HEAD", cwd=top).err


def test_the_builtin_manifest_knows_linux(command: Command, src: Path) -> None:
    top = make_host(src, None, "mkdir -p init; touch Kbuild MAINTAINERS init/main.c; git add .; git commit -qm linux")
    shell("echo 2 > tools/perf/builtin.c; git commit -qam 'perf: fix'", top)
    ended = command("route-patch", "--to", "HEAD", cwd=top)
    assert (ended.code, ended.out) == (0, "linux-perf-users@vger.kernel.org\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "--cc", "HEAD"], "error: options '--to' and '--cc' cannot be used together"),
        (["--send", "--check", "HEAD"], "error: options '--send' and '--check' cannot be used together"),
        (["--outputs=x", "HEAD"], "error: unknown option '--outputs=x'"),
        (["--rules-from"], "error: option '--rules-from' requires a value"),
    ],
)
def test_usage(command: Command, linux: Path, words: list[str], said: str) -> None:
    ended = command("route-patch", *words, cwd=linux)
    assert ended.code == 129
    assert ended.out == ""
    assert said in ended.err
    assert "usage: git route-patch " in ended.err
    assert not (linux / "x").exists()


@pytest.mark.parametrize(("option", "needed"), [("remove", "setup"), ("dry-run", "send"), ("terse", "check")])
def test_an_option_of_another_is_refused_alone(command: Command, linux: Path, option: str, needed: str) -> None:
    ended = command("route-patch", f"--{option}", "HEAD", cwd=linux)
    assert (ended.code, ended.out) == (129, "")
    assert ended.err.startswith(f"error: --{option} goes with --{needed}\n")


@pytest.mark.parametrize(
    ("words", "first", "second"),
    [
        (["--to", "--rfc"], "--to", "--rfc"),
        (["--to", "--skip-check", "nonsense"], "--to", "--skip-check"),
        (["--to", "--in-reply-to", "junk"], "--to", "--in-reply-to"),
        (["--to", "-o", "x"], "--output", "--to"),
        (["--check", "-o", "x"], "--output", "--check"),
        (["--roles", "--send"], "--send", "--roles"),
        (["--lint", "--signers"], "--lint", "--signers"),
        (["--sent", "--exclude", "a@b"], "--sent", "--exclude"),
        (["--stdin", "--per-patch"], "--stdin", "--per-patch"),
        (["--twins", "--per-patch"], "--twins", "--per-patch"),
        (["--port", "x", "--explain"], "--port", "--explain"),
    ],
)
def test_an_option_that_means_nothing_in_a_mode_is_refused(
    command: Command, linux: Path, words: list[str], first: str, second: str
) -> None:
    ended = command("route-patch", *words, "HEAD", cwd=linux)
    assert (ended.code, ended.out) == (129, "")
    assert ended.err.startswith(f"error: options '{first}' and '{second}' cannot be used together\n")
    assert not (linux / "x").exists()


@pytest.mark.parametrize("option", ["--history-since=nonsense", "--history-max=3"])
def test_what_says_more_of_history_needs_it(command: Command, linux: Path, option: str) -> None:
    ended = command("route-patch", "--to", option, "HEAD", cwd=linux)
    assert ended.code == 129
    assert ended.err.startswith(f"error: {option.partition('=')[0]} goes with --history\n")


def test_outside_any_repository(command: Command, tmp_path: Path) -> None:
    ended = command("route-patch", "HEAD", cwd=tmp_path)
    assert ended.code == 128
    assert ended.err.startswith("fatal: not a git repository")


@pytest.mark.parametrize("form", [["--to"], ["--json"], ["--roles"], ["--cc"], []])
def test_who_is_excluded_does_not_come_back(form: list[str], src: Path, command: Command) -> None:
    files = {"MAINTAINERS": "L\n\nMM\nM:\tOnly One <one@example.org>\nF:\tmm/\n", "mm/slab.c": "1\n"}
    manifest = 'schema = 1\n[host]\nname = "linux"\nroute.maintainers = "MAINTAINERS"\n'
    top = make_repository(src / "linux", {**files, "subprojects.toml": manifest})
    for excluded in ("One@Example.org", "one@example.org"):
        ended = command("route-patch", *form, f"--exclude={excluded}", "HEAD", cwd=top)
        assert "one@example.org" not in ended.out
        if form != ["--roles"]:
            assert (ended.code, "nobody is left to get patches to linux" in ended.err) == (1, True)
    ended = command("route-patch", *form, "--exclude=nobody@example.org", "HEAD", cwd=top)
    assert "warning: --exclude nobody@example.org: no recipient has this address\n" in ended.err
