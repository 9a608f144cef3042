"""K: lines: which of them a patch's text meets, line by line, as get_maintainer.pl searches it."""

import re
from collections.abc import Iterator

from git_subprojects.patches.model import PatchText
from git_subprojects.perl_regex.search import Searcher
from git_subprojects.routing.rule_files.maintainers.index import Hit, Index, WordRule

CHANGED = b"^[+-].*"
"""What the original puts before an expression once it has met the first file of a patch.

It does so as text: of an expression with alternatives, only the first is bound to changed lines.
"""

_NO_KEYWORDS = re.compile(
    rb"(?:---|\+\+\+)\s+\S| mode change [0-7]+ => [0-7]+ \S+\s*$|rename (?:from|to) \S+\s*$"
    rb"|diff --git a/\S+ b/\S+\s*$|Fixes:\s+[0-9a-fA-F]{6}|@@ -\d+,\d"
)
"""The lines that the original takes for something else, so that it looks for no keywords there."""


def keyword_hits(index: Index, text: PatchText, searcher: Searcher) -> list[Hit]:
    """Return the K: lines that ``text`` meets, in the order of the original."""
    before = text.before, text.before.lower()
    changes = text.changes, text.changes.lower()
    found = [
        rule
        for rule in index.keywords
        if (_may_match(rule, before[1]) and searcher.found(rule.value, _lines(*before, rule.required)))
        or (
            _may_match(rule, changes[1]) and searcher.found(rule.value, _lines(*changes, rule.required), prefix=CHANGED)
        )
    ]
    return [Hit(rule.section, "K", rule.value, rule.line, None) for rule in sorted(found, key=_order)]


def _may_match(rule: WordRule, lowered: bytes) -> bool:
    return rule.required is None or any(word in lowered for word in rule.required)


def _order(rule: WordRule) -> str:
    # The original sorts these numbers as text: 10 stands before 9.
    return str(rule.place)


def _lines(text: bytes, lowered: bytes, required: tuple[bytes, ...] | None) -> Iterator[bytes]:
    """Yield the lines to be searched, each with its end, that have one of the words that are required."""
    lines = _split(text) if required is None else _with_word(text, lowered, required)
    return (line for line in lines if not _NO_KEYWORDS.match(line))


def _with_word(text: bytes, lowered: bytes, words: tuple[bytes, ...]) -> Iterator[bytes]:
    for word in words:
        at = lowered.find(word)
        while at >= 0:
            end = text.find(b"\n", at) + 1 or len(text)
            yield text[text.rfind(b"\n", 0, at) + 1 : end]
            at = lowered.find(word, end)


def _split(text: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(text):
        end = text.find(b"\n", at) + 1 or len(text)
        yield text[at:end]
        at = end
