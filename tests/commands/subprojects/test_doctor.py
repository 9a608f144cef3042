"""``git subprojects doctor``: each thing that can be broken is, and is found with what mends it."""

import fcntl
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.commands import Result, config, run, shell
from tests.support.daemon import Daemon
from tests.support.golden_files import assert_golden
from tests.support.paths import ROOT
from tests.support.repositories import make_host, sibling
from tests.support.repositories import upstream as make_upstream

pytestmark = pytest.mark.slow

PROGRAMS = Path(sys.executable).parent
MANIFEST = 'schema = 1\n[project.tool]\nurl = "{url}/tool.git"\n[project.lib]\nurl = "../lib"\n'


@pytest.fixture
def linux(src: Path, daemon: Daemon) -> Path:
    """Return a host with the sibling tool, to which nothing is wrong."""
    config("user.name", "A. U. Thor")
    config("user.email", "author@example.org")
    config("subprojects.retries", "0")
    make_upstream(daemon.base, "tool")
    top = make_host(src, MANIFEST.format(url=daemon.url))
    sibling(top, f"{daemon.url}/tool.git")
    return top


def doctor(cwd: Path, *words: str, **environment: str) -> Result:
    return run("git", "subprojects", "doctor", *words, cwd=cwd, **{"SHELL": "/bin/dash", **environment})


def found(cwd: Path, topic: str, *words: str, **environment: str) -> list[tuple[str, str, str | None]]:
    """Return what is found on a topic: level, text, and what mends it."""
    answer = json.loads(doctor(cwd, "--json", *words, **environment).out)
    assert answer["version"] == 1
    return [(one["level"], one["text"], one["mend"]) for one in answer["findings"] if one["topic"] == topic]


@pytest.mark.skipif(shutil.which("man") is None, reason="man is not installed")
def test_what_is_well(linux: Path, daemon: Daemon, tmp_path: Path) -> None:
    pages = ROOT / "docs"
    ended = doctor(linux, MANPATH=str(pages))
    assert ended.code == 0
    assert ended.err == "0 problems, 1 warning\n"
    text = ended.out
    for old, new in (
        (str(pages), "DOCS"),
        (str(PROGRAMS), "BIN"),
        (str(linux.parent), "SRC"),
        (".".join(map(str, sys.version_info[:3])), "3.X"),
        (run("git", "version").out.strip(), "git version 2.X"),
    ):
        text = text.replace(old, new)
    assert_golden("doctor", text)


def test_programs_that_are_not_found(linux: Path, tmp_path: Path) -> None:
    mine = tmp_path / "bin"
    mine.mkdir()
    for name in ("git", "sh"):
        (mine / name).symlink_to(shutil.which(name) or "")
    ended = run(PROGRAMS / "git-subprojects", "doctor", cwd=linux, PATH=str(mine), SHELL="/bin/bash", LANG="C")
    assert ended.code == 1
    for name in ("clone-project", "route-patch", "subprojects"):
        assert f"problem  PATH        git-{name} is not found, so git {name} is no command\n" in ended.out
    assert f'> export PATH="{PROGRAMS}:$PATH"\n' in ended.out
    assert "warning  man         man is not installed" in ended.out
    other = mine / "git-route-patch"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    ended = run(PROGRAMS / "git-subprojects", "doctor", cwd=linux, PATH=f"{mine}:{os.environ['PATH']}")
    assert f"warning  PATH        git-route-patch is that of another installation: {other}\n" in ended.out


def test_git_is_too_old(linux: Path, tmp_path: Path) -> None:
    mine = tmp_path / "bin"
    mine.mkdir()
    (mine / "git").write_text(
        f'#!/bin/sh\nif [ "$1" = version ]; then echo git version 2.30.1; else exec {shutil.which("git")} "$@"; fi\n'
    )
    (mine / "git").chmod(0o755)
    ended = run(PROGRAMS / "git-subprojects", "doctor", cwd=linux, PATH=f"{mine}:{os.environ['PATH']}")
    assert ended.code == 1
    assert "problem  git         git version 2.30.1, and 2.39 or later is needed\n" in ended.out


@pytest.mark.skipif(shutil.which("man") is None, reason="man is not installed")
def test_pages_that_man_does_not_find(linux: Path, tmp_path: Path) -> None:
    level, text, mend = found(linux, "man", MANPATH=str(tmp_path))[0]
    assert (level, text) == (
        "warning",
        "man does not find git-clone-project, so git clone-project --help shows nothing",
    )
    assert mend is not None
    assert "MANPATH" in mend


@pytest.mark.parametrize(
    ("shell_name", "folder", "pattern"),
    [
        ("bash", ".local/share/bash-completion/completions", "git-{}"),
        ("zsh", ".zfunc", "_git-{}"),
        ("fish", ".config/fish/completions", "git-{}.fish"),
    ],
)
def test_completion_of_each_shell(linux: Path, tmp_path: Path, shell_name: str, folder: str, pattern: str) -> None:
    environment = {"SHELL": f"/usr/bin/{shell_name}", "XDG_DATA_DIRS": str(tmp_path), "FPATH": str(tmp_path)}
    ((level, text, mend),) = found(linux, "completion", **environment)
    assert level == "warning"
    assert text.startswith(f"{shell_name} is not seen to find ")
    assert mend is not None
    assert f"mkdir -p ~/{folder} && ln -s " in mend
    shell(mend.splitlines()[0], tmp_path)
    names = ("clone-project", "route-patch", "subprojects")
    assert all((tmp_path / "home" / folder / pattern.format(name)).exists() for name in names)
    assert found(linux, "completion", **environment) == [("ok", f"{shell_name} finds it", None)]


def test_nobody(linux: Path) -> None:
    environment = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"), "")
    (level, text, mend), *_ = found(linux, "identity", **environment)
    assert (level, text) == ("problem", "git does not know who you are, so nothing can be committed or sent")
    assert mend == 'git config --global user.name "Your Name"\ngit config --global user.email you@example.org'


def test_where_no_repository_is(tmp_path: Path) -> None:
    ended = doctor(tmp_path)
    assert "warning  repository  not a git repository" in ended.out
    assert "siblings" not in ended.out


def test_a_broken_config(linux: Path) -> None:
    (linux / ".git" / "config").write_text("[")
    ended = run(PROGRAMS / "git-subprojects", "doctor", cwd=linux)
    assert ended.code == 1
    assert "in file .git/config" in ended.out
    assert "Traceback" not in ended.err


def test_which_manifest_holds(linux: Path, tmp_path: Path) -> None:
    assert found(linux, "manifest") == [("ok", f"{linux}/subprojects.toml (2 projects)", None)]
    (linux / "subprojects.local.toml").write_text("")
    (one,) = found(linux, "manifest")
    assert "subprojects.toml, with subprojects.local.toml (2 projects)" in one[1]
    (one,) = found(linux, "manifest", "--manifest", "HEAD:subprojects.toml")
    assert one == ("ok", "HEAD:subprojects.toml (2 projects)", None)
    shell("git init -q .", tmp_path / "other")
    (one,) = found(tmp_path / "other", "manifest")
    assert one[1].startswith("the built-in manifest, which is not about this tree: there is no subprojects.toml")
    (linux / "subprojects.toml").write_text("schema = 1\nx = 1\n")
    (one,) = found(linux, "manifest")
    assert one[0::2] == ("problem", "git subprojects check")
    assert one[1].startswith("subprojects.toml:2: x: ")


def of_tool(linux: Path) -> tuple[str, str, str | None]:
    (*others, counted) = found(linux, "siblings")
    assert "are cloned" in counted[1] or "was left" in counted[1] or "not name" in counted[1]
    return others[0]


def test_a_link_that_leads_elsewhere_is_mended_as_it_says(linux: Path) -> None:
    tool = linux.parent / "tool"
    shell("git config subprojects.host ../nowhere", tool)
    level, text, mend = of_tool(linux)
    assert (level, text) == ("problem", f"tool: it is a sibling of {linux.parent}/nowhere, not of this")
    assert mend is not None
    (one,) = found(tool, "repository")
    assert one[0] == "problem"
    assert f"a sibling of the host at {linux.parent}/nowhere" in one[1]
    shell(mend, linux)
    assert [one[0] for one in found(linux, "siblings")] == ["ok"]
    assert found(tool, "repository") == [("ok", f"{tool}, the sibling tool of the host {linux}", None)]


@pytest.mark.parametrize(
    ("script", "level", "text"),
    [
        ("rm -rf tool; echo > tool", "warning", "tool: {}/tool is a file"),
        ("rm -rf tool; ln -s linux tool", "problem", "tool: directory 'tool' is the host itself: {}/linux"),
        ("git -C tool config --unset subprojects.host", "warning", "tool: {}/tool does not know whose sibling it is"),
        ("echo x > tool/.git/HEAD", "problem", "tool: {}/tool: git says 'not a git repository': "),
        ("touch -d '2 minutes ago' tool/.git/index.lock", "problem", "tool: {}/tool/.git/index.lock was left over"),
        ("mkdir -p .x.clone-project/tree", "warning", "{}/.x.clone-project was left by a clone that was killed"),
        (
            "mv tool old; git -C old config subprojects.project old; git -C old remote remove origin",
            "warning",
            "{}/old is a clone of old, which the",
        ),
    ],
)
def test_what_is_wrong_with_siblings(linux: Path, script: str, level: str, text: str) -> None:
    shell(script, linux.parent)
    assert any(one[0] == level and one[1].startswith(text.format(linux.parent)) for one in found(linux, "siblings")), (
        found(linux, "siblings")
    )


def test_a_clone_at_work_and_a_new_lock_are_no_fault(linux: Path) -> None:
    folder = linux.parent / ".x.clone-project"
    folder.mkdir()
    (linux.parent / "tool" / ".git" / "index.lock").touch()
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert [one[0] for one in found(linux, "siblings")] == ["ok"]


def test_a_folder_that_cannot_be_read_stops_nothing(linux: Path) -> None:
    config("subprojects.directory", str(linux / "subprojects.toml"))
    ended = doctor(linux)
    assert f"problem  siblings    {linux}/subprojects.toml: Not a directory\n" in ended.out
    assert "mail" in ended.out


@pytest.mark.parametrize("folder", ["../neighbours", "../of/several/levels", "/anywhere/else"])
def test_a_folder_for_clones_that_does_not_exist_yet(src: Path, daemon: Daemon, folder: str) -> None:
    if folder.startswith("/"):
        top = make_host(src, MANIFEST.format(url=daemon.url))
        config("subprojects.directory", folder)
    else:
        top = make_host(src, f"{MANIFEST.format(url=daemon.url)}[workspace]\ndirectory = '{folder}'\n")
    base = os.path.normpath(top / folder)
    text = f"0 of 2 are cloned, in {base}, which the first clone creates"
    assert found(top, "siblings") == [("ok", text, None)]
    if not folder.startswith("/"):
        Path(base).mkdir(parents=True)
        assert found(top, "siblings") == [("ok", f"0 of 2 are cloned, in {base}", None)]


def test_the_network(linux: Path, daemon: Daemon) -> None:
    assert found(linux, "network")[0][1] == "2 servers; --online asks whether each is there"
    first, second = found(linux, "network", "--online")
    assert first == ("ok", "127.0.0.1 answers", None)
    assert second[0] == "problem"
    (linux / "subprojects.toml").write_text('schema = 1\n[project.x]\nurl = "git@example.org:x"\n')
    text = "some URLs are for ssh, and there is no key and no agent"
    assert found(linux, "network")[0] == ("warning", text, 'eval "$(ssh-agent)" && ssh-add')
    assert len(found(linux, "network", SSH_AUTH_SOCK="/x")) == 1


def test_mail(linux: Path) -> None:
    assert found(linux, "mail") == [("ok", "no project here takes patches by mail", None)]
    with (linux / "subprojects.toml").open("a") as file:
        file.write('[project.tool.route]\nto = ["tool@example.org"]\n')
    exec_path = run("git", "--exec-path").out.strip()
    ((level, text, mend),) = found(linux, "mail")
    if not (Path(exec_path) / "git-send-email").exists():
        assert (level, text) == ("warning", "git send-email is not installed, so patches cannot be sent")
        return
    if level == "warning":
        assert text == "git send-email does not know how mail leaves this machine, so patches cannot be sent"
        assert mend is not None
    config("sendemail.smtpServer", "mail.example.org")
    assert found(linux, "mail")[0][0] == "ok"
