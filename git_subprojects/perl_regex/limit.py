"""A limit to how long regular expressions out of a repository may take."""

from collections.abc import Callable
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

EACH = 0.5
"""Seconds for one expression."""

PATCH = 1.0
"""Seconds for all expressions of a patch together."""


class _TimeIsUpError(Exception):
    pass


class TimeLimit:
    """Runs what it is given until it has an answer, or the time is up.

    ``exhausted`` tells that a patch has used its time up, so that some expressions were not tried on it.
    """

    def __init__(self) -> None:
        self._left = PATCH
        self.exhausted = False

    def begin_patch(self) -> None:
        """Let the time begin anew."""
        self._left = PATCH

    def __call__(self, work: Callable[[], bool]) -> bool | None:
        """Return what ``work`` returns; None if it took too long, and False when there was no time left for it."""
        if self._left <= 0:
            self.exhausted = True
            return False
        began = monotonic()
        try:
            return _within(min(EACH, self._left), work)
        finally:
            self._left -= monotonic() - began


def _within(seconds: float, work: Callable[[], bool]) -> bool | None:
    # A search in progress heeds nothing but a signal.
    import signal

    def stop(_number: int, _frame: "FrameType | None") -> "NoReturn":
        raise _TimeIsUpError

    try:
        handler = signal.signal(signal.SIGALRM, stop)
    except ValueError:
        return work()  # Not the main thread: signals are not ours to set.
    answer = None
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        answer = work()
        signal.setitimer(signal.ITIMER_REAL, 0)
    except _TimeIsUpError:
        pass
    finally:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, left, interval)
    return answer
