"""The JSON answers of ``git route-patch`` are what ``docs/route-patch.schema.json`` says, no more and no less."""

import functools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from git_subprojects.git.process import Git
from git_subprojects.people.trailers import PEOPLE
from git_subprojects.sending.record import Message, Record
from git_subprojects.sending.store import store
from tests.support.commands import Command, Result, run, shell
from tests.support.inside import inside
from tests.support.paths import ROOT
from tests.support.repositories import make_host
from tests.support.twins import qemu

pytestmark = pytest.mark.slow

__all__ = ["qemu"]

SCHEMA = json.loads((ROOT / "docs" / "route-patch.schema.json").read_text(encoding="utf-8"))

MANIFEST = """
schema = 1

[host]
name = "linux"
route.cc = ["linux-kernel@example.org"]
route.maintainers = "MAINTAINERS"
[[host.rule]]
paths = ["mm/"]
to = ["M. Maintainer <mm@example.org>"]

[project.perf]
within = ["tools/perf/"]
venue.guide = "tools/perf/patches.txt"
route.to = ["perf@example.org"]

[project.bpf]
within = ["tools/bpf/"]
venue = { kind = "github", guide = "https://example.org/guide" }
route.codeowners = "tools/bpf/OWNERS"
"""

HISTORY = r"""
mkdir -p mm tools/bpf drivers
cat > MAINTAINERS <<'END'
A TITLE
M:	Slab Keeper <slab@example.org>
R:	slab-reader@example.org
L:	slab@lists.example.org (moderated)
S:	Supported
F:	mm/
F:	mm/gone.c
K:	\bkmalloc

END
printf '* @org/bpf bpf@example.org\n' > tools/bpf/OWNERS
echo 'maintainers: F. Inder <finder@example.org>' > mm/a.yaml
echo 1 > mm/slab.c; git add .
git commit -qm 'mm: add the slab

Signed-off-by: S. Igner <signer@example.org>'
first=$(git rev-parse HEAD)
echo kmalloc > tools/perf/builtin.c; echo 2 > mm/slab.c; echo 2 >> mm/a.yaml; echo 2 > tools/bpf/x
printf 2 > drivers/$'odd \xff\n\"name'
git add .
GIT_AUTHOR_NAME=Other GIT_AUTHOR_EMAIL=other@example.org git commit -qm "Touch everything

Fixes: $first (\"mm: add the slab\")
Cc: C. C. <cc@example.org>
Reported-by: r@example.org
Suggested-by: s@example.org
Co-developed-by: c@example.org
Acked-by: a@example.org
Reviewed-by: v@example.org
Tested-by: t@example.org"
git config user.email me@example.org
"""


@pytest.fixture
def linux(src: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a host whose last commit touches all of its projects, and everything that names people."""
    top = make_host(src, MANIFEST, HISTORY, kept=True)
    monkeypatch.delenv("GIT_AUTHOR_EMAIL")
    return top


@functools.cache
def validator(form: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{form}", "$defs": SCHEMA["$defs"]})


def problems(form: str, answer: object) -> list[str]:
    """Return how an answer is not what the schema says of it."""
    return [error.message for error in validator(form).iter_errors(answer)]


def answer(form: str, ended: Result, *, code: int = 0) -> Any:
    """Return an answer that is valid as its form, and as no other."""
    assert ended.code == code, ended.err
    found = json.loads(ended.out)
    assert problems(form, found) == []
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(found)] == []
    return found


def objects(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield where there are objects in a value."""
    if isinstance(value, dict):
        yield path
        for key, inner in value.items():
            yield from objects(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from objects(inner, (*path, at))


def at(value: Any, path: tuple[str | int, ...]) -> dict[str, Any]:
    for key in path:
        value = value[key]
    assert isinstance(value, dict)
    return value


def assert_exact(form: str, found: object) -> None:
    """Hold every object of an answer to having all of its keys, and no others.

    Of objects of one kind, which are at the same place of a list's items and have values of the same types, the first
    stands for all: the schema tells them apart by nothing else.
    """
    seen = set()
    for path in objects(found):
        value = at(found, path)
        kind = (*(key for key in path if isinstance(key, str)), *((key, type(value[key])) for key in value))
        if kind in seen:
            continue
        seen.add(kind)
        value["surprise"] = None
        assert not validator(form).is_valid(found), path
        del value["surprise"]
        for key in list(value):
            kept = value.pop(key)
            assert not validator(form).is_valid(found), (path, key)
            value[key] = kept
    assert validator(form).is_valid(found)


def roles(found: Any) -> set[str]:
    return {one["role"] for destination in found["destinations"] for key in ("to", "cc") for one in destination[key]}


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert {"$ref": "#/$defs/lint"} in SCHEMA["oneOf"]


def test_commits_as_a_whole(command: Command, linux: Path) -> None:
    found = answer("routes", command("route-patch", "--json", "--signers", "HEAD", cwd=linux))
    assert [one["project"] for one in found["destinations"]] == ["linux", "bpf", "perf"]
    assert roles(found) == {"maintainer", "reviewer", "list", "owner", "in file", "fixes", "signer", *PEOPLE}
    host, bpf, _ = found["destinations"]
    assert [one["account"] for one in bpf["reviewers"]] == ["@org/bpf"]
    assert host["uncovered"] == ['drivers/odd \udcff\n"name']
    keeper = next(one for one in host["to"] if one["address"] == "slab@example.org")
    assert keeper["title"] == "supporter:A TITLE"
    assert keeper["reasons"] == [
        {"key": "MAINTAINERS:6", "pattern": "F: mm/", "section": "A TITLE", "paths": ["mm/a.yaml", "mm/slab.c"]},
        {"key": "MAINTAINERS:8", "pattern": r"K: \bkmalloc", "section": "A TITLE", "paths": []},
    ]
    assert_exact("routes", found)


def test_history(command: Command, linux: Path) -> None:
    since = ("--history", "--history-since", "2020-01-01")
    found = answer("routes", command("route-patch", "--json", *since, "--suppress-cc=all", "HEAD", cwd=linux))
    assert "history" in roles(found)


def test_patch_files(command: Command, linux: Path) -> None:
    shell("git diff HEAD^ > ../a.diff; git format-patch -q -o .. -1; git format-patch --stdout -2 > ../mbox", linux)
    found = answer("routes", command("route-patch", "--json", "../a.diff", cwd=linux))
    part = found["destinations"][0]["patches"][0]
    assert (part["commit"], part["file"]) == (None, "a.diff")
    answer("routes-by-patch", command("route-patch", "--json", "--per-patch", "../mbox", cwd=linux))
    with_stdin = run("git", "route-patch", "--json", "-", cwd=linux, stdin=(linux / "../mbox").read_text("utf-8"))
    assert len(answer("routes", with_stdin)["destinations"]) == 3


def test_each_patch_alone(command: Command, linux: Path) -> None:
    found = answer("routes-by-patch", command("route-patch", "--json", "--per-patch", "HEAD~2..", cwd=linux))
    assert [patch["subject"] for patch in found["patches"]] == ["mm: add the slab", "Touch everything"]
    assert_exact("routes-by-patch", found)


def test_a_line_for_each_id(linux: Path) -> None:
    ended = run("git", "route-patch", "--stdin", cwd=linux, stdin="HEAD\nnonsense\n")
    found, of_error = (json.loads(line) for line in ended.out.splitlines())
    assert ended.code == 1
    assert problems("line", found) == []
    assert problems("line-of-error", of_error) == []
    assert (of_error["commit"], of_error["destinations"]) == ("nonsense", [])
    assert len(found["destinations"]) == 3
    assert_exact("line", found)
    assert_exact("line-of-error", of_error)


def test_lint(command: Command, linux: Path) -> None:
    found = answer("lint", command("route-patch", "--lint", "--json", "MAINTAINERS", cwd=linux))
    assert ("MAINTAINERS", 7, "unmatched") in [(one["file"], one["line"], one["name"]) for one in found["problems"]]
    assert_exact("lint", found)


def test_findings(command: Command, linux: Path) -> None:
    found = answer("checked", command("route-patch", "--check", "--json", "--strict", "HEAD", cwd=linux), code=1)
    assert {one["name"] for one in found["findings"]} >= {"mixed", "base", "uncovered"}
    assert_exact("checked", found)


def test_what_would_be_sent_and_proposed(command: Command, linux: Path) -> None:
    found = answer("sending", command("route-patch", "--output", "../out", "--json", "HEAD", cwd=linux), code=1)
    assert [one["project"] for one in found["series"]] == ["linux", "perf"]
    assert_exact("sending", found)


def test_what_was_sent(command: Command, linux: Path) -> None:
    ids = [{"id": "1@example.org", "subject": "[PATCH] x", "sent": "2026-01-02T03:04:05"}]
    record = Record("x", "linux", 1, "PATCH", None, (shell("git rev-parse HEAD", linux).strip(),), ("x",), ("a@b",), (),
                    tuple(Message(**one) for one in ids), archive="https://lore.kernel.org/lkml/")  # fmt: skip
    store(Git(os.environ, str(linux)), record, "A <a@example.org> 1700000000 +0000")
    found = answer("sent", command("route-patch", "--sent", "--json", cwd=linux))
    assert found["series"][0]["messages"] == [{**ids[0], "url": "https://lore.kernel.org/lkml/1@example.org/"}]
    assert_exact("sent", found)


def test_twins_and_other_revisions(command: Command, qemu: Path) -> None:
    found = answer("elsewhere", command("route-patch", "--json", "--twins", "master..", cwd=qemu), code=1)
    assert [patch["twins"][0]["verdict"] for patch in found["patches"]] == ["clean", "conflict", "missing", "already"]
    assert_exact("elsewhere", found)
    found = answer("elsewhere", command("route-patch", "--json", "--onto", "topic~3", "topic~2..", cwd=qemu))
    assert_exact("elsewhere", found)
    ended = run("git-route-patch", "--stdin", "--twins", "--onto", "master", cwd=qemu, stdin="topic~2\n")
    assert {"twins", "onto"} <= set(answer("line", ended))


def test_a_port(command: Command, qemu: Path) -> None:
    found = answer("ported", command("route-patch", "--json", "--port", "qemu-kvm", "topic~3", cwd=qemu))
    assert_exact("ported", found)
    found = answer("ported", command("route-patch", "--json", "--port", "qemu-kvm", "topic~2", cwd=qemu), code=1)
    assert (found["branch"], found["tip"], found["patches"][0]["ported"]) == (None, None, None)
    words = ("--port", "qemu-kvm", "--conflicts")
    found = answer("ported", command("route-patch", "--json", *words, "topic~2", cwd=qemu), code=1)
    assert found["worktree"] == str(qemu.parent / "qemu-kvm-port-pc-so")


def test_series_for_several_projects(command: Command, qemu: Path) -> None:
    found = answer("parts", command("route-patch", "--json", "host:HEAD", "qemu:topic", cwd=qemu))
    assert [one["project"] for one in found["parts"]] == ["host", "qemu"]
    assert_exact("parts", found)


URL = "https://user:token@host.example/x"


def test_data_is_as_it_is_and_messages_are_masked(qemu: Path) -> None:
    """A subject is data: --json has it as --stdin has it. What people read, and errors, hold no credentials."""
    shell(f"sed -i 1d hw/pc.c; git commit -qam 'pc: change {URL}'", qemu)
    patch = "../one.patch"
    shell(f"git format-patch -q -1 --stdout > {patch}", qemu)
    for words in (
        ["HEAD"],
        ["--per-patch", "HEAD"],
        ["--twins", "HEAD"],
        [patch],
        ["--onto", "HEAD~", patch],
    ):
        answer = inside("route-patch", "--json", *words, cwd=qemu)
        assert f'"subject": "pc: change {URL}"' in answer.out, answer.err
        assert "token" not in inside("route-patch", *words, cwd=qemu).out
    answer = inside("route-patch", "--json", "qemu:HEAD", cwd=qemu)
    assert URL in answer.out, answer.err
    answer = inside("route-patch", "--check", "--json", patch, cwd=qemu)
    assert all("token" not in (one["message"] + (one["hint"] or "")) for one in json.loads(answer.out)["findings"])
    assert all(URL in one["subject"] for one in json.loads(answer.out)["findings"] if one["subject"])
    streamed = run("git-route-patch", "--stdin", cwd=qemu, stdin="HEAD\n")
    assert json.loads(streamed.out)["subject"] == f"pc: change {URL}"
    ported = inside("route-patch", "--port", "qemu-kvm", "--json", "HEAD", cwd=qemu)
    assert URL in ported.out, ported.err


def test_what_was_sent_is_as_it_is(linux: Path) -> None:
    git = Git(os.environ, str(linux))
    commit = git.output("rev-parse", "HEAD").decode().strip()
    message = Message("1@example.org", f"[PATCH] {URL}", "2026-01-02T03:04:05")
    record = Record("x", "linux", 1, "PATCH", None, (commit,), (URL,), ("a@b.example",), (), (message,))
    store(git, record, "A <a@example.org> 1 +0000")
    answer = inside("route-patch", "--sent", "--json", cwd=linux)
    assert [one["title"] for one in json.loads(answer.out)["series"]] == [URL]
    assert "token" not in inside("route-patch", "--sent", cwd=linux).out
