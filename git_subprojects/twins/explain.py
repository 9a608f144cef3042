"""Why patches do not apply: all questions to the history of a target are put together, and asked side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.twins import blame
from git_subprojects.twins.verdicts import CONFLICT, MISSING, Commit, FileVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.patches.model import Change, Patch
    from git_subprojects.twins.applied import Applied, AppliedFile, Lines
    from git_subprojects.twins.blame import Ranges
    from git_subprojects.twins.history import History
    from git_subprojects.twins.names import Names, Renamed
    from git_subprojects.twins.tree import State

_AT_A_TIME = 4


class AppliedPatch(NamedTuple):
    """A patch that was applied: what becomes of it, what it changes there, and what becomes of each file.

    ``state`` is what the patches before it have made of the target, of one that fails.
    """

    patch: Patch
    changes: tuple[Change, ...]
    verdict: Verdict
    applied: Applied
    state: State

    @property
    def is_failing(self) -> bool:
        """Whether the patch does not apply."""
        return self.verdict.kind in (CONFLICT, MISSING)


def touched(changes: Sequence[Change]) -> frozenset[bytes]:
    """Return the paths that changes are about."""
    return frozenset(path for change in changes for path in (change.old_path, change.new_path))


class Reasons:
    """What the histories of ``commit``, where patches are tried, and of the patches say of those that fail."""

    def __init__(
        self, target: History, commit: str, source: History, names: Names, failing: Sequence[AppliedPatch]
    ) -> None:
        self._target = target
        self._commit = commit
        self._source = source
        self._missing: dict[bytes, None] = {}
        self._whole: dict[bytes, None] = {}
        self._lines: dict[bytes, set[Ranges]] = {}
        for result in failing:
            for file in result.applied.files:
                self._note(file)
        if target.stretch.is_bounded:
            # All at once, and before several ask.
            target.events({*self._lines, *self._missing})
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            touched = pool.map(self._last_touched, self._lines)
            renamed = pool.submit(names.renamed, self._missing)
            changed = pool.map(self._last_changed, self._whole)
            self._touched: dict[bytes, dict[Ranges, Commit]] = dict(zip(self._lines, touched, strict=True))
            self._renamed: dict[bytes, Renamed] = renamed.result()
            self._changed: dict[bytes, Commit | None] = dict(zip(self._whole, changed, strict=True))
            files_of_each = pool.map(self._files, failing)
            self._told = {result.patch.commit: files for result, files in zip(failing, files_of_each, strict=True)}

    def of(self, result: AppliedPatch) -> tuple[FileVerdict, ...]:
        """Return the verdict on each file of a patch."""
        return self._told[result.patch.commit]

    def _files(self, result: AppliedPatch) -> tuple[FileVerdict, ...]:
        triples = zip(result.applied.files, result.changes, result.verdict.files, strict=True)
        return tuple(self._file(file, change, verdict, result.patch.base or "") for file, change, verdict in triples)

    def _note(self, file: AppliedFile) -> None:
        if file.verdict == MISSING:
            self._missing[file.path] = None
        elif file.verdict == CONFLICT and not file.lines:
            self._whole[file.path] = None
        elif file.verdict == CONFLICT:
            self._lines.setdefault(file.path, set()).add(_from_one(file.lines))

    def _is_touched(self, path: bytes) -> bool:
        """Return whether the target may have changed a file since the patches went another way."""
        is_known = self._target.stretch.is_bounded
        return not is_known or any(path in event.files for event in self._target.events([path]))

    def _last_touched(self, path: bytes) -> dict[Ranges, Commit]:
        if not self._is_touched(path):
            return {}
        ends = self._target.stretch.ends
        return blame.last_touched(self._target.git, self._commit, path, self._lines[path], ends)

    def _last_changed(self, path: bytes) -> Commit | None:
        return blame.last_changed(self._target.git, self._commit, path)

    def _file(self, file: AppliedFile, change: Change, verdict: FileVerdict, base: str) -> FileVerdict:
        path = file.path
        if file.verdict == MISSING:
            return verdict._replace(commit=self._renamed[path].commit, renamed_to=self._renamed[path].path)
        if file.verdict != CONFLICT:
            return verdict
        if not file.lines:
            return verdict._replace(commit=self._changed[path])
        lines, needs = _from_one(file.lines), None
        commit = self._touched[path].get(lines)
        if commit is None and file.removed and self._is_touched(path):
            commit = blame.last_removed(self._target.git, self._target.stretch, path, file.removed)
        if commit is None and base:
            of_base = _from_one(file.based_on)
            needs = blame.last_touched(self._source.git, base, change.old_path, [of_base]).get(of_base)
        if commit is None and needs is None:
            # Neither side has changed these lines lately: whoever it was, however long ago.
            anywhere = _around(file.lines) or lines
            commit = blame.last_touched(self._target.git, self._commit, path, [anywhere]).get(anywhere)
        return verdict._replace(lines=lines, commit=commit, needs=needs)


def _from_one(lines: Sequence[Lines]) -> Ranges:
    """Return ranges of lines as people count them; one without lines ends before it begins."""
    return tuple((span.start + 1, span.end) for span in lines)


def _around(lines: Sequence[Lines]) -> Ranges:
    """Return the lines before and behind those places where there are none."""
    return tuple((max(span.start, 1), span.start + 1) for span in lines if span.start == span.end)
