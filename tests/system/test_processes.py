"""Programs that are run before the user's eyes."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from git_subprojects.system.processes import attended, captured, relay, started


def relayed(script: str, cwd: Path) -> tuple[int, bytes, list[bytes]]:
    """Return how a script ended, what was passed on of its output, and the lines that were heard."""
    heard: list[bytes] = []
    with tempfile.TemporaryFile() as out:
        status = relay(["sh", "-c", script], str(cwd), dict(os.environ), out.fileno(), heard.append)
        out.seek(0)
        return status, out.read(), heard


def test_what_it_writes_is_passed_on_and_heard(tmp_path: Path) -> None:
    assert relayed("printf 'one\\ntwo\\r\\nthr'; printf ee; exit 3", tmp_path) == (
        3,
        b"one\ntwo\r\nthree",
        [b"one", b"two\r"],
    )


def test_it_is_heard_at_once(tmp_path: Path) -> None:
    (tmp_path / "writer.py").write_text(
        "import os, time\nprint('first')\nwhile not os.path.exists('heard'):\n    time.sleep(0.01)\nprint('second')\n"
    )
    with tempfile.TemporaryFile() as out:
        relay(
            [sys.executable, "writer.py"],
            str(tmp_path),
            dict(os.environ),
            out.fileno(),
            lambda _: (tmp_path / "heard").touch(),
        )
        out.seek(0)
        assert out.read() == b"first\nsecond\n"


def test_what_it_leaves_behind_is_not_waited_for(tmp_path: Path) -> None:
    status, out, _ = relayed("sleep 600 & echo $!; exit 0", tmp_path)
    assert status == 0
    os.kill(int(out), 15)


def test_a_listener_that_fails_ends_it(tmp_path: Path) -> None:
    def fail(line: bytes) -> None:
        raise ValueError(line)

    with tempfile.TemporaryFile() as out, pytest.raises(ValueError, match="one"):
        relay(["sh", "-c", "echo one; sleep 20; echo > survived"], str(tmp_path), dict(os.environ), out.fileno(), fail)
    assert not (tmp_path / "survived").exists()


def test_all_that_it_writes_is_captured(tmp_path: Path) -> None:
    script = ["sh", "-c", "cat; echo wrong >&2; exit 2"]
    assert captured(script, str(tmp_path), dict(os.environ), b"in\n") == (2, b"in\nwrong\n")


def test_what_reads_no_input_is_captured_too(tmp_path: Path) -> None:
    assert captured(["true"], str(tmp_path), dict(os.environ), b"x" * 1_000_000) == (0, b"")


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    for run in (attended, captured):
        with pytest.raises(FileNotFoundError):
            run(["no-such-program"], str(tmp_path), dict(os.environ))


def test_an_interrupt_while_a_program_starts_leaves_none_behind() -> None:
    begun: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        begun.append(subprocess.Popen(["sleep", "600"]))
        os.kill(os.getpid(), signal.SIGINT)
        return begun[0]

    with pytest.raises(KeyboardInterrupt):
        started(start)
    assert begun[0].returncode == -signal.SIGTERM
