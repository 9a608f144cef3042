"""What the benchmarks share: both sides are run in turn, and ratios of medians and of minima are told."""

import compileall
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def compile_package() -> None:
    """Write the bytecode that an installation by pip has too."""
    compileall.compile_dir(ROOT / "git_subprojects", quiet=1)


def environment(home: Path) -> dict[str, str]:
    """Return an environment without the user's own git settings, with the commands on PATH."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "_ARGCOMPLETE"))}
    settings = home / "gitconfig"
    settings.touch()
    return {
        **kept,
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }


@contextmanager
def scratch() -> Iterator[Path]:
    """Give an empty folder that is removed afterwards."""
    path = Path(tempfile.mkdtemp(prefix="git-subprojects-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def daemon(base: Path) -> Iterator[int]:
    """Serve the repositories in ``base`` by a real git daemon on loopback; give its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = ["git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}", "--export-all"]
    owner = {**os.environ, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    process = subprocess.Popen(
        [*command, f"--base-path={base}"], stderr=subprocess.DEVNULL, env=owner, start_new_session=True
    )
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.01)
        yield port
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def timed(action: Callable[[], object]) -> float:
    """Return how many seconds ``action`` takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def compare(
    sides: Mapping[str, Callable[[], object]], rounds: int, *, before: Callable[[], object] = lambda: None
) -> dict[str, list[float]]:
    """Run all sides in turn, ``rounds`` times, each after ``before``; print and return the seconds of each."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, action in sides.items():
            before()
            seconds[name].append(timed(action))
    base = next(iter(sides))
    for name, found in seconds.items():
        median, least = statistics.median(found), min(found)
        ratios = median / statistics.median(seconds[base]), least / min(seconds[base])
        times = f"median {median * 1e3:9.1f} ms  min {least * 1e3:9.1f} ms"
        print(f"{name:40} {times}  ratio {ratios[0]:.2f}  ({ratios[1]:.2f})")
    return seconds
