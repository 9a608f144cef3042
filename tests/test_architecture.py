"""What may import what, and what must not be imported early."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import run, shell
from tests.support.paths import ROOT
from tests.support.repositories import make_host

HEAVY = {
    "pygit2", "rich", "tomli", "tomlkit", "subprocess", "dataclasses", "typing", "argcomplete", "asyncio", "concurrent",
    "importlib.metadata", "shutil", "tempfile", "threading", "logging", "socket", "email", "pathlib", "inspect",
}  # fmt: skip
"""Modules of which each costs as much as a good part of ``python3 -c pass``."""


def imported(*words: str, cwd: Path) -> set[str]:
    """Return the modules that a command has imported when it ends, beyond those of a bare interpreter."""
    program = """if True:
        import sys
        before = set(sys.modules)
        from git_subprojects.commands.{module} import main
        try:
            main(sys.argv[1:])
        except SystemExit:
            pass
        print("\\n".join(set(sys.modules) - before), file=sys.stderr)
    """
    module, *rest = words
    ended = run(sys.executable, "-c", program.format(module=module), *rest, cwd=cwd)
    assert ended.code == 0, ended.err
    return set(ended.err.split())


def heavy(modules: set[str]) -> set[str]:
    return {name for name in HEAVY if name in modules or any(one.startswith(f"{name}.") for one in modules)}


@pytest.mark.parametrize(
    "words", [["clone_project", "-h"], ["route_patch", "-h"], ["subprojects", "-h"], ["subprojects", "list", "-h"]]
)
def test_help_needs_nothing_heavy(tmp_path: Path, words: list[str]) -> None:
    modules = imported(*words, cwd=tmp_path)
    assert "argparse" in modules, "the test sees what is imported"
    assert heavy(modules) == set()
    assert not any(
        name.startswith("git_subprojects.") and not name.startswith(("git_subprojects.commands", "git_subprojects.cli"))
        for name in modules - {"git_subprojects.errors", "git_subprojects.registries"}
    )


def test_a_list_needs_neither_pygit2_nor_rich(src: Path) -> None:
    top = make_host(src, "schema = 1\nproject.x.url = '../x'")
    modules = imported("clone_project", "--list", cwd=top)
    assert "tomli" in modules
    assert heavy(modules) & {"pygit2", "rich", "tomlkit", "argcomplete", "asyncio", "email", "dataclasses"} == set()


def test_a_route_needs_no_module_for_cloning(src: Path) -> None:
    top = make_host(src, "schema = 1\nhost.route.to = ['a@b']")
    modules = imported("route_patch", "HEAD", cwd=top)
    assert "git_subprojects.routing.router" in modules
    assert heavy(modules) & {"rich", "argcomplete", "asyncio", "email", "dataclasses"} == set()


@pytest.mark.slow
def test_the_import_contract_holds() -> None:
    pytest.importorskip("importlinter", reason="the extra 'check' is not installed")
    ended = run(
        sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache", cwd=ROOT
    )
    assert ended.code == 0, ended.out
    assert "5 kept, 0 broken" in ended.out


@pytest.mark.slow
def test_the_import_contract_can_break(tmp_path: Path) -> None:
    pytest.importorskip("importlinter", reason="the extra 'check' is not installed")
    shell(f"cp -r '{ROOT}/git_subprojects' '{ROOT}/pyproject.toml' .", tmp_path)
    with (tmp_path / "git_subprojects" / "plural.py").open("a") as file:
        file.write("\nimport os\nfrom git_subprojects.cli import screen\n")
    ended = run(
        sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache",
        cwd=tmp_path, PYTHONPATH=str(tmp_path),
    )  # fmt: skip
    assert ended.code == 1
    assert "3 kept, 2 broken" in ended.out


def test_only_git_py_starts_git() -> None:
    found = subprocess.run(
        [
            "git",
            "grep",
            "-lE",
            r"^ *(import|from) subprocess|subprocess\.[A-Za-z]|os\.(system|popen|exec|posix_spawn)",
            "--",
            "git_subprojects/*.py",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if found.returncode == 128:
        pytest.skip("these tests do not lie in a git repository")
    assert set(found.stdout.split()) == {
        "git_subprojects/system/parallel.py",
        "git_subprojects/git/process.py",
        "git_subprojects/system/processes.py",
        "git_subprojects/workspace/build.py",
    }
