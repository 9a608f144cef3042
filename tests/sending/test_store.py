"""What was sent, as the repository remembers it; and what others may have put in its place."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from git_subprojects.errors import Error
from git_subprojects.git.process import Git
from git_subprojects.sending import store as sent
from git_subprojects.sending.record import CoverLetter, Message, Record
from tests.support.commands import run, shell

TAGGER = "A. U. Thor <author@example.org> 1767323045 +0000"


@pytest.fixture
def git(tmp_path: Path) -> Git:
    shell("git init -q .; echo 1 > a; git add .; git commit -qm one", tmp_path / "repository")
    return Git(os.environ, str(tmp_path / "repository"))


def head(git: Git) -> str:
    return git.output("rev-parse", "HEAD").decode().strip()


def record(git: Git, **more: Any) -> Record:
    messages = (Message("1-0-a@example.org", "[PATCH 0/1] größer"), Message("1-1-a@example.org", "[PATCH 1/1] one"))
    made = Record(
        "one", "linux", 1, "PATCH", head(git), (head(git),), ("one",), ("Ü <u@example.org>",), (), messages,
        CoverLetter("größer", "a\n\nb"), "https://lore.kernel.org/lkml/", "0@example.org",
    )  # fmt: skip
    return made._replace(**more)


def test_it_is_read_as_it_was_stored(git: Git) -> None:
    one, two = record(git), record(git, version=2, letter=None, in_reply_to=None, archive=None, base=None)
    sent.store(git, two, TAGGER)
    sent.store(git, one, TAGGER)
    assert sent.records(git) == [one, two]
    begun = one.with_sent("1-0-a@example.org", "2026-01-02T03:04:05")
    sent.store(git, begun, TAGGER)
    assert sent.records(git) == [begun, two]
    assert (begun.is_begun, begun.is_complete, begun.when) == (True, False, "2026-01-02T03:04:05")
    sent.forget(git, two)
    assert sent.records(git) == [begun]
    shown = run("git", "show", "--no-patch", "--format=", begun.ref, cwd=Path(git.directory or ".")).out
    assert "linux v1: one (1 of 2 sent)" in shown
    assert "Tagger: A. U. Thor <author@example.org>" in shown


HOSTILE: list[dict[str, Any]] = [
    {"form": 2},
    {"version": "1"},
    {"version": 0},
    {"version": True},
    {"version": 1e300},
    {"series": "../../heads/main"},
    {"series": "x/v1"},
    {"series": 7},
    {"commits": []},
    {"commits": ["--output=x"]},
    {"commits": [7]},
    {"commits": 7},
    {"base": "--exec=x"},
    {"messages": []},
    {"messages": [{"id": "x@y\nBcc: evil@example.org", "subject": "", "sent": None}]},
    {"messages": [{"id": "x@y> <z@w", "subject": "", "sent": None}]},
    {"messages": [{"id": "x@y", "subject": 7, "sent": None}]},
    {"messages": [{"id": "x@y", "subject": "", "sent": 7}]},
    {"messages": [{"id": "x@y"}]},
    {"messages": 7},
    {"in_reply_to": "x@y\r\nBcc: evil@example.org"},
    {"letter": {"subject": 7, "blurb": ""}},
    {"letter": "x"},
    {"to": [7]},
    {"archive": 7},
    {"surprise": 1},
]


@pytest.mark.slow
@pytest.mark.parametrize("change", HOSTILE, ids=map(str, HOSTILE))
def test_what_is_no_record_is_passed_over(git: Git, change: dict[str, Any]) -> None:
    sent.store(git, record(git), TAGGER)
    text = git.output("for-each-ref", "--format=%(contents:body)", "refs/subprojects").decode()
    for raw in (json.dumps({**json.loads(text), **change}), "[" * 100_000, "7", "null", ""):
        shell(f"git tag -f -F - x <<'END'\nx\n\n{raw}\nEND\ngit update-ref refs/subprojects/sent/x/v1 refs/tags/x",
              Path(git.directory or "."))  # fmt: skip
        assert sent.records(git) == [record(git)]


def test_a_repository_that_cannot_be_written_to(git: Git) -> None:
    shell("mkdir -p .git/refs/subprojects; echo x > .git/refs/subprojects/sent", Path(git.directory or "."))
    with pytest.raises(Error, match=r"what is sent cannot be recorded in refs/subprojects/sent/one/v1"):
        sent.store(git, record(git), TAGGER)


def test_one_at_a_time(git: Git) -> None:
    with sent.locked(git), pytest.raises(Error, match="another git route-patch is sending"), sent.locked(git):
        pass
    with sent.locked(git):
        pass


def test_series_are_known_by_commits_and_by_subjects(git: Git) -> None:
    def related(commits: list[str], subjects: list[str], project: str = "linux") -> str | None:
        found = sent.related(git, sent.records(git), project, commits, subjects)
        return None if found is None else f"{found.series} v{found.version}"

    first = head(git)
    sent.store(git, record(git), TAGGER)
    sent.store(git, record(git, version=2), TAGGER)
    assert related([first], ["else"]) == "one v2"
    assert related([first], ["one"], "perf") is None
    shell("git commit -q --amend -m one --date=2026-03-03T03:03:03", Path(git.directory or "."))
    assert related([head(git)], ["one"]) == "one v2", "the old commit is not in its history"
    assert related([head(git)], ["two"]) is None
    shell(f"git reset -q --hard {first}; git commit -q --allow-empty -m one", Path(git.directory or "."))
    assert related([head(git)], ["one"]) is None, "it is another patch of that name, on top"


@pytest.mark.parametrize(
    ("subject", "taken", "name"),
    [
        ("mm: Fix it!", set(), "mm-fix-it"),
        ("mm: Fix it!", {"mm-fix-it"}, "mm-fix-it-2"),
        ("größer", set(), "gr-er"),
        ("王", set(), "series"),
        ("../../x", set(), "x"),
        ("x" * 99, set(), "x" * 50),
    ],
)
def test_a_series_is_named_by_its_first_subject(subject: str, taken: set[str], name: str) -> None:
    assert sent.new_name(taken, subject) == name
