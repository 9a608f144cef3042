"""Patches → what goes out: where to, in which files, and what is found about it before."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.commands.route_patch.problems import not_touched, report_rules
from git_subprojects.context.context import state_folder
from git_subprojects.errors import USAGE, Error
from git_subprojects.patches.revisions import in_order
from git_subprojects.preflight import run as preflight
from git_subprojects.preflight.trust import Trust
from git_subprojects.registries import CHECKS
from git_subprojects.sending import format_patch
from git_subprojects.sending.outgoing import Outgoing, Written
from git_subprojects.sending.parts import Part
from git_subprojects.sending.series import PREFIX
from git_subprojects.workspace.upstream import upstream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.options import Checked as Options
    from git_subprojects.commands.route_patch.session import Session
    from git_subprojects.patches.model import Patch
    from git_subprojects.preflight.base import Finding
    from git_subprojects.routing.model import Destination
    from git_subprojects.workspace.facts import Upstream


class Checked(NamedTuple):
    """What goes out of each repository, what was found about it, and whether the rules themselves have problems."""

    parts: list[Part]
    findings: list[Finding]
    has_problems: bool


def check(sessions: Sequence[Session], options: Options, screen: Screen, folder: str) -> Checked:
    """Check the patches of one or several repositories; ``folder`` is for files on the way.

    Raises:
        Error: they touch nothing of the project that they are said to be for.
    """
    skipped = _skipped(options.skip_check)
    trust = Trust(state_folder(os.environ))
    parts: list[Part] = []
    findings: list[Finding] = []
    has_problems = False
    for number, session in enumerate(sessions, 1):
        target = session.target
        outgoing = _outgoing(session, os.path.join(folder, f"check-{number}"))
        if not outgoing:
            raise not_touched(session)
        part = Part(target.git, target.top, target.manifest, outgoing)
        has_problems |= report_rules(session, screen)
        findings += preflight.findings(part, skipped, trust, screen, allows_checker=options.allow_checker)
        parts.append(part)
    return Checked(parts, findings, has_problems)


def _skipped(values: Sequence[str]) -> frozenset[str]:
    names = [name.strip() for value in values for name in value.split(",")]
    for name in names:
        if name not in CHECKS:
            raise Error(f"--skip-check: there is no check '{name}'", f"one of {', '.join(CHECKS)}", USAGE)
    return frozenset(names)


def _outgoing(session: Session, folder: str) -> list[Outgoing]:
    """Return what goes where, with each patch in a file as git format-patch writes it."""
    outgoing: list[Outgoing] = []
    session = session._replace(patches=in_order(session.target.git, session.patches))
    for destination in session.router.route(session.patches):
        patches = [part.patch for part in destination.parts]
        if patches[0].is_file:
            written = [_written(patch, patch.path) for patch in patches]
        else:
            own = os.path.join(folder, str(len(outgoing)))
            commits = [patch.commit for patch in patches]
            prefix = destination.venue.prefix or PREFIX
            files = format_patch.write(
                session.target.git, commits, own, prefix=prefix, version=1, base=None, cover=False
            ).patches
            written = [_written(patch, path) for patch, path in zip(patches, files, strict=True)]
        each = tuple(_alone(session, destination, patch) for patch in patches)
        outgoing.append(Outgoing(destination, each, tuple(written), _upstream(session, destination)))
    return outgoing


def _upstream(session: Session, destination: Destination) -> Upstream | None:
    """Return how a destination's patches relate to its project; those that go elsewhere in this run do not count."""
    patches = [part.patch for part in destination.parts]
    if patches[0].is_file:
        return None
    project = session.target.manifest.projects.get(destination.project)
    # An in-tree project lives in the host's repository, whose URL no manifest names.
    urls = () if project is None else project.urls
    branch = None if project is None else project.branch
    return upstream(session.target.git, patches, urls, branch, {patch.commit for patch in session.patches})


def _written(patch: Patch, path: str) -> Written:
    return Written(patch, os.path.abspath(path), os.path.getsize(path))


def _alone(session: Session, destination: Destination, patch: Patch) -> Destination:
    return next(alone for alone in session.route([patch]) if alone.project == destination.project)
