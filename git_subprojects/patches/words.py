"""What a patch that git has just written says, for keywords."""

import re

from git_subprojects.model import PatchText

_FIRST_FILE = re.compile(rb"^(?:---|\+\+\+) +\S", re.MULTILINE)
_NO_KEYWORDS = re.compile(
    rb"^(?:(?:---|\+\+\+)[ \t]+\S| mode change [0-7]+ => |rename (?:from|to) |diff --git a/|Fixes:\s+[0-9a-f]{6}|@@ -)"
    rb".*\n?",
    re.MULTILINE,
)
"""The lines that get_maintainer.pl reads for something else."""


def of_patch(text: bytes) -> PatchText:
    """Return the words of one patch in the form of git-format-patch(1), its parts separated by NUL."""
    text = text.replace(b"\0", b"\n")
    first = _FIRST_FILE.search(text)
    end = len(text) if first is None else first.start()
    return PatchText(_NO_KEYWORDS.sub(b"", text[:end]), _NO_KEYWORDS.sub(b"", text[end:]))
