"""Fetches what is new for siblings that are there, several at once; nothing that is checked out changes."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from git_subprojects.errors import Error
from git_subprojects.git import Git
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.transport import Settings, Transport

REMOTE = "origin"


def fetch(
    found: Sequence[State], git: Git, settings: Settings, say: Callable[[str, str], None], jobs: int
) -> Iterator[tuple[State, Error | None]]:
    """Fetch origin in each clone, at most ``jobs`` at a time; yield each as it ends, with what went wrong.

    ``say`` gets (project, message), from any thread. Should the caller be interrupted meanwhile, every git is ended
    before the exception goes on.
    """
    cancelled = threading.Event()
    rewrites = bool(git.config(r"^url\.").settings)

    def one(state: State) -> Error | None:
        transport = Transport(git, settings, lambda text: say(state.name, text), lambda _: None, cancelled.wait)
        transport = transport.in_folder(state.path)
        url = state.sibling.origin
        if url is None:
            return Error(f"it has no remote {REMOTE}", f"git -C {state.path} remote add {REMOTE} URL")
        try:
            # The user has cloned from there before: a local path is no manifest's word.
            transport = transport.for_url(url, relative=True, rewrites=rewrites or state.sibling.rewrites)
            transport.retrying(lambda: transport.run("fetch", "--progress", "--", REMOTE), REMOTE)
        except Error as error:
            return error
        return None

    with ThreadPoolExecutor(jobs, thread_name_prefix="fetch") as pool:
        running = {pool.submit(one, state): state for state in found}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        except BaseException:
            cancelled.set()
            for future in running:
                future.cancel()
            raise
