"""Searches with Perl's regular expressions, each compiled when it is first used."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

Within = Callable[[Callable[[], bool]], bool | None]
"""Runs a search and returns its answer, or None if it took too long; see :mod:`git_subprojects.perl_regex.limit`."""

_REPEATS = frozenset(b"*+{")


def _without_limit(search: Callable[[], bool]) -> bool:
    return search()


class Searcher:
    """Searches bytes with Perl's regular expressions; ``within`` limits how long a search takes.

    ``slow`` holds the expressions that took too long: they are not tried again.
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
            return any(map(pattern.search, texts))  # Fast enough without a limit: all matches have one length.
        answer = self._within(lambda: any(map(pattern.search, texts)))
        if answer is None:
            self.slow.add(regex)
        return bool(answer)

    def _pattern(self, regex: bytes, prefix: bytes, *, verbose: bool) -> "re.Pattern[bytes] | None":
        key = (regex, prefix, verbose)
        if key not in self._compiled:
            from git_subprojects.perl_regex.characters import BadRegex
            from git_subprojects.perl_regex.translate import compiled

            try:
                self._compiled[key] = compiled(regex, prefix=prefix, verbose=verbose)
            except BadRegex:
                self._compiled[key] = None
        return self._compiled[key]
