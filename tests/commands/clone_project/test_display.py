"""What a clone looks like on a terminal: a real one, and what is left on it at the end."""

import base64
import json
import os
import re
import shlex
import signal
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pexpect
import pyte
import pytest

from tests.support.commands import config, listing, run, shell
from tests.support.daemon import Daemon
from tests.support.processes import alive, children, descendants, until
from tests.support.repositories import make_host, noise, upstream
from tests.support.tcp import Proxy

pytestmark = pytest.mark.slow

COLUMNS, ROWS = 120, 30
HALF = 300_000
"""Half of what there is to transfer."""


class Terminal:
    """A terminal on which a program runs, and what can be read on it."""

    def __init__(self, command: str, cwd: Path, term: str = "xterm-256color") -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        environment = {**os.environ, "TERM": term, "GIT_TERMINAL_PROMPT": "1"}
        self.written = b""
        size = (ROWS, COLUMNS)
        self.program = pexpect.spawn(
            "bash", ["-c", f"exec {command}"], cwd=str(cwd), env=environment, dimensions=size, echo=False
        )

    def rows(self) -> list[str]:
        """Return what can be read now, row by row, less the empty ones."""
        return [row.rstrip() for row in self._screen.display if row.strip()]

    def read(self) -> bool:
        """Take in what the program has written; return whether it goes on."""
        try:
            new: bytes = self.program.read_nonblocking(65536, timeout=0.05)  # type: ignore[assignment]
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.written += new
        self._stream.feed(new)
        return True

    def until(self, met: Callable[[list[str]], object]) -> None:
        """Read on until what can be read is as wanted."""
        until(lambda: met(self.rows()) or not self.read())
        assert met(self.rows()), self.rows()

    def end(self) -> int | None:
        """Read to the end of the program, and return its exit status."""
        while self.read():
            pass
        self.program.wait()
        assert not self._screen.cursor.hidden
        return self.program.exitstatus


@pytest.fixture
def base(daemon: Daemon) -> Path:
    """Return the served repository of a project, with 600 kB that cannot be compressed."""
    return upstream(daemon.base, "one", f"{noise(6)} git add .; git commit -qm first")


def row_of(rows: list[str], name: str) -> str:
    return next((row for row in rows if row.split(" ")[0] == name), "")


def test_a_line_for_each_project_and_one_for_all(src: Path, daemon: Daemon, base: Path) -> None:
    upstream(daemon.base, "two")
    with Proxy(daemon.url, limit=HALF, then="hang", pace=0.5) as slow, Proxy(daemon.url, limit=0, then="hang") as dead:
        urls = {"one": f"{slow.url}/one", "dead": f"{dead.url}/one", "two": f"{daemon.url}/two"}
        projects = "".join(f'[project.{name}]\nurl = "{url}.git"\n' for name, url in urls.items())
        host = make_host(src, f"schema = 1\n{projects}")
        terminal = Terminal("git-clone-project --all", host)
        terminal.until(lambda rows: re.search(r"Receiving objects .* \d/8 .* KiB .* KiB/s", row_of(rows, "one")))
        terminal.until(lambda rows: row_of(rows, "all").startswith("all  projects") and "1/3" in row_of(rows, "all"))
        assert row_of(terminal.rows(), "dead").startswith("dead Connecting")
        assert row_of(terminal.rows(), "two") == ""
        said = [row for row in terminal.rows() if ": " in row]
        assert said[:3] == [f"{name}: cloning {url}.git to ../{name}" for name, url in urls.items()]
        assert said[3].startswith("two: cloned to ../two; on master (")
        terminal.program.sendintr()
        assert terminal.end() == 130
    assert [row for row in terminal.rows() if row != "^C"] == said
    assert listing(src) == {"linux", "two"}


def test_nothing_is_left_of_the_display_at_the_end(src: Path, daemon: Daemon, base: Path) -> None:
    host = make_host(src, f'schema = 1\n[project.one]\nurl = "{daemon.url}/one.git"\n')
    terminal = Terminal("git-clone-project one", host)
    assert terminal.end() == 0
    commit = shell("git rev-parse HEAD", src / "one")
    assert terminal.rows() == [
        f"one: cloning {daemon.url}/one.git to ../one",
        f"one: cloned to ../one; on master ({commit[:12]})",
        "hint: where patches to one go: git -C ../one route-patch HEAD",
        'hint: Disable this message with "git config advice.subprojectsNext false"',
    ]


def test_a_message_is_as_long_as_it_is(src: Path, daemon: Daemon, base: Path) -> None:
    # Broken by the terminal, not by us, it can be copied.
    name = "one/" + "x" * 2 * COLUMNS
    host = make_host(src, f'schema = 1\n[project.one]\nurl = "{daemon.url}/{name}[1].git"\n')
    terminal = Terminal("git-clone-project one", host)
    assert terminal.end() == 1
    assert f"no such repository: {daemon.path}/{name}[1].git" in "".join(terminal.rows())


@pytest.mark.parametrize(("words", "rows"), [("-q one", []), ("perf", ["perf: in this tree, in tools/perf/"])])
def test_with_nothing_to_show_there_is_no_display(
    src: Path, daemon: Daemon, base: Path, words: str, rows: list[str]
) -> None:
    config("advice.subprojectsNext", "false")
    one = f'[project.one]\nurl = "{daemon.url}/one.git"\n'
    host = make_host(src, f'schema = 1\n{one}[project.perf]\nwithin = ["tools/perf/"]\n')
    terminal = Terminal(f"git-clone-project {words}", host)
    assert terminal.end() == 0
    assert terminal.rows() == rows


def test_a_dumb_terminal_gets_plain_lines(src: Path, daemon: Daemon, base: Path) -> None:
    host = make_host(src, f'schema = 1\n[project.one]\nurl = "{daemon.url}/one.git"\n')
    terminal = Terminal("git-clone-project one", host, term="dumb")
    assert terminal.end() == 0
    assert b"\x1b" not in terminal.written
    assert b"one: cloned to ../one" in terminal.written


def test_json_stays_pure_while_the_display_runs(src: Path, daemon: Daemon, base: Path) -> None:
    host = make_host(src, f'schema = 1\n[project.one]\nurl = "{daemon.url}/one.git"\n')
    terminal = Terminal(f"git-clone-project --json one > {shlex.quote(str(src / 'answer'))}", host)
    assert terminal.end() == 0
    assert json.loads((src / "answer").read_text())["projects"][0]["state"] == "cloned"


class Guarded(SimpleHTTPRequestHandler):
    """Serves files to whoever knows the password."""

    def do_GET(self) -> None:
        known = base64.b64encode(b"me:secret").decode()
        if self.headers.get("Authorization") == f"Basic {known}":
            super().do_GET()
            return
        self.send_response(HTTPStatus.UNAUTHORIZED)
        self.send_header("WWW-Authenticate", 'Basic realm="here"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep quiet."""


@pytest.fixture
def guarded(base: Path, tmp_path: Path) -> Iterator[str]:
    """Serve the repositories by HTTP; return the URL of the project's."""
    shell("git update-server-info", base)

    def handler(*words: Any) -> Guarded:
        return Guarded(*words, directory=str(base.parent))

    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/one.git"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("password", "code"), [("secret", 0), ("wrong", 1)])
def test_on_a_terminal_the_user_can_log_in(src: Path, guarded: str, password: str, code: int) -> None:
    host = make_host(src, f'schema = 1\n[project.one]\nurl = "{guarded}"\n')
    terminal = Terminal("git-clone-project one", host)
    terminal.until(lambda rows: "Username for " in "".join(rows))
    assert "one: trying once more; git may ask you to log in" in terminal.rows()
    terminal.program.sendline("me")
    terminal.until(lambda rows: "Password for " in "".join(rows))
    terminal.program.sendline(password)
    assert terminal.end() == code
    shown = "\n".join(terminal.rows())
    assert password not in shown
    assert ("one: cloned to ../one; on master (" in shown) is (code == 0)
    assert ("error: one: Authentication failed for " in shown) is (code == 1)
    assert listing(src) == ({"linux", "one"} if code == 0 else {"linux"})
    if code == 0:
        assert "secret" not in (src / "one/.git/config").read_text()


@pytest.mark.parametrize(("number", "code"), [(None, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"])
def test_interrupted_at_the_prompt(src: Path, guarded: str, number: signal.Signals | None, code: int) -> None:
    host = make_host(src, f'schema = 1\n[project.one]\nurl = "{guarded}"\n')
    # The shell goes on, as a user's would: the end of a session would end all that is in it.
    terminal = Terminal("bash -c 'trap : INT; git-clone-project one; echo ended $?; read answer'", host)
    terminal.until(lambda rows: "Username for " in "".join(rows))
    assert terminal.program.pid is not None
    (command,) = children(terminal.program.pid)
    asking = descendants(command)
    assert asking
    if number is None:
        terminal.program.sendintr()
    else:
        os.kill(command, number)
    terminal.until(lambda rows: f"ended {code}" in rows[-1])
    # The terminal is open: what asks there would go on.
    until(lambda: not alive(asking))
    assert listing(src) == {"linux"}
    assert "Traceback" not in "\n".join(terminal.rows())
    terminal.program.sendline("")
    terminal.end()


def test_without_a_terminal_nobody_is_asked(src: Path, guarded: str) -> None:
    host = make_host(src, f'schema = 1\n[project.one]\nurl = "{guarded}"\n')
    ended = run("git-clone-project", "one", cwd=host, GIT_TERMINAL_PROMPT="1")
    assert ended.code == 1
    assert "error: one: could not read Username for 'http://127.0.0.1:" in ended.err
    assert "hint: is there an account to log in with? gitcredentials(7) tells how to keep it\n" in ended.err
    assert "once more" not in ended.err
