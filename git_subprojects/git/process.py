"""git, the program. Only this package and ``system`` start it.

Three classes start it in two ways; all have the methods of ``Git``:

=============  ==============  =======================  ==================================  ==========================
class          is for          a question is asked      a failure                           the network
=============  ==============  =======================  ==================================  ==========================
``Git``        all else        when its answer is read  comes with git's own messages       as git is set up
``FastGit``    short commands  at once                  is asked again as ``Git`` would     only when asked again
``LocalGit``   a TAB           at once                  comes without messages              never
=============  ==============  =======================  ==================================  ==========================

The last two do without the import of subprocess, which takes as long as three gits. What they start may run twice, and
what it says when it succeeds is lost: ``plain`` gives a ``Git`` for what changes something, or warns.

Arguments are str, paths in them as ``os.fsdecode`` has them; what comes back is bytes, as git wrote it.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git.config import Config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import BufferedReader

    from git_subprojects.system.processes import Watched

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

_PIPE = 4096  # bytes of standard input that fit into any pipe while nobody reads it


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


class Conversation(NamedTuple):
    """A git that answers what is written to it: its process id, the descriptor to write to, and what it writes."""

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
        environment = without_repository(self.environment)
        environment["GIT_CEILING_DIRECTORIES"] = directory.rstrip("/").rpartition("/")[0] or "/"
        return self._replace(environment=environment, directory=directory)

    def with_config(self, settings: Sequence[tuple[str, str]]) -> "Git":
        """Return git with more settings, as (key, value), which come after all others (git(1), GIT_CONFIG_COUNT)."""
        environment = dict(self.environment)
        first = int(environment.get("GIT_CONFIG_COUNT") or 0)
        for number, (key, value) in enumerate(settings, first):
            environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        environment["GIT_CONFIG_COUNT"] = str(first + len(settings))
        return self._replace(environment=environment)

    def plain(self) -> "Git":
        """Return the git of this class, which runs once and keeps its messages, in the same place."""
        return Git(self.environment, self.directory)

    def run(self, *arguments: str, stdin: bytes = b"") -> Finished:
        """Run git to its end, whatever that is, with messages in English. ``stdin`` may be of any length."""
        return self.start(*arguments, stdin=stdin)()

    def start(self, *arguments: str, stdin: bytes = b"") -> Callable[[], Finished]:
        """Start git as the table above says, and return a function that waits for its end."""
        return lambda: self._finished(arguments, stdin)

    def _finished(self, arguments: Sequence[str], stdin: bytes) -> Finished:
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

    def converse(self, *arguments: str) -> Conversation:
        """Start git with a pipe at either end, without the import of subprocess. What git says of errors is lost."""
        pid, to, answers = self._spawn(arguments)
        return Conversation(pid, to, open(answers, "rb"))

    def _spawn(self, arguments: Sequence[str]) -> tuple[int, int, int]:
        """Start git; return its process id, and the descriptors to write to it and to read from it."""
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
        output: int | None = None,
    ) -> "Watched":
        """Run git as ``system.processes.watch`` does. Only in the ``foreground`` may it, or ssh, ask the user."""
        from git_subprojects.system.processes import watch

        environment = {**self.environment, "LC_ALL": "C"}
        if not foreground:
            environment["GIT_TERMINAL_PROMPT"] = "0"
            if "SSH_ASKPASS" not in environment:
                # ssh would read the terminal, which stops a background process for good: let it fail instead.
                environment.update(SSH_ASKPASS="false", SSH_ASKPASS_REQUIRE="force")
        return watch(
            ["git", *arguments],
            self.directory,
            environment,
            line,
            cancelled,
            stall=stall,
            foreground=foreground,
            held=held,
            output=output,
        )

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
        return self.start_config(pattern)()

    def start_config(self, pattern: str) -> Callable[[], Config]:
        """Ask for the settings as ``start`` does, and return a function that reads the answer."""
        finish = self.start("config", "-z", "--get-regexp", pattern)
        return lambda: settings(finish())

    def commit(self, name: str) -> str | None:
        """Return the id of the commit that a revision names, also through a tag; None where it names none."""
        ended = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return ended.stdout.decode().strip() if ended.returncode == 0 else None

    def symbolic_ref(self, name: str) -> str | None:
        """Return the full name of the ref that a symbolic ref points to; None where it is none (a detached HEAD)."""
        ended = self.run("symbolic-ref", "--quiet", name)
        return os.fsdecode(ended.stdout.removesuffix(b"\n")) if ended.returncode == 0 else None

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


class LocalGit(Git):
    """git while a shell waits at TAB; see the table above."""

    __slots__ = ()

    def start(self, *arguments: str, stdin: bytes = b"") -> Callable[[], Finished]:
        """Start git at once, and return a function that waits for its end."""
        # Without any protocol, a partial clone cannot fetch what it lacks.
        local = self._replace(environment={**self.environment, "GIT_ALLOW_PROTOCOL": "none"})
        if len(stdin) > _PIPE:
            return Git.start(local, *arguments, stdin=stdin)
        child, to, answers = local._spawn(arguments)  # noqa: SLF001 - it is our own
        # git may end without having read it.
        with suppress(BrokenPipeError):
            os.write(to, stdin)
        os.close(to)

        def finish() -> Finished:
            with open(answers, "rb") as stream:
                stdout = stream.read()
            _, status = os.waitpid(child, 0)
            return Finished(os.waitstatus_to_exitcode(status), stdout, b"")

        return finish


class FastGit(LocalGit):
    """git for commands that must be quick; see the table above."""

    __slots__ = ()

    def start(self, *arguments: str, stdin: bytes = b"") -> Callable[[], Finished]:
        """Start git at once, and return a function that waits for its end."""
        if len(stdin) > _PIPE:
            return Git.start(self, *arguments, stdin=stdin)
        finish = LocalGit.start(self, *arguments, stdin=stdin)

        def finish_heard() -> Finished:
            result = finish()
            # 1 is an answer: there is no such setting.
            return result if result.returncode in (0, 1) else self._finished(arguments, stdin)

        return finish_heard


def without_repository(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the variables that point git to a repository."""
    return {key: value for key, value in environment.items() if key not in LOCAL_VARIABLES}


def settings(answer: Finished) -> Config:
    """Return what ``git config -z --get-regexp`` or ``--list`` has answered. Raises GitError where it has failed."""
    if answer.returncode not in (0, 1):
        raise GitError(("config",), answer.returncode, answer.stderr)
    return Config.of(answer.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1])
