"""A real mail server on loopback that keeps what it takes as files."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


class _Folder:
    """Takes every message, and puts it into a folder as the next number."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        assert isinstance(envelope.content, bytes)
        number = len(list(self._folder.iterdir())) + 1
        (self._folder / f"{number:04}.eml").write_bytes(envelope.content.replace(b"\r\n", b"\n"))
        return "250 OK"


@contextmanager
def receiving(folder: Path) -> Iterator[int]:
    """Serve on a free port, which is handed out, and keep what comes in ``folder``."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    controller = Controller(_Folder(folder), hostname=HOST, port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
