"""Fetches what is new for siblings that are there, several at once; nothing that is checked out changes."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.git.process import Git
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.locks import left_over
from git_subprojects.workspace.target import kept_ref
from git_subprojects.workspace.transport import Settings, TransferError, Transport, transport
from git_subprojects.workspace.urls import ProjectUrls, any_same_url, same_url

REMOTE = "origin"
_ALL_BRANCHES = f"+refs/heads/*:refs/remotes/{REMOTE}/*"
_NO_REF = "couldn't find remote ref"


class Fetched(NamedTuple):
    """What came of a fetch: ``error`` is why it failed, or None.

    ``head`` is the branch that the remote's HEAD names, where that is known, and ``gone`` tells that the remote
    no longer has the branch that the one checked out follows. ``moved_from`` is the URL that origin had before the
    manifest named another.
    """

    state: State
    error: Error | None = None
    head: str | None = None
    gone: bool = False
    moved_from: str | None = None


def fetch(
    states: Sequence[State],
    git: Git,
    settings: Settings,
    say: Callable[[str, str], None],
    jobs: int,
    *,
    follow: bool,
) -> Iterator[Fetched]:
    """Fetch origin in each clone, at most ``jobs`` at a time; yield each as it ends.

    With ``follow``, a clone whose origin is what the manifest said before follows it to what it says now, and the
    mirrors serve where the URL cannot be reached; else it is fetched from where it was before. ``say`` gets (project,
    message), from any thread. Should the caller be interrupted meanwhile, every git is ended before the exception goes
    on.
    """
    cancelled = threading.Event()
    rewrites = bool(git.config(r"^url\.").settings)

    def fetch_one(state: State) -> Fetched:
        patient = transport(git, settings, lambda text: say(state.name, text), cancelled=cancelled)
        urls = state.urls if follow else ProjectUrls()
        try:
            return _Fetch(state, urls, patient, rewrites=rewrites or state.sibling.rewrites).run()
        except Error as error:
            return Fetched(state, left_over(error.message) or error)

    with ThreadPoolExecutor(jobs, thread_name_prefix="fetch") as pool:
        running = [pool.submit(fetch_one, state) for state in states]
        try:
            for future in as_completed(running):
                yield future.result()
        except BaseException:
            cancelled.set()
            for future in running:
                future.cancel()
            raise


def moved_to(state: State) -> str | None:
    """Return the URL that the manifest gives now, where origin is what it gave before; None: origin stays."""
    origin, urls = state.sibling.origin, state.urls.urls
    if origin is None or origin != state.sibling.followed_url or not urls:
        return None
    return None if any_same_url([origin], urls) else urls[0]


class _Fetch:
    """The fetch of one sibling."""

    def __init__(self, state: State, urls: ProjectUrls, transport: Transport, *, rewrites: bool) -> None:
        self._state = state._replace(urls=urls)
        self._transport = transport.in_folder(state.path)
        self._rewrites = rewrites

    def run(self) -> Fetched:
        """Fetch. Raises Error where that is not possible."""
        origin = self._state.sibling.origin
        if origin is None:
            raise Error(f"it has no remote {REMOTE}", f"git -C {self._state.path} remote add {REMOTE} URL")
        new = moved_to(self._state)
        used = self._first_that_serves(origin, new)
        if new is not None:
            for key in (f"remote.{REMOTE}.url", "subprojects.url"):
                self._transport.git.output("config", key, new)
        commit, branches = refs.fetched(self._state.path)
        follows = self._state.follows
        return Fetched(
            self._state,
            head=self._head(used, commit, branches),
            gone=follows is not None and bool(branches) and follows not in branches,
            moved_from=None if new is None else origin,
        )

    def _first_that_serves(self, origin: str, new: str | None) -> Transport:
        """Fetch from the first URL that can be reached, and return what has done it."""
        urls = self._state.urls.urls
        if new is None:
            is_ours = any_same_url([origin], urls)
            urls = (origin, *(url for url in urls if is_ours and not same_url(origin, url)))
        for number, url in enumerate(urls):
            is_origin = new is None and not number
            # The user has cloned from there before: a local path is no manifest's word.
            relative = is_origin or url in self._state.urls.relative
            transport = self._transport.for_url(url, relative=relative, rewrites=self._rewrites)
            try:
                self._fetch(transport, REMOTE if is_origin else url)
            except TransferError as error:
                if not error.is_unreachable or url == urls[-1]:
                    raise
                reason = error.message.splitlines()[-1]
                transport.say(f"{url}: {reason}; trying the mirror {urls[number + 1]}")
            else:
                return transport
        raise AssertionError("there is an origin")

    def _fetch(self, transport: Transport, where: str) -> None:
        """Fetch as the config says, what the pin names beyond it, and HEAD, which tells where work goes on."""
        wanted = self._state.sibling.refspecs
        kept = kept_ref(self._state.pin)
        more = {"HEAD": "HEAD"} if wanted else {}
        if wanted and kept is not None and self._state.pin is not None:
            more[self._state.pin] = f"+{self._state.pin}:{kept}"
        if not wanted and where != REMOTE:
            wanted = (_ALL_BRANCHES,)
        while True:
            words = ("fetch", "--progress", "--", where, *wanted, *more.values())
            try:
                transport.retrying(partial(transport.run, *words), where)
            except TransferError as error:
                lines = error.message.splitlines()
                missing = next((ref for ref in more if any(line.endswith(f"{_NO_REF} {ref}") for line in lines)), None)
                if missing is None:
                    raise
                del more[missing]
                if missing != "HEAD":
                    transport.say(f"{where} has no {missing} any more")
            else:
                return

    def _head(self, used: Transport, commit: str | None, branches: Mapping[str, str]) -> str | None:
        """Return the branch that the remote's HEAD names, by its ``commit``, and keep it where it is another."""
        last = refs.remote_head(used.git, self._state.path, REMOTE)
        candidates = [name for name, at in branches.items() if at == commit and not name.startswith("-")]
        if commit is None or last in candidates or not candidates:
            return last
        if len(candidates) == 1:
            used.git.output("remote", "set-head", REMOTE, candidates[0])
            return candidates[0]
        try:
            used.run("remote", "set-head", REMOTE, "--auto")
        except TransferError:
            return last
        return refs.remote_head(used.git, self._state.path, REMOTE)
