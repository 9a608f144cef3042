"""The cache: it saves time, and never changes an answer."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_subprojects.system.cache import Cache
from tests.support.commands import run, shell

CONTENT = b"what is stored \0\xff\n" * 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "git-subprojects"


def stored(folder: Path) -> Path:
    """Store the content, and return the file that it is in."""
    Cache(str(folder), 1).store("name", CONTENT)
    (file,) = folder.iterdir()
    return file


def test_what_is_stored_is_loaded(folder: Path) -> None:
    cache = Cache(str(folder), 1)
    assert cache.load("name") is None
    cache.store("name", CONTENT)
    assert cache.load("name") == CONTENT
    assert Cache(str(folder), 1).load("name") == CONTENT
    assert cache.load("other") is None
    cache.store("name", b"")
    assert cache.load("name") == b""
    assert [file.name.partition(".")[0] for file in folder.iterdir()] == ["name"]
    assert folder.stat().st_mode & 0o77 == 0


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=1000))
def test_any_content(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    cache = Cache(str(tmp_path_factory.getbasetemp() / "any"), 1)
    cache.store("name", content)
    assert cache.load("name") == content


def test_another_version_is_another_content(folder: Path) -> None:
    stored(folder)
    assert Cache(str(folder), 2).load("name") is None
    Cache(str(folder), 2).store("name", b"new")
    assert Cache(str(folder), 1).load("name") == CONTENT


def test_without_a_folder_nothing_is_kept() -> None:
    cache = Cache(None, 1)
    cache.store("name", CONTENT)
    assert cache.load("name") is None


def test_any_damaged_byte_is_noticed(folder: Path) -> None:
    file = stored(folder)
    whole = file.read_bytes()
    for at in range(len(whole)):
        for mask in (0xFF, 0x01, 0x20):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :])
            assert Cache(str(folder), 1).load("name") is None, (at, mask)
    file.write_bytes(whole)
    assert Cache(str(folder), 1).load("name") == CONTENT


def test_a_piece_of_a_file_is_noticed(folder: Path) -> None:
    file = stored(folder)
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        assert Cache(str(folder), 1).load("name") is None, size
    file.write_bytes(whole + b"\n")
    assert Cache(str(folder), 1).load("name") is None


def make_file(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("a file")


def make_file_above(folder: Path) -> None:
    folder.parent.write_text("a file")


def make_link_to_nothing(folder: Path) -> None:
    folder.parent.mkdir()
    folder.symlink_to("nothing")


def make_unwritable(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o500)


HINDRANCES = [make_file, make_file_above, make_link_to_nothing]
if os.geteuid() != 0:
    HINDRANCES.append(make_unwritable)  # Root may write everywhere.


@pytest.mark.parametrize("make", HINDRANCES)
def test_where_nothing_can_be_stored(folder: Path, make: Callable[[Path], None]) -> None:
    make(folder)
    cache = Cache(str(folder), 1)
    cache.store("name", CONTENT)
    assert cache.load("name") is None


def test_a_folder_in_the_place_of_the_file(folder: Path) -> None:
    file = stored(folder)
    file.unlink()
    file.mkdir()
    cache = Cache(str(folder), 1)
    assert cache.load("name") is None
    cache.store("name", CONTENT)
    assert cache.load("name") is None
    assert list(folder.iterdir()) == [file], "nothing is left of the attempt"


def test_what_an_interrupted_process_has_left_does_not_matter(folder: Path) -> None:
    file = stored(folder)
    file.rename(f"{file}.{os.getpid()}")
    cache = Cache(str(folder), 1)
    assert cache.load("name") is None
    cache.store("name", CONTENT)
    assert cache.load("name") == CONTENT


def test_no_more_than_64_files_are_kept(folder: Path) -> None:
    cache = Cache(str(folder), 1)
    for number in range(100):
        cache.store(f"name{number}", CONTENT)
        (file,) = (file for file in folder.iterdir() if file.name.startswith(f"name{number}."))
        os.utime(file, (number, number))
    assert {file.name.partition(".")[0] for file in folder.iterdir()} == {f"name{number}" for number in range(36, 100)}


MAINTAINERS = "A\nM:\ta@example.org\nF:\t*.c\n"


@pytest.fixture
def linux(src: Path) -> Path:
    (src / "MAINTAINERS").write_text(MAINTAINERS)
    (src / "subprojects.toml").write_text("schema = 1\n[host]\nname = 'x'\nroute.maintainers = 'MAINTAINERS'\n")
    shell("git init -q .; git add .; git commit -qm begin; echo 1 > x.c; git add .; git commit -qm x", src)
    return src


def to(linux: Path, revision: str = "HEAD", **environment: str) -> str:
    ended = run("git", "route-patch", "--to", revision, cwd=linux, **environment)
    assert (ended.code, ended.err) == (0, "")
    return ended.out


def indexes(tmp_path: Path) -> list[Path]:
    """Return the files of the cache that hold rules."""
    return sorted((tmp_path / "home/.cache/git-subprojects").glob("linux-*"))


@pytest.mark.slow
def test_the_answer_is_that_of_the_file_of_rules_as_it_is(linux: Path, tmp_path: Path) -> None:
    assert [to(linux), to(linux)] == ["a@example.org\n"] * 2
    assert len(indexes(tmp_path)) == 1
    # The same size and time, by a commit that has the same ones.
    (linux / "MAINTAINERS").write_text(MAINTAINERS.replace("a@", "b@"))
    shell("git commit -qam rules; echo 2 > x.c; git commit -qam y", linux)
    assert [to(linux), to(linux)] == ["b@example.org\n"] * 2
    assert to(linux, "HEAD~2") == "a@example.org\n"
    assert len(indexes(tmp_path)) == 2
    (linux / "subprojects.toml").write_text(
        "schema = 1\n[host]\nname = 'x'\nroute.maintainers = { file = 'MAINTAINERS', style = 'qemu' }\n"
    )
    assert to(linux) == "b@example.org\n"
    assert len(indexes(tmp_path)) == 2, "of another style"


def test_a_damaged_cache_is_made_anew(linux: Path, tmp_path: Path) -> None:
    to(linux)
    (file,) = indexes(tmp_path)
    whole = file.read_bytes()
    for damaged in (b"", whole[:-1], whole.replace(b"example", b"exbmple"), b"\0" * len(whole)):
        file.write_bytes(damaged)
        assert to(linux) == "a@example.org\n"
        assert file.read_bytes() == whole


@pytest.mark.slow
def test_without_any_place_for_a_cache(linux: Path) -> None:
    for environment in (
        {"XDG_CACHE_HOME": "/dev/null"},
        {"XDG_CACHE_HOME": "", "HOME": ""},
        {"XDG_CACHE_HOME": "", "HOME": "/nonexistent"},
        {"XDG_CACHE_HOME": "relative", "HOME": ""},
    ):
        assert to(linux, **environment) == "a@example.org\n", environment
    assert not (linux / "relative").exists()
    ended = run("env", "-u", "HOME", "-u", "XDG_CACHE_HOME", "git", "route-patch", "--to", "HEAD", cwd=linux)
    assert (ended.code, ended.out) == (0, "a@example.org\n")


@pytest.mark.slow
def test_several_at_once(linux: Path, tmp_path: Path) -> None:
    asked = "for n in 1 2 3 4; do git route-patch --to HEAD & done; wait"
    assert shell(asked, linux) == "a@example.org\n" * 4
    (file,) = indexes(tmp_path)
    assert [other for other in file.parent.iterdir() if other.suffix[1:].isdigit()] == [], "nothing unfinished"
    assert to(linux) == "a@example.org\n"
