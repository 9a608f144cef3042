"""Which commits of a target make the same changes as patches, by git-patch-id(1), or take them back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.twins.history import MOST_AT_ONCE, PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from git_subprojects.git.process import Git
    from git_subprojects.twins.history import Event, History
    from git_subprojects.twins.verdicts import Commit

_MOST_COMMITS = 1000
"""So many commits of the same files are compared with patches."""

_REVERTS = re.compile(r"This reverts commit ([0-9a-f]{7,64})")


class Same(NamedTuple):
    """The last commit of the target that makes the change of a patch, and the one after it that takes it back."""

    commit: Commit
    reverted: Commit | None = None


def same_patches(source: Git, patches: Mapping[str, frozenset[bytes]], target: History) -> dict[str, Same]:
    """Return what the history of the target says of patches; those that it says nothing of are left out.

    ``patches`` are commits of the source's, each with the paths that it changes.
    """
    paths = frozenset[bytes]().union(*patches.values())
    if len(paths) > MOST_AT_ONCE:
        return {}
    wanted = frozenset(patches.values())
    events = target.events(paths)
    like = [event.commit.id for event in events if frozenset(event.files) in wanted][:_MOST_COMMITS]
    theirs = _patch_ids(target.git, like)
    if not theirs:
        return {}
    mine, reverse = _patch_ids(source, patches), _patch_ids(source, patches, "-R")
    found = {patch: _last(events, theirs, mine.get(patch, ""), reverse.get(patch, "")) for patch in patches}
    return {patch: same for patch, same in found.items() if same is not None}


def _last(events: Sequence[Event], ids: Mapping[str, str], change: str, reverse: str) -> Same | None:
    """Return the last of ``events``, the newest first, that makes a change, and the one that takes it back."""
    for number, event in enumerate(events):
        if change and ids.get(event.commit.id) == change:
            later = events[:number]
            by_id = (one for one in later if ids.get(one.commit.id) == reverse)
            back = next(by_id, None) or next((one for one in later if _reverts(one, event, later)), None)
            return Same(event.commit, None if back is None else back.commit)
    return None


def _reverts(revert: Event, event: Event, later: Sequence[Event]) -> bool:
    """Return whether a commit says that it reverts another, and none of the ``later`` ones that this is reverted."""
    return _names(revert, event) and not any(_names(one, revert) for one in later)


def _names(revert: Event, event: Event) -> bool:
    return any(event.commit.id.startswith(name) for name in _REVERTS.findall(revert.body))


def _patch_ids(git: Git, commits: Iterable[str], *words: str) -> dict[str, str]:
    """Return the patch id of each commit; ``-R``: that of what takes it back."""
    asked = "".join(f"{one}\n" for one in commits).encode()
    if not asked:
        return {}
    diff = git.run("diff-tree", "-p", "--stdin", "--root", "--no-renames", *words, *PLAIN, stdin=asked)
    lines = git.run("patch-id", "--stable", stdin=diff.stdout).stdout.decode().splitlines()
    return {commit: name for name, _, commit in (line.partition(" ") for line in lines)}
