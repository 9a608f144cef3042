"""A venue that is registered appears everywhere it must."""

import json
from pathlib import Path

import pytest

from tests.support.commands import shell
from tests.support.registering import command, generated

pytestmark = pytest.mark.slow

URL = "https://codeberg.org/example/web.git"
MANIFEST = f"""
schema = 1
[project.web]
url = "{URL}"
mirrors = ["https://git.example.org/web.git"]
venue.kind = "forgejo"
"""


@pytest.fixture
def web(src: Path) -> Path:
    """Return a clone of a project whose venue is the tests' own, with a fork."""
    (src / "linux").mkdir()
    (src / "linux" / "subprojects.toml").write_text(MANIFEST)
    shell("git init -q .; git add .; git commit -qm Linux", src / "linux")
    shell(
        f"""
        git init -q .; echo 1 > file; git add .; git commit -qm 'file: Begin'
        git remote add origin {URL}; git remote add fork https://codeberg.org/me/web.git
        git update-ref refs/remotes/origin/main HEAD
        git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main
        git config subprojects.host ../linux; git config subprojects.project web
        git switch -qc fix; echo 2 > file; git commit -qam 'file: Go on'
        """,
        src / "web",
    )
    return src / "web"


def test_the_manifest_may_name_it(web: Path) -> None:
    ended = command("subprojects", "check", cwd=web.parent / "linux")
    assert ended.code == 0, ended.err
    manifest = web.parent / "linux" / "subprojects.toml"
    manifest.write_text(MANIFEST.replace("forgejo", "forgejoe"))
    assert "'gerrit', 'forgejo'" in command("subprojects", "check", cwd=web.parent / "linux").err


def test_answers_call_it_by_its_name(web: Path) -> None:
    ended = command("route-patch", "HEAD", cwd=web)
    assert ended.out.startswith("web: 1 patch as a Forgejo pull request to https://codeberg.org/example/web\n")
    assert "web takes no mail but pull requests" in command("route-patch", "--to", "HEAD", cwd=web).err
    assert json.loads(command("route-patch", "--json", "HEAD", cwd=web).out)["destinations"][0]["venue"] == "forgejo"
    assert "  patches: as a Forgejo pull request\n" in command("subprojects", "info", "web", cwd=web).out
    assert "| Forgejo |" in command("subprojects", "list", "--format=markdown", cwd=web).out


def test_it_is_proposed_as_its_module_says(web: Path) -> None:
    ended = command("route-patch", "--send", "--dry-run", "HEAD", cwd=web)
    commit = shell("git rev-parse HEAD", web).strip()
    assert ended.out == (
        "web: as a Forgejo pull request to https://codeberg.org/example/web\n"
        f"  run: git push --force-with-lease -- fork {commit}:refs/heads/fix\n"
        "  open: https://codeberg.org/example/web/compare/main...me/web:fix\n"
    )


def test_it_is_recognised_by_its_host(web: Path) -> None:
    shell("git remote rename fork mine; git remote rename origin fork; git remote rename mine origin", web)
    ended = command("subprojects", "init", "-o", "-", cwd=web)
    assert '[host.venue]\nkind = "forgejo"\n' in ended.out


def test_schemas_and_manuals_have_it() -> None:
    for name, number in (("subprojects", 2), ("route-patch", 2)):
        kinds = generated(f"{name}.schema.json")
        assert kinds.count('"forgejo"') == number
    assert "a Gerrit change, as a Forgejo pull request." in generated("man5/gitsubprojects.5")
    assert "\\fBforgejo\\fR\nA push to your fork.\n" in generated("man1/git-route-patch.1")
