"""What ``update`` does beyond fast-forwards where it is asked to: rebase, prune, and further remotes."""

from pathlib import Path

import pytest

from tests.support.commands import Command, Result, config, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, push, sibling
from tests.support.repositories import upstream as make_upstream

pytestmark = pytest.mark.slow

HISTORY = "seq 9 > a; git add .; git commit -qm one; git branch old; git branch older"


class Workspace:
    """A host, one sibling, and the repository that the sibling is a clone of."""

    def __init__(self, src: Path, daemon: Daemon, command: Command) -> None:
        self.url = f"{daemon.url}/tool.git"
        self.base = daemon.base
        self.top = make_host(src, f'schema = 1\n[project.tool]\nurl = "{self.url}"\n')
        self.tool = sibling(self.top, self.url)
        self._command = command

    def update(self, *words: str) -> Result:
        return self._command("subprojects", "update", *words, cwd=self.top)

    def log(self) -> list[str]:
        return shell("git log --format=%s", self.tool).split()


@pytest.fixture
def space(src: Path, daemon: Daemon, command: Command) -> Workspace:
    config("subprojects.retries", "0")
    config("advice.subprojectsNext", "false")
    make_upstream(daemon.base, "tool", HISTORY)
    return Workspace(src, daemon, command)


def test_own_commits_are_rebased_where_that_is_asked(space: Workspace) -> None:
    push(space.base, "tool", "git commit -q --allow-empty -m two")
    shell("echo mine > mine; git add .; git commit -qm mine", space.tool)
    ended = space.update()
    assert (ended.code, space.log()) == (1, ["mine", "one"])
    ended = space.update("--rebase", "--dry-run")
    assert (ended.code, space.log()) == (0, ["mine", "one"])
    assert "tool: would rebase master, with 1 commit of its own, onto origin/master\n" in ended.err
    (space.tool / "a").write_text("changed\n")
    ended = space.update("--rebase")
    assert (ended.code, space.log()) == (1, ["mine", "one"])
    assert "not updated: 1 changed file, and commits to rebase onto origin/master" in ended.err
    shell("git restore a", space.tool)
    ended = space.update("--rebase")
    assert (ended.code, space.log()) == (0, ["mine", "two", "one"])
    assert ended.err == "tool: rebased master, with 1 commit of its own, onto origin/master\n"
    assert space.update("--rebase").err == "nothing new in 1 project\n"


def test_an_upstream_that_was_rewritten(space: Workspace) -> None:
    push(space.base, "tool", "git commit -q --allow-empty -m two")
    assert space.update().code == 0
    shell("echo mine > mine; git add .; git commit -qm mine", space.tool)
    push(space.base, "tool", "git commit -q --amend --allow-empty -m other")
    assert (space.update("--rebase").code, space.log()) == (0, ["mine", "other", "one"])


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo mine > a; git commit -qam mine", "could not be rebased onto origin/master, and is as it was: "
         "there are conflicts in a"),
        ("git switch -qc x; git commit -q --allow-empty -m x; git switch -q master; git merge -q --no-ff x",
         "was not rebased: it has 1 merge of its own"),
        ("git commit -q --allow-empty -m mine; mkdir -p .git/hooks; echo 'exit 1' > .git/hooks/pre-rebase;"
         " chmod +x .git/hooks/pre-rebase",
         "could not be rebased onto origin/master, and is as it was: The pre-rebase hook refused to rebase."),
    ],
)  # fmt: skip
def test_what_cannot_be_rebased_is_as_it_was(space: Workspace, script: str, reason: str) -> None:
    push(space.base, "tool", "echo theirs > a; git commit -qam two")
    shell(script, space.tool)
    before = space.log()
    ended = space.update("--rebase")
    assert (ended.code, space.log()) == (1, before)
    assert f"error: tool: master {reason}\n" in ended.err.replace("\n       ", " ")
    assert "hint: git -C " in ended.err
    assert shell("git status --porcelain; git status | grep -c rebase || true", space.tool) == "0\n"


def test_branches_that_are_gone_are_pruned_where_that_is_asked(space: Workspace) -> None:
    shell("git branch -qD old older", space.base / "tool.git")
    # The user's own branches and tags stay, though the config fetches some of the remote's to where they are.
    refspecs = "+refs/tags/*:refs/tags/*", "+refs/heads/*:refs/heads/up/*"
    shell("\n".join(f"git config --add remote.origin.fetch {refspec}" for refspec in refspecs), space.tool)
    shell("git branch old; git branch up/mine; git tag mine", space.tool)
    own = "git for-each-ref refs/tags refs/heads | cut -f 2 | grep -v up/master"
    before = shell(own, space.tool)
    kept = "git for-each-ref --format='%(refname:short)' refs/remotes/origin/old*"
    assert (space.update().code, shell(kept, space.tool)) == (0, "origin/old\norigin/older\n")
    ended = space.update("--prune")
    assert (ended.code, shell(kept, space.tool)) == (0, "")
    assert "tool: removed 2 branches that origin has no more: origin/old, origin/older\n" in ended.err
    assert shell(own, space.tool) == before
    assert "removed" not in space.update("--prune").err


@pytest.mark.parametrize("keys", ["", "[project.tool.remotes]\nfork = '{url}'\n"])
def test_nothing_is_pruned_by_what_a_mirror_lacks(space: Workspace, keys: str) -> None:
    config("fetch.prune", "true")
    with (space.top / "subprojects.toml").open("a") as file:
        file.write(f"mirrors = ['{space.url}']\n{keys.format(url=space.url)}")
    dead = "git://127.0.0.1:1/tool.git"
    text = (space.top / "subprojects.toml").read_text().replace(f'url = "{space.url}"', f'url = "{dead}"')
    (space.top / "subprojects.toml").write_text(text)
    shell(f"git config remote.origin.url {dead}; git config subprojects.url {dead}", space.tool)
    shell("git config --add remote.origin.fetch '+refs/tags/*:refs/tags/*'; git tag mine", space.tool)
    shell("git branch -qD old older", space.base / "tool.git")
    ended = space.update("--prune")
    assert (ended.code, "trying the mirror" in ended.err, "removed" in ended.err) == (0, True, False)
    assert shell("git branch -r --list 'origin/old*'", space.tool).split() == ["origin/old", "origin/older"]
    assert shell("git tag", space.tool) == "mine\n"


def test_the_remotes_of_the_manifest_are_kept_up(space: Workspace, command: Command, daemon: Daemon) -> None:
    make_upstream(daemon.base, "fork", "echo f > f; git add .; git commit -qm fork")
    remotes = f'[project.tool.remotes]\nfork = "{daemon.url}/fork.git"\ndead = "git://127.0.0.1:1/dead.git"\n'
    with (space.top / "subprojects.toml").open("a") as file:
        file.write(remotes)
    ended = space.update()
    assert ended.code == 0
    assert "tool: its remote dead was not fetched: " in ended.err
    assert shell("git log --format=%s fork/master", space.tool) == "fork\n"
    push(daemon.base, "fork", "git commit -q --allow-empty -m more")
    shell(f"git remote set-url dead {space.url}; git remote add mine {space.url}", space.tool)
    ended = space.update()
    assert f"tool: its remote dead is {space.url}, and the manifest says git://127.0.0.1:1/dead.git: " in ended.err
    assert shell("git log -1 --format=%s fork/master", space.tool) == "more\n"
    shell("rm -rf tool", space.top.parent)
    assert command("clone-project", "tool", cwd=space.top).code == 0
    assert shell("git remote", space.tool) == "dead\nfork\norigin\n"


@pytest.mark.parametrize(
    ("remotes", "problem"),
    [
        ('{ origin = "https://example.org/x" }', "expected remotes beside origin, which is the project's url"),
        ('{ "a b" = "https://example.org/x" }', "expected names of remotes, of letters, digits, '.', '_' and '-'"),
        ('{ "-f" = "https://example.org/x" }', "expected names of remotes"),
        ('{ x = "ext::sh -c id" }', "expected for x a URL"),
        ("{}", "expected a table of remotes"),
        ("[]", "expected a table of remotes"),
    ],
)
def test_remotes_are_checked(src: Path, command: Command, remotes: str, problem: str) -> None:
    top = make_host(src, f'schema = 1\n[project.tool]\nurl = "https://example.org/t"\nremotes = {remotes}\n')
    ended = command("subprojects", "check", cwd=top)
    assert ended.code == 1
    assert problem in ended.err + ended.out
