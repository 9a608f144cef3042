"""Applies patches to a target, alone or as the series that they are, and says why where they do not apply."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.twins.apply import Applier
from git_subprojects.twins.contents import Contents
from git_subprojects.twins.explain import AppliedPatch, Reasons, touched
from git_subprojects.twins.history import History, Stretch, since
from git_subprojects.twins.names import Names
from git_subprojects.twins.paths import PathMap, mapped_change
from git_subprojects.twins.renames import Renames
from git_subprojects.twins.same import Same, same_patches
from git_subprojects.twins.tree import State, Trees
from git_subprojects.twins.verdicts import ALREADY, APPLY, CONFLICT, MISSING, FileVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.git.objects import Objects
    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Change, Patch
    from git_subprojects.twins.history import Bases


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
        self._renames = Renames(source.git, target.git, self.contents, self._tree)
        self._applier = Applier(self.contents, self._renames)
        self._here: History | None = None

    def apply_series(self, patches: Sequence[tuple[Patch, tuple[Change, ...]]]) -> list[AppliedPatch]:
        """Apply patches one upon the other; one that does not apply is left out, and the rest go on without it."""
        self._look_ahead(patches)
        state = State(self._tree)
        results = []
        for patch, changes in patches:
            result = self._applied(state, patch, changes)
            results.append(result)
            if result.applied.changes:
                state = state.with_changes(result.applied.changes)
        own = {patch.commit for patch, _ in patches}
        return self._explained(results, [patch for patch, _ in patches if patch.base not in own], is_series=True)

    def apply_each(self, patches: Sequence[tuple[Patch, tuple[Change, ...]]]) -> list[AppliedPatch]:
        """Apply patches to the target as it is, each alone."""
        self._look_ahead(patches)
        results = [self._applied(State(self._tree), patch, changes) for patch, changes in patches]
        return self._explained(results, [patch for patch, _ in patches], is_series=False)

    def _look_ahead(self, patches: Sequence[tuple[Patch, tuple[Change, ...]]]) -> None:
        self._renames.look_ahead(mapped_change(file, self._paths) for _, changes in patches for file in changes)

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

    def _explained(
        self, results: Sequence[AppliedPatch], first: Sequence[Patch], *, is_series: bool
    ) -> list[AppliedPatch]:
        """Return results with what the history says of them: why patches do not apply, or that they are there.

        ``first`` are those patches that are not based on others of them.
        """
        here = self._history(tuple(dict.fromkeys(patch.base for patch in first if patch.base is not None)))
        same = self._same_patches(here, results)
        told = [_with_same(result, same.get(result.patch.commit)) for result in results]
        failing = [result for result in told if result.is_failing]
        if not failing:
            return told
        self._far.grow([result.patch.base for result in failing if result.patch.base is not None])
        reasons = Reasons(here, self.commit, self._far, self._names, failing)
        explained: list[AppliedPatch] = []
        for result in told:
            if result.is_failing:
                after = _after(result, explained) if is_series else None
                verdict = result.verdict._replace(files=reasons.of(result), after=after)
                explained.append(result._replace(verdict=self._with_there(result._replace(verdict=verdict))))
            else:
                explained.append(result)
        return explained

    def _history(self, bases: Bases) -> History:
        """Return the history of the target since ``bases``, the one that was read before if it is the same."""
        stretch = since(self.target.git, bases, self.commit)
        if self._here is None or self._here.stretch != stretch:
            self._here = History(self.target.git, stretch)
            self.__dict__.pop("_names", None)
        return self._here

    @cached_property
    def _far(self) -> History:
        """The history of the patches without that of the target."""
        git = self._source.git
        return History(git, Stretch((), (self.commit,) if git.commit(self.commit) is not None else ()), "A")

    @cached_property
    def _names(self) -> Names:
        assert self._here is not None  # noqa: S101 - reasons are asked for once it is known
        return Names(self._here, self.commit, self._far)

    def _same_patches(self, here: History, results: Sequence[AppliedPatch]) -> dict[str, Same]:
        # What changes nothing is there, whoever has done it. With other paths, no patch has the same id.
        patches = {one.patch.commit: touched(one.changes) for one in results if one.verdict.kind != ALREADY}
        return {} if self._paths else same_patches(self._source.git, patches, here)

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
        is_missing = result.verdict.kind == MISSING and not self._paths
        can_be_picked = is_missing and any(file.there in APPLY for file in files)
        is_picked = can_be_picked and self._renames.is_picked(result.state, result.patch)
        return result.verdict._replace(files=tuple(files), is_picked=is_picked)


def _with_same(result: AppliedPatch, same: Same | None) -> AppliedPatch:
    """Return a result that tells of the same change in the target, with which a patch is there unless it fits again."""
    if same is None:
        return result
    if result.is_failing and same.reverted is None:
        return result._replace(verdict=Verdict(ALREADY, by=same.commit))
    return result._replace(verdict=result.verdict._replace(by=same.commit, reverted=same.reverted))


def _after(result: AppliedPatch, before: Sequence[AppliedPatch]) -> str | None:
    """Return the last of the patches ``before`` that does not apply and touches the same files."""
    paths = touched(result.changes)
    failing = (other for other in reversed(before) if other.is_failing and paths & touched(other.changes))
    return next((other.patch.commit for other in failing), None)
