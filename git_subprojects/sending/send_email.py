"""git send-email: whether it is there and can send, and what it has sent."""

import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence

from git_subprojects.errors import USAGE, Error
from git_subprojects.git.process import Git
from git_subprojects.sending import envelope

PROGRAM = "git-send-email"

_SENDMAIL = ("/usr/sbin/sendmail", "/usr/lib/sendmail")
"""Where git send-email looks for a program before it looks at PATH."""

_MESSAGE_ID = re.compile(rb"message-id: <(.+)>\s*$", re.IGNORECASE)
_INSTALL = "install it (Debian: git-email; Fedora: git-email; macOS: brew install git), or use --output DIR"
_IMAP = "leave it out for this repository: git config sendemail.useImapOnly false; or use --output DIR"
_COMPOSE = "--cover-letter opens your editor"
_CONFIGURE = """git config --global sendemail.smtpServer mail.example.org
git config --global sendemail.smtpUser you@example.org
git config --global sendemail.smtpEncryption tls
git config --global sendemail.smtpServerPort 587
or use --output DIR, and send the files from where you can; see git help send-email"""


def require(git: Git, environment: Mapping[str, str]) -> None:
    """Raise Error where there is no git send-email."""
    path = git.output("--exec-path").decode("utf-8", "surrogateescape").strip()
    if shutil.which(PROGRAM, path=os.pathsep.join([path, environment.get("PATH", "")])) is None:
        raise Error("git send-email is not installed", _INSTALL)


def require_server(git: Git, environment: Mapping[str, str], options: Sequence[str]) -> None:
    """Raise Error where neither config nor ``options`` nor a sendmail program say how mail leaves this machine.

    Also where ``options`` would keep git send-email from telling what it has sent.
    """
    if envelope.given(options, "quiet") is not None:
        raise Error("git send-email --quiet does not tell which messages it has sent", "leave --quiet out", USAGE)
    if envelope.given(options, "compose") is not None:
        raise Error("git send-email --compose writes a mail that git route-patch does not know", _COMPOSE, USAGE)
    config = git.config(r"^sendemail\.")
    identity = envelope.identity(config, options)
    sections = ["sendemail", *([f"sendemail.{identity}"] if identity else [])]
    for section in reversed(sections):
        key = f"{section}.useImapOnly"
        if config.flag(key, default=False):
            raise Error(f"with {key}, git send-email puts mails into a folder and sends none", _IMAP)
    keys = [f"{section}.{name}" for section in sections for name in ("smtpServer", "sendmailCmd")]
    if any(config.text(key) for key in keys) or any(
        envelope.given(options, name) for name in ("smtp-server", "sendmail-cmd")
    ):
        return
    if any(os.access(path, os.X_OK) for path in _SENDMAIL) or shutil.which("sendmail", path=environment.get("PATH")):
        return
    raise Error("git send-email does not know how mail leaves this machine", _CONFIGURE)


def send(
    git: Git,
    files: Sequence[str],
    options: Sequence[str],
    *,
    output: int,
    sent: Callable[[str], None],
) -> int:
    """Let git send-email send ``files``, mails with their recipients and threads in them; return its exit status.

    Before the first, git send-email says to whom each would go, and that must be whom it names, and whom the user adds.
    It may ask questions, as always. What it writes goes to the descriptor ``output``; ``sent`` is called with the
    id of each message, without ``<>``, as soon as the server has taken it.

    Raises:
        Error: other people would get one.
    """
    log = _Log(sent)
    # Or it would ask on the terminal itself, before what it has written so far has come there.
    git = git._replace(environment={**git.environment, "GIT_SEND_EMAIL_NOTTY": "1"})
    config = git.config(r"^sendemail\.")
    git, own = envelope.with_own_settings(git, config, options)
    command = ["send-email", "--no-thread", *own]
    if any(map(_has_carriage_return, files)):
        # As it is, no mail keeps it; git send-email knows, unless the user's config wants another encoding.
        command.append("--transfer-encoding=auto")
    is_open = any(envelope.given(options, name) is not None for name in ("to-cmd", "cc-cmd", "header-cmd"))
    envelope.verify(git, command, files, envelope.wishes(config, options), is_open=is_open)
    return git.relay(*command, *files, output=output, heard=log.heard)


def _has_carriage_return(path: str) -> bool:
    with open(path, "rb") as file:
        return b"\r" in file.read()


class _Log:
    """What git send-email writes, in English: after each message that was sent, its head and a result."""

    def __init__(self, sent: Callable[[str], None]) -> None:
        self._sent = sent
        self._is_sent = False
        self._id: str | None = None

    def heard(self, line: bytes) -> None:
        """Read a line."""
        # After a question to the user, that stands in the same line.
        if line.endswith(b"OK. Log says:") and not line.endswith(b"Dry-OK. Log says:"):
            self._is_sent = True
            self._id = None
        elif self._is_sent and (match := _MESSAGE_ID.match(line)):
            self._id = match[1].decode("ascii", "replace")
        elif self._is_sent and self._id is not None and line.startswith(b"Result: "):
            self._is_sent = False
            self._sent(self._id)
