"""``.mailmap``: what git check-mailmap says of it is right."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from git_subprojects.people.mailmap import parse
from tests.support.limits import within

PEOPLE = [(name, address) for name in ("Ann", "ann", "Bob B.", "Élan") for address in ("a@x", "A@X", "b@x", "é@x", "")]

names = st.sampled_from(["", "Ann", "ANN", " Bob B. ", "bob b.", "\tÉlan", "élan", "# Ann"])
proper_addresses = st.sampled_from(["a@x", "A@x", "b@x", "é@x", "new@y"])
commit_addresses = proper_addresses | st.sampled_from(["", "É@x", "a @x", " a@x", "a@x (none)", "<a@x"])
lines = st.one_of(
    st.builds("{} <{}>".format, names, commit_addresses),
    st.builds("<{}> <{}>".format, proper_addresses, commit_addresses),
    st.builds("{} <{}> <{}>".format, names, proper_addresses, commit_addresses),
    st.builds("{} <{}> {} <{}>".format, names, proper_addresses, names, commit_addresses),
    st.builds("{} <{}> {}".format, names, commit_addresses, st.sampled_from(["# so", "<", "b@x>", "\r", " "])),
    st.sampled_from(["", "#", "# Ann <a@x>", " # Ann <a@x>", "Ann", "Ann <a@x", "Ann a@x>", "Ann <a@x>\0 <b@x>", "<>"]),
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mailmap")
    subprocess.run(["git", "init", "--quiet", path], check=True)
    return path


def mapped_by_git(repository: Path, content: bytes, people: list[tuple[str, str]]) -> list[str]:
    (repository / ".mailmap").write_bytes(content)
    asked = "".join(f"{name} <{address}>\n" for name, address in people)
    ended = subprocess.run(
        ["git", "check-mailmap", "--stdin"], cwd=repository, input=asked.encode(), capture_output=True, check=True
    )
    return ended.stdout.decode().splitlines()


@pytest.mark.slow
@given(st.lists(lines, max_size=12))
@example(["Ann <a@x>", "<new@y> <a@x>", "New <other@y> Ann <A@X>", "Later <a@x>"])
@example(["A <new@y> <a@x>", "# comment", "Bob <a@x>", "<b@x> ANN <a@x>", "É <new@y> Élan <é@x>"])
@settings(max_examples=100, deadline=None)
def test_agrees_with_git_check_mailmap(repository: Path, lines: list[str]) -> None:
    content = "\n".join(lines).encode()
    mailmap = parse(content)
    found = ["{} <{}>".format(*mailmap.mapped(*pair)) for pair in PEOPLE]
    assert found == mapped_by_git(repository, content, PEOPLE)


@pytest.mark.parametrize(
    ("content", "name", "address"),
    [
        ("Proper <commit@x>", "Proper", "commit@x"),
        ("<proper@x> <commit@x>", "Commit", "proper@x"),
        ("Proper <proper@x> <commit@x>", "Proper", "proper@x"),
        ("Proper <proper@x> Commit <commit@x>", "Proper", "proper@x"),
        ("Proper <proper@x> CoMmIt <CoMmIt@X>", "Proper", "proper@x"),
        ("Proper <proper@x> Other <commit@x>", "Commit", "commit@x"),
        ("# Proper <proper@x> <commit@x>", "Commit", "commit@x"),
    ],
)
def test_the_forms_of_the_manual(content: str, name: str, address: str) -> None:
    assert parse(content.encode()).mapped("Commit", "commit@x") == (name, address)


@pytest.mark.parametrize(
    "line",
    [
        b"Evil\x1b[31m <new@y> <a@x>",
        b"Evil\r\rBcc: me <new@y> <a@x>",
        b"Evil <new@y, other@y> <a@x>",
        b"Evil <no address> <a@x>",
        "Evil <new\u202e@y> <a@x>".encode(),
    ],
)
def test_nobody_is_given_what_cannot_stand_in_a_mail(line: bytes) -> None:
    mailmap = parse(line + b"\nBob <b@x>\n")
    assert mailmap.mapped("Ann", "a@x") == ("Ann", "a@x")
    assert mailmap.mapped("Ann", "b@x") == ("Bob", "b@x")


@given(st.binary(), st.text(), st.text())
@settings(max_examples=100, deadline=None)
def test_takes_any_bytes(content: bytes, name: str, address: str) -> None:
    parse(content).mapped(name, address)


def test_a_large_one_is_read_fast() -> None:
    content = b"".join(b"Some Body <body%d@example.org> <old%d@example.org>\n" % (i, i) for i in range(700))
    with within(0.5):
        mailmap = parse(content)
    assert mailmap.mapped("x", "OLD699@example.org") == ("Some Body", "body699@example.org")
