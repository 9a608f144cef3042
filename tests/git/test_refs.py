"""What is read of repositories without git is what git says of them."""

import os
from pathlib import Path

import pytest

from git_subprojects.git import refs as layout
from git_subprojects.git.fast import Quick
from tests.support.commands import run, shell


@pytest.fixture
def top(tmp_path: Path) -> Path:
    shell("git init -q -b main .; git commit -q --allow-empty -m one", tmp_path / "it")
    return tmp_path / "it"


def test_gits_folder_is_where_git_says(top: Path) -> None:
    shell("git worktree add -q ../linked", top)
    for tree in (top, top.parent / "linked"):
        words = ("rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir")
        folder, shared = run("git", *words, cwd=tree).out.splitlines()
        found = layout.git_dir(str(tree))
        assert os.path.realpath(found) == folder
        assert os.path.realpath(layout.common_dir(found)) == shared


@pytest.mark.parametrize(
    ("script", "only"),
    [
        ("true", True),
        ("git pack-refs --all; git commit -q --allow-empty -m two", True),
        ("git branch other", False),
        ("git branch a/b", False),
        ("git branch other; git pack-refs --all; git commit -q --allow-empty -m two", False),
        ("git tag other; git pack-refs --all; git commit -q --allow-empty -m two", True),
        ("git pack-refs --all", False),
        ("rm -rf .git/refs/heads; echo this uses something else > .git/refs/heads", False),
    ],
)
def test_one_branch_is_known_to_be_the_only_one(top: Path, script: str, only: bool) -> None:
    shell(script, top)
    assert layout.has_only(str(top / ".git"), "main") is only


def test_configs_are_what_git_reads_in_each(tmp_path: Path) -> None:
    names = ["plain", 'quo"te', "back\\slash", "tab\there", "line\nbreak", "ü", *(f"many-{n}" for n in range(60))]
    folders = [str(tmp_path / name) for name in names]
    for name, path in zip(names, folders, strict=True):
        os.mkdir(path)
        text = f'[subprojects]\n\tproject = {len(name)}\n[remote "Some.Name"]\n\turl = x\n\tflag\n'
        Path(path, "config").write_text(text)
    found = layout.configs(Quick(os.environ), folders)
    assert list(found) == folders
    for name, folder in zip(names, folders, strict=True):
        assert found[folder].text("subprojects.project") == str(len(name))
        assert found[folder].settings["remote.Some.Name.flag"] == ["true"]


def test_a_config_that_includes_another_has_only_its_own(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("[subprojects]\n\tproject = other\n")
    (tmp_path / "config").write_text("[include]\n\tpath = other\n[a]\n\tb = c\n")
    found = layout.configs(Quick(os.environ), [str(tmp_path)])
    assert found[str(tmp_path)].text("subprojects.project") is None
    assert found[str(tmp_path)].text("a.b") == "c"


def test_a_broken_config_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[broken\n")
    assert layout.configs(Quick(os.environ), [str(tmp_path)]) == {}
    assert layout.configs(Quick(os.environ), []) == {}


def test_a_config_that_is_not_there_is_empty(tmp_path: Path) -> None:
    found = layout.configs(Quick(os.environ), [str(tmp_path)])
    assert found[str(tmp_path)].settings == {}


@pytest.fixture
def clone(top: Path) -> Path:
    shell("git -C ../it commit -q --allow-empty -m two; git clone -q ../it .", top.parent / "clone")
    return top.parent / "clone"


@pytest.mark.parametrize(
    ("script", "current"),
    [
        ("true", True),
        ("git pack-refs --all", True),
        ("git switch -q -c topic/a origin/main; git branch -f main HEAD~", True),
        ("git reset -q --hard HEAD~", False),
        ("git commit -q --allow-empty -m mine", False),
        ("git switch -q --detach", False),
        ("git branch -q --unset-upstream", False),
        ("git update-ref -d refs/remotes/origin/main", False),
        ("git config remote.origin.fetch +refs/heads/main:refs/remotes/other/main", False),
        ("git config branch.main.remote .", False),
        ("echo nonsense > .git/HEAD", False),
    ],
)
def test_a_branch_is_current_where_its_upstream_is(clone: Path, script: str, current: bool) -> None:
    shell(script, clone)
    assert _is_current(clone) is current


def test_the_branch_of_a_linked_work_tree_is_current(clone: Path) -> None:
    shell("git worktree add -q -b topic ../linked origin/main", clone)
    assert _is_current(clone.parent / "linked")
    shell("git commit -q --allow-empty -m mine", clone.parent / "linked")
    assert not _is_current(clone.parent / "linked")
    assert _is_current(clone)


def _is_current(top: Path) -> bool:
    folder = layout.git_dir(str(top))
    shared = layout.common_dir(folder)
    return layout.is_current(folder, layout.configs(Quick(os.environ), [shared])[shared])
