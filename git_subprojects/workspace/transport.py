"""git over the network: what may be reached, retries, mirrors, and what a failure means."""

import re
from collections.abc import Callable
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git.process import Git
from git_subprojects.workspace.busy import LONGEST_WAIT, Turns, headers_kept
from git_subprojects.workspace.outcome import TransferFailure
from git_subprojects.workspace.progress import Progress, parse
from git_subprojects.workspace.repository import trust_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import Event

    from git_subprojects.system.processes import Watched

PROTOCOLS = ("https", "ssh", "git", "http")
"""What a URL of a manifest may use. ``file`` only by the user's own config or a relative URL."""

_KINDS: tuple[tuple[TransferFailure, str], ...] = (
    (
        "local",
        r"No space left on device|File too large|Disk quota exceeded|could not create|unable to create|"
        r"unable to write|cannot mkdir",
    ),
    ("revision", r"Remote branch .* not found in upstream"),
    ("refused", r"transport '.*' not allowed"),
    (
        "auth",
        r"could not read (?:Username|Password)|Authentication failed|terminal prompts disabled|Permission denied \(|"
        r"Host key verification failed|requested URL returned error: 40[13]",
    ),
    (
        "gone",
        r"[Rr]epository .*not found|does not appear to be a git repository|access denied or repository not exported|"
        r"does not exist|[Nn]o such repository|requested URL returned error: 4(?!08|29)|not valid: is this a git repo|"
        r"dubious ownership",
    ),
    (
        "network",
        r"[Cc]ould not resolve|unable to look up|Temporary failure in name resolution|"
        r"Connection (?:refused|reset|timed out|closed)|unable to connect|[Ff]ailed to connect|early EOF|"
        r"hung up unexpectedly|unexpected disconnect|RPC failed|"
        r"Operation timed out|Network is unreachable|No route to host|requested URL returned error: (?:5|408|429)|"
        r"Empty reply from server|[Tt]imed out|SSL_|gnutls_|TLS connect|"
        r"Could not read from remote repository|expected flush after",
    ),
    # An index-pack that could not even say why was ended by the system: a limit, or no memory.
    ("local", r"\A(?:(?!fatal|error).*\n)*fatal: fetch-pack: invalid index-pack output\Z"),
)


_OFFLINE = r"[Cc]ould not resolve|unable to look up|Temporary failure in name resolution|Network is unreachable"


class TransferError(Error):
    """git could not get what was asked for.

    ``returncode`` is git's exit status, negative for a signal, 0 where it did not end by itself. ``retry_after`` is for
    how many seconds a server wants no more requests; None: it has not said that it has had too many. ``words`` are all
    that git and its filters and hooks have written last.
    """

    def __init__(self, kind: TransferFailure, message: str, hint: str | None = None, returncode: int = 0) -> None:
        super().__init__(message, hint)
        self.kind = kind
        self.returncode = returncode
        self.retry_after: int | None = None
        self.words = message

    @property
    def is_unreachable(self) -> bool:
        """Whether another URL of the same project may do better."""
        return self.kind in ("auth", "gone", "network", "stalled")

    @property
    def is_offline(self) -> bool:
        """Whether no host can be found at all, as without a network."""
        return self.kind == "network" and re.search(_OFFLINE, self.message) is not None


class Settings(NamedTuple):
    """The user's patience: seconds of silence before giving up, how often to try again, the first pause.

    ``has_conditions``: there is config that holds only for some places.
    """

    stall: int = 120
    retries: int = 2
    pause: int = 1
    file_allowed: bool = False
    forbidden: tuple[str, ...] = ()
    has_conditions: bool = False


class Transport(NamedTuple):
    """git with which one project is fetched. ``say`` gets what the user must know, ``show`` the progress.

    ``wait`` sleeps for so many seconds and returns whether the user has cancelled meanwhile.
    ``held`` are descriptors of locks: what is locked stays so until the last git that works there has ended. ``turns``
    are those of all transfers of a run. ``is_http``: the URL is one of HTTP.
    """

    git: Git
    settings: Settings
    say: Callable[[str], None]
    show: Callable[[Progress], None]
    wait: Callable[[float], bool]
    foreground: bool = False
    held: tuple[int, ...] = ()
    turns: Turns | None = None
    is_http: bool = False

    def in_folder(self, directory: str) -> "Transport":
        """Return the same in another folder."""
        return self._replace(git=self.git.elsewhere(directory))

    def patient(self) -> "Transport":
        """Return the same without a time limit for silence: for long work that needs no network."""
        return self._replace(settings=self.settings._replace(stall=0))

    def for_url(self, url: str, *, relative: bool, rewrites: bool = True) -> "Transport":
        """Return the same with the protocols allowed that ``url`` may use.

        Without ``rewrites`` no config has an ``url.*.insteadOf``, and git need not be asked what becomes of it.
        """
        allowed = list(PROTOCOLS)
        rewritten = url
        if rewrites:
            rewritten = self.git.output("ls-remote", "--get-url", "--", url).decode("utf-8", "replace").strip()
        is_local = rewritten.startswith(("/", ".", "file://"))
        if is_local and (relative or rewritten != url or self.settings.file_allowed):
            allowed.append("file")
        return self._allowing(allowed)._replace(is_http=rewritten.startswith("http"))

    def for_submodules(self) -> "Transport":
        """Return the same for URLs that the cloned tree names: never local ones unless the user's config says so."""
        return self._allowing([*PROTOCOLS, "file"] if self.settings.file_allowed else list(PROTOCOLS))

    def _allowing(self, protocols: list[str]) -> "Transport":
        users_own = self.git.environment.get("GIT_ALLOW_PROTOCOL")
        if users_own is not None:
            protocols = [protocol for protocol in protocols if protocol in users_own.split(":")]
        protocols = [protocol for protocol in protocols if protocol not in self.settings.forbidden]
        environment = {**self.git.environment, "GIT_ALLOW_PROTOCOL": ":".join(protocols)}
        return self._replace(git=self.git._replace(environment=environment))

    def read(self, *arguments: str) -> bytes:
        """Run git as ``run`` does, and return what it writes. Raises TransferError."""
        from tempfile import TemporaryFile

        with TemporaryFile() as file:
            self.run(*arguments, output=file.fileno())
            file.seek(0)
            return file.read()

    def run(self, *arguments: str, output: int | None = None) -> None:
        """Run git once, watching it; what it writes goes to the descriptor ``output``. Raises TransferError."""
        messages: list[str] = []

        def line(text: str) -> None:
            progress = parse(text)
            if progress is not None:
                self.show(progress)
            elif text.strip():
                messages.append(text.rstrip())
                del messages[:-20]

        def watch(git: Git) -> "Watched":
            return git.watch(
                *arguments,
                line=line,
                cancelled=lambda: self.wait(0),
                stall=self.settings.stall or None,
                foreground=self.foreground,
                held=self.held,
                output=output,
            )

        retry_after = None
        if self.is_http:
            with headers_kept(self.git.environment) as (environment, asked):
                ended = watch(self.git._replace(environment=environment))
                retry_after = asked("\n".join(messages)) if ended.returncode else None
        else:
            ended = watch(self.git)
        if ended.cancelled:
            raise TransferError("cancelled", "interrupted")
        if ended.stalled:
            raise TransferError(
                "stalled",
                f"nothing came for {self.settings.stall} seconds",
                "wait longer with: git config --global subprojects.stallTimeout SECONDS (0: for ever)",
            )
        if ended.returncode != 0:
            error = _failure(ended.returncode, messages)
            error.retry_after, error.words = retry_after, "\n".join(messages) or error.message
            if retry_after is not None:
                asks = f", and asks to wait {retry_after} s" if retry_after else ""
                error.hint = f"the server has had too many requests{asks}: try again later, or with -j1"
            raise error

    def retrying(self, attempt: Callable[[], None], what: str) -> None:
        """Make an attempt, and again after growing pauses as long as the network is to blame."""
        pause = self.settings.pause
        turns = self.turns or Turns()
        for left in range(self.settings.retries, -1, -1):
            try:
                with turns.taken(self.wait):
                    attempt()
            except TransferError as error:
                if error.kind not in ("network", "stalled") or not left:
                    raise
                if error.retry_after is not None:
                    if error.retry_after > LONGEST_WAIT:
                        raise
                    pause = max(pause, error.retry_after)
                    turns.slow_down(pause)
                if not error.is_offline:
                    self.say(f"{what}: {error.message.splitlines()[-1]}; trying again in {pause} s")
                if self.wait(pause):
                    raise TransferError("cancelled", "interrupted") from None
                pause *= 2
            else:
                return


def transport(
    git: Git,
    settings: Settings,
    say: Callable[[str], None] = lambda _: None,
    show: Callable[[Progress], None] = lambda _: None,
    cancelled: "Event | None" = None,
    turns: Turns | None = None,
    *,
    foreground: bool = False,
) -> Transport:
    """Return what fetches one project; it stops soon after ``cancelled`` is set. In the ``foreground`` git may ask."""
    from threading import Event

    return Transport(git, settings, say, show, (cancelled or Event()).wait, foreground, turns=turns)


_TELLING = (
    r"(?:fatal|error(?!: unable to read askpass)|remote(?!: Total )|ssh|kex_exchange_identification|ERROR): ?|.*errno="
    r"|Host key verification failed|.*: Permission denied \(|.*REMOTE HOST IDENTIFICATION HAS CHANGED"
)
"""Lines of git's that say what went wrong. It ends a successful transfer with ``remote: Total …``, and takes the
program that keeps ssh from asking (:meth:`Git.watch`) for one that asks."""


def _failure(returncode: int, messages: list[str]) -> TransferError:
    text = "\n".join(messages)
    kind: TransferFailure = next((kind for kind, pattern in _KINDS if re.search(pattern, text)), "other")
    messages = [line for line in messages if not line.startswith("Cloning into ")]
    telling = [line for line in messages if re.match(_TELLING, line)] or messages[-3:]
    # ssh has said why.
    telling = [line for line in telling if "Could not read from remote repository" not in line] or telling
    message = "\n".join(re.sub(r"^(?:fatal|error): ", "", line) for line in telling)
    if returncode < 0:
        import signal

        message = f"{message}\ngit was ended by {signal.Signals(-returncode).name}".strip()
        kind = "local" if -returncode == signal.SIGXFSZ else "network" if -returncode == signal.SIGPIPE else kind
    hint = trust_command(text)
    if hint is None:
        hint = next((hint for pattern, hint in _SSH_HINTS if re.search(pattern, text)), _HINTS.get(kind))
    return TransferError(kind, message or f"git ended with status {returncode}", hint, returncode)


_SSH_HINTS = (
    (r"REMOTE HOST IDENTIFICATION HAS CHANGED", "the server's key has changed: find out why before you trust it"),
    (r"Host key verification failed", "the server's key is not known here: connect once with ssh, and compare it"),
    (r"Permission denied \(", "does the server know your key? ssh -vT USER@HOST shows what ssh offers"),
)


_HINTS = {
    "auth": "is there an account to log in with? gitcredentials(7) tells how to keep it",
    "gone": "is the URL right, and may you see it? some servers say so of what is private",
    "network": "is the network there? try again later, or name a mirror in subprojects.local.toml",
    "local": "is there room and permission to write?",
    "refused": "a manifest may use https, ssh, git and http; for local files set config protocol.file.allow to always",
}
