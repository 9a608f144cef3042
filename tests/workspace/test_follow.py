"""What a host keeps of updates in the background: the lock, what is wanted, and how the last one went."""

import fcntl
import os
from pathlib import Path

import pytest

from git_subprojects.workspace.follow import LARGEST_LOG, Background, Last


@pytest.fixture
def background(tmp_path: Path) -> Background:
    found = Background(str(tmp_path))
    os.mkdir(found.folder)
    return found


def test_what_is_wanted_is_taken_once(background: Background) -> None:
    for top in ("/a", "/b b", "/a", "/\udcff"):
        background.want(top)
    assert background.wanted() == ["/a", "/b b", "/\udcff"]
    assert background.take() == ["/a", "/b b", "/\udcff"]
    assert background.wanted() == background.take() == []


def test_the_lock_is_held_by_one(background: Background) -> None:
    assert not background.is_running()
    with background.alone() as first:
        assert first
        assert background.is_running()
        with background.alone() as second:
            assert not second
    assert not background.is_running()


def test_a_lock_whose_file_was_removed_is_nobodys(background: Background) -> None:
    path = Path(background.folder) / "follow.lock"
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        def remove() -> None:
            path.unlink()
            fcntl.flock(held, fcntl.LOCK_UN)

        with background.alone(remove) as had:
            assert had
            assert background.is_running(), "it is the new file that is locked"


def test_without_the_folder_nothing_is_made(tmp_path: Path) -> None:
    background = Background(str(tmp_path))
    with background.alone() as had:
        assert had
    assert (background.last(), background.undone(), background.wanted()) == (None, None, [])
    background.forget()
    background.shorten()
    assert background.clear()
    assert not Path(background.folder).exists()


@pytest.mark.parametrize("content", ["", "\n", "2026-01-02T03:04:05+00:00", "x y z"])
def test_a_damaged_record_is_one_that_did_not_end(background: Background, content: str) -> None:
    (Path(background.folder) / "follow.last").write_text(content)
    assert "did not come to its end" in (background.undone() or "")


def test_how_the_last_one_went(background: Background) -> None:
    background.remember(Last("2026-01-02", 1))
    assert background.last() == Last("2026-01-02", 1)
    assert "left something undone" in (background.undone() or "")
    background.remember(Last("2026-01-02", 0))
    assert background.undone() is None


@pytest.mark.parametrize("size", [0, LARGEST_LOG, LARGEST_LOG + 1, 3 * LARGEST_LOG])
def test_the_log_is_cut_at_a_line(background: Background, size: int) -> None:
    line = "x" * 99 + "\n"
    text = (line * (size // 100 + 1))[-size:] if size else ""
    Path(background.log).write_text(text)
    background.shorten()
    kept = Path(background.log).read_text()
    assert len(kept) <= LARGEST_LOG
    assert text.endswith(kept)
    assert kept == text if size <= LARGEST_LOG else kept.startswith("x" * 99 + "\n")
