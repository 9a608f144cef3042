"""Completion of what the repository knows, without argparse and argcomplete."""

from __future__ import annotations

from typing import NamedTuple

from git_subprojects.cli.completion.options_table import COMMANDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from git_subprojects.cli.completion import Candidates

_KNOWN = ("projects", "group", "revisions")
"""What the repository knows."""

_QUOTES = "'\"\\#"
"""A line with one of these is split into words by argcomplete only."""

_TO_BE_QUOTED = frozenset("\\();<>|&!`$*?[]{} \t\n\"':")
"""A word with one of these is brought into a form for the shell by argcomplete only."""


class _Wanted(NamedTuple):
    """What may stand at the cursor: words of a ``kind``.

    ``glued`` is the option in the same word (``--group=``), ``manifest`` the one that the line asks for, ``given``
    the words of the same kind before the cursor.
    """

    kind: str
    glued: str
    manifest: str | None
    given: Collection[str]


def answer(name: str, candidates: Candidates, environment: Mapping[str, str]) -> bool:
    """Answer, or return False where only argcomplete can."""
    point = int(environment["COMP_POINT"])
    line = environment["COMP_LINE"][:point]
    if any(mark in line for mark in _QUOTES):
        return False
    words = line.split()
    typed = words.pop() if words and not line[-1].isspace() else ""
    wanted = _wanted(name, words[int(environment["_ARGCOMPLETE"]) :], typed)
    if wanted is None:
        return False
    after_cursor = environment["COMP_LINE"][point:].split()
    prefix = typed[len(wanted.glued) :]
    offered = candidates(wanted.kind, prefix, wanted.manifest, {*wanted.given, *after_cursor}, environment)
    if not _TO_BE_QUOTED.isdisjoint("".join(offered)):
        return False
    _tell({wanted.glued + word: about for word, about in offered.items()}, typed, environment)
    return True


def _wanted(name: str, words: list[str], typed: str) -> _Wanted | None:
    """Return what ``typed``, the word after ``words``, is the beginning of; None: only argcomplete can tell."""
    if name not in COMMANDS:
        name, words = " ".join([name, *words[:1]]), words[1:]
    if name not in COMMANDS:
        return None
    operands, *options = COMMANDS[name].split(" ")
    with_value = {option: words for option, _, words in (entry.partition("=") for entry in options)}
    read = _read(words, with_value)
    if read is None:
        return None
    values, option, operands_only = read
    glued = ""
    if typed.startswith("-") and not option and not operands_only:
        option, equals, _ = typed.partition("=")
        glued = option + equals
        if not equals or option not in with_value:
            return None
    kind = with_value.get(option) if option else operands
    if kind not in _KNOWN:
        return None
    return _Wanted(kind, glued, values.get("--manifest", [None])[-1], values.get(option, []))


def _read(words: list[str], with_value: Mapping[str, str]) -> tuple[dict[str, list[str]], str, bool] | None:
    """Return the values of each option and, under "", the operands; None: only argcomplete can tell.

    With them, the option whose value comes next, and whether ``--`` has made all that follows an operand.
    """
    values: dict[str, list[str]] = {}
    option = ""
    operands_only = False
    for word in words:
        if option and word.startswith("-") and (with_value[option] != "group" or word.startswith("--")):
            return None  # An error, for all that is known here.
        if option or operands_only or not word.startswith("-"):
            values.setdefault(option, []).append(word)
            option = ""
        elif word == "--":
            operands_only = True
        elif word in with_value:
            option = word
        elif word.startswith("--"):
            key, _, value = word.partition("=")
            values.setdefault(key, []).append(value)
        elif word[:2] not in with_value and len(word) > 2:
            return None  # Short options in one word, of which the last may take a value.
    return values, option, operands_only


def _tell(found: Mapping[str, str], typed: str, environment: Mapping[str, str]) -> None:
    """Write the answer as argcomplete does."""
    # bash replaces only what stands after the last of the characters at which it breaks words.
    breaks = environment.get("_ARGCOMPLETE_COMP_WORDBREAKS", "")
    start = 1 + max((typed.rfind(mark) for mark in breaks), default=-1)
    end = " " if len(found) == 1 and environment.get("_ARGCOMPLETE_SUPPRESS_SPACE") != "1" else ""
    separator = environment.get("_ARGCOMPLETE_DFS") or (":" if environment.get("_ARGCOMPLETE_SHELL") == "zsh" else "")
    words = [word[start:] + end + (separator and separator + about) for word, about in found.items()]
    answer = environment.get("_ARGCOMPLETE_IFS", "\013").join(words)
    file: str | int = environment.get("_ARGCOMPLETE_STDOUT_FILENAME", 8)
    with open(file, "w", encoding="utf-8") as stream:
        stream.write(answer)
