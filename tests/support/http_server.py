"""A real HTTP server of git: ``git http-backend``, behind a server that can ask for a password, or fail."""

import base64
import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PASSWORD = base64.b64encode(b"user:word").decode()


class Http:
    """Serves the bare repositories below ``base`` at ``url``, and at ``locked`` to who knows the password.

    The next ``failures`` requests are answered with ``status`` and ``headers``; ``times`` are the moments of all
    requests, and ``most`` is how many were at work at once since the last failure.
    """

    def __init__(self, base: Path) -> None:
        self.base = base
        self.failures = 0
        self.status = 429
        self.headers: dict[str, str] = {}
        self.times: list[float] = []
        self.working = 0
        self.most = 0
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/open"
        self.locked = f"http://127.0.0.1:{self.server.server_address[1]}/locked"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        http = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name there
                pass

            def answer(self) -> None:
                with http.lock:
                    http.times.append(time.monotonic())
                    fails = http.failures > 0
                    http.failures -= fails
                    http.working += 1
                    http.most = 0 if fails else max(http.most, http.working)
                self._answer(fails=fails)

            def _answer(self, *, fails: bool) -> None:
                _, kind, rest = self.path.split("/", 2)
                body = self._body()
                if fails:
                    self._say(http.status, http.headers)
                elif kind == "locked" and self.headers.get("Authorization") != f"Basic {PASSWORD}":
                    self._say(401, {"WWW-Authenticate": 'Basic realm="git"'})
                else:
                    self._backend(rest, body)

            def _say(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                # Or whoever has read all of it may ask again while it still counts.
                with http.lock:
                    http.working -= 1
                self.end_headers()
                self.wfile.write(body)

            def _body(self) -> bytes:
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def _backend(self, rest: str, body: bytes) -> None:
                path, _, query = rest.partition("?")
                environment = {
                    **os.environ,
                    "GIT_PROJECT_ROOT": str(http.base),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "PATH_INFO": f"/{path}",
                    "QUERY_STRING": query,
                    "REQUEST_METHOD": self.command,
                    "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                    "CONTENT_LENGTH": str(len(body)),
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                }
                command = ["git", "http-backend"]
                ended = subprocess.run(command, input=body, env=environment, stdout=subprocess.PIPE, check=False)
                head, _, content = ended.stdout.partition(b"\r\n\r\n")
                headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
                status = int(headers.pop("Status", "200").split()[0])
                self._say(status, headers, content)

            do_GET = do_POST = answer  # noqa: N815 - their names there

        return Handler


@contextlib.contextmanager
def http_serving(base: Path) -> Iterator[Http]:
    """Serve the repositories in a folder until the block ends."""
    http = Http(base)
    thread = threading.Thread(target=http.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield http
    finally:
        http.server.shutdown()
        thread.join()
        http.server.server_close()
