"""Servers that have had too many requests: how long they want none (RFC 9110, Retry-After)."""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

LONGEST_WAIT = 600
"""Seconds that are waited at most when a server asks for it."""

_TOO_MANY = re.compile(r"requested URL returned error: (?:429|503)")


class Turns:
    """Transfers run side by side until a server has had too many; from then on one at a time, and when it lets them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._working = 0
        self._is_busy = False
        self._not_before = 0.0

    def slow_down(self, seconds: float) -> None:
        """Take note that a server wants no request for so many seconds."""
        self._is_busy = True
        self._not_before = max(self._not_before, time.monotonic() + seconds)

    @contextmanager
    def taken(self, wait: Callable[[float], bool]) -> Iterator[None]:
        """Let a transfer run when it may. ``wait`` sleeps for so many seconds unless the user cancels."""
        with self._changed:
            # Those that began before the server had too many are still at work.
            self._changed.wait_for(lambda: not (self._is_busy and self._working))
            self._working += 1
        try:
            left = self._not_before - time.monotonic()
            if left > 0:
                wait(left)
            yield
        finally:
            with self._changed:
                self._working -= 1
                self._changed.notify_all()


@contextmanager
def headers_kept(environment: Mapping[str, str]) -> Iterator[tuple[Mapping[str, str], Callable[[str], int | None]]]:
    """Give an environment in which git keeps the headers of answers, and a function that reads Retry-After from them.

    That takes git's messages, and returns the seconds; None where no server has had too many requests, 0 where it does
    not say how long. git tells nobody of that header before version 2.54 but in its trace (git(1), GIT_TRACE_CURL).
    """
    if "GIT_TRACE_CURL" in environment:
        yield environment, lambda messages: 0 if _TOO_MANY.search(messages) else None
        return
    from tempfile import NamedTemporaryFile

    from git_subprojects.system.scratch import PREFIX

    with NamedTemporaryFile(prefix=PREFIX, suffix=".headers") as file:
        traced = {**environment, "GIT_TRACE_CURL": os.path.abspath(file.name), "GIT_TRACE_CURL_NO_DATA": "1"}

        def asked(messages: str) -> int | None:
            if not _TOO_MANY.search(messages):
                return None
            with open(file.name, "rb") as trace:
                found = re.findall(rb"(?i)<= Recv header: retry-after: *([^\r\n]{1,64})", trace.read())
            return seconds(found[-1].decode("ascii", "replace")) if found else 0

        yield traced, asked


def seconds(value: str) -> int:
    """Return for how many seconds Retry-After asks, which may be a number or a date; 0 where it is neither."""
    from email.utils import parsedate_to_datetime

    if value.strip().isdigit():
        return int(value)
    try:
        return max(0, round(parsedate_to_datetime(value).timestamp() - time.time()))
    except ValueError:
        return 0
