"""``git route-patch --twins`` and ``--onto``: whether patches apply elsewhere, and who would get them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_subprojects.commands.route_patch import targets
from git_subprojects.commands.route_patch.session import session, start_session
from git_subprojects.commands.route_patch.several_projects import refuse_several
from git_subprojects.commands.route_patch.submitted import Submitted, pairs_of, submitted
from git_subprojects.commands.route_patch.targets import Target, Unknown
from git_subprojects.errors import FAILED, Error
from git_subprojects.output import routes
from git_subprojects.output import twins as output
from git_subprojects.output.forms.json import document
from git_subprojects.patches.revisions import Texts
from git_subprojects.routing.rule_files.reader import Revisions
from git_subprojects.system.scratch import scratch_folder
from git_subprojects.twins.paths import mapped
from git_subprojects.twins.series import SeriesApplier
from git_subprojects.twins.verdicts import ALREADY, TargetVerdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.options import Apply, Twins
    from git_subprojects.commands.route_patch.session import Session
    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Change, Patch
    from git_subprojects.routing.model import Destination
    from git_subprojects.twins.explain import AppliedPatch
    from git_subprojects.twins.series import Repository
    from git_subprojects.twins.verdicts import Verdict

_MERGE = "a merge makes no patch; --first-parent applies what it has brought"


def run(options: Apply, screen: Screen) -> int:
    """Apply patches in memory, and show what becomes of them; return the exit status: FAILED if one does not apply."""
    refuse_several(options, "--twins" if options.twins else "--twin" if options.twin else "--onto")
    with (
        scratch_folder() as folder,
        session(options, screen, folder, first_parent=options.first_parent) as routed,
        Targets(routed, options, screen) as elsewhere,
        submitted(routed, elsewhere.gits(), folder) as patches,
    ):
        return _answer(routed, patches, elsewhere, options, screen)


class Targets:
    """All the targets that were asked for, and what routes patches in each of the twins."""

    def __init__(self, session: Session, options: Twins, screen: Screen) -> None:
        """Find them. Raises Error where one that was asked for is none."""
        self._options = options
        self._screen = screen
        self._source = targets.source(session)
        self._onto = targets.onto(session, options.onto, self._source)
        self._twins: list[Target | Unknown] = []
        self._sessions: dict[str, Session] = {}
        self._ahead: dict[str, tuple[Patch, tuple[Change, ...]]] = {}
        self._appliers: dict[tuple[str | None, str], SeriesApplier] = {}
        self._alone: dict[tuple[str | None, str], dict[str, AppliedPatch]] = {}
        self._has_twins = bool(options.twins or options.twin)
        if not self._has_twins:
            return
        wanted = targets.names_of_twins(session, options.twin, declared=options.twins)
        for twin in targets.twins(session, wanted, options, screen):
            self._twins.append(twin)
            if isinstance(twin, Unknown):
                screen.error(twin.error.message, twin.error.hint)
            elif twin.home is not None and twin.project is not None:
                at = Revisions(twin.commit, None, twin.home.top)
                self._sessions[twin.project] = start_session(
                    options, session.context, twin.home, at, twin.repository.objects
                )

    def __enter__(self) -> Targets:
        return self

    def __exit__(self, *_: object) -> None:
        for twin in self._known_twins():
            twin.repository.objects.end()

    def gits(self) -> list[Git]:
        """Return git in each of the twins."""
        return [twin.repository.git for twin in self._known_twins()]

    def _known_twins(self) -> list[Target]:
        return [twin for twin in self._twins if isinstance(twin, Target)]

    def onto(self, submitted: Submitted, *, alone: bool = False) -> list[TargetVerdicts] | None:
        """Return what becomes of the patches on other revisions of their project; None: that was not asked for."""
        if not self._onto:
            return None
        return [self._verdicts(target, submitted, alone=alone) for target in self._onto]

    def twins(self, submitted: Submitted, *, alone: bool = False) -> list[TargetVerdicts] | None:
        """Return what becomes of the patches in twins; None: that was not asked for.

        ``alone``: each on the target as it is, not one upon the other.
        """
        if not self._has_twins:
            return None
        return [
            TargetVerdicts(twin.project, None, None, error=twin.error.message)
            if isinstance(twin, Unknown)
            else self._verdicts(twin, submitted, alone=alone)
            for twin in self._twins
        ]

    def _verdicts(self, target: Target, submitted: Submitted, *, alone: bool) -> TargetVerdicts:
        answer = TargetVerdicts(target.project, target.revision, target.commit)
        if any(patch.parents > 1 for patch in submitted.patches) and not self._options.first_parent:
            return answer._replace(error=_MERGE)
        try:
            if alone:
                applied = [self._applied_alone(target, pair) for pair in submitted.pairs]
            else:
                applied = _applier(target, submitted.repository).apply_series(submitted.pairs)
        except Error as error:
            self._screen.error(f"{target.project or target.revision}: {error.message}", error.hint)
            return answer._replace(error=error.message)
        return answer._replace(verdicts=verdicts_of(submitted, applied))

    def _applied_alone(self, target: Target, pair: tuple[Patch, tuple[Change, ...]]) -> AppliedPatch:
        """Return what becomes of one patch; all that this has looked ahead to are applied at the first."""
        where = target.project, target.revision
        if where not in self._appliers:
            self._appliers[where] = _applier(target, self._source)
        applier, commit = self._appliers[where], pair[0].commit
        if where not in self._alone:
            is_patch = [each for each in self._ahead.values() if each[0].parents < 2 or self._options.first_parent]
            try:
                applied = applier.apply_each(is_patch)
            except Error:
                # Which of them it is about is seen when each is asked for.
                applied = []
            self._alone[where] = {one.patch.commit: one for one in applied}
        return self._alone[where].get(commit) or applier.apply_each([pair])[0]

    def routes(self, answer: TargetVerdicts, patches: Sequence[Patch]) -> list[Destination]:
        """Return who gets the patches in a twin, those that are not there already."""
        return self._routes(answer, list(zip(patches, answer.verdicts, strict=True)) if answer.verdicts else [])

    def routes_by_patch(self, answer: TargetVerdicts, patches: Sequence[Patch]) -> list[list[Destination]]:
        """Return who gets each patch in a twin."""
        if not answer.verdicts:
            return [[] for _ in patches]
        return [self._routes(answer, [pair]) for pair in zip(patches, answer.verdicts, strict=True)]

    def _routes(self, answer: TargetVerdicts, verdicts: Sequence[tuple[Patch, Verdict]]) -> list[Destination]:
        wanted = [patch for patch, verdict in verdicts if verdict.kind != ALREADY]
        twin = next((twin for twin in self._known_twins() if twin.project == answer.project), None)
        session = self._sessions.get(answer.project or "")
        if session is None or twin is None or not wanted:
            return []
        if not wanted[0].is_file and session.router.reads_text(wanted):
            wanted = session.with_texts(wanted, Texts(self._source.git, [patch.commit for patch in wanted]))
        return session.route(
            [patch._replace(paths=tuple(mapped(path, twin.paths) for path in patch.paths)) for patch in wanted]
        )

    def look_ahead(self, patches: Sequence[Patch]) -> None:
        """Read what patches change, before they are asked for one by one."""
        self._ahead = {patch.commit: (patch, changes) for patch, changes in pairs_of(self._source, patches)}
        self._alone.clear()

    def of(self, patch: Patch) -> dict[str, object]:
        """Return what becomes of one patch alone, to which this has looked ahead, as JSON has it."""
        single = Submitted([patch], self._source, [self._ahead[patch.commit]])
        twins, onto = self.twins(single, alone=True), self.onto(single, alone=True)
        there = None if twins is None else [(answer, self.routes_by_patch(answer, [patch])) for answer in twins]
        return output.of_patch(0, there, onto)


def _applier(target: Target, source: Repository) -> SeriesApplier:
    return SeriesApplier(source, target.repository, target.commit, target.paths)


def verdicts_of(submitted: Submitted, applied: Sequence[AppliedPatch]) -> list[Verdict]:
    """Return what becomes of each patch; other patches are called there as the operands name them."""
    pairs = zip(submitted.patches, submitted.pairs, strict=True)
    names = {commit.commit: patch.name or patch.commit for patch, (commit, _) in pairs}
    return [patch_there.verdict._replace(after=names.get(patch_there.verdict.after or "")) for patch_there in applied]


def _answer(session: Session, submitted: Submitted, elsewhere: Targets, options: Apply, screen: Screen) -> int:
    patches = submitted.patches
    twins, onto = elsewhere.twins(submitted), elsewhere.onto(submitted)
    if options.form == "json":
        there = None if twins is None else [(answer, elsewhere.routes_by_patch(answer, patches)) for answer in twins]
        here = [(patch, session.route([patch])) for patch in patches]
        screen.data(document(**output.data(here, there, onto)))
    else:
        paragraphs = []
        if twins is not None:
            paragraphs.append(routes.destinations_text(session.route(patches), explain=options.explain))
            for answer in twins:
                if answer.error is None:
                    paragraphs.append(output.twin(answer, patches))
                    destinations = elsewhere.routes(answer, patches)
                    paragraphs.append(routes.destinations_text(destinations, explain=options.explain))
        applicable = [answer for answer in onto or () if answer.error is None]
        if applicable:
            paragraphs.append(output.table(applicable, patches))
        screen.answer("\n\n".join(filter(None, paragraphs)))
    answers = [*(twins or ()), *(onto or ())]
    for answer in answers:
        if answer.failing:
            screen.note(output.summary(answer))
    return FAILED if any(answer.failing or answer.error is not None for answer in answers) else 0
