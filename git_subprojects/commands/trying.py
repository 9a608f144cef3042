"""``git route-patch --twins`` and ``--onto``: whether patches apply elsewhere, and who would get them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_subprojects import render_routes, render_twins
from git_subprojects.commands import targets
from git_subprojects.commands.early import begin
from git_subprojects.commands.routing import Session, route_once, with_texts
from git_subprojects.commands.routing import begin as begin_session
from git_subprojects.commands.targets import Target, Unknown
from git_subprojects.commands.tree_rules import Revisions
from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.git import Git
from git_subprojects.patches.changes import of_patches
from git_subprojects.patches.revisions import Texts
from git_subprojects.render_twins import Column
from git_subprojects.twins.paths import mapped
from git_subprojects.twins.trier import Trier
from git_subprojects.twins.verdicts import ALREADY, CLEAN

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from git_subprojects.model import Change, Destination, Patch
    from git_subprojects.twins.trier import Repository
    from git_subprojects.twins.verdicts import Verdict
    from git_subprojects.ui import Screen

_MERGE = "a merge makes no patch; --first-parent tries what it has brought"


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Carry the command out; return its exit status: FAILED where a patch does not apply."""

    def carry_out(session: Session, patches: list[Patch]) -> int:
        refuse_files(patches)
        with_changes = [patch for patch in patches if patch.paths]
        trials = Trials(session, arguments, screen)
        try:
            trials.begin()
            return _answer(session, with_changes, trials, arguments, screen)
        finally:
            trials.end()

    return route_once(arguments, screen, begin(arguments), carry_out)


def refuse_files(patches: Sequence[Patch]) -> None:
    """Raise Error where the patches are no commits."""
    if patches[0].name or not patches[0].commit:
        raise Error(
            f"{patches[0].name or 'standard input'} is no commit, and only commits are tried elsewhere",
            "git am it on a branch of its own, and name that",
            USAGE,
        )


def changes_of(repository: Repository, patches: Sequence[Patch]) -> dict[str, tuple[Change, ...]]:
    """Return what patches do to files, by commit."""
    # The git of commands that must be quick takes no long lists.
    return of_patches(Git(*repository.git), patches)


class Trials:
    """All the targets that were asked for."""

    def __init__(self, session: Session, arguments: argparse.Namespace, screen: Screen) -> None:
        self._session = session
        self._arguments = arguments
        self._screen = screen
        self._source = targets.source(session)
        self._onto: list[Target] = []
        self._twins: list[Target | Unknown] = []
        self._sessions: dict[str, Session] = {}

    def begin(self) -> None:
        """Find the targets. Raises Error where one that was asked for is none."""
        arguments = self._arguments
        self._onto = targets.onto(self._session, arguments.onto, self._source)
        if arguments.twins or arguments.twin:
            wanted = targets.names_of_twins(self._session, arguments.twin, declared=arguments.twins)
            self._twins = list(targets.twins(self._session, wanted, arguments, self._screen))
        for one in self._twins:
            if isinstance(one, Unknown):
                self._screen.error(one.error.message, one.error.hint)
            elif one.place is not None and one.project is not None:
                at = Revisions(one.commit, None, one.place.top)
                self._sessions[one.project] = begin_session(
                    arguments, self._session.around, one.place, at, one.repository.objects
                )

    def end(self) -> None:
        """Let the gits end that were asked."""
        for one in self._twins:
            if isinstance(one, Target):
                one.repository.objects.end()

    def onto(self, patches: Sequence[Patch], *, alone: bool = False) -> list[Column] | None:
        """Return what becomes of the patches on other revisions of their project; None: that was not asked for."""
        if not self._arguments.onto:
            return None
        changes = changes_of(self._source, patches)
        return [self._column(one, patches, changes, alone=alone) for one in self._onto]

    def twins(self, patches: Sequence[Patch], *, alone: bool = False) -> list[Column] | None:
        """Return what becomes of the patches in twins; None: that was not asked for.

        ``alone``: each on the target as it is, not one upon the other.
        """
        if not (self._arguments.twins or self._arguments.twin):
            return None
        changes = changes_of(self._source, patches)
        return [
            Column(one.project, None, None, {}, one.error.message)
            if isinstance(one, Unknown)
            else self._column(one, patches, changes, alone=alone)
            for one in self._twins
        ]

    def _column(
        self, target: Target, patches: Sequence[Patch], changes: Mapping[str, tuple[Change, ...]], *, alone: bool
    ) -> Column:
        if any(one.parents > 1 for one in patches) and not self._arguments.first_parent:
            return Column(target.project, target.revision, target.commit, {}, _MERGE)
        trier = Trier(self._source, target.repository, target.commit, target.paths)
        pairs = [(patch, changes.get(patch.commit, ())) for patch in patches]
        verdicts: dict[str, Verdict] = {}
        try:
            tried = [trier.alone(*pair) for pair in pairs] if alone else trier.series(pairs)
            verdicts = {one.patch.commit: one.verdict for one in tried}
        except Error as error:
            self._screen.error(f"{target.project or target.revision}: {error.message}", error.hint)
            return Column(target.project, target.revision, target.commit, {}, error.message)
        return Column(target.project, target.revision, target.commit, verdicts)

    def routes(self, column: Column, patches: Sequence[Patch]) -> list[Destination]:
        """Return who gets the patches in a twin, those that are not there already."""
        session = self._sessions.get(column.project or "")
        target = next((one for one in self._twins if isinstance(one, Target) and one.project == column.project), None)
        there = [patch for patch in patches if patch.commit in column.verdicts]
        there = [patch for patch in there if column.verdicts[patch.commit].verdict != ALREADY]
        if session is None or target is None or not there:
            return []
        if any(tree.has_keywords for tree in session.router.trees(there)):
            there = with_texts(session, there, Texts(self._source.git, [patch.commit for patch in there]))
        renamed = [patch._replace(paths=tuple(mapped(path, target.paths) for path in patch.paths)) for patch in there]
        session.limit.begin_patch()
        return session.router.route(renamed)

    def routes_by_patch(self, column: Column, patches: Sequence[Patch]) -> dict[str, list[Destination]]:
        """Return who gets each patch in a twin, by its commit."""
        return {patch.commit: self.routes(column, [patch]) for patch in patches}

    def of(self, patch: Patch) -> dict[str, object]:
        """Return what becomes of one patch alone, as JSON has it."""
        twins, onto = self.twins([patch], alone=True), self.onto([patch], alone=True)
        there = None if twins is None else [(one, self.routes_by_patch(one, [patch])) for one in twins]
        return render_twins.tried(patch, there, onto)


def is_failing(columns: Sequence[Column] | None) -> bool:
    """Return whether a patch does not apply somewhere, or it cannot be told."""
    verdicts = [one.verdict for column in columns or () for one in column.verdicts.values()]
    return any(column.error is not None for column in columns or ()) or any(
        one not in (CLEAN, ALREADY) for one in verdicts
    )


def _answer(
    session: Session, patches: Sequence[Patch], trials: Trials, arguments: argparse.Namespace, screen: Screen
) -> int:
    twins, onto = trials.twins(patches), trials.onto(patches)
    if arguments.json:
        rows = [(patch, _routed(session, [patch])) for patch in patches]
        there = None if twins is None else [(one, trials.routes_by_patch(one, patches)) for one in twins]
        screen.answer(render_twins.as_answer(rows, there, onto))
    else:
        paragraphs = []
        if twins is not None:
            paragraphs.append(render_routes.routes(_routed(session, patches), explain=arguments.explain))
            for column in twins:
                if column.error is None:
                    paragraphs.append(render_twins.twin(column, patches))
                    paragraphs.append(render_routes.routes(trials.routes(column, patches), explain=arguments.explain))
        columns = [one for one in onto or () if one.error is None]
        if columns:
            paragraphs.append(render_twins.table(columns, patches))
        screen.answer("\n\n".join(filter(None, paragraphs)))
    for column in (*(twins or ()), *(onto or ())):
        said = render_twins.summary(column)
        if said is not None:
            screen.note(said)
    return FAILED if is_failing(twins) or is_failing(onto) else 0


def _routed(session: Session, patches: Sequence[Patch]) -> list[Destination]:
    session.limit.begin_patch()
    return session.router.route(patches)
