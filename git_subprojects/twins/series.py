"""Applies patches to a target, alone or as the series that they are, and says why where they do not apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.twins import blame
from git_subprojects.twins.apply import Applier
from git_subprojects.twins.contents import Contents
from git_subprojects.twins.explain import AppliedPatch, Reasons, touched
from git_subprojects.twins.paths import PathMap, mapped_change
from git_subprojects.twins.renames import Renames
from git_subprojects.twins.tree import State, Trees
from git_subprojects.twins.verdicts import ALREADY, CONFLICT, MISSING, FileVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from git_subprojects.git.objects import Objects
    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Change, Patch
    from git_subprojects.twins.verdicts import Commit


class Repository(NamedTuple):
    """A repository that patches come from, or are applied in: git at its top, its objects, and its trees."""

    git: Git
    objects: Objects
    trees: Trees


class SeriesApplier:
    """Applies patches of ``source`` to ``commit`` of ``target``, whose paths differ by ``paths``."""

    def __init__(self, source: Repository, target: Repository, commit: str, paths: PathMap = ()) -> None:
        self.target = target
        self.commit = commit
        self.contents = Contents(source.objects, target.objects, len(commit))
        self._source = source
        self._paths = paths
        self._tree = target.trees.of(commit)
        self._bases: blame.Bases = ()
        self._renames = Renames(source.git, target.git, self.contents, self._tree)
        self._applier = Applier(self.contents, self._renames)

    def look_ahead(self, patches: Iterable[tuple[Change, ...]]) -> None:
        """Note what patches change, before they are applied."""
        self._renames.look_ahead(mapped_change(file, self._paths) for changes in patches for file in changes)

    def apply_series(self, patches: Sequence[tuple[Patch, tuple[Change, ...]]]) -> list[AppliedPatch]:
        """Apply patches one upon the other; one that does not apply is left out, and the rest go on without it."""
        self._bases = _bases([patch for patch, _ in patches])
        self.look_ahead([changes for _, changes in patches])
        state = State(self._tree)
        results = []
        for patch, changes in patches:
            result = self._applied(state, patch, changes)
            results.append(result)
            if result.applied.changes:
                state = state.with_changes(result.applied.changes)
        return self._explained(results)

    def apply_alone(self, patch: Patch, changes: tuple[Change, ...]) -> AppliedPatch:
        """Apply a patch to the target as it is."""
        self._bases = _bases([patch])
        return self._explained([self._applied(State(self._tree), patch, changes)])[0]

    def _applied(self, state: State, patch: Patch, changes: tuple[Change, ...]) -> AppliedPatch:
        there = tuple(mapped_change(file, self._paths) for file in changes)
        applied = self._applier.apply(state, there)
        files = tuple(
            FileVerdict(file.path, file.verdict, file.offsets, why=file.why, renamed_to=file.renamed_to)
            for file in applied.files
        )
        # Of a long series not every state can be kept; only where a patch fails it is looked at again.
        kept = state if applied.verdict in (CONFLICT, MISSING) else State(self._tree)
        return AppliedPatch(patch, there, Verdict(applied.verdict, files), applied, kept)

    def _explained(self, results: Sequence[AppliedPatch]) -> list[AppliedPatch]:
        """Return results with the reasons why patches do not apply, where the history has them."""
        failing = [result for result in results if result.is_failing]
        if not failing:
            return list(results)
        explained: list[AppliedPatch] = []
        by = self._same_patches(failing)
        rest = [result for result in failing if result.patch.commit not in by]
        reasons = Reasons(self._source.git, self.target.git, self.commit, self._bases, rest)
        for result in results:
            there = by.get(result.patch.commit)
            if not result.is_failing:
                explained.append(result)
            elif there is not None:
                explained.append(result._replace(verdict=Verdict(ALREADY, by=there)))
            else:
                verdict = Verdict(result.verdict.kind, reasons.of(result), after=_after(result, explained))
                explained.append(result._replace(verdict=self._with_there(result._replace(verdict=verdict))))
        return explained

    def _same_patches(self, failing: Sequence[AppliedPatch]) -> dict[str, Commit]:
        if self._paths:
            # With other paths, no patch has the same id.
            return {}
        patches = {result.patch.commit: touched(result.changes) for result in failing}
        return blame.same_patches(self._source.git, patches, self._bases, self.target.git, self.commit)

    def _with_there(self, result: AppliedPatch) -> Verdict:
        """Return the verdict with that on files of other names."""
        files = []
        for file, change in zip(result.verdict.files, result.changes, strict=True):
            path = file.renamed_to
            if path is None:
                files.append(file)
                continue
            new_path = path if change.old_path == change.new_path else change.new_path
            there = self._applier.apply(result.state, (change._replace(old_path=path, new_path=new_path),))
            files.append(file._replace(there=there.verdict))
        return result.verdict._replace(files=tuple(files))


def _after(result: AppliedPatch, before: Sequence[AppliedPatch]) -> str | None:
    """Return the last of the patches ``before`` that does not apply and touches the same files."""
    paths = touched(result.changes)
    failing = (other for other in reversed(before) if other.is_failing and paths & touched(other.changes))
    return next((other.patch.commit for other in failing), None)


def _bases(patches: Sequence[Patch]) -> blame.Bases:
    """Return what a series is based on: of a history with merges, several commits."""
    own = {patch.commit for patch in patches}
    return tuple(dict.fromkeys(patch.base for patch in patches if patch.base is not None and patch.base not in own))
