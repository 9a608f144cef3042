"""Runs all checks on what goes out."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from git_subprojects.people.mailbox import same_key
from git_subprojects.preflight.base import Facts
from git_subprojects.preflight.trust import digest
from git_subprojects.registries import CHECKS
from git_subprojects.sending import store

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.git.process import Git
    from git_subprojects.manifest.model import Command
    from git_subprojects.preflight.base import Check, Finding
    from git_subprojects.preflight.trust import Trust
    from git_subprojects.sending.outgoing import Outgoing
    from git_subprojects.sending.parts import Part

_SUBJECTS = 100
"""How many of a project's last subjects tell how they begin there."""


def findings(
    part: Part, skipped: Collection[str], trust: Trust, screen: Screen, *, allows_checker: bool
) -> list[Finding]:
    """Return all that is found about what goes out, patch by patch. Checks whose names are ``skipped`` do not run.

    The project's own checkers run if ``trust`` has them, or ``allows_checker``, or the user agrees on the screen.
    """
    settings = part.git.config(r"^subprojects\.subscribed$").settings
    projects: dict[str, list[str]] = {}
    for outgoing in part.outgoing:
        for written in outgoing.written:
            projects.setdefault(written.key, []).append(outgoing.destination.project)
    facts = Facts(
        part.git,
        part.top,
        projects,
        subscribed={same_key(address) for address in settings.get("subprojects.subscribed", [])},
    )

    def facts_about(outgoing: Outgoing) -> Facts:
        name = outgoing.destination.project
        project = part.manifest.projects.get(name)
        pins = () if project is None else tuple(pin.revision for pin in project.pins if pin.revision is not None)
        return facts._replace(
            pins=pins,
            subjects=lambda: _subjects(part.git, outgoing),
            hours_since_last=lambda outgoing: _hours_since_last(part.git, outgoing),
            refusal=lambda commands: _refusal(name, part.top or "", commands, trust, screen, allows=allows_checker),
        )

    return [
        finding for outgoing in part.outgoing for finding in _of_destination(outgoing, facts_about(outgoing), skipped)
    ]


def _of_destination(outgoing: Outgoing, facts: Facts, skipped: Collection[str]) -> list[Finding]:
    found: list[Finding] = []
    for name, entry in CHECKS.items():
        if name not in skipped:
            check: Check = entry.load()
            found += [
                finding._replace(name=name, project=outgoing.destination.project)
                for finding in check.find(outgoing, facts)
            ]
    # The same file may be named twice.
    places = {id(written): place for place, written in enumerate([*outgoing.written, None])}
    return sorted(found, key=lambda finding: places[id(finding.written)])


def _subjects(git: Git, outgoing: Outgoing) -> Sequence[str]:
    base = None if outgoing.upstream is None else outgoing.upstream.base
    if base is None:
        return ()
    words = ("log", f"-{_SUBJECTS}", "--no-merges", "--format=%s", "--no-show-signature", base)
    return git.run(*words).stdout.decode("utf-8", "replace").splitlines()


def _hours_since_last(git: Git, outgoing: Outgoing) -> float | None:
    """Return how long ago an earlier version of other commits was sent; None: none was."""
    patches = [part.patch for part in outgoing.destination.parts]
    commits, subjects = tuple(patch.commit for patch in patches), tuple(patch.subject for patch in patches)
    latest = store.related(git, store.records(git), outgoing.destination.project, commits, subjects)
    if latest is None or latest.when is None or latest.commits == commits:
        return None
    sent = datetime.fromisoformat(latest.when).replace(tzinfo=UTC)
    return (datetime.now(UTC) - sent).total_seconds() / 3600


def _refusal(
    project: str, top: str, commands: Sequence[Command], trust: Trust, screen: Screen, *, allows: bool
) -> str | None:
    """Return why a project's commands may not run; None: they may, and from now on."""
    key = digest(top, commands)
    if trust.is_given(key):
        return None
    shown = [shlex.join(command) for command in commands]
    if not allows and not screen.can_confirm:
        return f"not yet allowed in this repository: {'; '.join(shown)}"
    if not allows:
        lines = "\n".join(f"    {text}" for text in shown)
        screen.note(f"{project} checks patches with its own commands, in {top}:\n{lines}")
        if not screen.confirm("Run them, now and from now on?"):
            return f"you have not allowed it: {'; '.join(shown)}"
    trust.give(key)
    return None
