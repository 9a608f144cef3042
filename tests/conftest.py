"""A sealed environment for every test, real repositories, a real git daemon, and the real commands."""

import gc
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import shelf
from tests.support.commands import MAINS, Command, Result
from tests.support.daemon import Daemon, serving
from tests.support.environment import in_memory
from tests.support.environment import sealed as sealed_environment

# A loaded machine generates examples slowly, which is no fault of theirs.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


def pytest_xdist_auto_num_workers() -> int:
    """Return how many tests run at a time: one more than there are cores, for there is always one that waits."""
    return (os.cpu_count() or 1) + 1


def pytest_configure() -> None:
    """Work in memory, where thousands of small files cost least; take Ctrl-C, which a shell lets no background job."""
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", in_memory() or tempfile.gettempdir())
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Leave what has been collected alone: to look through all of it again and again takes a tenth of the time."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(autouse=True)
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of the user's or the machine's settings reach a test."""
    environment = sealed_environment(tmp_path / "home")
    for key in os.environ.keys() - environment.keys():
        monkeypatch.delenv(key)
    for key, value in environment.items() - os.environ.items():
        monkeypatch.setenv(key, value)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str]) -> Command:
    """Run one of the suite's commands in this process: ``command("clone-project", "--list", cwd=…)``."""

    def call(name: str, *words: str | Path, cwd: Path | None = None) -> Result:
        before = Path.cwd()
        if cwd is not None:
            os.chdir(cwd)
        capfd.readouterr()
        try:
            code = MAINS[name]([str(word) for word in words])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            os.chdir(before)
        out, err = capfd.readouterr()
        return Result(code, out, err)

    return call


@pytest.fixture(scope="session", autouse=True)
def kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give what is made once a place."""
    shelf.set_up(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="session")
def daemon_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """Start the git daemon of this worker."""
    top = tmp_path_factory.mktemp("daemon")
    with serving(top, sealed_environment(top / "home")) as daemon:
        yield daemon


@pytest.fixture
def daemon(tmp_path: Path, daemon_of_all: Daemon) -> Daemon:
    """Let the git daemon of this worker serve ``tmp_path/upstream``."""
    base = tmp_path / "upstream"
    base.mkdir(exist_ok=True)
    number = len(list(daemon_of_all.base.iterdir()))
    (daemon_of_all.base / str(number)).symlink_to(base)
    return Daemon(base, f"{daemon_of_all.url}/{number}", daemon_of_all.log)


@pytest.fixture
def src(tmp_path: Path) -> Path:
    """Return the folder in which the host stands and siblings appear."""
    path = tmp_path / "src"
    path.mkdir()
    return path
