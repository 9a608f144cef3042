"""A TCP proxy that counts what comes through it, and that can fail as networks do."""

import selectors
import socket
import sys
import threading
import time
from typing import NamedTuple, Self
from urllib.parse import urlsplit


class _Connection(NamedTuple):
    number: int
    client: socket.socket
    server: socket.socket


class Proxy:
    """Passes connections on to the daemon at ``upstream``, and its answers back.

    After ``limit`` bytes of an answer it cuts the connection, or stops passing anything on (``then="hang"``); only
    the first ``failing`` connections fare so. Nothing is passed on before ``together`` connections are open at once,
    and each 64 KiB of an answer only after ``pace`` seconds.

    ``times`` are the moments when connections began, ``received`` is how many bytes have come from the daemon,
    ``most`` how many connections were open at once, and ``failed`` is set once one has been cut or hangs.
    """

    def __init__(
        self,
        upstream: str,
        *,
        limit: int | None = None,
        then: str = "cut",
        failing: int = sys.maxsize,
        together: int = 1,
        pace: float = 0,
    ) -> None:
        self.times: list[float] = []
        self.received = 0
        self.most = 0
        self.failed = threading.Event()
        target = urlsplit(upstream)
        self._target = (str(target.hostname), target.port)
        self._limit = limit
        self._then = then
        self._failing = failing
        self._together = together
        self._pace = pace
        self._held: list[_Connection] = []
        self._open: set[_Connection] = set()
        self._answered: dict[int, int] = {}
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stop, self._stopped = socket.socketpair()
        for own in (self._listener, self._stopped):
            self._selector.register(own, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._serve)
        self.url = f"git://127.0.0.1:{self._listener.getsockname()[1]}{target.path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.send(b"x")
        self._thread.join()
        for connection in list(self._open):
            self._close(connection)
        for own in (self._listener, self._stop, self._stopped):
            own.close()
        self._selector.close()

    def _serve(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._stopped:
                    return
                if key.fileobj is self._listener:
                    self._accept()
                elif key.data in self._open:
                    assert isinstance(key.fileobj, socket.socket)
                    self._pass_on(key.fileobj, key.data)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        connection = _Connection(len(self.times), client, socket.create_connection(self._target))
        self.times.append(time.monotonic())
        self._open.add(connection)
        self.most = max(self.most, len(self._open))
        self._answered[connection.number] = 0
        if self._limit == 0 and connection.number < self._failing:
            self._fail(connection)
            return
        self._held.append(connection)
        if len(self._held) >= self._together:
            for held in self._held:
                self._selector.register(held.client, selectors.EVENT_READ, held)
                self._selector.register(held.server, selectors.EVENT_READ, held)
            self._held.clear()
            self._together = 1

    def _pass_on(self, source: socket.socket, connection: _Connection) -> None:
        try:
            data = source.recv(65536)
            if source is connection.client:
                if data:
                    connection.server.sendall(data)
                else:
                    self._selector.unregister(source)
                    connection.server.shutdown(socket.SHUT_WR)
                return
            self.received += len(data)
            if not data:
                self._close(connection)
                return
            time.sleep(self._pace)
            if self._limit is not None and connection.number < self._failing:
                data = data[: self._limit - self._answered[connection.number]]
            connection.client.sendall(data)
            self._answered[connection.number] += len(data)
            if connection.number < self._failing and self._answered[connection.number] == self._limit:
                self._fail(connection)
        except OSError:
            self._close(connection)

    def _fail(self, connection: _Connection) -> None:
        if self._then == "hang":
            self._forget(connection)
        else:
            self._close(connection)
        self.failed.set()

    def _forget(self, connection: _Connection) -> None:
        for side in (connection.client, connection.server):
            if side in self._selector.get_map():
                self._selector.unregister(side)

    def _close(self, connection: _Connection) -> None:
        self._forget(connection)
        self._open.discard(connection)
        connection.client.close()
        connection.server.close()
