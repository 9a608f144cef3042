"""A check; it leaves a trace where it runs."""

from collections.abc import Iterator
from pathlib import Path

from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield the patches with a word that is misspelt."""
    Path(facts.top or "", "..", "spelling-ran").touch()
    for written in outgoing.written:
        if "teh" in written.patch.subject.split():
            yield Finding("warning", "'teh' should be 'the'", None, written)
