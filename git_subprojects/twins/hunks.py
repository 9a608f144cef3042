"""Where the hunks of a patch go in a file that is not quite the one that it was made for. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from git_subprojects.patches.model import Hunk

CONTEXT = 3
"""So many lines stand around each change in a patch."""


class Offset(NamedTuple):
    """A hunk that lands elsewhere: at ``line``, from 1, of the file as it is there; ``lines`` further down.

    ``fuzz`` is how many lines of its context are other ones there.
    """

    line: int
    lines: int
    fuzz: int = 0


def offsets(theirs: Sequence[Hunk], ours: Sequence[Hunk]) -> tuple[Offset, ...]:
    """Return where the hunks of a patch, ``theirs``, land in a file that differs from its base by ``ours``.

    Both are without context. Hunks that a patch would show as one count as one.
    """
    offsets_there = []
    lines = at = 0
    for first, last in _shown_as_one(theirs):
        while at < len(ours) and ours[at].old_end <= first.old_start:
            lines += ours[at].growth
            at += 1
        # All stand in order: the nearest are the last one before, and the first that is not.
        near = ours[max(at - 1, 0) : at + 1]
        distances = [max(first.old_start - hunk.old_end, hunk.old_start - last.old_end, 0) for hunk in near]
        fuzz = max(CONTEXT - min(distances, default=CONTEXT), 0)
        if lines or fuzz:
            offsets_there.append(Offset(first.old_start + 1 + lines, lines, fuzz))
    return tuple(offsets_there)


def _shown_as_one(hunks: Sequence[Hunk]) -> list[tuple[Hunk, Hunk]]:
    pairs: list[tuple[Hunk, Hunk]] = []
    for hunk in hunks:
        if pairs and hunk.old_start - pairs[-1][1].old_end <= 2 * CONTEXT:
            pairs[-1] = (pairs[-1][0], hunk)
        else:
            pairs.append((hunk, hunk))
    return pairs


def clashes(theirs: Sequence[Hunk], ours: Sequence[Hunk]) -> tuple[Hunk, ...]:
    """Return those of ``ours`` that touch one of ``theirs``: what the other side has made of the same lines."""
    clashing = []
    at = 0
    for mine in ours:
        while at < len(theirs) and theirs[at].old_end < mine.old_start:
            at += 1
        if at < len(theirs) and theirs[at].old_start <= mine.old_end:
            clashing.append(mine)
    return tuple(clashing)


def before(lines: tuple[int, int], hunks: Sequence[Hunk]) -> tuple[int, int]:
    """Return where a range of lines of the new file was in the old one, whole hunks where it begins or ends in one."""
    start, end = (_before(line, hunks, is_end=is_end) for line, is_end in zip(lines, (False, True), strict=True))
    # Of no lines: those that stood there.
    return min(start, end), max(start, end)


def _before(line: int, hunks: Sequence[Hunk], *, is_end: bool) -> int:
    growth = 0
    for hunk in hunks:
        if line < hunk.new_start or (is_end and line == hunk.new_start):
            break
        if line < hunk.new_end:
            return hunk.old_end if is_end else hunk.old_start
        growth += hunk.growth
    return line - growth


def placed(
    base: Sequence[bytes], theirs: Sequence[bytes], changes: Sequence[Hunk], ours: Sequence[bytes]
) -> tuple[list[bytes], tuple[Offset, ...]] | None:
    """Return ``ours`` with the hunks put where their context is found, as git-apply(1) does; None where it is nowhere.

    ``changes`` lead from ``base`` to ``theirs``, without context.
    """
    result = list(ours)
    taken = [False] * len(result)
    offsets_there = []
    grown: list[tuple[int, int]] = []
    for first, last in _shown_as_one(changes):
        before, after = min(first.old_start, CONTEXT), min(len(base) - last.old_end, CONTEXT)
        old = list(base[first.old_start - before : last.old_end + after])
        new = list(theirs[first.new_start - before : last.new_end + after])
        wanted = first.new_start - before
        # What has no context to a side stands at that end of the file.
        at = _position(result, taken, old, wanted, is_first=first.old_start == before, is_last=after == 0)
        if at is None:
            return None
        if at != wanted:
            line = at + before + 1 - sum(lines for place, lines in grown if place <= at)
            offsets_there.append(Offset(line, at - wanted))
        result[at : at + len(old)] = new
        taken[at : at + len(old)] = [True] * len(new)
        grown = [(place + (len(new) - len(old) if place > at else 0), lines) for place, lines in grown]
        grown.append((at, len(new) - len(old)))
    return result, tuple(offsets_there)


def _position(
    lines: list[bytes], taken: Sequence[bool], old: list[bytes], wanted: int, *, is_first: bool, is_last: bool
) -> int | None:
    """Return where ``old`` stands, the nearest to where it should; lines that are ``taken`` are no context."""
    highest = len(lines) - len(old)
    if highest < 0:
        return None
    middle = min(wanted, highest)
    candidates: Iterable[int] = (
        at for away in range(max(middle, highest - middle) + 1) for at in (middle + away, middle - away)
    )
    if is_first:
        candidates = [0]
    if is_last:
        candidates = [highest] if highest == 0 or not is_first else []
    # What ends without a line break, and not at the end of the file, git compares no further than that.
    cut = old[-1] if old and not is_last and not old[-1].endswith(b"\n") else None
    whole = old if cut is None else old[:-1]
    for at in candidates:
        if 0 <= at <= highest and lines[at : at + bool(whole)] == whole[:1]:
            end = at + len(whole)
            is_there = lines[at:end] == whole and (cut is None or _begins(lines[end], cut))
            if is_there and not any(taken[at : at + len(old)]):
                return at
    return None


def _begins(line: bytes, cut: bytes) -> bool:
    return line.startswith(cut) and not line[len(cut) :].strip(b" \t\r\n")
