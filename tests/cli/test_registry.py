"""A verb and a form that are registered appear everywhere they must."""

import inspect
from pathlib import Path
from types import ModuleType

import pytest

from git_subprojects import registries
from git_subprojects.cli.options import Options
from git_subprojects.cli.registry import VERBS, Verb
from git_subprojects.registries import FORMS, Form
from tests.support.commands import Command
from tests.support.docs import generator


@pytest.fixture
def greet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VERBS, "greet", Verb("tests.support.plugins.greet", "greet a project"))


@pytest.fixture
def yaml_form(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Form("tests.support.plugins.yaml_form", "answer in YAML", option="--yaml", is_generic=True)
    monkeypatch.setitem(FORMS, "yaml", entry)


@pytest.mark.usefixtures("greet")
def test_a_verb_is_run_with_its_options(command: Command) -> None:
    ended = command("subprojects", "greet", "qemu", "-w", "hi")
    assert (ended.code, ended.out) == (0, "hi qemu!\n")
    ended = command("subprojects", "greet", "--json", "qemu")
    assert ended.out == '{\n  "version": 1,\n  "greeting": "hello qemu"\n}\n'


@pytest.mark.usefixtures("greet")
def test_a_verb_is_in_help_and_its_errors_show_its_own_usage(command: Command) -> None:
    assert "  greet     greet a project\n" in command("subprojects", "-h").out
    usage = "usage: git subprojects greet [-w WORD] [--json] PROJECT\n"
    assert command("subprojects", "greet", "-h").out.startswith(usage)
    ended = command("subprojects", "greet", "--wrod", "x", "qemu")
    assert (ended.code, ended.err) == (129, f"error: unknown option '--wrod'\n{usage}")
    assert "did you mean greet?" in command("subprojects", "gret").err


@pytest.mark.usefixtures("greet")
def test_a_verb_is_in_the_manual_and_the_table_of_completion() -> None:
    generate = generator()
    page = generate.command_page("subprojects", generate.commands())
    assert ".SS greet\n" in page
    assert "The word to greet with." in page
    assert "git subprojects greet [\\-w WORD] [\\-\\-json] PROJECT\n" in page
    assert '    "subprojects greet": "projects --word -w",\n' in generate.completion_table()


@pytest.mark.usefixtures("yaml_form")
def test_a_form_is_taken_by_every_command_that_answers(command: Command, tmp_path: Path) -> None:
    (tmp_path / "subprojects.toml").write_text("schema = 1\nproject.x.url = 'https://example.org/x'\n")
    ended = command("subprojects", "list", "--yaml", "--manifest", "subprojects.toml", cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("projects: [{'name': 'x'")
    ended = command("clone-project", "--list", "--yaml", "--manifest", "subprojects.toml", cwd=tmp_path)
    assert ended.out.startswith("projects: [{'name': 'x'")
    assert "--yaml" in command("route-patch", "-h").out
    assert "answer in YAML" in command("subprojects", "status", "-h").out
    assert command("subprojects", "init", "--yaml").code == 129


@pytest.mark.usefixtures("yaml_form")
def test_a_form_is_in_the_manual() -> None:
    generate = generator()
    assert "Answer in YAML." in generate.command_page("route-patch", generate.commands())


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_has_what_is_expected_of_it(name: str) -> None:
    verb = VERBS[name].load()
    assert issubclass(verb.Options, Options)
    assert verb.DESCRIPTION.endswith(".")
    assert list(inspect.signature(verb.run).parameters) == ["options", "screen"]


def test_every_entry_names_a_module() -> None:
    tables = (registries.VENUES, registries.RULE_FORMATS, registries.CHECKS, registries.FORMS)
    for entry in [entry for table in tables for entry in table.values()]:
        assert isinstance(entry.load(), ModuleType)
        assert entry.about
