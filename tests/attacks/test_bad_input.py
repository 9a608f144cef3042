"""What users get wrong, and what a machine refuses: a clear message, the right exit status, nothing left behind."""

import os
import socket
from pathlib import Path

import pytest

from tests.support.commands import Command, Result, listing, run, shell
from tests.support.daemon import Daemon
from tests.support.repositories import make_host, upstream
from tests.support.traps import unchanged

pytestmark = pytest.mark.slow

MANIFEST = """
schema = 1

[project.qemu]
url = "{url}/qemu.git"
groups = ["virt"]

[project.perf]
within = ["tools/perf/"]
groups = ["tools"]
"""


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a host whose neighbour qemu nobody can reach."""
    return make_host(src, MANIFEST.format(url="git://127.0.0.1:1"))


@pytest.fixture
def served(src: Path, daemon: Daemon) -> Path:
    """Return a host whose neighbour qemu can be cloned."""
    upstream(daemon.base, "qemu")
    return make_host(src, MANIFEST.format(url=daemon.url))


def unprivileged(*words: str | Path, cwd: Path) -> Result:
    """Run a program whose user, be it root, may read and write only what its permissions say."""
    if os.geteuid() == 0:
        without = "-dac_override,-dac_read_search"
        words = ("setpriv", f"--bounding-set={without}", f"--inh-caps={without}", *words)
    return run(*words, cwd=cwd)


COMMANDS = (("clone-project", "qemu"), ("route-patch", "HEAD"))


@pytest.mark.parametrize("words", COMMANDS)
def test_no_repository_here(words: tuple[str, ...], tmp_path: Path, command: Command) -> None:
    with unchanged(tmp_path):
        ended = command(*words, cwd=tmp_path)
    assert ended.code == 128
    assert ended.err.startswith("fatal: not a git repository")
    assert "hint: run this in the repository whose neighbours you want, or with git -C FOLDER" in ended.err


def test_the_list_needs_no_repository(tmp_path: Path, command: Command) -> None:
    ended = command("clone-project", "--list", cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert "systemtap\t" in ended.out


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    ended = run("sh", "-c", "rmdir ../gone; git-clone-project qemu", cwd=tmp_path / "gone")
    assert ended.code == 128
    assert ended.err.startswith("fatal: ")
    assert "Traceback" not in ended.err


def test_a_host_without_commits(src: Path, daemon: Daemon, command: Command) -> None:
    upstream(daemon.base, "qemu")
    host = src / "linux"
    run("git", "init", "-q", host)
    (host / "subprojects.toml").write_text(
        MANIFEST.format(url=daemon.url) + '[[project.qemu.pin]]\nhost = "v6.1"\nrevision = "old"\n'
    )
    ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 0
    assert "the host has no commits yet: it gets the branch, not a pin" in ended.err
    assert listing(src) == {"linux", "qemu"}
    ended = command("route-patch", "HEAD", cwd=host)
    assert ended.code == 128
    assert ended.err.startswith("fatal: HEAD: bad revision 'HEAD'")


@pytest.mark.parametrize("folder", ["linux.git", "linux.git/objects"])
def test_a_bare_host(folder: str, served: Path, tmp_path: Path, command: Command) -> None:
    shell(f"git clone -q --bare '{served}' linux.git", tmp_path / "bare")
    ended = command("clone-project", "qemu", "perf", cwd=tmp_path / "bare" / folder)
    assert ended.code == 0, ended.err
    assert listing(tmp_path / "bare") == {"linux.git", "qemu"}


def test_a_bare_host_without_commits(tmp_path: Path, command: Command) -> None:
    shell("git init -q --bare linux.git", tmp_path / "bare")
    ended = command("clone-project", "--dry-run", "seabios", cwd=tmp_path / "bare" / "linux.git")
    assert ended.code == 0
    assert "using the built-in manifest" in ended.err


BAD_MANIFESTS = {
    "empty": (b"", "subprojects.toml: schema: expected 'schema = 1' at the top of the file"),
    "comments": (b"# nothing\n", "subprojects.toml: schema: expected 'schema = 1' at the top of the file"),
    "Latin-1": (b"schema = 1\n# caf\xe9\n", "subprojects.toml:2: expected UTF-8, found the byte 0xe9"),
    "UTF-16": ("schema = 1\n".encode("utf-16"), "subprojects.toml:1: expected UTF-8, found the byte 0xff"),
    "binary": (bytes(range(256)), "subprojects.toml:2: expected UTF-8, found the byte 0x80"),
    "NUL": (b"schema = 1\n\0", "subprojects.toml:2: expected TOML: "),
    "no TOML": (b"schema = 1\n[project.qemu\n", "subprojects.toml:2: expected TOML: "),
    "the same key twice": (b"schema = 1\nschema = 1\n", "subprojects.toml:2: expected TOML: "),
    "newer": (b"schema = 2\nnew = 1\n", "expected 1 at most, found 2: this file needs a newer git-subprojects"),
    "version as text": (b'schema = "1"\n', "subprojects.toml:1: schema: expected a whole number"),
    "a patch": (b"diff --git a/x b/x\n", "subprojects.toml:1: expected TOML: "),
    "merge conflict": (b"schema = 1\n<<<<<<< HEAD\n", "subprojects.toml:2: expected TOML: "),
}


@pytest.mark.parametrize(("content", "message"), BAD_MANIFESTS.values(), ids=BAD_MANIFESTS.keys())
def test_a_bad_manifest(content: bytes, message: str, src: Path, tmp_path: Path, command: Command) -> None:
    host = src / "linux"
    run("git", "init", "-q", "--template=", host)
    (host / "subprojects.toml").write_bytes(content)
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", cwd=host)
    assert ended.code == 128
    assert message in ended.err
    assert "so nothing of it was used" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("place", ["HEAD", "--manifest", "REV:PATH"])
def test_a_bad_manifest_elsewhere(place: str, src: Path, tmp_path: Path, command: Command) -> None:
    content, message = BAD_MANIFESTS["Latin-1"]
    host = make_host(src, None)
    (host / "subprojects.toml").write_bytes(content)
    shell("git add . && git commit -qm manifest && mv subprojects.toml ../..", host)
    options = {
        "HEAD": [],
        "--manifest": ["--manifest=../../subprojects.toml"],
        "REV:PATH": ["--manifest=master:subprojects.toml"],
    }
    with unchanged(tmp_path):
        ended = command("clone-project", *options[place], "qemu", cwd=host)
    assert ended.code == 128
    assert message in ended.err


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\r\n", b"# \xf0\x9f\x90\xa7\r\n"])
def test_a_good_manifest_however_it_was_saved(start: bytes, linux: Path, command: Command) -> None:
    path = linux / "subprojects.toml"
    path.write_bytes(start + path.read_bytes().replace(b"\n", b"\r\n"))
    assert command("subprojects", "check", cwd=linux) == (0, "", "subprojects.toml: 2 projects, no problems\n")


def test_newer_toml_is_read(linux: Path, command: Command) -> None:
    """Line breaks and a final comma in an inline table, a new escape: all of TOML 1.1."""
    (linux / "subprojects.toml").write_text(
        'schema = 1\nproject.qemu = {\n  url = "https://a.example/\\x71",\n  route = { to = ["a@b.example"], },\n}\n'
    )
    assert command("clone-project", "--dry-run", "qemu", cwd=linux).out.startswith("qemu: clone https://a.example/q to")


def place_badly(path: Path, what: str) -> socket.socket | None:
    path.unlink()
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "device":
        path.symlink_to("/dev/zero")
    elif what == "nowhere":
        path.symlink_to("nowhere")
    elif what == "loop":
        path.symlink_to(path.name)
    elif what == "socket":
        server = socket.socket(socket.AF_UNIX)
        server.bind(path.name)
        return server
    return None


KINDS = {
    "folder": "it is a folder",
    "pipe": "it is no regular file",
    "device": "it is no regular file",
    "nowhere": "No such file or directory",
    "loop": "Too many levels of symbolic links",
    "socket": "No such device or address",
}


@pytest.mark.parametrize("file", ["subprojects.toml", "subprojects.local.toml"])
@pytest.mark.parametrize("what", KINDS)
def test_a_manifest_that_is_no_file(
    what: str, file: str, linux: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (linux / file).touch()
    monkeypatch.chdir(linux)
    server = place_badly(linux / file, what)
    with unchanged(tmp_path):
        for words in COMMANDS:
            ended = command(*words, cwd=linux)
            assert ended.code == 128
            assert ended.err.startswith(f"fatal: manifest {linux}/{file}: {KINDS[what]}")
    if server is not None:
        server.close()


def test_a_manifest_that_may_not_be_read(linux: Path, tmp_path: Path) -> None:
    (linux / "subprojects.toml").chmod(0)
    ended = unprivileged("git-clone-project", "qemu", cwd=linux)
    assert ended == (128, "", f"fatal: manifest {linux}/subprojects.toml: Permission denied\n")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("nowhere.toml", "manifest nowhere.toml: no such file"),
        ("HEAD:nowhere.toml", "manifest HEAD:nowhere.toml: no file 'nowhere.toml' at revision 'HEAD'"),
        ("nowhere:subprojects.toml", "no file 'subprojects.toml' at revision 'nowhere'"),
        ("HEAD:tools", "no file 'tools' at revision 'HEAD'"),
        ("HEAD:", "no file '' at revision 'HEAD'"),
        (":nowhere", "no file 'nowhere' at revision ''"),
        ("--all:x", "no file 'x' at revision '--all'"),
        ("HEAD:a\nHEAD:subprojects.toml", "no file 'a"),
        ("tools", "it is a folder"),
        ("", "it is a folder"),
    ],
)
def test_a_manifest_that_is_not_there(asked: str, message: str, linux: Path, tmp_path: Path, command: Command) -> None:
    with unchanged(tmp_path):
        ended = command("clone-project", f"--manifest={asked}", "qemu", cwd=linux)
    assert ended.code == 128
    assert message in ended.err


@pytest.mark.parametrize(
    ("words", "hints"),
    [
        (["qem"], ["error: qem: the manifest has no project 'qem'", "hint: did you mean qemu"]),
        (["QEMU"], ["the manifest has no project 'QEMU'", "hint: did you mean qemu"]),
        (["xyzzy"], ["the manifest has no project 'xyzzy'", "hint: git clone-project --list shows what there is"]),
        (["--group", "vir"], ["the manifest has no group 'vir'", "hint: did you mean virt"]),
        (["../linux"], ["the manifest has no project '../linux'"]),
        (["q" * 10_000], ["the manifest has no project 'qqq"]),
        (["\x1b[2J"], ["the manifest has no project '\\x1b[2J'"]),
        (["\udcff"], ["the manifest has no project '\\udcff'"]),
    ],
)
def test_an_unknown_project(words: list[str], hints: list[str], linux: Path, tmp_path: Path, command: Command) -> None:
    with unchanged(tmp_path):
        ended = command("clone-project", *words, "perf", cwd=linux)
    assert ended.code == 1
    for hint in hints:
        assert hint in ended.err
    assert "perf: in this tree, in tools/perf/" in ended.err
    assert "error: 1 of 2 projects failed: " in ended.err


def test_an_unknown_project_does_not_stop_the_others(served: Path, src: Path, command: Command) -> None:
    ended = command("clone-project", "qem", "qemu", "perf", cwd=served)
    assert ended.code == 1
    assert "error: 1 of 3 projects failed: qem" in ended.err
    assert listing(src) == {"linux", "qemu"}


@pytest.mark.parametrize(
    "words", [["qemu", "qemu"], ["qemu,qemu"], [",qemu,,perf,"], ["qemu", "--group", "virt,tools"]]
)
def test_names_may_be_given_twice_and_with_commas(words: list[str], served: Path, src: Path, command: Command) -> None:
    ended = command("clone-project", *words, cwd=served)
    assert ended.code == 0
    assert ended.err.count("qemu: cloned to ../qemu") == 1
    assert listing(src) == {"linux", "qemu"}


def test_no_permission_to_write(linux: Path, src: Path) -> None:
    src.chmod(0o555)
    ended = unprivileged("git-clone-project", "qemu", "perf", cwd=linux)
    src.chmod(0o755)
    assert ended.code == 1
    assert f"error: qemu: {src}/.qemu.clone-project: Permission denied" in ended.err
    assert "hint: is there room, and permission to write?" in ended.err
    assert "perf: in this tree" in ended.err
    assert listing(src) == {"linux"}


def test_no_permission_to_look(linux: Path, src: Path) -> None:
    (src / "qemu").mkdir(mode=0)
    ended = unprivileged("git-clone-project", "qemu", "perf", cwd=linux)
    assert ended.code == 1
    assert f"{src}/qemu is there and is a folder that cannot be read: Permission denied" in ended.err
    assert "perf: in this tree" in ended.err


@pytest.mark.parametrize("content", ["/dev/urandom", "/dev/zero"], ids=["fetching", "checking out"])
def test_a_full_disk(content: str, src: Path, daemon: Daemon) -> None:
    upstream(daemon.base, "big", f"head -c 4000000 {content} > file; git add .; git commit -qm big")
    upstream(daemon.base, "qemu")
    host = make_host(src, MANIFEST.format(url=daemon.url) + f'[project.big]\nurl = "{daemon.url}/big.git"\n')
    ended = run("bash", "-c", "ulimit -f 2000; exec git-clone-project big qemu perf", cwd=host)
    assert ended.code == 1
    assert "error: big: " in ended.err
    assert "hint: is there room" in ended.err
    assert "qemu: cloned to ../qemu" in ended.err
    assert "Traceback" not in ended.err
    assert listing(src) == {"linux", "qemu"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("clone-project", "which project?"),
        ("clone-project ,", "which project?"),
        ("clone-project --group ,", "which project?"),
        ("clone-project --nonsense qemu", "unknown option '--nonsense'"),
        ("clone-project --grou virt", "unknown option '--grou'"),
        ("clone-project -j 0 qemu", "expected a whole number from 1 up, found '0'"),
        (f"clone-project -j {'9' * 5000} qemu", "expected a whole number from 1 up"),
        ("clone-project --depth x qemu", "expected a whole number from 1 up, found 'x'"),
        ("clone-project --depth 1 --full qemu", "cannot be used together"),
        ("clone-project --filter everything qemu", "--filter: expected a filter such as 'blob:none'"),
        ("clone-project --revision a..b qemu", "--revision: expected the name of a branch"),
        ("clone-project --list qemu", "--list takes no operands"),
        ("route-patch --suppress-cc everybody HEAD", "--suppress-cc: there is no 'everybody'"),
        ("route-patch --stdin HEAD", "--stdin takes no operands"),
        ("route-patch --history-max 0 HEAD", "--history-max: expected a whole number from 1 up"),
        ("route-patch --to --cc HEAD", "cannot be used together"),
        ("subprojects", "which command?"),
        ("subprojects nonsense", "'nonsense' is not a git subprojects command"),
        ("subprojects adopt", "missing argument: FOLDER"),
    ],
)
def test_wrong_words(words: str, message: str, linux: Path, tmp_path: Path, command: Command) -> None:
    with unchanged(tmp_path):
        ended = command(*words.split(), cwd=linux)
    assert ended.code == 129
    assert message in ended.err
    assert ended.out == ""


@pytest.mark.parametrize("words", ["clone-project -h", "route-patch -h", "subprojects -h", "subprojects check -h"])
def test_help_is_no_error(words: str, tmp_path: Path, command: Command) -> None:
    ended = command(*words.split(), cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(("usage: git ", "Usage: git "))
