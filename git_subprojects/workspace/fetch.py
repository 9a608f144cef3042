"""Fetches what is new for siblings that are there, several at once; nothing that is checked out changes."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.git.process import Git
from git_subprojects.manifest.model import Project
from git_subprojects.workspace.facts import HostFacts, Sibling, State
from git_subprojects.workspace.locks import left_over
from git_subprojects.workspace.plan import urls_of
from git_subprojects.workspace.transport import Settings, TransferError, Transport
from git_subprojects.workspace.urls import resolve_url, same_url

REMOTE = "origin"
_ALL_BRANCHES = f"+refs/heads/*:refs/remotes/{REMOTE}/*"
_NO_HEAD = "couldn't find remote ref HEAD"


class Source(NamedTuple):
    """Where a project comes from today: its URL and the mirrors, and which of them the manifest gives as relative."""

    urls: tuple[str, ...] = ()
    relative: tuple[str, ...] = ()


class Fetched(NamedTuple):
    """What came of a fetch: ``error`` is why it failed, or None.

    ``head`` is the branch that the remote's HEAD names, where that is known, and ``gone`` tells that the remote has
    the branch no more that is followed by the one checked out. ``moved_from`` is the URL that origin had before the
    manifest named another.
    """

    state: State
    error: Error | None = None
    head: str | None = None
    gone: bool = False
    moved_from: str | None = None


def fetch(
    found: Sequence[State],
    sources: Mapping[str, Source],
    git: Git,
    settings: Settings,
    say: Callable[[str, str], None],
    jobs: int,
) -> Iterator[Fetched]:
    """Fetch origin in each clone, at most ``jobs`` at a time; yield each as it ends.

    ``sources`` is where projects come from; without one, a clone is fetched from where it was before. A clone whose
    origin is what the manifest said before follows it to what it says now; the mirrors serve where the URL cannot be
    reached. ``say`` gets (project, message), from any thread. Should the caller be interrupted meanwhile, every git is
    ended before the exception goes on.
    """
    cancelled = threading.Event()
    rewrites = bool(git.config(r"^url\.").settings)

    def one(state: State) -> Fetched:
        transport = Transport(git, settings, lambda text: say(state.name, text), lambda _: None, cancelled.wait)
        try:
            return _Fetch(
                state, sources.get(state.name, Source()), transport, rewrites=rewrites or state.sibling.rewrites
            ).run()
        except Error as error:
            return Fetched(state, left_over(error.message) or error)

    with ThreadPoolExecutor(jobs, thread_name_prefix="fetch") as pool:
        running = [pool.submit(one, state) for state in found]
        try:
            for future in as_completed(running):
                yield future.result()
        except BaseException:
            cancelled.set()
            for future in running:
                future.cancel()
            raise


def source_of(project: Project, host: HostFacts) -> Source:
    """Return where a project comes from, for this host; nowhere where its URL cannot be resolved."""
    try:
        return Source(
            urls_of(project, host),
            tuple(resolve_url(host.base_url, url) for url in project.urls if url.startswith(".")),
        )
    except ValueError:
        return Source()


def moved_to(sibling: Sibling, source: Source) -> str | None:
    """Return the URL that the manifest gives now, where origin is what it gave before; None: origin stays."""
    if sibling.origin is None or sibling.origin != sibling.followed_url or not source.urls:
        return None
    return None if any(same_url(sibling.origin, url) for url in source.urls) else source.urls[0]


class _Fetch:
    """The fetch of one sibling."""

    def __init__(self, state: State, source: Source, transport: Transport, *, rewrites: bool) -> None:
        self._state = state
        self._source = source
        self._transport = transport.in_folder(state.path)
        self._rewrites = rewrites

    def run(self) -> Fetched:
        """Fetch. Raises Error where that is not possible."""
        origin = self._state.sibling.origin
        if origin is None:
            raise Error(f"it has no remote {REMOTE}", f"git -C {self._state.path} remote add {REMOTE} URL")
        new = moved_to(self._state.sibling, self._source)
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
        urls = self._source.urls
        if new is None:
            is_ours = any(same_url(origin, url) for url in urls)
            urls = (origin, *(url for url in urls if is_ours and not same_url(origin, url)))
        for number, url in enumerate(urls):
            is_origin = new is None and not number
            # The user has cloned from there before: a local path is no manifest's word.
            relative = is_origin or url in self._source.relative
            transport = self._transport.for_url(url, relative=relative, rewrites=self._rewrites)
            try:
                self._fetch(transport, REMOTE if is_origin else url)
            except TransferError as error:
                if not error.is_unreachable or url == urls[-1]:
                    raise
                said = error.message.splitlines()[-1]
                transport.say(f"{url}: {said}; trying the mirror {urls[number + 1]}")
            else:
                return transport
        raise AssertionError("there is an origin")

    def _fetch(self, transport: Transport, where: str) -> None:
        """Fetch as the config says, and the remote's HEAD, which tells whether work goes on in another branch."""
        wanted = self._state.sibling.refspecs
        heads = ("HEAD",) if wanted else ()
        if not wanted and where != REMOTE:
            wanted = (_ALL_BRANCHES,)
        try:
            transport.retrying(lambda: transport.run("fetch", "--progress", "--", where, *wanted, *heads), where)
        except TransferError as error:
            if _NO_HEAD not in error.message:
                raise
            transport.retrying(lambda: transport.run("fetch", "--progress", "--", where, *wanted), where)

    def _head(self, used: Transport, commit: str | None, branches: Mapping[str, str]) -> str | None:
        """Return the branch that the remote's HEAD names, by its ``commit``, and keep it where it is another."""
        known = refs.remote_head(used.git, self._state.path, REMOTE)
        candidates = [name for name, at in branches.items() if at == commit and not name.startswith("-")]
        if commit is None or known in candidates or not candidates:
            return known
        if len(candidates) == 1:
            used.git.output("remote", "set-head", REMOTE, candidates[0])
            return candidates[0]
        try:
            used.run("remote", "set-head", REMOTE, "--auto")
        except TransferError:
            return known
        return refs.remote_head(used.git, self._state.path, REMOTE)
