"""The text of patches that git has just written, for keywords."""

import re

from git_subprojects.patches.model import PatchText

_BEGIN = re.compile(rb"(?:\A|\0)From ([0-9a-f]{40}(?:[0-9a-f]{24})?) Mon Sep 17 00:00:00 2001\n")
_FIRST_FILE = re.compile(rb"^(?:---|\+\+\+) +\S", re.MULTILINE)


def of_log(out: bytes) -> dict[str, PatchText]:
    """Return the text of each patch by its commit's id, of what ``git log -z`` writes with ``diff_options.TEXT``."""
    # A commit begins after a NUL. Without -z, the text of one patch could pass for the beginning of another.
    begins = list(_BEGIN.finditer(out))
    ends = [match.start() for match in begins[1:]] + [len(out)]
    return {match[1].decode(): of_patch(out[match.start() : end]) for match, end in zip(begins, ends, strict=True)}


def of_patch(text: bytes) -> PatchText:
    """Return the text of one patch in that form; git writes NULs between its parts, too."""
    text = text.strip(b"\0").replace(b"\0", b"\n")
    first = _FIRST_FILE.search(text)
    end = len(text) if first is None else first.start()
    return PatchText(text[:end], text[end:])
