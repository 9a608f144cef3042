"""Executes the steps of a plan, several at once, and ends them all when the user says so."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from git_subprojects.errors import Error
from git_subprojects.git.process import Git
from git_subprojects.workspace import worktree_sets
from git_subprojects.workspace.busy import Turns
from git_subprojects.workspace.clone import clone
from git_subprojects.workspace.outcome import Outcome, TransferFailure, present
from git_subprojects.workspace.plan import Clone, InTree, Present, Refused, Step
from git_subprojects.workspace.progress import Progress
from git_subprojects.workspace.transport import Settings, TransferError, transport
from git_subprojects.workspace.unfinished import UnfinishedError
from git_subprojects.workspace.worktree_plan import Worktree


class Run:
    """One run over the steps of a plan.

    ``link`` gives the ``subprojects.host`` of a sibling's path; ``say`` and ``show`` get (project, message or
    progress), from any thread. ``can_ask``: where a password is missing, ``one`` is called again in the foreground.
    """

    def __init__(
        self,
        git: Git,
        settings: Settings,
        link: Callable[[str], str],
        say: Callable[[str, str], None],
        show: Callable[[str, Progress], None],
        *,
        can_ask: bool = False,
    ) -> None:
        self._git = git
        self._settings = settings
        self._link = link
        self._say = say
        self._show = show
        self._can_ask = can_ask
        self._cancelled = threading.Event()
        self._turns = Turns()

    def all(self, steps: Sequence[Step | Worktree], jobs: int) -> Iterator[Outcome]:
        """Yield an outcome for each step as it comes, with at most ``jobs`` clones at a time.

        Should the caller be interrupted meanwhile, every child is ended and every temporary folder gone before
        the exception goes on.
        """
        clones = {step.name: step for step in steps if isinstance(step, Clone | Worktree)}
        for step in steps:
            if not isinstance(step, Clone | Worktree):
                yield at_once(step)
        with ThreadPoolExecutor(jobs, thread_name_prefix="clone") as pool:
            running: dict[Future[Outcome], str] = {}
            try:
                while clones or running:
                    for name in [name for name in clones if self._is_ready(clones[name], clones, running)]:
                        running[pool.submit(self.one, clones.pop(name))] = name
                    finished, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        del running[future]
                        yield future.result()
            except BaseException:
                # GeneratorExit too: the caller was interrupted between two outcomes.
                self._cancelled.set()
                for future in running:
                    future.cancel()
                raise

    @staticmethod
    def _is_ready(
        step: Clone | Worktree, waiting: Mapping[str, Clone | Worktree], running: dict[Future[Outcome], str]
    ) -> bool:
        pending = {*waiting, *running.values()} - {step.name}
        return not pending.intersection(step.after)

    def one(self, step: Clone | Worktree, *, foreground: bool = False) -> Outcome:
        """Return what came of one clone or linked work tree; in the ``foreground``, git may ask for a password."""
        own = transport(
            self._git,
            self._settings,
            lambda message: self._say(step.name, message),
            lambda progress: self._show(step.name, progress),
            self._cancelled,
            self._turns,
            foreground=foreground,
        )
        try:
            if isinstance(step, Clone):
                return clone(step, own, self._link, asks_later=self._can_ask and not foreground)
            if step.first is not None:
                clone(step.first, own, self._link)
            return worktree_sets.add(step, own)
        except UnfinishedError as error:
            return failed(step.name, error, path=step.path)._replace(is_unfinished=True)
        except TransferError as error:
            return failed(step.name, error, failure=error.kind, path=step.path)
        except Error as error:
            return failed(step.name, error, path=step.path)
        except OSError as error:
            what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            return failed(step.name, Error(what, "is there room, and permission to write?"), path=step.path)


def at_once(step: Present | InTree | Refused) -> Outcome:
    """Return what comes of a step for which nothing need be done."""
    if isinstance(step, Refused):
        return Outcome(step.name, "failed", message=step.message, hint=step.hint)
    if isinstance(step, InTree):
        return Outcome(step.name, "in-tree", step.path, within=step.within, notes=step.notes)
    return present(step.name, step.sibling, step.notes)._replace(is_stale=step.is_stale)


def failed(name: str, error: Error, *, failure: TransferFailure | None = None, path: str = "") -> Outcome:
    """Return the outcome that an error makes."""
    return Outcome(name, "failed", path, message=error.message, hint=error.hint, failure=failure)
