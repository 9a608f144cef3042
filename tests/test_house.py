"""The tests keep house: their folders mirror the package, and what several of them need is in ``tests/support``."""

import re

from tests.support.paths import ROOT

TESTS = ROOT / "tests"
OF_TESTS_ALONE = {"attacks", "golden", "support"}


def test_of_the_tests_only_support_is_imported() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in TESTS.rglob("*.py")
        for name in re.findall(r"^ *(?:from|import) +(tests\b[\w.]*|\.)", path.read_text("utf-8"), re.MULTILINE)
        if not name.startswith("tests.support")
    ]
    assert wrong == []


def test_support_holds_no_tests() -> None:
    assert [*(TESTS / "support").rglob("test_*.py")] == []


def test_no_test_is_held_to_seconds_by_the_clock() -> None:
    """A loaded machine makes a test slow, not wrong: see ``within`` and ``until`` in ``tests/support``."""
    too_late = re.compile(r"time\.(monotonic|perf_counter|time)(_ns)?\(\) (- \w+ )?<")
    assert [path.name for path in TESTS.rglob("*.py") if too_late.search(path.read_text("utf-8"))] == ["processes.py"]


def test_some_tests_of_each_folder_are_quick() -> None:
    slow = re.compile(r"^pytestmark = .*mark\.slow", re.MULTILINE)
    modules = [*TESTS.rglob("test_*.py")]
    quick = {path.parent for path in modules if not slow.search(path.read_text("utf-8"))}
    assert {path.parent for path in modules} - quick == {TESTS / "attacks"}


def test_each_folder_of_tests_is_a_folder_of_the_package() -> None:
    folders = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")}
    assert len(folders) > 10
    missing = {
        str(folder)
        for folder in folders
        if folder.parts and folder.parts[0] not in OF_TESTS_ALONE and not (ROOT / "git_subprojects" / folder).is_dir()
    }
    assert missing == set()
