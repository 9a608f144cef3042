"""``update`` follows the manifest to another revision, unless the user has moved the clone or works in it."""

from pathlib import Path

import pytest

from tests.support.commands import Command, config, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host
from tests.support.repositories import upstream as make_upstream

pytestmark = pytest.mark.slow

HISTORY = """
echo 1 > a; git add .; git commit -qm one; git tag v1
echo 2 > a; git commit -qam two; git tag -am v2 v2
git switch -qc stable v1; echo s > a; git commit -qam s; git tag s1; git switch -q master
echo 3 > a; git commit -qam three
"""


class Space:
    """A host with a manifest that names one project, and that project's clone."""

    def __init__(self, src: Path, daemon: Daemon, command: Command) -> None:
        self.top = make_host(src, "schema = 1")
        self.tool = src / "tool"
        self.served = daemon.base / "tool.git"
        self._url = f"{daemon.url}/tool.git"
        self._command = command

    def says(self, keys: str, file: str = "subprojects.toml") -> None:
        """Let the manifest say this of the project; ``ID:name`` in it is the id of the commit ``name``."""
        while "ID:" in keys:
            name = keys.partition("ID:")[2].partition('"')[0]
            keys = keys.replace(f"ID:{name}", self.id(name))
        head = 'schema = 1\n[host]\nname = "linux"\nversions = "v[0-9]*"\n'
        (self.top / file).write_text(f'{head}[project.tool]\nurl = "{self._url}"\n{keys}\n')

    def id(self, name: str) -> str:
        return shell(f"git rev-parse '{name}^{{commit}}'", self.served).strip()

    def clone(self, *words: str) -> tuple[int, str]:
        ended = self._command("clone-project", *words, cwd=self.top)
        return ended.code, ended.err

    def update(self, *words: str) -> tuple[int, str]:
        ended = self._command("subprojects", "update", *words, cwd=self.top)
        return ended.code, ended.err

    def stands(self) -> tuple[str, str]:
        """Return the branch that is checked out, empty for none, and the commit."""
        return shell("git branch --show-current", self.tool).strip(), shell("git rev-parse HEAD", self.tool).strip()


@pytest.fixture
def space(src: Path, daemon: Daemon, command: Command) -> Space:
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    make_upstream(daemon.base, "tool", HISTORY)
    return Space(src, daemon, command)


def pin(revision: str) -> str:
    return f'[[project.tool.pin]]\nrevision = "{revision}"'


BRANCH = ""
SHALLOW = "depth = 1\n"

CHANGES = [
    pytest.param(pin("v1"), pin("v2"), "", "v2", id="tag to tag"),
    pytest.param(pin("v2"), pin("v1"), "", "v1", id="backwards"),
    pytest.param(pin("v1"), pin("s1"), "", "s1", id="to a tag of another line"),
    pytest.param(pin("ID:v1"), pin("ID:v2"), "", "v2", id="id to id"),
    pytest.param(pin("v1"), pin("ID:v2"), "", "v2", id="tag to id"),
    pytest.param(pin("v1"), BRANCH, "master", "master", id="pin removed"),
    pytest.param(BRANCH, pin("v1"), "", "v1", id="pin added to a branch"),
    pytest.param(pin("v1"), pin("master"), "master", "master", id="tag to branch"),
    pytest.param(pin("v1"), pin("refs/heads/stable"), "stable", "stable", id="tag to the full name of a branch"),
    pytest.param(pin("stable"), pin("v2"), "", "v2", id="branch to tag"),
    pytest.param('branch = "master"', 'branch = "stable"', "stable", "stable", id="another branch"),
    pytest.param('branch = "stable"', pin("v2"), "", "v2", id="from a named branch to a tag"),
    pytest.param(pin("v1"), 'branch = "stable"', "stable", "stable", id="from a tag to a named branch"),
]


@pytest.mark.parametrize(("before", "after", "branch", "commit"), CHANGES)
@pytest.mark.parametrize("depth", [pytest.param("", id="full"), pytest.param(SHALLOW, id="shallow")])
def test_the_manifest_is_followed(space: Space, before: str, after: str, branch: str, commit: str, depth: str) -> None:
    space.says(depth + before)
    assert space.clone("tool")[0] == 0
    first = space.stands()
    space.says(depth + after)
    code, said = space.update()
    assert (code, space.stands()) == (0, (branch, space.id(commit))), said
    assert space.update() == (0, "nothing new in 1 project\n")
    space.says(depth + before)
    assert space.update()[0] == 0
    assert space.stands() == first
    if depth:
        assert shell("git rev-parse --is-shallow-repository", space.tool) == "true\n"


def test_a_host_pin_that_is_edited(space: Space) -> None:
    space.says('[[project.tool.pin]]\nhost = "v6.1"\nrevision = "v1"')
    assert space.clone("tool")[0] == 0
    space.says('[[project.tool.pin]]\nhost = "v6.1"\nrevision = "v2"')
    assert space.update() == (0, "tool: moved to v2, from v1\n")
    space.says('[[project.tool.pin]]\nrevision = "s1"\n[[project.tool.pin]]\nhost = "v9"\nrevision = "v2"')
    assert space.update() == (0, "tool: moved to s1, from v2\n")


def test_another_manifest_and_back(space: Space) -> None:
    space.says(BRANCH)
    space.says(pin("ID:v2"), "frozen.toml")
    assert space.clone("tool")[0] == 0
    assert space.update("--manifest", "frozen.toml")[0] == 0
    assert space.stands() == ("", space.id("v2"))
    assert space.update()[0] == 0
    assert space.stands() == ("master", space.id("master"))


def test_a_clone_of_another_manifest_is_told_of(space: Space) -> None:
    space.says(pin("v1"))
    space.says(pin("ID:v2"), "frozen.toml")
    assert space.clone("tool")[0] == 0
    code, said = space.clone("--manifest", "frozen.toml", "--all")
    assert code == 1
    assert space.id("v2")[:12] in said
    command = said.partition("git subprojects update")[2].splitlines()[0]
    assert space.update(*command.split())[0] == 0
    assert space.stands() == ("", space.id("v2"))
    assert space.clone("--manifest", "frozen.toml", "--all")[0] == 0


MOVED = [
    pytest.param("git switch -q --detach s1", "", id="another commit"),
    pytest.param("echo mine > a; git commit -qam mine", "", id="a commit of one's own"),
    pytest.param("git switch -qc topic", "topic", id="a branch of one's own"),
    pytest.param("echo mine > a", "", id="a changed file"),
    pytest.param("echo mine > a; git add a", "", id="a staged file"),
]


@pytest.mark.parametrize(("script", "branch"), MOVED)
def test_what_the_user_does_stays(space: Space, script: str, branch: str) -> None:
    space.says(pin("v1"))
    assert space.clone("tool")[0] == 0
    shell(script, space.tool)
    before, files = space.stands(), shell("git status --porcelain; cat a", space.tool)
    # While the manifest says the same, that is no failure.
    assert space.update()[0] == 0
    space.says(pin("v2"))
    for _ in range(2):
        code, said = space.update()
        assert code == 1
        assert "tool: not updated: " in said
        assert "v2 is pinned" in said
        assert f"git -C {space.tool} checkout --detach v2" in said
        assert space.stands() == before
        assert shell("git status --porcelain; cat a", space.tool) == files
    assert before[0] == branch


def test_commits_on_the_branch_stay(space: Space) -> None:
    space.says(BRANCH)
    assert space.clone("tool")[0] == 0
    shell("echo mine > a; git commit -qam mine", space.tool)
    space.says(pin("v1"))
    code, said = space.update()
    assert code == 1
    assert "tool: not updated: master has 1 commit of its own, and v1 is pinned" in said
    shell(said.partition("hint: ")[2].splitlines()[0], space.top)
    assert space.update() == (0, "nothing new in 1 project\n")


def test_what_the_user_has_asked_for_is_not_taken_back(space: Space) -> None:
    space.says(BRANCH)
    assert space.clone("tool", "--revision", "v1")[0] == 0
    assert space.update()[0] == 0
    assert space.stands() == ("", space.id("v1"))


def test_a_pin_that_is_nowhere(space: Space) -> None:
    space.says(pin("v1"))
    assert space.clone("tool")[0] == 0
    space.says(pin("v9"))
    code, said = space.update()
    assert code == 1
    assert "tool: not updated: there is no v9 here" in said
    assert space.stands() == ("", space.id("v1"))


def test_a_dry_run_moves_nothing(space: Space) -> None:
    space.says(pin("v1"))
    assert space.clone("tool")[0] == 0
    space.says(pin("v2"))
    assert space.update("--dry-run") == (0, "tool: would move to v2, from v1\n")
    assert space.stands() == ("", space.id("v1"))


def test_a_branch_that_is_pinned_keeps_its_meaning(space: Space) -> None:
    space.says(pin("stable"))
    assert space.clone("tool")[0] == 0
    shell("git tag stable master; git switch -q stable 2>/dev/null || true", space.served)
    shell("git update-ref refs/heads/stable master", space.served)
    assert space.update()[0] in (0, 1)
    assert space.stands()[0] == "stable"
