"""A check that is registered appears everywhere it must."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Result, shell
from tests.support.registering import REGISTER, command, generated
from tests.support.repositories import make_host
from tests.support.tab import press, programs

pytestmark = pytest.mark.slow


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a host with a commit whose subject is misspelt."""
    top = make_host(src, "schema = 1\nhost.route.to = ['list@example.org']\n")
    shell("echo 2 > file; git add file; git commit -qm 'file: Fix teh bug'", top)
    return top


def check(top: Path, *words: str) -> Result:
    return command("route-patch", "--check", *words, "HEAD", cwd=top)


def test_it_is_run_and_reported(linux: Path) -> None:
    ended = check(linux, "--json")
    (finding,) = [one for one in json.loads(ended.out)["findings"] if one["name"] == "spelling"]
    assert (finding["severity"], finding["message"]) == ("warning", "'teh' should be 'the'")
    assert (finding["project"], finding["subject"]) == ("host", "file: Fix teh bug")
    assert "warning: spelling: " in check(linux).out


def test_it_does_not_run_where_it_is_skipped(linux: Path) -> None:
    ended = check(linux, "--skip-check=spelling")
    assert "spelling" not in ended.out
    assert not (linux / ".." / "spelling-ran").exists()
    check(linux)
    assert (linux / ".." / "spelling-ran").exists()


def test_other_names_are_refused_and_it_is_listed(linux: Path) -> None:
    ended = check(linux, "--skip-check=speling")
    assert ended.code == 129
    assert "there is no check 'speling'" in ended.err
    assert ", spelling" in ended.err


def test_schema_and_manual_have_it() -> None:
    assert '"spelling"' in generated("route-patch.schema.json")
    assert "\\fBspelling\\fR\nwords that are misspelt\n" in generated("man1/git-route-patch.1")


def test_a_tab_offers_it(linux: Path) -> None:
    programs(linux / ".programs")
    program = linux / ".programs" / "git-route-patch"
    program.write_text(program.read_text().replace("import sys\n", REGISTER, 1))
    assert press("git route-patch --skip-check sp", linux).out == "spelling "
