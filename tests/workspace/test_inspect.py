"""Where a command may be started, which host and which manifest hold there, and where siblings go."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Command, config, listing, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, upstream

MANIFEST = """
schema = 1
[project.one]
url = "https://example.invalid/one.git"
[project.perf]
within = ["tools/perf/"]
"""


@pytest.fixture
def linux(src: Path) -> Path:
    return make_host(src, MANIFEST)


def planned(command: Command, cwd: Path, *words: str) -> Any:
    """Return the plan for the project "one", which there must be."""
    ended = command("clone-project", "one", "--dry-run", "--json", *words, cwd=cwd)
    assert ended.code == 0, ended.err
    (step,) = json.loads(ended.out)["plan"]
    assert step["step"] == "clone"
    return step


def path_of(command: Command, cwd: Path, *words: str) -> str:
    return str(planned(command, cwd, *words)["path"])


def url_of(command: Command, cwd: Path, *words: str) -> str:
    return str(planned(command, cwd, *words)["urls"][0])


def test_in_the_top_level_and_in_a_subfolder(linux: Path, src: Path, command: Command) -> None:
    assert path_of(command, linux) == path_of(command, linux / "tools/perf") == f"{src}/one"
    shown = command("clone-project", "one", "-n", cwd=linux / "tools/perf").out
    assert shown.startswith("one: clone https://example.invalid/one.git to ../../../one\n")


def test_in_a_linked_work_tree_siblings_go_beside_the_main_one(
    linux: Path, src: Path, command: Command, tmp_path: Path
) -> None:
    shell(f"git worktree add -q {tmp_path}/elsewhere/topic", linux)
    topic = tmp_path / "elsewhere/topic"
    (topic / "subprojects.toml").write_text(MANIFEST.replace("one.git", "topic.git"))
    step = planned(command, topic)
    assert (step["path"], step["urls"]) == (f"{src}/one", ["https://example.invalid/topic.git"])


@pytest.mark.parametrize("words", [("-C", "linux"), ("-C", "linux/tools"), ("--git-dir=linux/.git",)])
def test_with_the_options_of_git(linux: Path, src: Path, words: tuple[str, ...]) -> None:
    ended = run("git", *words, "clone-project", "-n", "--json", "one", cwd=src)
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["plan"][0]["path"] == f"{src}/one"


@pytest.mark.parametrize("value", ["{src}/linux/.git", "../src/linux/.git"])
@pytest.mark.parametrize("tree", [None, "{src}/linux", "../src/linux"])
def test_with_variables_of_git(
    linux: Path,
    src: Path,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    value: str,
    tree: str | None,
) -> None:
    away = tmp_path / "away"
    away.mkdir()
    monkeypatch.setenv("GIT_DIR", value.format(src=src))
    if tree is not None:
        monkeypatch.setenv("GIT_WORK_TREE", tree.format(src=src))
    assert path_of(command, away) == f"{src}/one"


def test_variables_of_git_do_not_reach_siblings(
    linux: Path, src: Path, daemon: Daemon, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream(daemon.base, "one")
    config(f"url.{daemon.url}/.insteadOf", "https://example.invalid/")
    for key, value in {"GIT_DIR": "linux/.git", "GIT_WORK_TREE": "linux", "GIT_INDEX_FILE": "/nowhere"}.items():
        monkeypatch.setenv(key, value)
    assert command("clone-project", "one", cwd=src).code == 0
    ended = command("clone-project", "one", cwd=src)
    assert ended.err == "one: is there already, in one: on master, clean\n"
    monkeypatch.undo()
    assert shell("git -C one rev-parse --show-toplevel", src) == f"{src}/one\n"


def test_in_a_bare_host_the_manifest_is_the_one_at_its_head(linux: Path, src: Path, command: Command) -> None:
    shell("git clone -q --bare linux elsewhere/linux.git", src)
    bare = src / "elsewhere/linux.git"
    (bare / "subprojects.toml").write_text("no manifest at all")
    assert path_of(command, bare) == path_of(command, bare / "refs") == f"{src}/elsewhere/one"
    ended = command("clone-project", "perf", "--json", cwd=bare)
    assert json.loads(ended.out)["projects"][0]["path"] == str(bare)


def test_with_a_git_directory_of_its_own(src: Path, command: Command, tmp_path: Path) -> None:
    linux = make_host(src, MANIFEST)
    shell(f"git init -q --separate-git-dir {tmp_path}/store; git worktree add -q {tmp_path}/elsewhere/topic", linux)
    assert path_of(command, linux) == f"{src}/one"
    # Nothing tells a linked work tree where the main one is.
    assert path_of(command, tmp_path / "elsewhere/topic") == f"{tmp_path}/elsewhere/one"


def test_a_path_that_cannot_be_told_from_two(src: Path, command: Command) -> None:
    ended = command("clone-project", "one", cwd=make_host(src, MANIFEST, name="li\nnux"))
    assert ended.code == 128
    assert ended.err.startswith("fatal: the path of this repository holds a line break\nhint: ")


def test_through_a_symbolic_link(linux: Path, src: Path, command: Command, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(linux)
    assert path_of(command, tmp_path / "link/tools") == f"{src}/one"


def test_a_manifest_that_is_gone_from_the_work_tree_is_read_at_head(linux: Path, src: Path, command: Command) -> None:
    (linux / "subprojects.toml").unlink()
    assert url_of(command, linux) == "https://example.invalid/one.git"


def test_no_repository_here(tmp_path: Path, command: Command) -> None:
    ended = command("clone-project", "one", cwd=tmp_path)
    assert (ended.code, ended.out) == (128, "")
    assert ended.err.startswith("fatal: not a git repository (or any of the parent directories): .git\n")
    assert "hint: run this in the repository whose neighbours you want, or with git -C FOLDER\n" in ended.err


@pytest.fixture
def sibling(linux: Path, src: Path) -> Path:
    """Return a clone that knows its host."""
    shell(
        """
        git init -q two; mkdir two/sub
        git -C two config subprojects.host ../linux; git -C two config subprojects.project two
        """,
        src,
    )
    return src / "two"


def test_in_a_sibling(linux: Path, src: Path, sibling: Path, command: Command, tmp_path: Path) -> None:
    assert path_of(command, sibling) == path_of(command, sibling / "sub") == f"{src}/one"
    shell(f"git commit -q --allow-empty -m x; git worktree add -q {tmp_path}/topic", sibling)
    assert path_of(command, tmp_path / "topic") == f"{src}/one"


def test_host_and_siblings_may_move_together(
    linux: Path, src: Path, sibling: Path, command: Command, tmp_path: Path
) -> None:
    src.rename(tmp_path / "moved")
    assert path_of(command, tmp_path / "moved/two") == f"{tmp_path}/moved/one"


def test_a_host_that_has_moved_alone(linux: Path, src: Path, sibling: Path, command: Command, tmp_path: Path) -> None:
    linux.rename(tmp_path / "elsewhere")
    ended = command("clone-project", "one", cwd=sibling)
    assert ended.code == 128
    assert ended.err == (
        f"fatal: this is two, a sibling of the host at {linux}, and there is no git repository there\n"
        "hint: if the host was moved, say where it is: git config subprojects.host PATH\n"
    )
    shell(f"git config subprojects.host {tmp_path}/elsewhere", sibling)
    assert path_of(command, sibling) == f"{tmp_path}/one"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("../neighbours", "{src}/neighbours/one"),
        ("{src}/far/away", "{src}/far/away/one"),
        ("~/src", "{home}/src/one"),
        ("..", "{src}/one"),
    ],
)
def test_where_siblings_go_by_the_users_own_choice(
    linux: Path, src: Path, command: Command, tmp_path: Path, value: str, path: str
) -> None:
    config("subprojects.directory", value.format(src=src))
    assert path_of(command, linux / "tools") == path.format(src=src, home=tmp_path / "home")


def test_siblings_cannot_go_where_no_folder_can_be(linux: Path, src: Path, command: Command) -> None:
    (src / "dangling").symlink_to("nowhere")
    config("subprojects.directory", str(src / "dangling"))
    ended = command("clone-project", "one", cwd=linux)
    assert ended.code == 1
    assert f"error: one: {src}/dangling/.one.clone-project: No such file or directory\n" in ended.err
    assert listing(src) == {"linux", "dangling"}


def test_where_siblings_go_by_the_manifest(src: Path, command: Command) -> None:
    linux = make_host(src, MANIFEST.replace("schema = 1", 'schema = 1\nworkspace.directory = "../tools"'))
    assert path_of(command, linux) == f"{src}/tools/one"
    config("subprojects.directory", "..")
    assert path_of(command, linux) == f"{src}/one"


@pytest.mark.parametrize(
    ("directory", "message"),
    [
        (".", "directory 'one' is inside the host: {src}/linux"),
        ("tools", "directory 'one' is inside the host: {src}/linux"),
    ],
)
def test_no_sibling_goes_into_the_host(linux: Path, src: Path, command: Command, directory: str, message: str) -> None:
    config("subprojects.directory", directory)
    ended = command("clone-project", "one", cwd=linux)
    assert ended.code == 1
    assert message.format(src=src) in ended.err


def test_no_sibling_takes_the_place_of_the_host_or_holds_it(linux: Path, src: Path, command: Command) -> None:
    (linux / "subprojects.local.toml").write_text('project.one.directory = "linux"\n')
    assert f"directory 'linux' is the host itself: {linux}\n" in command("clone-project", "one", cwd=linux).err
    (linux / "subprojects.local.toml").write_text('project.one.directory = "src"\n')
    config("subprojects.directory", str(src.parent))
    assert f"directory 'src' holds the host itself: {linux}\n" in command("clone-project", "one", cwd=linux).err


OTHER = 'schema = 1\n[project.one]\nurl = "https://example.invalid/{}.git"\n'


def test_the_manifest_that_is_asked_for(linux: Path, src: Path, command: Command) -> None:
    (src / "mine.toml").write_text(OTHER.format("file"))
    (linux / "tools/subprojects.toml").write_text(OTHER.format("committed"))
    shell("git add .; git commit -qm x; git tag old; git rm -q tools/subprojects.toml; git commit -qm y", linux)
    tools = linux / "tools"
    assert url_of(command, tools, "--manifest", "../../mine.toml") == "https://example.invalid/file.git"
    assert url_of(command, tools, "--manifest=old:tools/subprojects.toml") == "https://example.invalid/committed.git"
    assert url_of(command, linux, f"--manifest={src}/mine.toml") == "https://example.invalid/file.git"
    config("subprojects.manifest", "~/other.toml")
    assert url_of(command, linux, f"--manifest={src}/mine.toml") == "https://example.invalid/file.git"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("tools/mine.toml", "inside"),
        ("{src}/mine.toml", "outside"),
        ("~/mine.toml", "home"),
        ("old:gone.toml", "committed"),
    ],
)
def test_the_manifest_of_the_users_own_choice(
    linux: Path, src: Path, command: Command, tmp_path: Path, value: str, name: str
) -> None:
    (linux / "gone.toml").write_text(OTHER.format("committed"))
    shell("git add .; git commit -qm x; git tag old; git rm -q gone.toml; git commit -qm y", linux)
    (linux / "tools/mine.toml").write_text(OTHER.format("inside"))
    (src / "mine.toml").write_text(OTHER.format("outside"))
    (tmp_path / "home/mine.toml").write_text(OTHER.format("home"))
    config("subprojects.manifest", value.format(src=src))
    assert url_of(command, linux / "tools/perf") == f"https://example.invalid/{name}.git"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("none.toml", "manifest none.toml: no such file\nhint: give a file, or REV:PATH such as HEAD:subprojects.toml"),
        ("HEAD:none.toml", "manifest HEAD:none.toml: no file 'none.toml' at revision 'HEAD'\nhint: look with: git ls"),
        ("HEAD:tools", "manifest HEAD:tools: no file 'tools' at revision 'HEAD'"),
        ("v9:subprojects.toml", "manifest v9:subprojects.toml: no file 'subprojects.toml' at revision 'v9'"),
        ("tools", "it is a folder"),
        ("/dev/null", "it is no regular file"),
    ],
)
@pytest.mark.parametrize("by", ["option", "config"])
def test_a_manifest_that_cannot_be_read(linux: Path, command: Command, asked: str, message: str, by: str) -> None:
    words = ["--manifest", asked] if by == "option" else []
    if by == "config":
        config("subprojects.manifest", asked)
    ended = command("clone-project", "one", *words, cwd=linux)
    assert ended.code == 128
    assert message in ended.err


def test_local_settings_override_field_by_field(linux: Path, src: Path, command: Command) -> None:
    (linux / "subprojects.local.toml").write_text(
        """
        [project.one]
        mirrors = ["https://mirror.invalid/one"]
        directory = "first"
        depth = 3
        [project.mine]
        url = "https://example.invalid/mine.git"
        """
    )
    step = planned(command, linux)
    assert step["urls"] == ["https://example.invalid/one.git", "https://mirror.invalid/one"]
    assert (step["path"], step["depth"]) == (f"{src}/first", 3)
    assert command("clone-project", "mine", "-n", cwd=linux).code == 0
    shell("rm subprojects.toml", linux)
    assert planned(command, linux)["depth"] == 3, "it lies beside the manifest at HEAD too"


def test_local_settings_lie_beside_the_manifest_that_is_asked_for(linux: Path, src: Path, command: Command) -> None:
    (linux / "subprojects.local.toml").write_text("project.one.depth = 3\n")
    (src / "mine.toml").write_text(OTHER.format("file"))
    assert planned(command, linux, "--manifest=../mine.toml")["depth"] is None
    (src / "subprojects.local.toml").write_text("project.one.depth = 4\n")
    assert planned(command, linux, "--manifest=../mine.toml")["depth"] == 4


def test_without_a_manifest_the_built_in_one_serves_and_that_is_said(src: Path, command: Command) -> None:
    linux = make_host(src, None)
    ended = command("clone-project", "-n", "seabios", cwd=linux)
    assert ended.out.startswith("seabios: clone https://git.seabios.org/seabios.git to ../seabios\n")
    assert ended.err == (
        "hint: no subprojects.toml here: using the built-in manifest\n"
        'hint: Disable this message with "git config advice.subprojectsBuiltin false"\n'
    )
    config("advice.subprojectsBuiltin", "false")
    assert command("clone-project", "-n", "seabios", cwd=linux).err == ""


def test_what_the_built_in_manifest_says_of_linux_holds_for_linux_only(src: Path, command: Command) -> None:
    config("advice.subprojectsBuiltin", "false")
    other = make_host(src, None, name="other")
    ended = command("clone-project", "-n", "perf", "bpftrace", cwd=other)
    assert ended.code == 1
    assert "perf: cannot be done: it lies in tools/perf/ tools/lib/perf/ of linux, and " in ended.out
    assert "bpftrace: clone https://github.com/bpftrace/bpftrace to ../bpftrace\n  at master" in ended.out
    assert "  note: this is no tree of linux: it gets the branch, not a pin" in ended.out
    script = "mkdir init tools/lib tools/lib/perf; touch Kbuild MAINTAINERS init/main.c tools/lib/perf/x; git add ."
    linux = make_host(src, None, f"{script}; git commit -qm linux; git tag -d v6.1; git tag v5.15")
    for host in (linux, Path(shell("git clone -q --bare linux bare; pwd", src).strip()) / "bare"):
        ended = command("clone-project", "-n", "perf", "bpftrace", cwd=host)
        assert ended.code == 0, ended.out
        assert "perf: nothing to clone: it lies in tools/perf/ tools/lib/perf/\n" in ended.out
        assert "  at v0.25.1 (project.bpftrace.pin[1]: the host contains v5.15)\n" in ended.out


def test_it_clones_from_anywhere_to_the_same_place(linux: Path, src: Path, daemon: Daemon) -> None:
    upstream(daemon.base, "one")
    config(f"url.{daemon.url}/.insteadOf", "https://example.invalid/")
    assert run("git", "-C", "linux/tools", "clone-project", "-q", "one", cwd=src) == (0, "", "")
    assert listing(src) == {"linux", "one"}
    again = run("git", "clone-project", "one", cwd=src / "one/.git")
    assert again.err == "one: is there already, in ..: on master, clean\n"
