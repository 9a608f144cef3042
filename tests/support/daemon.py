"""A real ``git daemon`` on loopback: one for all tests of a worker, each of which has a folder of its own in it."""

import contextlib
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.support.processes import until


class Daemon(NamedTuple):
    """A git daemon that serves the bare repositories in ``base`` at ``url`` (without a final slash)."""

    base: Path
    url: str
    log: Path
    """What it has written, for all who ask it."""

    def served_bytes(self) -> int:
        """Return how much there is to serve in all."""
        return sum(path.stat().st_size for path in self.base.rglob("*.pack"))

    @property
    def path(self) -> str:
        """The path in ``url``, as the daemon names it."""
        return urlsplit(self.url).path

    def requests(self) -> list[str]:
        """Return the names of the repositories that were asked for, one for each connection."""
        return re.findall(rf"Request upload-pack for '{self.path}/(.*)'", self.log.read_text())


@contextlib.contextmanager
def serving(top: Path, environment: dict[str, str]) -> Iterator[Daemon]:
    """Serve what is in the folder ``top/served``, with the environment that a test has made, or a sealed one."""
    base, log = top / "served", top / "log"
    base.mkdir(parents=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as out:
        # The shell reads until this process closes the pipe or is no more, even if it was killed.
        process = subprocess.Popen(
            [
                "sh", "-c", '"$@" & read never; kill $!; wait $!', "sh",
                "git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}", f"--base-path={base}",
                "--export-all", "--informative-errors", "--verbose",
            ],
            env=environment,
            stdin=subprocess.PIPE,
            stderr=out,
            stdout=out,
            start_new_session=True,
        )  # fmt: skip

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        until(answers)
        yield Daemon(base, f"git://127.0.0.1:{port}", log)
    finally:
        process.communicate()
