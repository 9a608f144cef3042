"""``git route-patch --twins`` and ``--onto``: whether patches apply elsewhere, and who would get them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_subprojects.commands.route_patch import targets
from git_subprojects.commands.route_patch.namespace import namespace
from git_subprojects.commands.route_patch.session import Session, with_texts
from git_subprojects.commands.route_patch.session import begin as begin_session
from git_subprojects.commands.route_patch.submitted import Submitted, pairs_of, submitted
from git_subprojects.commands.route_patch.submitted import run as submit
from git_subprojects.commands.route_patch.targets import Target, Unknown
from git_subprojects.errors import FAILED, Error
from git_subprojects.output import routes as render_routes
from git_subprojects.output import twins as render_twins
from git_subprojects.output.twins import Column, key_of
from git_subprojects.patches.revisions import Texts
from git_subprojects.routing.rule_files.reader import Revisions
from git_subprojects.twins.paths import mapped
from git_subprojects.twins.series import Trier
from git_subprojects.twins.verdicts import ALREADY, CLEAN

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Change, Patch
    from git_subprojects.routing.model import Destination
    from git_subprojects.twins.explain import Tried
    from git_subprojects.twins.verdicts import Verdict

_MERGE = "a merge makes no patch; --first-parent tries what it has brought"


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Carry the command out; return its exit status: FAILED where a patch does not apply."""
    arguments = namespace(arguments)
    if ":" in "".join(arguments.revisions):
        from git_subprojects.commands.route_patch import several_projects

        if several_projects.is_linked(arguments.revisions):
            return several_projects.run(arguments, screen)

    def carry_out(session: Session, patches: list[Patch], folder: str) -> int:
        trials = Trials(session, arguments, screen)
        try:
            trials.begin()
            with submitted(session, patches, arguments.revisions, trials.gits(), folder) as asked:
                return _answer(session, asked, trials, arguments, screen)
        finally:
            trials.end()

    return submit(arguments, screen, carry_out)


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
        self._ahead: dict[str, tuple[Change, ...]] = {}

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
                    arguments, self._session.context, one.place, at, one.repository.objects
                )

    def gits(self) -> list[Git]:
        """Return git in each of the twins."""
        return [one.repository.git for one in self._twins if isinstance(one, Target)]

    def end(self) -> None:
        """Let the gits end that were asked."""
        for one in self._twins:
            if isinstance(one, Target):
                one.repository.objects.end()

    def onto(self, asked: Submitted, *, alone: bool = False) -> list[Column] | None:
        """Return what becomes of the patches on other revisions of their project; None: that was not asked for."""
        if not self._arguments.onto:
            return None
        return [self._column(one, asked, alone=alone) for one in self._onto]

    def twins(self, asked: Submitted, *, alone: bool = False) -> list[Column] | None:
        """Return what becomes of the patches in twins; None: that was not asked for.

        ``alone``: each on the target as it is, not one upon the other.
        """
        if not (self._arguments.twins or self._arguments.twin):
            return None
        return [
            Column(one.project, None, None, {}, one.error.message)
            if isinstance(one, Unknown)
            else self._column(one, asked, alone=alone)
            for one in self._twins
        ]

    def _column(self, target: Target, asked: Submitted, *, alone: bool) -> Column:
        column = Column(target.project, target.revision, target.commit, {})
        if any(one.parents > 1 for one in asked.patches) and not self._arguments.first_parent:
            return column._replace(error=_MERGE)
        trier = Trier(asked.repository, target.repository, target.commit, target.paths)
        try:
            tried = [trier.alone(*pair) for pair in asked.pairs] if alone else trier.series(asked.pairs)
        except Error as error:
            self._screen.error(f"{target.project or target.revision}: {error.message}", error.hint)
            return column._replace(error=error.message)
        return column._replace(verdicts=verdicts_of(asked, tried))

    def routes(self, column: Column, patches: Sequence[Patch]) -> list[Destination]:
        """Return who gets the patches in a twin, those that are not there already."""
        session = self._sessions.get(column.project or "")
        target = next((one for one in self._twins if isinstance(one, Target) and one.project == column.project), None)
        told = [(patch, column.verdicts.get(key_of(patch))) for patch in patches]
        there = [patch for patch, verdict in told if verdict is not None and verdict.verdict != ALREADY]
        if session is None or target is None or not there:
            return []
        if not there[0].name and session.router.reads_text(there):
            there = with_texts(session, there, Texts(self._source.git, [patch.commit for patch in there]))
        renamed = [patch._replace(paths=tuple(mapped(path, target.paths) for path in patch.paths)) for patch in there]
        session.limit.restart()
        return session.router.route(renamed)

    def routes_by_patch(self, column: Column, patches: Sequence[Patch]) -> dict[str, list[Destination]]:
        """Return who gets each patch in a twin, by its key."""
        return {key_of(patch): self.routes(column, [patch]) for patch in patches}

    def look_ahead(self, patches: Sequence[Patch]) -> None:
        """Read what patches change, before they are asked for one by one."""
        self._ahead = {patch.commit: changes for patch, changes in pairs_of(self._source, patches)}

    def of(self, patch: Patch) -> dict[str, object]:
        """Return what becomes of one patch alone, to which this has looked ahead, as JSON has it."""
        asked = Submitted([patch], self._source, [(patch, self._ahead[patch.commit])])
        twins, onto = self.twins(asked, alone=True), self.onto(asked, alone=True)
        there = None if twins is None else [(one, self.routes_by_patch(one, [patch])) for one in twins]
        return render_twins.tried(patch, there, onto)


def verdicts_of(asked: Submitted, tried: Sequence[Tried]) -> dict[str, Verdict]:
    """Return what is told of patches, by their keys."""
    keys = {commit: key_of(patch) for commit, patch in asked.by_commit.items()}
    return {keys[one.patch.commit]: one.verdict._replace(after=keys.get(one.verdict.after or "")) for one in tried}


def is_failing(columns: Sequence[Column] | None) -> bool:
    """Return whether a patch does not apply somewhere, or it cannot be told."""
    verdicts = [one.verdict for column in columns or () for one in column.verdicts.values()]
    return any(column.error is not None for column in columns or ()) or any(
        one not in (CLEAN, ALREADY) for one in verdicts
    )


def _answer(session: Session, asked: Submitted, trials: Trials, arguments: argparse.Namespace, screen: Screen) -> int:
    patches = asked.patches
    twins, onto = trials.twins(asked), trials.onto(asked)
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
    session.limit.restart()
    return session.router.route(patches)
