"""Proposals to projects that take no mail: what is to be run, and which page to open."""

import json
import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_subprojects.manifest.model import Venue
from git_subprojects.patches.model import Patch
from git_subprojects.routing.model import Destination, Part, Recipient, Reviewer
from git_subprojects.venues.proposal import Facts, Proposal, Site, proposal
from git_subprojects.venues.remotes import site
from tests.support.commands import Result, run, shell
from tests.support.golden_files import assert_golden
from tests.support.stock import ONE_COMMIT
from tests.support.stock import upstream as make_upstream

PATCH = Patch("1" * 40, "probe: Mend it", "A <a@example.org>", 1, (b"a",))


def destination(kind: str, reviewers: tuple[str, ...] = (), to: tuple[str, ...] = ()) -> Destination:
    people = tuple(Recipient(address, "", "maintainer", ()) for address in to)
    lists = (Recipient("list@example.org", "", "list", ()),)
    url = f"https://{kind}.com/example/tool"
    accounts = tuple(Reviewer(account, ()) for account in reviewers)
    venue = Venue(kind=kind, guide="CONTRIBUTING.md")
    return Destination("tool", venue, url, people, lists, (Part(PATCH, PATCH.paths),), (), accounts)


def facts(kind: str, **more: object) -> Facts:
    known = Facts(
        Site(f"{kind}.com", "example/tool"),
        "origin",
        "mine",
        Site(f"{kind}.com", "me/tool"),
        "main",
        "fix",
        program=True,
    )
    return known._replace(**more)  # type: ignore[arg-type] # each by its own type


def made(kind: str, one: Destination | None = None, **more: object) -> Proposal:
    return proposal(one or destination(kind), facts(kind, **more), "Title", "Body")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/a/b.git", Site("github.com", "a/b")),
        ("https://TOKEN@GitHub.com/a/b/", Site("github.com", "a/b")),
        ("ssh://git@gitlab.example.org:2222/g/s/b.git", Site("gitlab.example.org:2222", "g/s/b")),
        ("git@github.com:a/b.git", Site("github.com", "a/b")),
        ("../b.git", None),
        ("/srv/b.git", None),
        ("./x:y", None),
    ],
)
def test_a_url_tells_the_site(url: str, expected: Site | None) -> None:
    assert site(url) == expected


def test_github() -> None:
    found = made("github", destination("github", ("@someone", "@example/core")))
    assert found.steps == (
        ("git", "push", "--force-with-lease", "--", "mine", f"{'1' * 40}:refs/heads/fix"),
        ("gh", "pr", "create", "--repo=example/tool", "--head=me:fix", "--base=main", "--reviewer=someone,example/core",
         "--title=Title", "--body=Body"),
    )  # fmt: skip
    assert found.page == "https://github.com/example/tool/compare/main...me:fix?expand=1"


def test_gitlab() -> None:
    found = made("gitlab", destination("gitlab", ("@someone", "@example/core")))
    assert found.steps[1] == (
        "glab", "mr", "create", "--repo=https://gitlab.com/example/tool", "--head=me/tool", "--source-branch=fix",
        "--target-branch=main", "--reviewer=someone", "--yes", "--title=Title", "--description=Body",
    )  # fmt: skip
    page = urlsplit(found.page or "")
    assert (page.netloc, page.path) == ("gitlab.com", "/me/tool/-/merge_requests/new")
    assert parse_qs(page.query) == {
        "merge_request[source_branch]": ["fix"],
        "merge_request[target_branch]": ["main"],
    }


def test_gerrit() -> None:
    one = destination("gerrit", (), ("a@example.org", "b,r=c@example.org", "d%e@example.org"))
    found = made("gerrit", one)
    assert found.steps == (("git", "push", "--", "origin", f"{'1' * 40}:refs/for/main%r=a@example.org"),)
    assert found.page is None
    assert made("gerrit", remote=None).lacking == (
        "the project's own remote is not here", "git remote add gerrit https://gerrit.com/example/tool"
    )  # fmt: skip
    what, how = made("gerrit", target=None).lacking or ("", "")
    assert "which branch" in what
    assert how == "git remote set-head origin --auto"


def test_without_the_sites_program_the_page_is_left() -> None:
    found = made("github", program=False)
    assert [step[0] for step in found.steps] == ["git"]
    assert found.page is not None


@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_without_a_target_the_site_knows_its_own(kind: str) -> None:
    found = made(kind, target=None)
    assert not any("--base" in word or "--target" in word for step in found.steps for word in step)
    assert "main" not in (found.page or "")


@pytest.mark.parametrize(("branch", "expected"), [(None, "probe-mend-it"), ("main", "probe-mend-it"), ("x/y", "x/y")])
def test_the_projects_own_branch_is_not_pushed_over(branch: str | None, expected: str) -> None:
    assert made("github", branch=branch).steps[0][-1].endswith(f":refs/heads/{expected}")


def test_a_site_of_ones_own() -> None:
    there, mine = Site("git.example.org", "g/s/tool"), Site("git.example.org", "me/tool")
    found = made("github", site=there, fork_site=mine)
    assert "--repo=git.example.org/g/s/tool" in found.steps[1]
    assert (found.page or "").startswith("https://git.example.org/g/s/tool/compare/")


def test_without_a_copy_to_push_to_it_says_how_to_get_one() -> None:
    what, how = made("github", fork=None).lacking or ("", "")
    assert "no remote here that is your own copy" in what
    assert how.splitlines() == [
        "gh repo fork --remote --remote-name=fork example/tool",
        "git remote add fork https://github.com/YOU/tool.git",
    ]
    assert "fork it at https://gitlab.com/example/tool" in (made("gitlab", fork=None).lacking or ("", ""))[1]
    assert "is at no site" in (made("github", site=None).lacking or ("",))[0]


@given(
    st.sampled_from(["github", "gitlab", "gerrit"]),
    st.text(min_size=1, max_size=20),
    st.lists(st.text(min_size=1, max_size=20), max_size=3),
)
def test_nothing_that_others_have_written_is_taken_for_an_option(kind: str, branch: str, accounts: list[str]) -> None:
    one = destination(kind, tuple(f"@{account}" for account in accounts), tuple(f"{name}@x.org" for name in accounts))
    for step in made(kind, one, branch=branch).steps:
        operands = step[step.index("--") + 1 :] if "--" in step else ()
        known = ("--force-with-lease", "--", "--repo=", "--head=", "--base=", "--reviewer=", "--title=", "--body=",
                 "--source-branch=", "--target-branch=", "--description=", "--yes")  # fmt: skip
        assert all(word.startswith(known) for word in step if word.startswith("-") and word not in operands)
        assert not any(word.startswith("-") for word in operands)
        assert step[0] in ("git", "gh", "glab")


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
    assert "nothing was run, for nobody can be asked here" in ended.err
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
