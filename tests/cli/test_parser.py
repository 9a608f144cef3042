"""How the commands read their words."""

import json
from pathlib import Path

from tests.support.commands import Command
from tests.support.repositories import make_host

MANIFEST = """
schema = 1
[project.one]
url = "https://example.org/one.git"
[project.two]
url = "https://example.org/two.git"
"""


def test_options_may_stand_between_operands(src: Path, command: Command) -> None:
    host = make_host(src, MANIFEST)
    mixed = command("clone-project", "-n", "one", "--depth", "3", "two", "--json", cwd=host)
    assert mixed.code == 0
    assert [(step["name"], step["depth"]) for step in json.loads(mixed.out)["plan"]] == [("one", 3), ("two", 3)]


def test_a_number_of_commits_is_an_operand(src: Path, command: Command) -> None:
    host = make_host(src, MANIFEST + '[host.route]\nto = ["list@example.org"]\n')
    for words in (("--to", "-1"), ("-1", "--to"), ("--to", "--", "-1")):
        assert command("route-patch", *words, cwd=host).out == "list@example.org\n"


def test_common_options_may_stand_before_or_after_a_verb(src: Path, command: Command) -> None:
    host = make_host(src, MANIFEST)
    before = command("subprojects", "--json", "list", cwd=host)
    assert before.out == command("subprojects", "list", "--json", cwd=host).out
    assert [project["name"] for project in json.loads(before.out)["projects"]] == ["one", "two"]


def test_an_option_is_not_guessed_from_its_beginning(src: Path, command: Command) -> None:
    wrong = command("clone-project", "--dry", "one", cwd=make_host(src, MANIFEST))
    assert wrong.code == 129
    assert wrong.err.startswith("error: unknown option '--dry'\nusage: git clone-project")
