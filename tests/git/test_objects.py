"""Questions about objects, put to a real git."""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from git_subprojects.errors import Error
from git_subprojects.git.objects import Info, Objects
from git_subprojects.git.process import Git
from tests.support.commands import shell

NAMES = ["plain", "with space", "the blob", "x blob 3", "tab\there", "ünïcode", "-p", "caf\udce9", "cr\r", ":x"]


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """Return a repository whose files hold their own names."""
    path = tmp_path / "repository"
    shell("git init -q -b main .; mkdir sub; echo 1 > sub/file; : > empty", path)
    for name in NAMES:
        (path / name).write_text(name, errors="surrogateescape")
    (path / "line\nbreak").write_text("secret")
    shell(
        "git add .; git commit -qm $'begin\\n\\nparent of all'; git tag -am tag v1; git commit -qm next --allow-empty",
        path,
    )
    return path


@pytest.fixture
def objects(top: Path) -> Iterator[Objects]:
    made = Objects(Git(os.environ, str(top)))
    yield made
    made.end()


def named(name: str) -> bytes:
    return f"HEAD:{name}".encode("utf-8", "surrogateescape")


def test_files_of_any_name(objects: Objects, top: Path) -> None:
    for name in NAMES:
        content = name.encode("utf-8", "surrogateescape")
        assert objects.content(named(name)) == content, name
        found = objects.info(named(name))
        assert found is not None
        assert (found.type, found.size) == ("blob", len(content))
    assert objects.content(b"HEAD:empty") == b""
    assert objects.content(b"HEAD:sub/file") == b"1\n"


def test_a_name_that_could_be_two_questions_is_none(objects: Objects) -> None:
    for name in (b"HEAD:line\nbreak", b"HEAD\ncontents HEAD:plain", b"HEAD:plain\0", b"\n", b"HEAD:" + b"x/" * 5000):
        assert objects.info(name) is None
        assert objects.content(name) is None
    assert objects.content(b"HEAD:plain") == b"plain", "what follows is answered all the same"


def test_what_is_not_there(objects: Objects) -> None:
    missing = [
        b"", b" ", b"HEAD:nothing", b"HEAD:no blob", b"HEAD:no blob 3", b"HEAD:a commit missing", b"nonsense",
        b"0" * 40, b"HEAD:sub/file/x", b"HEAD:plain/", b"--all", b"HEAD~9:plain", b"\xff\xfe", b"HEAD^{/nothing}",
    ]  # fmt: skip
    assert objects.infos(missing) == [None] * len(missing)
    assert [objects.content(name) for name in missing] == [None] * len(missing)
    assert objects.contents([name.decode("latin-1") for name in missing[:4]]) == [b""] * 4
    assert objects.content(b"HEAD:plain") == b"plain"


def test_many_at_once(objects: Objects) -> None:
    names = [named(name) for name in NAMES] + [b"HEAD:no" + b"/x" * 2000]
    found = objects.infos(names * 200)
    assert [one is None for one in found] == ([False] * len(NAMES) + [True]) * 200
    ids = [one.id for one in found[: len(NAMES)] if one is not None]
    assert objects.contents(ids * 50) == [name.encode("utf-8", "surrogateescape") for name in NAMES] * 50


@pytest.mark.slow
def test_an_abbreviation_of_two_objects_is_none(objects: Objects, top: Path) -> None:
    # Of these 500 at least two begin alike.
    script = "for n in $(seq 500); do echo $n > x; git hash-object -w x; done"
    ids = shell(script, top).split()
    starts = [one[:4] for one in ids]
    twice = next(start for start in starts if starts.count(start) > 1)
    assert objects.info(twice.encode()) is None
    assert objects.content(twice.encode()) is None
    assert objects.content(ids[0][:12].encode()) == b"1\n"


def test_a_folder_has_no_content(objects: Objects) -> None:
    found = objects.info(b"HEAD:sub")
    assert found is not None
    assert found.type == "tree"
    assert objects.content(b"HEAD:sub") is None
    assert objects.content(b"HEAD:") is None
    assert objects.content(b"HEAD:plain") == b"plain"


def test_commits(objects: Objects, top: Path) -> None:
    first, second = shell("git rev-parse HEAD~1 HEAD", top).split()
    for name, expected in (("HEAD", second), ("v1", first), (first[:10], first), ("main~1", first)):
        found = objects.commit(name)
        assert found is not None
        assert found[0] == expected
        assert found[1].startswith(b"tree ")
    for name in ("HEAD:plain", "HEAD^{tree}", "nonsense", "", "\udcff", "HEAD\n"):
        assert objects.commit(name) is None, name


def test_several(objects: Objects) -> None:
    infos, contents = objects.several([b"HEAD:sub", b"HEAD:none"], [b"HEAD:plain", b"HEAD:none", b"HEAD:sub"])
    assert [None if one is None else one.type for one in infos] == ["tree", None]
    assert contents == [b"plain", None, None]


def test_a_far_too_large_file_is_passed_over(top: Path) -> None:
    objects = Objects(Git(os.environ, str(top)), largest=1000)
    (top / "fits").write_bytes(b"x" * 1000)
    (top / "large").write_bytes(b"x\n" * (3 << 20))
    shell("git add fits large; git commit -qm large", top)
    assert objects.content(b"HEAD:large") is None
    assert objects.contents([shell("git rev-parse HEAD:large", top).strip()] * 2) == [b"", b""]
    assert objects.content(b"HEAD:fits") == b"x" * 1000
    found = objects.info(b"HEAD:large")
    assert found == Info(shell("git rev-parse HEAD:large", top).strip(), "blob", 6 << 20)
    objects.end()


def test_it_can_go_on_after_its_end(objects: Objects) -> None:
    assert objects.content(b"HEAD:plain") == b"plain"
    objects.end()
    objects.end()
    assert objects.content(b"HEAD:plain") == b"plain"


def test_a_broken_object_is_as_if_it_were_not_there(objects: Objects, top: Path) -> None:
    blob = shell("git rev-parse HEAD:plain", top).strip()
    file = top / ".git/objects" / blob[:2] / blob[2:]
    file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    file.write_bytes(b"x" * 10)
    assert objects.content(b"HEAD:plain") is None
    assert objects.content(b"HEAD:empty") == b""


def test_git_that_ends_early_is_an_error(objects: Objects, top: Path) -> None:
    assert objects.content(b"HEAD:plain") == b"plain"
    for ask in (
        lambda: objects.info(b"HEAD:plain"),
        lambda: objects.content(b"HEAD:plain"),
        lambda: objects.commit("HEAD"),
        lambda: objects.contents(["HEAD:plain"]),
    ):
        started = objects._started
        assert started is not None
        os.kill(started.pid, signal.SIGKILL)
        with pytest.raises(Error, match="git cat-file ended before it had answered") as caught:
            ask()
        assert caught.value.hint == "see what git fsck says"
        objects.end()
        assert objects.content(b"HEAD:plain") == b"plain"


def test_git_that_ends_amid_an_answer_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/git"
    program.write_text(f"#!/bin/sh\nhead -c 1 > /dev/null\necho {'1' * 40} blob 10\nprintf cut\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    objects = Objects(Git(os.environ))
    with pytest.raises(Error, match="git cat-file ended before it had answered"):
        objects.content(b"HEAD:plain")
    objects.end()
