"""A format of rule files that is registered appears everywhere it must."""

import inspect
import json
from pathlib import Path

import pytest

from git_subprojects.registries import RULE_FORMATS
from git_subprojects.routing.rule_files import codeowners, maintainers
from git_subprojects.routing.rule_files.base import Format, format_of
from git_subprojects.routing.rule_files.maintainers.dialects import STYLES
from tests.support.commands import shell
from tests.support.plugins import owners
from tests.support.registering import command, generated

pytestmark = pytest.mark.slow

MANIFEST = """
schema = 1
[host]
name = "linux"
route.owners = { file = "OWNERS", style = "plain" }
"""
OWNERS = "mm/ mm@example.org\nfs/ nobody\n"

FORMATS: dict[str, Format] = {"maintainers": maintainers, "codeowners": codeowners, "owners": owners}
"""Modules that mypy holds to what a format is."""


@pytest.fixture
def linux(src: Path) -> Path:
    top = src / "linux"
    top.mkdir()
    (top / "subprojects.toml").write_text(MANIFEST)
    (top / "OWNERS").write_text(OWNERS)
    shell("git init -q .; mkdir mm; echo > mm/slab.c; git add .; git commit -qm Linux; echo 1 > mm/slab.c", top)
    shell("git commit -qam 'mm: Go on'", top)
    return top


@pytest.mark.parametrize("name", RULE_FORMATS)
def test_an_entry_names_a_module_with_what_a_format_has(name: str) -> None:
    module = RULE_FORMATS[name].load()
    assert isinstance(module.READS, tuple)
    assert list(inspect.signature(module.load).parameters) == ["file", "tree", "venue"]
    assert list(inspect.signature(module.find_problems).parameters) == ["file", "tree", "venue", "alone"]


def test_the_styles_of_maintainers_are_those_of_its_module() -> None:
    assert RULE_FORMATS["maintainers"].styles == tuple(STYLES)


def test_places_are_in_the_order_of_github_and_of_gitlab() -> None:
    places = RULE_FORMATS["codeowners"].places
    assert [place for place in places if not place.startswith(".gitlab/")] == [
        ".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS",
    ]  # fmt: skip
    assert [place for place in places if not place.startswith(".github/")] == [
        "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("MAINTAINERS", "maintainers"),
        ("a/Maintainers.txt", "maintainers"),
        ("x/CODEOWNERS", "codeowners"),
        ("PEOPLE", "maintainers"),
    ],
)
def test_a_name_tells_the_format(path: str, name: str) -> None:
    assert format_of(path) == name


def test_a_manifest_may_name_such_a_file(linux: Path) -> None:
    ended = command("subprojects", "check", cwd=linux)
    assert (ended.code, ended.out) == (0, ""), ended.err
    (linux / "subprojects.toml").write_text(MANIFEST.replace('"plain"', '"plane"'))
    assert "host.route.owners.style: expected one of 'plain', 'fancy'" in command("subprojects", "check", cwd=linux).err
    (linux / "subprojects.toml").write_text(MANIFEST.replace('"OWNERS"', '"NONE"'))
    assert "host.route.owners: the tree has no NONE" in command("subprojects", "check", cwd=linux).out


def test_it_says_who_gets_patches(linux: Path) -> None:
    ended = command("route-patch", "--explain", "HEAD", cwd=linux)
    assert "mm@example.org" in ended.out
    assert "OWNERS:1: mm/slab.c matches mm/" in ended.out
    assert command("route-patch", "--to", "HEAD", cwd=linux).out == "mm@example.org\n"
    assert "warning: OWNERS:2: nobody is no address\n" in ended.err


def test_a_missing_file_is_told(linux: Path) -> None:
    shell("git rm -q OWNERS; git commit -qm Away; echo 2 > mm/slab.c; git commit -qam More", linux)
    ended = command("route-patch", "HEAD", cwd=linux)
    assert "warning: linux: there is no OWNERS at " in ended.err


def test_a_repository_of_its_own_is_routed_by_it(linux: Path) -> None:
    shell("git rm -q subprojects.toml; git commit -qm Away", linux)
    assert command("route-patch", "--to", "HEAD~1", cwd=linux).out == "mm@example.org\n"


def test_init_proposes_it(linux: Path) -> None:
    shell("git remote add origin https://git.example.org/linux.git", linux)
    assert 'owners = "OWNERS"\n' in command("subprojects", "init", "-o", "-", cwd=linux).out


def test_lint_reports_its_problems(linux: Path) -> None:
    for words in ((), ("OWNERS",)):
        ended = command("route-patch", "--lint", *words, cwd=linux)
        assert (ended.code, ended.out) == (1, "OWNERS:2: error: nobody is no address [address]\n")
        assert "1 error, 0 warnings in 1 file" in ended.err


def test_info_names_it(linux: Path) -> None:
    assert "by path, from OWNERS: see git route-patch HEAD" in command("subprojects", "info", cwd=linux).out
    route = json.loads(command("subprojects", "info", "--json", cwd=linux).out)["route"]
    assert (route["owners"], route["codeowners"]) == ("OWNERS", None)


def test_the_schema_and_the_manual_have_it() -> None:
    assert generated("subprojects.schema.json").count('"An OWNERS file in the tree."') == 2
    page = generated("man5/gitsubprojects.5")
    assert "\\fBhost.route.owners\\fR\nAn OWNERS file in the tree.\n" in page
    assert "It is one of (aqplain(aq, (aqfancy(aq" in page.replace("\\", "")
