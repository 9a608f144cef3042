"""Commits → what they do to each file, from one ``git diff-tree`` for all of them."""

from collections.abc import Iterable, Iterator

from git_subprojects.git.process import Git
from git_subprojects.patches import diff_options
from git_subprojects.patches.model import Change, Entry, Patch


def of_patches(git: Git, patches: Iterable[Patch]) -> dict[str, tuple[Change, ...]]:
    """Return the changes that commits make to their first parents, by commit.

    Raises:
        GitError: git cannot tell.
    """
    lines = "".join(f"{patch.commit} {patch.base or ''}".rstrip() + "\n" for patch in patches)
    out = git.output("diff-tree", "--stdin", "-r", *diff_options.CHANGES, stdin=lines.encode())
    found: dict[str, list[Change]] = {}
    changes: list[Change] = []
    fields = iter(out.split(b"\0")[:-1])
    for field in fields:
        if field.startswith(b":"):
            changes.append(_change(field, fields))
        else:
            changes = found.setdefault(field.strip().decode(), [])
    return {commit: tuple(of_commit) for commit, of_commit in found.items()}


def between(git: Git, old: str, new: str, *words: str) -> tuple[Change, ...]:
    """Return how two trees differ; ``words`` are options that say which renames count.

    Raises:
        GitError: git cannot tell.
    """
    out = git.output("diff-tree", "-r", *diff_options.TREES, *words, old, new)
    fields = iter(out.split(b"\0")[:-1])
    return tuple(_change(field, fields) for field in fields)


def _change(field: bytes, paths: Iterator[bytes]) -> Change:
    old_mode, new_mode, old_id, new_id, status = field[1:].decode().split(" ")
    old_path = next(paths)
    new_path = next(paths) if status[0] in "RC" else old_path
    old, new = Entry(int(old_mode, 8), old_id), Entry(int(new_mode, 8), new_id)
    return Change(old_path, old if old.mode else None, new_path, new if new.mode else None)
