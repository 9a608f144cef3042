"""Proposals to projects that take no mail: what is shown, and run when the user agrees."""

import json
import os
from pathlib import Path

import pytest

from tests.support.commands import Result, run, shell
from tests.support.golden_files import assert_golden
from tests.support.repositories import ONE_COMMIT
from tests.support.repositories import upstream as make_upstream

pytestmark = pytest.mark.slow

MANIFEST = """
schema = 1
[host]
name = "linux"
[project.web]
url = "https://github.com/example/web.git"
venue = { kind = "github", guide = "CONTRIBUTING.md", sign-off = true }
route.codeowners = "CODEOWNERS"
"""


@pytest.fixture
def web(src: Path, tmp_path: Path) -> Path:
    """Return a sibling at a site, whose user has a fork there, and a ``gh`` that writes down what it is asked."""
    made_by = f"{ONE_COMMIT}; echo '* @keeper' > CODEOWNERS; git add .; git commit -qm owners"
    for name in ("web", "fork"):
        make_upstream(tmp_path / "upstream", name, made_by)
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {tmp_path}/asked\n")
    gh.chmod(0o755)
    (src / "linux").mkdir()
    (src / "linux" / "subprojects.toml").write_text(MANIFEST)
    shell(
        f"""
        git config --global url.{tmp_path}/upstream/web.git.insteadOf https://github.com/example/web.git
        git config --global url.{tmp_path}/upstream/fork.git.insteadOf git@github.com:me/web.git
        git init -q .; git add .; git commit -qm 'Linux'
        git clone-project -q web
        cd ../web; git remote add fork git@github.com:me/web.git; git switch -qc fix
        echo more >> file; git commit -qam 'file: More' -m 'It was not enough.

        Signed-off-by: A. U. Thor <author@example.org>'
        """,
        src / "linux",
    )
    return src / "web"


def send(top: Path, *words: str, program: bool = True) -> Result:
    folder = f"{top.parent.parent}/bin{os.pathsep}" if program else ""
    return run("git", "route-patch", "--send", *words, cwd=top, PATH=folder + os.environ["PATH"])


def pushed(top: Path) -> list[str]:
    return shell("git -C ../../upstream/fork.git for-each-ref --format='%(refname:short) %(subject)'", top).splitlines()


def test_it_is_shown_and_run_only_when_agreed(web: Path) -> None:
    ended = send(web, "HEAD")
    assert ended.code == 1
    assert "nothing was run, because nobody can be asked here" in ended.err
    assert "--yes runs it" in ended.err
    commit = shell("git rev-parse HEAD", web).strip()
    assert_golden("pull-request", ended.out.replace(commit, "COMMIT"))
    assert pushed(web) == ["master owners"]
    ended = send(web, "--yes", "HEAD")
    assert ended.code == 0, ended.err
    assert pushed(web) == ["fix file: More", "master owners"]
    assert (web.parent.parent / "asked").read_text().splitlines()[:6] == [
        "pr", "create", "--repo=example/web", "--head=me:fix", "--base=master", "--reviewer=keeper"
    ]  # fmt: skip


def test_a_new_version_takes_the_place_of_the_old(web: Path) -> None:
    assert send(web, "--yes", "HEAD").code == 0
    shell("git commit -q --amend -m 'file: Yet more' -m 'Signed-off-by: A. U. Thor <author@example.org>'", web)
    assert send(web, "--yes", "HEAD").code == 0
    assert pushed(web)[0] == "fix file: Yet more"


def test_without_the_program_the_branch_is_pushed_and_the_page_named(web: Path) -> None:
    ended = send(web, "--yes", "HEAD", program=False)
    assert ended.code == 0, ended.err
    assert "  open: https://github.com/example/web/compare/master...me:fix?expand=1\n" in ended.out
    assert pushed(web)[0] == "fix file: More"


def test_a_dry_run_runs_nothing(web: Path) -> None:
    ended = send(web, "--dry-run", "HEAD")
    assert ended.code == 0
    assert "  run: git push --force-with-lease -- fork " in ended.out
    assert pushed(web) == ["master owners"]


def test_a_step_that_fails_stops_those_after_it(web: Path) -> None:
    shell("rm -rf ../../upstream/fork.git", web)
    ended = send(web, "--yes", "HEAD")
    assert ended.code == 1
    assert "git push ended with status 128" in ended.err
    assert not (web.parent.parent / "asked").exists()


def test_without_a_fork_it_cannot_go_on(web: Path) -> None:
    shell("git remote remove fork", web)
    ended = send(web, "--yes", "HEAD")
    assert ended.code == 1
    assert "web: there is no remote here that is your own copy to push to" in ended.err
    assert "hint: gh repo fork --remote --remote-name=fork example/web" in ended.err


def test_what_is_wrong_stops_it_before(web: Path) -> None:
    shell("git commit -q --amend -m 'file: More'", web)
    ended = send(web, "--yes", "HEAD")
    assert ended.code == 1
    assert "error: sign-off: " in ended.err
    assert pushed(web) == ["master owners"]


def test_the_remote_chosen_to_push_to_is_the_fork(web: Path) -> None:
    shell("git remote add mine git@github.com:me/other-name.git; git config remote.pushDefault mine", web)
    assert "run: git push --force-with-lease -- mine " in send(web, "--dry-run", "HEAD").out
    shell("git config branch.fix.pushRemote fork", web)
    assert "run: git push --force-with-lease -- fork " in send(web, "--dry-run", "HEAD").out


def test_several_patches_are_told_by_the_branchs_description(web: Path) -> None:
    shell("git config branch.fix.description 'Two things\n\nAt once.'", web)
    shell("echo 3 > file; git commit -qam 'file: Third' -m 'Signed-off-by: A. U. Thor <author@example.org>'", web)
    (one,) = json.loads(send(web, "--dry-run", "--json", "-2").out)["proposals"]
    assert one["commands"][1][-2:] == ["--title=Two things", "--body=At once.\n\n- file: More\n- file: Third"]
    assert one["page"] == "https://github.com/example/web/compare/master...me:fix?expand=1"
    assert one["reviewers"] == ["keeper"]


@pytest.mark.parametrize(
    ("kind", "noun", "remotes", "url", "page"),
    [
        ("github", "pull request", "git remote add origin git@github.com:me/linux.git;"
         " git remote add upstream https://github.com/org/linux.git", "", "https://github.com/org/linux/compare/"),
        ("github", "pull request", "git remote add origin https://github.com/org/linux.git;"
         " git remote add mine git@github.com:me/linux.git", "", "https://github.com/org/linux/compare/"),
        ("gitlab", "merge request", "git remote add origin git@gitlab.com:me/linux.git",
         'url = "https://gitlab.com/org/linux.git"', "https://gitlab.com/me/linux/-/merge_requests/new?"),
    ],
)  # fmt: skip
def test_a_host_has_pull_requests_too(src: Path, kind: str, noun: str, remotes: str, url: str, page: str) -> None:
    top = src / "linux"
    top.mkdir()
    text = f'schema = 1\n[host]\nname = "linux"\n{url}\n[host.venue]\nkind = "{kind}"\n[host.route]\nto = []\n'
    (top / "subprojects.toml").write_text(text)
    script = "git switch -qc fix; echo 1 > file; git add .; git commit -qm 'file: One'"
    shell(f"git init -q .; git add .; git commit -qm Linux; {remotes}; {script}", top)
    ended = run("git", "route-patch", "--send", "--dry-run", "--skip-check=base,recipients,uncovered", "HEAD", cwd=top)
    assert ended.code == 0, ended.err
    assert (noun in ended.out, page in ended.out) == (True, True), ended.out
