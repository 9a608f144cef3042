"""Tries patches on a target, alone or as the series that they are, and says why where they do not apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.twins import blame as lookup
from git_subprojects.twins.apply import Bench
from git_subprojects.twins.contents import Contents
from git_subprojects.twins.explain import Reasons, Tried, touched
from git_subprojects.twins.paths import PathMap, mapped_change
from git_subprojects.twins.tree import State, Trees
from git_subprojects.twins.verdicts import ALREADY, CONFLICT, MISSING, FileVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.git.objects import Objects
    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Change, Patch
    from git_subprojects.twins.verdicts import Commit


class Repository(NamedTuple):
    """A repository that patches come from, or are tried in: git at its top, its objects, and its trees."""

    git: Git
    objects: Objects
    trees: Trees


class Trier:
    """Tries patches of ``source`` on ``commit`` of ``target``, whose paths differ by ``paths``."""

    def __init__(self, source: Repository, target: Repository, commit: str, paths: PathMap = ()) -> None:
        self.target = target
        self.commit = commit
        self.contents = Contents(source.objects, target.objects, len(commit))
        self._source = source
        self._paths = paths
        self._tree = target.trees.of(commit)
        self._bases: lookup.Bases = ()
        self._bench = Bench(self.contents, self._is_renamed)

    def series(self, patches: Sequence[tuple[Patch, tuple[Change, ...]]]) -> list[Tried]:
        """Try patches one upon the other; one that does not apply is left out, and the rest go on without it."""
        self._bases = _bases([patch for patch, _ in patches])
        state = State(self._tree)
        found = []
        for patch, changes in patches:
            tried = self._tried(state, patch, changes)
            found.append(tried)
            if tried.trial.changes:
                state = state.with_changes(tried.trial.changes)
        return self._explained(found)

    def alone(self, patch: Patch, changes: tuple[Change, ...]) -> Tried:
        """Try a patch on the target as it is."""
        self._bases = _bases([patch])
        return self._explained([self._tried(State(self._tree), patch, changes)])[0]

    def _tried(self, state: State, patch: Patch, changes: tuple[Change, ...]) -> Tried:
        there = tuple(mapped_change(one, self._paths) for one in changes)
        trial = self._bench.try_on(state, there)
        files = tuple(FileVerdict(one.path, one.verdict, one.offsets, why=one.why) for one in trial.files)
        # Of a long series not every state can be kept; only where a patch fails it is looked at again.
        kept = state if trial.verdict in (CONFLICT, MISSING) else State(self._tree)
        return Tried(patch, there, Verdict(trial.verdict, files), trial, kept)

    def _is_renamed(self, path: bytes) -> bool:
        return lookup.is_renamed(self.target.git, self.commit, self._bases, path)

    def _explained(self, tried: Sequence[Tried]) -> list[Tried]:
        """Return what was tried with the reasons why patches do not apply, where the history has them."""
        failing = [one for one in tried if one.is_failing]
        if not failing:
            return list(tried)
        found: list[Tried] = []
        by = self._same_patches(failing)
        rest = [one for one in failing if one.patch.commit not in by]
        told = Reasons(self._source.git, self.target.git, self.commit, self._bases, rest)
        for one in tried:
            there = by.get(one.patch.commit)
            if not one.is_failing:
                found.append(one)
            elif there is not None:
                found.append(one._replace(verdict=Verdict(ALREADY, by=there)))
            else:
                verdict = Verdict(one.verdict.verdict, told.of(one), after=_after(one, found))
                found.append(one._replace(verdict=self._with_there(one._replace(verdict=verdict))))
        return found

    def _same_patches(self, failing: Sequence[Tried]) -> dict[str, Commit]:
        if self._paths:
            # With other paths, no patch has the same id.
            return {}
        patches = {one.patch.commit: touched(one.changes) for one in failing}
        return lookup.same_patches(self._source.git, patches, self._bases, self.target.git, self.commit)

    def _with_there(self, one: Tried) -> Verdict:
        """Return the verdict with that on files of other names."""
        files = []
        for told, change in zip(one.verdict.files, one.changes, strict=True):
            path = told.renamed_to
            if path is None:
                files.append(told)
                continue
            new_path = path if change.old_path == change.new_path else change.new_path
            there = self._bench.try_on(one.state, (change._replace(old_path=path, new_path=new_path),))
            files.append(told._replace(there=there.verdict))
        return one.verdict._replace(files=tuple(files))


def _after(one: Tried, before: Sequence[Tried]) -> str | None:
    """Return the last of the patches ``before`` that does not apply and touches the same files."""
    paths = touched(one.changes)
    failing = (other for other in reversed(before) if other.is_failing and paths & touched(other.changes))
    return next((other.patch.commit for other in failing), None)


def _bases(patches: Sequence[Patch]) -> lookup.Bases:
    """Return what a series is based on: of a history with merges, several commits."""
    own = {patch.commit for patch in patches}
    return tuple(dict.fromkeys(patch.base for patch in patches if patch.base is not None and patch.base not in own))
