"""The playground: a folder with repositories, a git daemon that serves them, and settings of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo import upstreams
from demo.mailserver import HOST, receiving

MARK = "this-is-a-playground"
"""A file that tells a playground from a folder of the user's, which must never be removed."""

KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "NO_COLOR", "SHELL", "TERM", "TMPDIR")
"""What a command in the playground sees of the user's environment, PATH apart."""

DAEMON = 'git daemon "$@" & cat; kill $! && wait'
"""Serves until its standard input ends: when the demo ends, however it does, so does the daemon."""


class Playground:
    """Everything below one folder.

    ``src`` to work in, ``upstream`` with bare repositories, ``mail`` with what was sent, ``home`` for settings.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.src = folder / "src"
        self.upstream = folder / "upstream"
        self.mail = folder / "mail"
        self.home = folder / "home"
        self.programs = Path(sys.executable).parent

    def environment(self) -> dict[str, str]:
        """Return the environment of a command in the playground: nothing there reads the user's own git config."""
        environment = {key: os.environ[key] for key in KEPT if key in os.environ}
        return environment | {
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.home),
            "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            # The folder may lie in a repository, which is nobody's host here.
            "GIT_CEILING_DIRECTORIES": str(self.folder),
            # Where bash and fish look for completions.
            "XDG_DATA_DIRS": f"{self.programs.parent}/share:/usr/local/share:/usr/share",
        }

    def make(self) -> None:
        """Make the playground anew."""
        if self.folder.exists() and any(self.folder.iterdir()) and not (self.folder / MARK).exists():
            sys.exit(f"{self.folder} is there and is no playground: move it away")
        shutil.rmtree(self.folder, ignore_errors=True)
        for folder in (self.folder, self.upstream, self.mail, self.home):
            folder.mkdir(parents=True)
        (self.folder / MARK).touch()
        self._write_settings()
        upstreams.make_all(self.upstream, self.environment())
        # Last, so that it tells a playground that was made to its end.
        self.src.mkdir()

    def _write_settings(self) -> None:
        settings = """\
            [user]
            \tname = A. U. Thor
            \temail = author@example.org
            [init]
            \tdefaultBranch = master
            [sendemail]
            \tconfirm = never
            \tsuppressCc = self
            [include]
            \tpath = daemon.gitconfig
            """
        zsh = f"""\
            PROMPT='playground/%1~%# '
            fpath=({self.programs.parent}/share/zsh/site-functions $fpath)
            autoload -Uz compinit && compinit -u
            """
        bash = r"""
            PS1='playground/\W\$ '
            if [ -r /usr/share/bash-completion/bash_completion ]; then . /usr/share/bash-completion/bash_completion; fi
            """
        for name, text in ((".gitconfig", settings), (".zshrc", zsh), (".bashrc", bash)):
            (self.home / name).write_text(textwrap.dedent(text))

    @contextmanager
    def served(self) -> Iterator[None]:
        """Serve the upstream repositories on loopback, where the built-in manifest's own URLs then lead; take mail."""
        with (self.folder / "daemon.log").open("ab") as log:
            process, port = self._start_daemon(log.fileno())
        try:
            with receiving(self.mail) as mail_port:
                server = f"smtpServer = {HOST}\n\tsmtpServerPort = {mail_port}\n\tsmtpDomain = playground.example.org"
                settings = f"{upstreams.instead_of(f'git://127.0.0.1:{port}')}[sendemail]\n\t{server}\n"
                (self.home / "daemon.gitconfig").write_text(settings)
                yield
        finally:
            process.communicate()

    def _start_daemon(self, log: int) -> "tuple[subprocess.Popen[bytes], int]":
        """Return a daemon that listens, and its port."""
        for _ in range(3):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port: int = probe.getsockname()[1]
            options = ["--verbose", "--reuseaddr", "--export-all", "--listen=127.0.0.1", f"--port={port}"]
            process = subprocess.Popen(
                ["sh", "-c", DAEMON, "sh", *options, f"--base-path={self.upstream}"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self.environment(),
                start_new_session=True,
            )
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        return process, port
                time.sleep(0.02)
            # Somebody else was faster to take the port.
            process.communicate()
        sys.exit(f"git daemon does not start: see {self.folder / 'daemon.log'}")

    def shell(self) -> None:
        """Open a shell in the host, with the daemon running; the playground is made if it is not there."""
        if not ((self.folder / MARK).exists() and self.src.exists()):
            self.make()
        with self.served():
            host = self.src / "linux"
            if not host.exists():
                command = ["git", "clone", "-q", upstreams.LINUX, str(host)]
                subprocess.run(command, check=True, env=self.environment())
            print("This is the playground; exit ends it. Try: git clone-project --build e2fsprogs", flush=True)
            print(f"Mail goes no further than {os.path.relpath(self.mail, host)}.", flush=True)
            # Ctrl-C is for the shell. A handler is not inherited, as being ignored would be.
            signal.signal(signal.SIGINT, lambda *_: None)
            subprocess.run([os.environ.get("SHELL", "/bin/sh")], cwd=host, env=self.environment())
