"""Finds out what preflight findings depend on: the repository, the user's config, and the project's own checkers."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from git_subprojects.context.context import state_folder
from git_subprojects.git.process import Git
from git_subprojects.people.mailbox import same_key
from git_subprojects.preflight import checker, of_patch, of_series
from git_subprojects.preflight.trust import Trust, digest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.manifest.model import Command
    from git_subprojects.preflight.findings import Finding
    from git_subprojects.preflight.of_patch import Areas
    from git_subprojects.routing.model import Destination
    from git_subprojects.sending.outgoing import Outgoing, Written
    from git_subprojects.sending.parts import Part
    from git_subprojects.workspace.facts import Upstream

_SUBJECTS = 100
"""How many of a project's last subjects tell how they begin there."""


def findings(part: Part, skipped: Collection[str], screen: Screen, *, allowed: bool) -> list[Finding]:
    """Return all that is found about what goes out, except the checks whose names are ``skipped``.

    The project's own checkers run only with the user's leave, which ``allowed`` gives.
    """
    found: list[Finding] = []
    settings = part.git.config(r"^(subprojects\.subscribed|sendemail\.suppresscc)$").settings
    subscribed = {same_key(address) for address in settings.get("subprojects.subscribed", [])}
    suppressed = [value for value in settings.get("sendemail.suppresscc", []) if value in ("all", "cc")]
    projects: dict[str, list[str]] = {}
    for one in part.outgoing:
        for written in one.written:
            projects.setdefault(written.name, []).append(one.destination.project)
    for one in part.outgoing:
        destination = one.destination
        areas = _areas(part, one.upstream)
        for written in one.written:
            found += of_patch.all_findings(written, destination, areas)
            others = [name for name in projects[written.name] if name != destination.project]
            if others:
                found.append(of_patch.mixed(written, destination, others))
            output = _whitespace(part, written)
            if output:
                found.append(of_patch.whitespace(written, destination, output))
        found += of_series.all_findings(destination, one.upstream, subscribed)
        if suppressed and destination.cc and destination.venue.kind == "email":
            found.append(of_series.cc_suppressed(destination, suppressed[0]))
        if one.upstream is not None:
            found += _place_in_history(part, destination, one.upstream)
        if "checker" not in skipped:
            found += _checked(part, one, screen, allowed=allowed)
    return [one for one in found if one.name not in skipped]


def _areas(part: Part, base: Upstream | None) -> Areas | None:
    if base is None or base.base is None:
        return None
    words = ["log", f"-{_SUBJECTS}", "--no-merges", "--format=%s", "--no-show-signature", base.base]
    found = part.git.run(*words)
    return of_patch.areas_of(found.stdout.decode("utf-8", "replace").splitlines())


def _whitespace(part: Part, written: Written) -> str:
    git = part.git
    if not written.patch.name:
        words = ["diff-tree", "--check", "--root", "-r", "-M", "--no-commit-id", "--no-color", written.patch.commit]
        return git.run(*words).stdout.decode("utf-8", "replace").rstrip()
    # With --numstat nothing is applied; what is wrong is still said, but at the top only of all files.
    at_top = Git(git.environment, part.top or git.directory)
    said = at_top.run("apply", "--numstat", "--whitespace=warn", "--", written.path).stderr.decode("utf-8", "replace")
    lines = said.replace(f"{written.path}:", "line ").splitlines()
    return "\n".join(line for line in lines if not line.startswith(("error: ", "warning: ")))


def _place_in_history(part: Part, one: Destination, base: Upstream) -> Iterator[Finding]:
    git = part.git
    if git.run("symbolic-ref", "-q", "HEAD").returncode != 0:
        yield of_series.detached(one)
    project = part.manifest.projects.get(one.project)
    if project is None or base.base is None or not base.behind:
        return
    for revision in {pin.revision for pin in project.pins if pin.revision is not None}:
        if git.run("merge-base", "--is-ancestor", base.base, f"{revision}^{{commit}}").returncode == 0:
            yield of_series.on_old_base(one, base, revision)
            return


def _checked(part: Part, one: Outgoing, screen: Screen, *, allowed: bool) -> Iterator[Finding]:
    destination, top = one.destination, part.top
    commands = destination.venue.check
    if not commands or top is None:
        return
    why = _refused(destination.project, top, commands, screen, allowed=allowed)
    if why is not None:
        yield of_series.checker_not_run(destination, why)
        return
    base = None if one.upstream is None else one.written[0].patch.base
    for ran in checker.run(commands, one.written, top, part.git.environment, base):
        if ran.status:
            yield of_series.checker_failed(destination, ran.written, ran.command, ran.status, ran.output)


def _refused(project: str, top: str, commands: Sequence[Command], screen: Screen, *, allowed: bool) -> str | None:
    """Return why a project's commands may not run; None: they may, and from now on."""
    trust = Trust(state_folder(os.environ))
    key = digest(top, commands)
    if trust.is_given(key):
        return None
    shown = [shlex.join(command) for command in commands]
    if not allowed and not screen.can_confirm:
        return f"not run, for nobody has allowed it here: {'; '.join(shown)}"
    if not allowed:
        lines = "\n".join(f"    {text}" for text in shown)
        screen.note(f"{project} checks patches with its own commands, in {top}:\n{lines}")
        if not screen.confirm("Run them, now and from now on?"):
            return f"not run, for you have not allowed it: {'; '.join(shown)}"
    trust.give(key)
    return None
