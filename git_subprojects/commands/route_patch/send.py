"""``git route-patch --check``, ``--send`` and ``--output``: look patches over, and let them go where they belong."""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from git_subprojects.commands.route_patch import patch_input
from git_subprojects.commands.route_patch.namespace import namespace
from git_subprojects.commands.route_patch.prefetch import begin
from git_subprojects.commands.route_patch.session import Session, route_once, tell_not_touched, tell_rule_problems
from git_subprojects.context.context import state_folder
from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.output import send as render_outgoing
from git_subprojects.plural import counted
from git_subprojects.preflight import run as preflight
from git_subprojects.preflight.trust import Trust
from git_subprojects.registries import CHECKS
from git_subprojects.sending import format_patch as formatted
from git_subprojects.sending.outgoing import Outgoing, Written
from git_subprojects.sending.parts import Part
from git_subprojects.sending.series import PREFIX
from git_subprojects.workspace.upstream import upstream

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.patches.model import Patch
    from git_subprojects.preflight.base import Finding
    from git_subprojects.routing.model import Destination
    from git_subprojects.workspace.facts import Upstream


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Carry the command out; return its exit status."""
    arguments = namespace(arguments)
    if ":" in "".join(arguments.revisions):
        from git_subprojects.commands.route_patch import several_projects

        if several_projects.is_linked(arguments.revisions):
            return several_projects.run(arguments, screen)
    with TemporaryDirectory(prefix="route-patch-") as folder:
        if not _sends(arguments):
            arguments.revisions = patch_input.each_in_a_file(arguments.revisions, folder)

        def carry_out(session: Session, patches: list[Patch]) -> int:
            return look_over_and_send([(session, patches, arguments)], arguments, screen, folder)

        return route_once(arguments, screen, begin(arguments), carry_out)


def look_over_and_send(
    asked: Sequence[tuple[Session, list[Patch], argparse.Namespace]],
    arguments: argparse.Namespace,
    screen: Screen,
    folder: str,
) -> int:
    """Look patches of one or several repositories over, and send them all if that was asked for; return the status.

    Each comes with its session and its own words. ``folder`` is for files on the way.
    """
    skipped = _skipped(arguments.skip_check)
    trust = Trust(state_folder(os.environ))
    parts: list[Part] = []
    found: list[Finding] = []
    has_problems = False
    for number, (session, patches, own) in enumerate(asked, 1):
        if _sends(arguments) and patches[0].name:
            raise Error(
                f"{patches[0].name} is a file, and what is sent is remembered by its commits",
                "name the commits, or give git send-email --to-cmd='git route-patch --to' the file",
                USAGE,
            )
        outgoing = _outgoing(session, patches, own, os.path.join(folder, f"look-{number}"))
        if not outgoing:
            tell_not_touched(own, screen)
            return FAILED
        has_problems |= tell_rule_problems(session, screen)
        part = Part(session.target.git, session.target.top, session.target.manifest, outgoing)
        found += preflight.findings(part, skipped, trust, screen, allows_checker=arguments.allow_checker)
        parts.append(part)
    if not _sends(arguments):
        return _answer(found, arguments, screen, has_problems=has_problems)
    return _send(parts, found, arguments, screen, folder)


def _sends(arguments: argparse.Namespace) -> bool:
    return bool(arguments.send) or arguments.output is not None


def _skipped(asked: Sequence[str]) -> frozenset[str]:
    names = [name.strip() for text in asked for name in text.split(",")]
    for name in names:
        if name not in CHECKS:
            raise Error(f"--skip-check: there is no check '{name}'", f"one of {', '.join(CHECKS)}", USAGE)
    return frozenset(names)


def _outgoing(session: Session, patches: Sequence[Patch], arguments: argparse.Namespace, folder: str) -> list[Outgoing]:
    """Return what goes where, with each patch in a file as git format-patch writes it."""
    found: list[Outgoing] = []
    for destination in session.router.route(patches):
        parts = [part.patch for part in destination.parts]
        if parts[0].name:
            files = patch_input.files_of(parts, arguments.revisions)
        else:
            place = os.path.join(folder, str(len(found)))
            commits = [patch.commit for patch in parts]
            prefix = destination.venue.prefix or PREFIX
            git = session.target.git
            files = list(formatted.write(git, commits, place, prefix=prefix, version=1, base=None, cover=False).patches)
        written = tuple(_written(patch, path) for patch, path in zip(parts, files, strict=True))
        each = tuple(_alone(session, destination, patch) for patch in parts)
        found.append(Outgoing(destination, each, written, _upstream(session, destination, patches)))
    return found


def _upstream(session: Session, destination: Destination, patches: Sequence[Patch]) -> Upstream | None:
    """Return how a destination's patches lie to its project; those that go elsewhere in this run do not count."""
    parts = [part.patch for part in destination.parts]
    if parts[0].name:
        return None
    project = session.target.manifest.projects.get(destination.project)
    # An in-tree project lives in the host's repository, whose URL no manifest names.
    urls = () if project is None else project.urls
    branch = None if project is None else project.branch
    return upstream(session.target.git, parts, urls, branch, {patch.commit for patch in patches})


def _written(patch: Patch, path: str) -> Written:
    """Return a patch with the author and the message that its file has: git format-patch may have added a sign-off."""
    if not patch.name:
        as_sent = next(iter(patch_input.read(path)), patch)
        patch = patch._replace(author=as_sent.author, message=as_sent.message)
    return Written(patch, os.path.abspath(path), os.path.getsize(path))


def _alone(session: Session, destination: Destination, patch: Patch) -> Destination:
    session.limit.restart()
    return next(one for one in session.router.route([patch]) if one.project == destination.project)


def _answer(found: Sequence[Finding], arguments: argparse.Namespace, screen: Screen, *, has_problems: bool) -> int:
    if arguments.json:
        screen.answer(render_outgoing.findings_json(found))
    elif found:
        text = render_outgoing.terse(found) if arguments.terse else render_outgoing.findings(found)
        if text:
            screen.answer(text)
    screen.note(render_outgoing.summary(found))
    strict = arguments.strict and (has_problems or any(one.severity == "warning" for one in found))
    return FAILED if strict or any(one.severity == "error" for one in found) else 0


def _send(
    parts: Sequence[Part],
    found: Sequence[Finding],
    arguments: argparse.Namespace,
    screen: Screen,
    folder: str,
) -> int:
    from git_subprojects.sending import shipment as sending

    # Those who want quiet want to know of errors and warnings all the same.
    grave = [one for one in found if one.severity != "note" or not screen.quiet]
    if grave:
        screen.say(render_outgoing.findings(grave))
    if any(one.severity == "error" for one in found) and not arguments.dry_run:
        screen.error(
            f"nothing is sent: {render_outgoing.summary(found)}",
            "mend what is wrong, or leave a check out by its name: --skip-check NAME",
        )
        return FAILED
    asks = not (arguments.dry_run or arguments.yes) and arguments.output is None and screen.can_confirm
    worrying = any(one.severity == "warning" for one in found)
    if asks and worrying and not screen.confirm("Send all the same?"):
        return FAILED
    sent = sending.send(parts, arguments, screen, folder)
    if arguments.json:
        screen.answer(render_outgoing.sent_json(sent.records, sent.proposals))
    total = sum(len(part.outgoing) for part in parts)
    if sent.failed and total > 1:
        screen.error(f"{len(sent.failed)} of {counted(total, 'destination')} failed: {', '.join(sent.failed)}")
    return FAILED if sent.failed else 0
