"""Hostile sizes: what is too large gets a clear error, and nothing takes more time than its size is worth."""

import json
from pathlib import Path

import pytest

from git_subprojects.cli.screen import clean
from git_subprojects.manifest import values
from tests.support.commands import Command, run
from tests.support.limits import within
from tests.support.traps import unchanged

pytestmark = pytest.mark.slow

QEMU = 'schema = 1\n[project.qemu]\nurl = "https://qemu.example/qemu.git"\n'


def make_host(tmp_path: Path, toml: str) -> Path:
    host = tmp_path / "src" / "linux"
    run("git", "init", "-q", "--template=", host)
    (host / "subprojects.toml").write_text(toml)
    return host


def wrong_borrows(number: int) -> str:
    tables = [f'[project.p{n}]\nurl = "https://a.example/{n}"\nborrow = ["q{n}"]\n' for n in range(number)]
    return "schema = 1\n" + "".join(tables)


TOO_MUCH = {
    "many bytes": ("#" * 50_000_000, "subprojects.toml: expected 4,194,304 bytes at most, found more"),
    "many unknown keys": (
        QEMU + "".join(f"k{n} = 1\n" for n in range(40_000)),
        "1,000 problems were found, and no more looked for",
    ),
    "many wrong URLs": (
        "schema = 1\n" + "".join(f'[project.p{n}]\nurl = "-"\n' for n in range(9_000)),
        "project.p0.url: expected",
    ),
    "many wrong names": (wrong_borrows(3_000), "project.p0.borrow[0]: expected another project"),
    "a long name": (QEMU.replace("qemu]", '"' + "q" * 1_000_000 + '"]'), "project.'qqq"),
    "a long key": (QEMU + "q" * 1_000_000 + " = 1\n", "project.qemu.'qqq"),
    "a long value": (QEMU + f'description = "{"q" * 1_000_000}"\n', "project.qemu.description: expected"),
    "a long number": (QEMU + f"depth = {'9' * 100_000}\n", "expected numbers of no more than 4,300 digits"),
    "deep lists": (QEMU + f"description = {'[' * 5_000}{']' * 5_000}\n", "nested a few levels deep"),
    "lists as deep as read": (QEMU + f"description = {'[' * 90}{']' * 90}\n", "project.qemu.description: expected"),
    "deep tables": (QEMU + f"venue = {'{a = ' * 5_000}1{'}' * 5_000}\n", "nested a few levels deep"),
    "deep keys": (QEMU + f"{'a.' * 200_000}a = 1\n", "nested a few levels deep"),
    "keys as deep as read": (
        QEMU + "".join(f"b{n}.{'a.' * 900}a = 1\n" for n in range(9)),
        "project.qemu.b0: unknown key",
    ),
    "deep headers": (QEMU + f"[project.qemu.{'a.' * 100_000}a]\n", "nested a few levels deep"),
}


@pytest.mark.parametrize(("toml", "message"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_too_much_is_said_in_a_few_words(toml: str, message: str, tmp_path: Path, command: Command) -> None:
    host = make_host(tmp_path, toml)
    with unchanged(tmp_path), within(6):
        ended = command("clone-project", "--all", cwd=host)
    assert ended.code == 128
    assert message in ended.err
    assert len(ended.err) < 20_000
    assert "Traceback" not in ended.err


def test_too_many_projects(tmp_path: Path, command: Command) -> None:
    host = make_host(tmp_path, "schema = 1\n" + "".join(f"[project.p{n}]\n" for n in range(100_000)))
    with unchanged(tmp_path), within(20):
        ended = command("clone-project", "--all", cwd=host)
    assert ended.code == 128
    assert "project: expected 10,000 projects at most, found 100,000" in ended.err


def test_as_many_projects_as_may_be(tmp_path: Path, command: Command) -> None:
    tables = "".join(f'[project.p{n}]\nurl = "https://a.example/{n}"\ngroups = ["g"]\n' for n in range(10_000))
    host = make_host(tmp_path, "schema = 1\n" + tables)
    with within(6):
        ended = command("clone-project", "--list", cwd=host)
        near = command("clone-project", "p9999x", cwd=host)
    assert ended.code == 0
    assert len(ended.out.splitlines()) == 10_000
    assert "did you mean p9999 or" in near.err


def test_many_pins(tmp_path: Path, command: Command) -> None:
    """More than a command line holds."""
    pins = "".join(
        f'[[project.qemu.pin]]\nhost = "v{n}{"/0" * 9 if n == 7 else "/0" * 250}"\nrevision = "r{n}"\n'
        for n in range(6_000)
    )
    host = make_host(tmp_path, QEMU + pins)
    run("git", "commit", "-q", "--allow-empty", "-m", "first", cwd=host)
    run("git", "tag", f"v7{'/0' * 9}", cwd=host)
    with within(6):
        ended = command("clone-project", "--dry-run", "qemu", cwd=host)
    assert ended.code == 0, ended.err
    assert "at r7 (project.qemu.pin[7]: the host contains v7/0/0" in ended.out


def commit(host: Path, *paths: str) -> None:
    """Commit files of one byte, by hundreds of thousands if need be."""
    changes = "".join(f'M 100644 inline "{path}"\ndata 1\nx\n' for path in paths)
    stream = f"commit refs/heads/main\ncommitter a <a@a.example> 1 +0000\ndata 1\nx\n{changes}"
    assert run("git", "fast-import", "--quiet", cwd=host, stdin=stream).code == 0


def test_many_rules(tmp_path: Path, command: Command) -> None:
    rules = "".join(f'[[host.rule]]\npaths = ["d{n}/", "*.x{n}"]\nto = ["l{n}@a.example"]\n' for n in range(10_000))
    host = make_host(tmp_path, "schema = 1\n" + rules)
    commit(host, "d77/a", "a/b.x9999")
    with within(6):
        ended = command("route-patch", "--to", "HEAD", cwd=host)
    assert ended == (0, "l9999@a.example\nl77@a.example\n", "")


def test_a_commit_of_many_paths(tmp_path: Path, command: Command) -> None:
    projects = "".join(f'[project.p{n}]\nwithin = ["d{n}/"]\nroute.to = ["l{n}@a.example"]\n' for n in range(3_000))
    host = make_host(tmp_path, "schema = 1\n" + projects)
    commit(host, *(f"d{n % 300}/some/folder/f{n}" for n in range(40_000)))
    with within(6):
        ended = command("route-patch", "--json", "HEAD", cwd=host)
    assert ended.code == 0
    destinations = json.loads(ended.out)["destinations"]
    assert len(destinations) == 300
    assert sum(len(one["patches"][0]["paths"]) for one in destinations) == 40_000


@pytest.mark.parametrize(
    "pattern", ["*a*a*a*a*b", "*a" * 400 + "b", "**/a/" * 190 + "b", "?*" * 400 + "/b", "[a-z]*" * 160]
)
@pytest.mark.parametrize("path", ["a" * 4000, "/".join("a" * 2000)])
def test_patterns_do_not_go_back(pattern: str, path: str, tmp_path: Path, command: Command) -> None:
    host = make_host(tmp_path, f'schema = 1\n[[host.rule]]\npaths = ["{pattern}"]\nto = ["l@a.example"]\n')
    commit(host, path)
    with within(6):
        ended = command("route-patch", "--to", "HEAD", cwd=host)
    assert "Traceback" not in ended.err
    assert ended.code == (0 if pattern.startswith("[") and "/" not in path else 1)


UNITS = (
    "a",
    "a.",
    ".",
    "-",
    "_",
    "/",
    "a/",
    "a@",
    "a:",
    "@",
    "[",
    " ",
    "%0",
    "\u00e9",
    '"a" ',
    "<",
    "a <",
    "://",
    "ssh://a",
)


@pytest.mark.parametrize(
    "check",
    [
        values.name, values.url, values.revision, values.glob, values.object_filter, values.directory, values.tree_path,
        values.pattern, values.address, values.prefix, values.guide, values.archive, values.text,
        values.workspace_directory, clean,
    ],
)  # fmt: skip
def test_no_value_takes_long_to_check(check: values.Check, tmp_path: Path) -> None:
    with within(4):
        for unit in UNITS:
            for start in ("", "a@", '"', "a <", "https://", "ssh://", "a:", "blob:limit=", "../"):
                for end in ("", "!", ">", "\x01"):
                    for length in (1000, 5000):
                        check(start + unit * (length // len(unit)) + end)
