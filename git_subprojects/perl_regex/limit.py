"""How long searches with untrusted regular expressions may take: Python's ``re`` backtracks."""

from collections.abc import Callable
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

EACH = 0.5
"""Seconds for one search."""

ALL = 1.0
"""Seconds for all searches since the last ``restart``."""


class _TimeIsUpError(Exception):
    pass


class TimeLimit:
    """Runs searches, each until it has an answer or its time is up, and all of them for ``seconds`` at most.

    ``exhausted``: that time was used up at least once, so some searches were not made. ``instead`` is the answer then.
    """

    def __init__(self, seconds: float = ALL, *, instead: bool | None = False) -> None:
        self._seconds = self._left = seconds
        self._instead = instead
        self.exhausted = False

    def restart(self) -> None:
        """Give the next searches the whole time again."""
        self._left = self._seconds

    def __call__(self, search: Callable[[], bool]) -> bool | None:
        """Return what ``search`` returns; None if it took too long, and ``instead`` when there was no time left."""
        if self._left <= 0:
            self.exhausted = True
            return self._instead
        began = monotonic()
        try:
            return _within(min(EACH, self._left), search)
        finally:
            self._left -= monotonic() - began


def _within(seconds: float, search: Callable[[], bool]) -> bool | None:
    # Only a signal interrupts a search.
    import signal

    def stop(_number: int, _frame: "FrameType | None") -> "NoReturn":
        raise _TimeIsUpError

    try:
        handler = signal.signal(signal.SIGALRM, stop)
    except ValueError:
        return search()  # Only the main thread may set signal handlers.
    answer = None
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        answer = search()
        signal.setitimer(signal.ITIMER_REAL, 0)
    except _TimeIsUpError:
        pass
    finally:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, left, interval)
    return answer
