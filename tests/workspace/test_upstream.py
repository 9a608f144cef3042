"""The branch that a project goes on in, and what patches have in common with it."""

import os
from pathlib import Path

import pytest

from git_subprojects.git.process import Git
from git_subprojects.patches.revisions import of_revisions
from git_subprojects.workspace.facts import Upstream
from git_subprojects.workspace.upstream import upstream
from tests.support.commands import shell

URL = "https://example.org/tool.git"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone whose remote has ``main`` and ``next``, one commit further."""
    shell(
        """
        git init -q -b main .; echo 1 > a; git add .; git commit -qm one
        git switch -qc next; git commit -q --allow-empty -m two; git switch -q main
        git clone -q . ../clone
        """,
        tmp_path / "tool",
    )
    return tmp_path / "clone"


def of(top: Path, *words: str, branch: str | None = None, urls: tuple[str, ...] = ()) -> Upstream:
    git = Git(os.environ, str(top))
    return upstream(git, of_revisions(git, words), urls, branch)


def commit_id(top: Path, name: str) -> str:
    return shell(f"git rev-parse {name}", top).strip()


def test_a_topic_is_held_to_the_remotes_head(clone: Path) -> None:
    shell("git switch -q --no-track -c topic; git commit -q --allow-empty -m fix", clone)
    assert of(clone, "HEAD") == Upstream("refs/remotes/origin/main", commit_id(clone, "origin/main"))
    assert of(clone, "HEAD").name == "origin/main"


def test_a_topic_that_tracks_another_branch_is_for_that(clone: Path) -> None:
    shell("git switch -q -c topic --track origin/next; git commit -q --allow-empty -m fix", clone)
    assert of(clone, "HEAD") == Upstream("refs/remotes/origin/next", commit_id(clone, "origin/next"))
    assert of(clone, "HEAD", branch="main").ref == "refs/remotes/origin/next"


def test_a_topic_that_was_pushed_is_not_held_to_itself(clone: Path) -> None:
    shell("git switch -q -c topic; git commit -q --allow-empty -m fix; git push -q -u origin topic", clone)
    assert of(clone, "HEAD").ref == "refs/remotes/origin/main"


def test_the_manifests_branch_counts(clone: Path) -> None:
    shell("git switch -q --no-track -c topic; git commit -q --allow-empty -m fix", clone)
    assert of(clone, "HEAD", branch="next") == Upstream(
        "refs/remotes/origin/next", commit_id(clone, "origin/main"), behind=1
    )
    assert of(clone, "HEAD", branch="gone") == Upstream(None, commit_id(clone, "HEAD^"))


def test_what_lies_between_is_counted(clone: Path) -> None:
    shell("git commit -q --allow-empty -m between; git commit -q --allow-empty -m fix", clone)
    assert of(clone, "HEAD") == Upstream("refs/remotes/origin/main", commit_id(clone, "origin/main"), between=1)


def test_what_is_there_already_is_said(clone: Path) -> None:
    assert of(clone, "HEAD") == Upstream("refs/remotes/origin/main", None, has_some=True)


def test_nothing_in_common(clone: Path) -> None:
    shell("git switch -q --orphan other; git commit -q --allow-empty -m fix", clone)
    assert of(clone, "HEAD") == Upstream("refs/remotes/origin/main", None)


def test_the_remote_is_the_projects(clone: Path) -> None:
    shell(f"git remote rename origin fork; git remote add up {URL}; git fetch -q fork", clone)
    shell("git commit -q --allow-empty -m fix; git update-ref refs/remotes/up/main fork/next", clone)
    assert of(clone, "HEAD", urls=(URL,)).ref == "refs/remotes/up/main"
    assert of(clone, "HEAD").ref is None, "there are two, and none is origin"
    shell("git remote remove up", clone)
    assert of(clone, "HEAD").ref == "refs/remotes/fork/main", "it is the only one"
