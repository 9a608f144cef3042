"""Fetches what is new for clones, several at once; nothing that is checked out changes."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from git_subprojects.errors import Error
from git_subprojects.git.process import Git
from git_subprojects.workspace.busy import Turns
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.fetch_clone import Fetched, fetch_clone
from git_subprojects.workspace.locks import left_over
from git_subprojects.workspace.transport import Settings, transport
from git_subprojects.workspace.urls import ProjectUrls


def fetch(
    states: Sequence[State],
    git: Git,
    settings: Settings,
    say: Callable[[str, str], None],
    jobs: int,
    *,
    follow: bool,
    prune: bool = False,
    foreground: bool = False,
) -> Iterator[Fetched]:
    """Fetch origin in each clone, at most ``jobs`` at a time; yield each as it ends.

    With ``follow``, a clone whose origin is what the manifest said before follows it to what it says now, and the
    mirrors serve where the URL cannot be reached; else it is fetched from where it was before. ``say`` gets (project,
    message), from any thread. With ``prune``, remote-tracking branches that are gone from origin are removed. Only in
    the ``foreground``, one clone at a time, may git ask the user. Should the caller be interrupted meanwhile, every git
    is ended before the exception goes on.
    """
    cancelled, turns = threading.Event(), Turns()
    rewrites = bool(git.config(r"^url\.").settings)

    def fetch_one(state: State) -> Fetched:
        own = transport(
            git,
            settings,
            lambda text: say(state.name, text),
            cancelled=cancelled,
            turns=turns,
            foreground=foreground,
        )
        urls = state.urls if follow else ProjectUrls()
        try:
            return fetch_clone(state, urls, own, rewrites=rewrites or state.sibling.rewrites, prune=prune)
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
