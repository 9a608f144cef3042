"""What is read of repositories without git is what git says of them."""

import os
from pathlib import Path

import pytest

from git_subprojects.git import refs
from git_subprojects.git.configs import configs
from git_subprojects.git.process import FastGit
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
        assert os.path.realpath(refs.git_dir(str(tree))) == folder
        assert os.path.realpath(refs.common_dir(str(tree))) == shared
        assert refs.is_linked(str(tree)) is (folder != shared)


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
    assert refs.has_only(str(top), "main") is only


def test_configs_are_what_git_reads_in_each(tmp_path: Path) -> None:
    names = ["plain", 'quo"te', "back\\slash", "tab\there", "line\nbreak", "ü", *(f"many-{n}" for n in range(60))]
    folders = [str(tmp_path / name) for name in names]
    for name, path in zip(names, folders, strict=True):
        os.mkdir(path)
        text = f'[subprojects]\n\tproject = {len(name)}\n[remote "Some.Name"]\n\turl = x\n\tflag\n'
        Path(path, "config").write_text(text)
    found = configs(FastGit(os.environ), folders)
    assert list(found) == folders
    for name, folder in zip(names, folders, strict=True):
        assert found[folder].text("subprojects.project") == str(len(name))
        assert found[folder].settings["remote.Some.Name.flag"] == ["true"]


def test_a_config_that_includes_another_has_only_its_own(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("[subprojects]\n\tproject = other\n")
    (tmp_path / "config").write_text("[include]\n\tpath = other\n[a]\n\tb = c\n")
    found = configs(FastGit(os.environ), [str(tmp_path)])
    assert found[str(tmp_path)].text("subprojects.project") is None
    assert found[str(tmp_path)].text("a.b") == "c"


def test_a_broken_config_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[broken\n")
    assert configs(FastGit(os.environ), [str(tmp_path)]) == {}
    assert configs(FastGit(os.environ), []) == {}


def test_a_config_that_is_not_there_is_empty(tmp_path: Path) -> None:
    found = configs(FastGit(os.environ), [str(tmp_path)])
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
    shared = refs.common_dir(str(top))
    config = configs(FastGit(os.environ), [shared])[shared]
    return refs.is_current(str(top), config, refs.upstream(FastGit(os.environ), str(top), config))


def test_where_refs_are_in_no_files_git_is_asked(clone: Path) -> None:
    git, top = FastGit(os.environ), str(clone)
    config = configs(git, [f"{top}/.git"])[f"{top}/.git"]
    # git reads such a line, and what reads files without it does not: so it can be told which of the two has answered.
    (clone / ".git" / "refs" / "remotes" / "origin" / "HEAD").write_text("ref:\trefs/remotes/origin/main\n")
    (clone / ".git" / "HEAD").write_text("ref:\trefs/heads/main\n")
    assert refs.is_in_files(top)
    assert refs.remote_head(git, top, "origin") is None
    assert refs.upstream(git, top, config) is None
    (clone / ".git" / "reftable").mkdir()
    assert not refs.is_in_files(top)
    assert refs.remote_head(git, top, "origin") == "main"
    assert refs.upstream(git, top, config) == ("main", "origin", "main")
    assert not refs.is_current(top, config, ("main", "origin", "main")), "only git could tell"


def test_what_is_begun_is_a_ref_where_refs_are_in_no_files(top: Path) -> None:
    shell(
        """
        echo 1 > file; git add file; git commit -qm two; git switch -q -c other HEAD~
        echo 2 > file; git add file; git commit -qm three; git cherry-pick main || true
        git pack-refs --all; mkdir .git/reftable
        """,
        top,
    )
    assert refs.operation(FastGit(os.environ), str(top)) == "cherry-pick"
    # A ref of that name stands for what is in no file of its own.
    shell("rm .git/CHERRY_PICK_HEAD; git update-ref refs/heads/REVERT_HEAD HEAD", top)
    assert refs.operation(FastGit(os.environ), str(top)) == "revert"


@pytest.mark.parametrize("linked", [False, True])
def test_reftable_is_told_by_its_folder_or_by_the_head(top: Path, linked: bool) -> None:
    """git of this version refuses such a repository, so it is one by what gitrepository-layout(5) says."""
    shell("git worktree add -q ../linked", top)
    tree = str(top.parent / "linked" if linked else top)
    assert refs.is_in_files(tree)
    (top / ".git" / "reftable").mkdir()
    (top / ".git" / "reftable" / "tables.list").write_text("")
    shell("git config core.repositoryFormatVersion 1; git config extensions.refStorage reftable", top)
    assert not refs.is_in_files(tree)
    shell("rm -r .git/reftable", top)
    assert refs.is_in_files(tree)
    Path(refs.git_dir(tree), "HEAD").write_text("ref: refs/heads/.invalid\n")
    assert not refs.is_in_files(tree)
