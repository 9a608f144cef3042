"""A real mail server on loopback, that can be told to behave badly."""

import asyncio
import email
import email.policy
import functools
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.commands import config
from tests.support.shelf import new_folder

HOST = "127.0.0.1"
USER, PASSWORD = "author", "secret"


class Message(NamedTuple):
    """A message that the server has taken."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        """The message, parsed."""
        parsed = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        """What it says, with the lines' ends of this system."""
        text: str = self.mail.get_content()
        return text.replace("\r\n", "\n")


class Server:
    """What the server has taken, and how it behaves; all of it may be changed while it runs.

    ``refuse`` are recipients that it does not take. After ``drop_after`` messages it cuts the next one off, after
    ``hold_after`` it lets the next one wait until that is changed. It answers each message after ``delay`` seconds.
    """

    def __init__(self, *, encryption: str = "", auth: bool = False) -> None:
        self.messages: list[Message] = []
        self.refuse: set[str] = set()
        self.drop_after: int | None = None
        self.hold_after: int | None = None
        self.held = threading.Event()
        self.delay = 0.0
        self.encryption = encryption
        self.auth = auth
        self.port = 0

    def configure(self) -> None:
        """Let git send-email, in the sealed environment of a test, use this server."""
        settings = {"smtpServer": HOST, "smtpServerPort": str(self.port), "smtpDomain": "client.example.org"}
        if self.auth:
            settings |= {"smtpUser": USER, "smtpPass": PASSWORD}
        if self.encryption:
            settings |= {"smtpEncryption": self.encryption, "smtpSSLCertPath": str(certificate())}
        for key, value in settings.items():
            config(f"sendemail.{key}", value)

    async def handle_MAIL(  # noqa: N802 - so aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.auth and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.drop_after is not None and len(self.messages) >= self.drop_after:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "421 gone"
        while self.hold_after is not None and len(self.messages) >= self.hold_after:
            self.held.set()
            await asyncio.sleep(0.01)
        await asyncio.sleep(self.delay)
        assert isinstance(envelope.content, bytes)
        self.messages.append(Message(str(envelope.mail_from), tuple(envelope.rcpt_tos), envelope.content))
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Take the one user there is."""
        is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_known, handled=False)


class _OnFreePort(Controller):
    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call] # aiosmtpd has no types there


@functools.cache
def certificate() -> Path:
    """Return a file with a certificate of this host's own and its key, made once in a run of the tests."""
    path = new_folder() / "both.pem"
    key = path.with_name("key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=IP:{HOST}", "-keyout", key, "-out", path],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + key.read_bytes())
    return path


@contextmanager
def serving(*, encryption: str = "", auth: bool = False) -> Iterator[Server]:
    """Serve on a free port. ``encryption`` is "tls" (STARTTLS) or "ssl"; ``auth``: only after a login."""
    server = Server(encryption=encryption, auth=auth)
    options: dict[str, Any] = {"auth_require_tls": False}
    context = None
    if encryption:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate())
    if encryption == "tls":
        options |= {"tls_context": context, "require_starttls": True}
    if auth:
        options["authenticator"] = server.authenticate
    controller = _OnFreePort(
        server, hostname=HOST, port=0, ssl_context=context if encryption == "ssl" else None, **options
    )
    controller.start()
    try:
        server.port = controller.port
        yield server
    finally:
        controller.stop()
