"""Traps laid where siblings go: links, other people's repositories, and what only looks like a repository."""

import os
from pathlib import Path

import pytest

from tests.support.commands import Command, config, listing, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, upstream
from tests.support.traps import has_run, payload, picture, unchanged

pytestmark = pytest.mark.slow

QEMU = 'schema = 1\n[project.qemu]\nurl = "{url}/qemu.git"\n'

NOWHERE = "git://127.0.0.1:1"

REPOSITORY_IN_FILES = """
    mkdir -p inner && cd inner
    git init -q --bare --template= . && git config core.bare false && git config core.worktree .
    git config core.fsmonitor '{payload}' && git config subprojects.project qemu
    git config subprojects.host ../../linux && git config remote.origin.url '{url}/qemu.git'
    mkdir -p objects/info refs/heads && touch objects/info/keep refs/heads/keep
"""


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a host whose neighbour qemu nobody need reach, since it is refused before."""
    host = src / "linux"
    run("git", "init", "-q", host)
    (host / "subprojects.toml").write_text(QEMU.format(url=NOWHERE))
    return host


@pytest.fixture
def served(src: Path, daemon: Daemon) -> Path:
    """Return a host whose neighbour qemu can be cloned."""
    upstream(daemon.base, "qemu")
    return make_host(src, QEMU.format(url=daemon.url))


def add(host: Path, toml: str) -> None:
    with (host / "subprojects.toml").open("a") as file:
        file.write(toml)


@pytest.mark.parametrize("target", ["empty", "full", "nowhere"])
@pytest.mark.parametrize("directory", ["qemu", "qemu/deep", "deep/er/qemu"])
def test_nothing_is_cloned_through_a_link(
    directory: str, target: str, linux: Path, src: Path, tmp_path: Path, command: Command
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    link = src / directory.removesuffix("/deep").removesuffix("/qemu")
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(tmp_path / target)
    add(linux, f'directory = "{directory}"\n')
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=linux)
    assert ended.code == 1
    assert f"{link} is a symbolic link to {tmp_path / target}" in ended.err


def test_a_link_in_the_place_of_the_temporary_folder(linux: Path, src: Path, tmp_path: Path, command: Command) -> None:
    (tmp_path / "empty").mkdir()
    (src / ".qemu.clone-project").symlink_to(tmp_path / "empty")
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=linux)
    assert ended.code == 1
    assert ".qemu.clone-project: it is a symbolic link" in ended.err


def test_a_link_in_the_temporary_folder(served: Path, src: Path, tmp_path: Path, command: Command) -> None:
    (tmp_path / "empty").mkdir()
    (src / ".qemu.clone-project").mkdir()
    (src / ".qemu.clone-project" / "tree").symlink_to(tmp_path / "empty")
    (src / ".qemu.clone-project" / "lock").symlink_to(tmp_path / "empty" / "file")
    before = picture(tmp_path / "empty")
    command("clone-project", "qemu", cwd=served)
    assert picture(tmp_path / "empty") == before
    (src / ".qemu.clone-project" / "lock").unlink(missing_ok=True)
    assert command("clone-project", "qemu", cwd=served).code == 0
    assert picture(tmp_path / "empty") == before
    assert not (src / "qemu").is_symlink()
    assert listing(src) == {"linux", "qemu"}


@pytest.mark.parametrize(
    ("directory", "message"),
    [("linux", "is the host itself"), ("linux/qemu", "is inside the host"), ("LINUX/../linux", "without '.', '..'")],
)
def test_the_host_is_no_place_for_a_neighbour(
    directory: str, message: str, linux: Path, tmp_path: Path, command: Command
) -> None:
    add(linux, f'directory = "{directory}"\n')
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=linux)
    assert ended.code in (1, 128)
    assert message in ended.err


def test_the_host_is_not_held_by_a_neighbour(linux: Path, tmp_path: Path, command: Command) -> None:
    add(linux, 'directory = "src"\n')
    config("subprojects.directory", "../..")
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=linux)
    assert ended.code == 1
    assert "directory 'src' holds the host itself" in ended.err


def test_a_repository_made_of_committed_files_is_not_entered(
    linux: Path, src: Path, tmp_path: Path, command: Command
) -> None:
    """Files called HEAD, config and so on can be committed, and git takes a folder of them for a repository."""
    script = REPOSITORY_IN_FILES.format(payload=payload(tmp_path), url=NOWHERE)
    shell(f"git init -q . && ({script})\ngit add . && git commit -qm trap", tmp_path / "trap")
    shell(f"git clone -q '{tmp_path}/trap' foo", src)
    run("git", "status", cwd=src / "foo" / "inner")
    assert has_run(tmp_path), "the trap must work on those who do enter"
    (tmp_path / "ran").unlink()
    add(linux, 'directory = "foo/inner"\n')
    with unchanged(tmp_path):
        for words in (["qemu"], ["--list"], ["--dry-run", "qemu"]):
            ended = command("clone-project", *words, cwd=linux)
        adopted = command("subprojects", "adopt", src / "foo" / "inner", cwd=linux)
    assert ended.code == 1
    assert f"{src}/foo is a git repository, and nothing is cloned into one" in ended.out
    assert adopted.code == 128


def test_the_same_files_where_the_sibling_goes(linux: Path, src: Path, tmp_path: Path, command: Command) -> None:
    shell(REPOSITORY_IN_FILES.format(payload=payload(tmp_path), url=NOWHERE), src)
    (src / "inner").rename(src / "qemu")
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=linux)
    assert ended.code == 1
    assert f"{src}/qemu is there and is a folder that is no git repository" in ended.err


@pytest.mark.parametrize("inside", ["foo/link", "foo", "foo/deep/er"])
def test_the_workspace_is_in_no_repository_and_behind_no_link(
    inside: str, linux: Path, src: Path, tmp_path: Path, command: Command
) -> None:
    (tmp_path / "victim").mkdir()
    shell("git init -q foo; mkdir -p foo/deep/er; ln -s ../../victim foo/link", src)
    add(linux, f'[workspace]\ndirectory = "../{inside}"\n')
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=linux)
    assert ended.code == 128
    assert f"workspace.directory: {src}/foo is a git repository, and nothing is cloned into one" in ended.err


def test_the_workspace_is_behind_no_link(served: Path, src: Path, tmp_path: Path, command: Command) -> None:
    (tmp_path / "victim").mkdir()
    (src / "link").symlink_to("../victim")
    add(served, '[workspace]\ndirectory = "../link"\n')
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=served)
    assert ended.code == 128
    assert f"workspace.directory: {src}/link: {src}/link is a symbolic link to ../victim" in ended.err
    # The user may say so, though.
    config("subprojects.directory", "../link")
    assert command("clone-project", "qemu", cwd=served).code == 0
    assert listing(tmp_path / "victim") == {"qemu"}


def test_what_an_upstream_committed_is_not_taken_for_a_temporary_folder(
    linux: Path, src: Path, tmp_path: Path, command: Command
) -> None:
    (tmp_path / "victim").mkdir()
    shell("git init -q foo; mkdir foo/.qemu.clone-project; ln -s ../../../victim foo/.qemu.clone-project/tree", src)
    add(linux, 'directory = "foo/qemu"\n')
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=linux)
    assert ended.code == 1
    assert f"{src}/foo is a git repository" in ended.err


@pytest.mark.parametrize("kind", ["repository", "gitfile"])
def test_a_repository_of_unknown_origin_is_not_entered(
    kind: str, linux: Path, src: Path, tmp_path: Path, command: Command
) -> None:
    """git itself would run its hooks and its fsmonitor."""
    trap = src / "qemu"
    shell(
        f"""
        git init -q . && git remote add origin https://other.example/x.git && echo > file && git add .
        git config core.fsmonitor '{payload(tmp_path)}' && git config core.hooksPath hooks && mkdir hooks
        for hook in post-checkout post-index-change reference-transaction; do cp '{payload(tmp_path)}' hooks/$hook; done
        """,
        trap,
    )
    if kind == "gitfile":
        (trap / ".git").rename(tmp_path / "elsewhere")
        (trap / ".git").write_text("gitdir: ../../elsewhere\n")
    (tmp_path / "ran").unlink(missing_ok=True)
    with unchanged(tmp_path):
        for words in (["qemu"], ["--list"], ["--dry-run", "qemu"]):
            ended = command("clone-project", *words, cwd=linux)
    assert ended.code == 1
    assert "qemu is there, and" not in ended.out
    assert "is a clone of https://other.example/x.git, not a clone of" in ended.out
    run("git", "status", cwd=trap)
    assert has_run(tmp_path), "the trap must work on those who do enter"


@pytest.mark.parametrize("git_file", ["gitdir: /nowhere", "gitdir: .", "gitdir: ../linux/.git\n", "x" * 100_000, ""])
def test_a_git_file_that_leads_elsewhere(
    git_file: str, linux: Path, src: Path, tmp_path: Path, command: Command
) -> None:
    (src / "qemu").mkdir()
    (src / "qemu" / ".git").write_text(git_file)
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=linux)
    assert ended.code == 1
    assert f"error: qemu: {src}/qemu" in ended.err
    assert "Traceback" not in ended.err


def test_a_folder_above_is_not_taken_for_the_sibling(src: Path, command: Command) -> None:
    """A colon in a path makes git look further up than it is told."""
    home = src / "a:b"
    home.mkdir()
    shell(f"git init -q . && git remote add origin '{NOWHERE}/qemu.git'", home)
    host = make_host(home, QEMU.format(url=NOWHERE))
    (home / "qemu" / ".git").mkdir(parents=True)
    ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 1
    assert "qemu: git finds another repository from there\n" in ended.err


def give_away(path: Path) -> dict[str, str]:
    """Give a repository to somebody else; return what must be in the environment for git to see that."""
    if os.geteuid() == 0:
        for one in (path, *path.rglob("*")):
            os.chown(one, 65534, 65534, follow_symlinks=False)
        return {}
    # Only root can: git's own tests use this, which makes every repository somebody else's but for those named.
    for name in ("linux", "qemu", ".qemu.clone-project/tree"):
        config("safe.directory", str(path.parent / name))
    return {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}


def test_nothing_is_borrowed_of_somebody_else_s(served: Path, src: Path, daemon: Daemon) -> None:
    upstream(daemon.base, "donor", "echo secret > file; git add .; git commit -qm secret")
    add(served, f'borrow = ["donor"]\n[project.donor]\nurl = "{daemon.url}/donor.git"\n')
    assert run("git", "clone-project", "donor", cwd=served).code == 0
    environment = give_away(src / "donor")
    ended = run("git", "clone-project", "qemu", "donor", cwd=served, **environment)
    assert "objects borrowed" not in ended.err
    assert f"error: donor: detected dubious ownership in repository at '{src / 'donor'}'\n" in ended.err
    assert f"hint: git config --global --add safe.directory {src / 'donor'}\n" in ended.err
    assert ended.code == 1
    commit = run("git", "rev-parse", "HEAD", cwd=daemon.base / "donor.git").out.strip()
    assert run("git", "cat-file", "-e", commit, cwd=src / "qemu").code != 0
    assert not (src / "qemu" / ".git" / "objects" / "info" / "alternates").exists()


def test_nothing_is_borrowed_of_a_folder_that_is_another_s(
    served: Path, src: Path, daemon: Daemon, command: Command
) -> None:
    """The manifest may call a private repository beside the host a sibling to borrow from; its remote tells."""
    shell("git init -q . && echo secret > file && git add . && git commit -qm secret", src / "private")
    add(served, f'borrow = ["private"]\n[project.private]\nurl = "{daemon.url}/private.git"\n')
    ended = command("clone-project", "qemu", cwd=served)
    assert ended.code == 0
    assert "borrowed" not in ended.err
    secret = run("git", "rev-parse", "HEAD", cwd=src / "private").out.strip()
    assert run("git", "cat-file", "-e", secret, cwd=src / "qemu").code != 0


if os.geteuid() == 0:  # Nobody else can give a folder away.

    def test_a_temporary_folder_of_somebody_else_is_not_used(
        linux: Path, src: Path, tmp_path: Path, command: Command
    ) -> None:
        (src / ".qemu.clone-project").mkdir()
        os.chown(src / ".qemu.clone-project", 65534, 65534)
        with unchanged(tmp_path):
            ended = command("clone-project", "qemu", cwd=linux)
        assert ended.code == 1
        assert ".qemu.clone-project: it belongs to somebody else" in ended.err


@pytest.mark.parametrize("folder", ["link", "link/deep"])
def test_a_build_folder_is_not_behind_a_link(
    folder: str, src: Path, daemon: Daemon, tmp_path: Path, command: Command
) -> None:
    (tmp_path / "victim").mkdir()
    upstream(daemon.base, "qemu", "ln -s ../../victim link; git add .; git commit -qm link")
    toml = f'build = [["{payload(tmp_path)}"]]\nbuild-directory = "{folder}"\n'
    host = make_host(src, QEMU.format(url=daemon.url) + toml)
    ended = command("clone-project", "qemu", "--build", cwd=host)
    assert ended.code == 1
    assert f"{src}/qemu/{folder}: a symbolic link leads to {tmp_path}/victim" in ended.err
    assert listing(tmp_path / "victim") == set()
    assert not has_run(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "-linux", "a'b\"c", '"; touch ran; "', "a=b#", "[core]\\", "linux\r", "a\rb", "a\u2028b", "a\udcffb",
    ],
)  # fmt: skip
def test_a_host_of_any_name_is_found_again(name: str, src: Path, daemon: Daemon, command: Command) -> None:
    upstream(daemon.base, "qemu")
    host = make_host(src, None)
    (host / "subprojects.toml").write_text(QEMU.format(url=daemon.url) + 'route.to = ["qemu@qemu.example"]\n')
    host = host.rename(src / name)
    ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 0, ended.err
    assert set(os.listdir(src)) == {name, "qemu"}
    assert command("route-patch", "--to", "HEAD", cwd=src / "qemu") == (0, "qemu@qemu.example\n", "")


def test_a_line_break_in_the_host_s_path(src: Path, daemon: Daemon, tmp_path: Path, command: Command) -> None:
    host = make_host(src, QEMU.format(url=daemon.url)).rename(src / "a\nb")
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 128
    assert "the path of this repository holds a line break" in ended.err
