"""The git executable: the only place that starts it.

Arguments are bytes or str; what comes back is bytes, as git wrote it. Nothing here reads the environment: the
commands hand it in.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git.config import Config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import BufferedReader

LOCAL_VARIABLES = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_CONFIG",
        "GIT_OBJECT_DIRECTORY",
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_GRAFT_FILE",
        "GIT_INDEX_FILE",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_REPLACE_REF_BASE",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_COMMON_DIR",
        "GIT_INTERNAL_SUPER_PREFIX",
    }
)
"""What ``git rev-parse --local-env-vars`` names, less the user's ``git -c``, which holds for siblings too."""

LONGEST_LINE = 4096
"""What a server says in one line is cut here: it may send a line without an end."""


class GitError(Error):
    """git ended with an error; the message is git's own."""

    def __init__(self, arguments: Sequence[str], returncode: int, stderr: bytes) -> None:
        text = stderr.decode("utf-8", "replace").strip()
        lines = [re.sub(r"^(?:fatal|error): ", "", line) for line in text.splitlines()]
        super().__init__("\n".join(lines) or f"git {arguments[0]} ended with status {returncode}")
        self.returncode = returncode


class Finished(NamedTuple):
    """How git ended, and all that it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


class Ended(NamedTuple):
    """How a watched git ended; the exit status is negative for a signal."""

    returncode: int
    stalled: bool
    cancelled: bool


class Conversation(NamedTuple):
    """A git that answers what is written to it: its process, where to write, and where to read."""

    pid: int
    to: int
    answers: "BufferedReader"

    def end(self) -> int:
        """Let git end, and return its exit status."""
        if self.to >= 0:
            os.close(self.to)
        self.answers.close()
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


class Git(NamedTuple):
    """git in a folder (None: the current one) with an environment."""

    environment: Mapping[str, str]
    directory: str | None = None

    def elsewhere(self, directory: str) -> "Git":
        """Return git in another repository: without the variables that point to this one.

        Discovery stops at ``directory``: a folder that is no repository is not taken for its parent.
        """
        environment = {key: value for key, value in self.environment.items() if key not in LOCAL_VARIABLES}
        ceiling = directory.rstrip("/").rpartition("/")[0] or "/"
        environment["GIT_CEILING_DIRECTORIES"] = ceiling
        return self._replace(environment=environment, directory=directory)

    def run(self, *arguments: str, stdin: bytes = b"") -> Finished:
        """Run git to its end, whatever that is, with messages in English."""
        import subprocess

        try:
            ended = subprocess.run(
                ["git", *arguments],
                cwd=self.directory,
                env={**self.environment, "LC_ALL": "C"},
                input=stdin,
                capture_output=True,
            )
        except FileNotFoundError as error:
            if error.filename != "git":
                raise Error(f"{self.directory}: no such folder") from error
            raise Error("git was not found on PATH", "install git 2.39 or later") from error
        except OSError as error:
            raise Error(f"git {arguments[0]} cannot be started: {error.strerror}") from error
        return Finished(ended.returncode, ended.stdout, ended.stderr)

    def begin(self, *arguments: str, stdin: bytes = b"") -> Callable[[], Finished]:
        """Return what runs git to its end when called. With Brief it is running by then."""
        return lambda: self.run(*arguments, stdin=stdin)

    def converse(self, *arguments: str) -> Conversation:
        """Start git with a pipe at either end.

        It does so without subprocess, whose import takes as long as three gits. What git says of errors is lost.
        """
        pid, to, answers = self._spawned(arguments)
        return Conversation(pid, to, open(answers, "rb"))

    def _spawned(self, arguments: Sequence[str]) -> tuple[int, int, int]:
        """Start git; return its process, and the ends of the pipes to write to it and to read from it."""
        folder = () if self.directory is None else ("-C", self.directory)
        question, ask = os.pipe()
        answer, tell = os.pipe()
        try:
            child = os.posix_spawnp(
                "git",
                ["git", *folder, *arguments],
                {**self.environment, "LC_ALL": "C"},
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, question, 0),
                    (os.POSIX_SPAWN_DUP2, tell, 1),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
            )
        except FileNotFoundError as error:
            raise Error("git was not found on PATH", "install git 2.39 or later") from error
        finally:
            os.close(question)
            os.close(tell)
        return child, ask, answer

    def output(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Return what git writes. Raises GitError unless it ends with 0."""
        result = self.run(*arguments, stdin=stdin)
        if result.returncode != 0:
            raise GitError(arguments, result.returncode, result.stderr)
        return result.stdout

    def watch(
        self,
        *arguments: str,
        line: Callable[[str], None],
        cancelled: Callable[[], bool],
        stall: float | None,
        foreground: bool = False,
        held: tuple[int, ...] = (),
    ) -> "Ended":
        """Run git, handing each line of its standard error to ``line`` as it comes, ended by LF or CR.

        It is ended, with all its children, when ``cancelled()`` or when it has been silent for ``stall`` seconds.
        Only in the ``foreground`` can it, or ssh, ask the user anything. The descriptors ``held`` stay open in it.
        """
        import select
        import subprocess
        import time

        from git_subprojects.system.processes import end

        environment = {**self.environment, "LC_ALL": "C"}
        if not foreground:
            environment["GIT_TERMINAL_PROMPT"] = "0"
            if "SSH_ASKPASS" not in environment:
                # ssh would read the terminal, which stops a background process for good: let it fail instead.
                environment.update(SSH_ASKPASS="false", SSH_ASKPASS_REQUIRE="force")
        process = subprocess.Popen(
            ["git", *arguments],
            cwd=self.directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            process_group=None if foreground else 0,
            pass_fds=held,
        )
        assert process.stderr is not None  # noqa: S101 - it was asked for above
        pending = b""
        stalled = was_cancelled = False
        with process.stderr as stream:
            heard = time.monotonic()
            try:
                while True:
                    ready, _, _ = select.select([stream], [], [], 0.1)
                    if ready:
                        chunk = os.read(stream.fileno(), 65536)
                        if not chunk:
                            break
                        heard = time.monotonic()
                        *lines, pending = re.split(rb"[\r\n]", pending + chunk)
                        for text in lines:
                            line(text[:LONGEST_LINE].decode("utf-8", "replace"))
                        pending = pending[:LONGEST_LINE]
                    elif process.poll() is not None:
                        # A daemon that git has started may keep the stream open.
                        break
                    was_cancelled = cancelled()
                    stalled = stall is not None and not foreground and time.monotonic() - heard > stall
                    if was_cancelled or stalled:
                        end(process, group=not foreground)
                        break
            except BaseException:
                end(process, group=not foreground)
                raise
        line(pending.decode("utf-8", "replace"))
        return Ended(process.wait(), stalled, was_cancelled)

    def relay(self, *arguments: str, output: int, heard: Callable[[bytes], None]) -> int:
        """Run git before the user's eyes, and return its exit status.

        It asks and answers on the terminal as ever. What it writes goes to the descriptor ``output`` as it comes, and
        each line of that to ``heard``. Its messages are in English, or ``heard`` could not read them.
        """
        from git_subprojects.system.processes import relay

        return relay(["git", *arguments], self.directory, {**self.environment, "LANGUAGE": "C"}, output, heard)

    def detach(self, *arguments: str, output: int) -> None:
        """Start git so that it outlives this process and its terminal; what it writes goes to ``output``."""
        from git_subprojects.system.processes import detached

        detached(["git", *arguments], self.directory, self.environment, output)

    def config(self, pattern: str) -> Config:
        """Return the settings whose key matches the regular expression ``pattern``."""
        return settings(self.begin_config(pattern)())

    def begin_config(self, pattern: str) -> Callable[[], Finished]:
        """Return what asks for the settings when called, as ``begin`` does; ``settings`` reads the answer."""
        return self.begin("config", "-z", "--get-regexp", pattern)

    def blob(self, revision: str, path: str) -> bytes | None:
        """Return the content of ``revision:path``, or None where there is no such file."""
        name = f"{revision}:{path}"
        if "\n" in name:
            return None
        # Names on standard input cannot be taken for options.
        out = self.output("cat-file", "--batch", stdin=name.encode("utf-8", "surrogateescape") + b"\n")
        header, _, content = out.partition(b"\n")
        fields = header.rsplit(b" ", 2)
        if len(fields) != 3 or fields[1] != b"blob" or not fields[2].isdigit():
            return None
        return content[: int(fields[2])]


def settings(answer: Finished) -> Config:
    """Return what ``git config -z --get-regexp`` has found. Raises GitError where the config is broken."""
    if answer.returncode not in (0, 1):
        raise GitError(("config",), answer.returncode, answer.stderr)
    found: dict[str, list[str]] = {}
    for item in answer.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        key, has_value, value = item.partition("\n")
        found.setdefault(key, []).append(value if has_value else "true")
    return Config(found)
