"""Searching with the regular expressions of MAINTAINERS files, each compiled when it is first met."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

Within = Callable[[Callable[[], bool]], bool | None]
"""Runs what it is given and returns its answer, or None if that took too long."""


_REPEATS = frozenset(b"*+{")


def _without_limit(work: Callable[[], bool]) -> bool:
    return work()


class Searcher:
    """Regular expressions of Perl's, and how long they may take.

    ``slow`` holds those that took too long: they are not tried again.
    """

    def __init__(self, within: Within = _without_limit) -> None:
        self._within = within
        self._compiled: dict[tuple[bytes, bytes, bool], re.Pattern[bytes] | None] = {}
        self.slow: set[bytes] = set()

    def found(self, regex: bytes, texts: Iterable[bytes], *, prefix: bytes = b"", verbose: bool = True) -> bool:
        """Return whether ``prefix + regex`` matches anywhere in one of ``texts``; not if it is bad or too slow."""
        if regex in self.slow:
            return False
        pattern = self._pattern(regex, prefix, verbose=verbose)
        if pattern is None:
            return False
        if _REPEATS.isdisjoint(regex):
            return any(map(pattern.search, texts))  # It takes no time to speak of: what it matches has one length.
        answer = self._within(lambda: any(map(pattern.search, texts)))
        if answer is None:
            self.slow.add(regex)
        return bool(answer)

    def _pattern(self, regex: bytes, prefix: bytes, *, verbose: bool) -> "re.Pattern[bytes] | None":
        key = (regex, prefix, verbose)
        if key not in self._compiled:
            from git_subprojects.perl_regex.expressions import BadRegex, compiled

            try:
                self._compiled[key] = compiled(regex, prefix=prefix, verbose=verbose)
            except BadRegex:
                self._compiled[key] = None
        return self._compiled[key]
