"""What a host keeps of updates in the background: where one is wanted, the lock, the log, and how the last one ended.

It is in the folder ``subprojects`` of git's own, which all work trees share.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from time import sleep
from typing import NamedTuple

from git_subprojects.system import locks

LARGEST_LOG = 65_536
"""Bytes of the log that are kept."""

SETTING = "subprojects.follow"

_HOOKS_OWN = (
    "GIT_REFLOG_ACTION",
    "GIT_CHERRY_PICK_HELP",
    "GIT_SEQUENCE_EDITOR",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)
"""What git sets for its own helpers, beyond what points to the repository."""

_NOTHING_ASKED = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "false",
    "SSH_ASKPASS_REQUIRE": "force",
    "GCM_INTERACTIVE": "never",
}


class Last(NamedTuple):
    """The last update in the background: when it began, and its exit status; None: it has not come to its end."""

    date: str
    status: int | None


class Background:
    """The updates in the background of the host whose git folder, the shared one, is ``common_dir``."""

    def __init__(self, common_dir: str) -> None:
        self.folder = os.path.join(common_dir, "subprojects")
        self.log = os.path.join(self.folder, "follow.log")
        self._lock = os.path.join(self.folder, "follow.lock")
        self._wanted = os.path.join(self.folder, "follow.wanted")
        self._last = os.path.join(self.folder, "follow.last")

    def want(self, top: str) -> None:
        """Note that an update is wanted in the work tree at ``top``."""
        os.makedirs(self.folder, exist_ok=True)
        with open(self._wanted, "ab") as file:
            file.write(os.fsencode(top) + b"\n")

    def wanted(self) -> list[str]:
        """Return the work trees in which an update is wanted, each once."""
        return _lines_once(self._wanted)

    def take(self) -> list[str]:
        """Return what ``wanted`` does, and forget it. Only who has the lock may ask."""
        taken = self._wanted + ".taken"
        try:
            # What is noted from now on goes to a new file.
            os.rename(self._wanted, taken)
        except FileNotFoundError:
            return []
        tops = _lines_once(taken)
        os.unlink(taken)
        return tops

    @contextmanager
    def alone(self, wait: Callable[[], None] | None = None) -> Iterator[bool]:
        """Hold the lock, and give whether it could be had.

        With ``wait``, which is called if another has it, it is waited for. Where there is no folder to write to,
        nothing is ever done in the background, and there is nothing to lock.
        """
        if not os.access(self.folder, os.W_OK):
            yield True
            return
        descriptor = None
        while descriptor is None:
            descriptor, had = self._try_lock(wait)
        try:
            yield had
        finally:
            if had:
                locks.release(self._lock)
            os.close(descriptor)

    def is_running(self) -> bool:
        """Return whether an update has the lock just now."""
        with self.alone() as had:
            return not had

    def last(self) -> Last | None:
        """Return how the last update in the background went; None: nobody needs to know any more."""
        try:
            with open(self._last, encoding="utf-8") as file:
                date, _, status = file.readline().rstrip("\n").partition(" ")
        except OSError:
            return None
        return Last(date, int(status) if status.isdigit() else None)

    def remember(self, last: Last) -> None:
        """Keep how the last one went."""
        part = self._last + ".new"
        with open(part, "w", encoding="utf-8") as file:
            file.write(f"{last.date} {'-' if last.status is None else last.status}\n")
        os.replace(part, self._last)

    def forget(self) -> None:
        """Keep no longer how the last one went: the user knows."""
        with suppress(OSError):
            os.unlink(self._last)

    def undone(self) -> str | None:
        """Return what the user should know of the last update in the background, in a line; None: nothing."""
        last = self.last()
        if last is None or last.status == 0 or (last.status is None and self.is_running()):
            return None
        how = "did not come to its end" if last.status is None else "left something undone"
        return f"the update in the background {how}: see {self.log}"

    def shorten(self) -> None:
        """Take from the log what is older than the bytes that are kept."""
        with suppress(FileNotFoundError), open(self.log, "r+b") as file:
            surplus = file.seek(0, os.SEEK_END) - LARGEST_LOG
            if surplus > 0:
                file.seek(surplus)
                kept = file.read().partition(b"\n")[2]
                file.seek(0)
                file.truncate()
                file.write(kept)

    def clear(self) -> bool:
        """Remove all that is kept, and return True; False: an update is running and goes on, and its log stays."""
        with self.alone() as had:
            if had:
                for path in (self._wanted, self._last, self.log, self._lock):
                    with suppress(FileNotFoundError):
                        os.unlink(path)
        with suppress(OSError):
            os.rmdir(self.folder)
        return had

    def _try_lock(self, wait: Callable[[], None] | None) -> tuple[int | None, bool]:
        """Return the lock's descriptor and whether it is held; None for one whose file was removed meanwhile."""
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            had = _locked(descriptor, self._lock, wait)
            if not had or os.path.samestat(os.fstat(descriptor), os.stat(self._lock)):
                return descriptor, had
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        return None, False


def _lines_once(path: str) -> list[str]:
    try:
        with open(path, "rb") as file:
            return list(dict.fromkeys(os.fsdecode(line) for line in file.read().splitlines()))
    except FileNotFoundError:
        return []


def unattended(environment: Mapping[str, str]) -> dict[str, str]:
    """Return a hook's environment without what is only the hook's, and so that nobody is asked anything."""
    return {key: value for key, value in environment.items() if key not in _HOOKS_OWN} | _NOTHING_ASKED


def _locked(descriptor: int, path: str, wait: Callable[[], None] | None) -> bool:
    if locks.take(descriptor, path):
        return True
    if wait is None:
        return False
    wait()
    while not locks.take(descriptor, path):
        sleep(0.1)
    return True
