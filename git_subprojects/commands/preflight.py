"""Finds out what preflight findings depend on: the repository, the user's config, and the project's own checkers."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from git_subprojects.commands.surroundings import state_folder
from git_subprojects.model import HOST
from git_subprojects.preflight import checker
from git_subprojects.preflight import findings as looks
from git_subprojects.preflight.trust import Trust, digest
from git_subprojects.routing.addresses import same_key
from git_subprojects.workspace.upstream import upstream

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Iterator, Sequence

    from git_subprojects.commands.outgoing import Outgoing
    from git_subprojects.commands.routing import Session
    from git_subprojects.model import Destination, Project
    from git_subprojects.preflight.findings import Areas, Finding
    from git_subprojects.ui import Screen
    from git_subprojects.workspace.facts import Upstream

_SUBJECTS = 100
"""How many of a project's last subjects tell how they begin there."""


def findings(
    session: Session, outgoing: Sequence[Outgoing], arguments: argparse.Namespace, screen: Screen
) -> list[Finding]:
    """Return all that is found about what goes out. The project's own checkers run only with the user's leave."""
    found: list[Finding] = []
    settings = session.place.git.config(r"^(subprojects\.subscribed|sendemail\.suppresscc)$").settings
    subscribed = {same_key(address) for address in settings.get("subprojects.subscribed", [])}
    suppressed = [value for value in settings.get("sendemail.suppresscc", []) if value in ("all", "cc")]
    projects: dict[str, list[str]] = {}
    for one in outgoing:
        for written in one.written:
            projects.setdefault(written.name, []).append(one.destination.project)
    commits = {written.patch.commit for one in outgoing for written in one.written}
    for one in outgoing:
        base = upstream_of(session, one, commits)
        areas = _areas(session, base)
        for written in one.written:
            found += looks.of_patch(written, one.destination, areas)
            others = [name for name in projects[written.name] if name != one.destination.project]
            if others:
                found.append(looks.mixed(one.destination, written, others))
            output = _whitespace(session, written)
            if output:
                found.append(looks.whitespace(one.destination, written, output))
        found += looks.of_series(one.destination, one.written, base, subscribed)
        if suppressed and one.destination.cc and one.destination.venue.kind == "email":
            found.append(looks.cc_suppressed(one.destination, suppressed[0]))
        if base is not None:
            found += _place_in_history(session, one.destination, base)
        found += _checked(session, one, base, arguments, screen)
    return found


def upstream_of(session: Session, one: Outgoing, others: Collection[str] = ()) -> Upstream | None:
    """Return how the patches lie to the branch of their project; None for patch files.

    ``others`` are commits that are on their way too.
    """
    patches = [part.patch for part in one.destination.parts]
    if patches[0].name:
        return None
    project = _project(session, one.destination)
    # An in-tree project lives in the host's repository, whose URL no manifest names.
    urls = [] if project is None else [url for url in (project.url, *project.mirrors) if url]
    return upstream(session.place.git, patches, urls, None if project is None else project.branch, others)


def _project(session: Session, one: Destination) -> Project | None:
    return session.place.manifest.projects.get(one.project) if one.project != HOST else None


def _areas(session: Session, base: Upstream | None) -> Areas | None:
    if base is None or base.base is None:
        return None
    words = ["log", f"-{_SUBJECTS}", "--no-merges", "--format=%s", "--no-show-signature", base.base]
    found = session.place.git.run(*words)
    return looks.areas(found.stdout.decode("utf-8", "replace").splitlines())


def _whitespace(session: Session, written: looks.Written) -> str:
    git = session.place.git
    if written.patch.commit and git.run("cat-file", "-e", f"{written.patch.commit}^{{commit}}").returncode == 0:
        words = ["diff-tree", "--check", "--root", "-r", "-M", "--no-commit-id", "--no-color", written.patch.commit]
        return git.run(*words).stdout.decode("utf-8", "replace").rstrip()
    # With --numstat nothing is applied; what is wrong is still said, but at the top only of all files.
    git = git._replace(directory=session.place.top or git.directory)
    said = git.run("apply", "--numstat", "--whitespace=warn", "--", os.path.abspath(written.path)).stderr
    lines = said.decode("utf-8", "replace").replace(f"{os.path.abspath(written.path)}:", "").splitlines()
    return "\n".join(line for line in lines if not line.startswith("error: "))


def _place_in_history(session: Session, one: Destination, base: Upstream) -> Iterator[Finding]:
    git = session.place.git
    if git.run("symbolic-ref", "-q", "HEAD").returncode != 0:
        yield looks.detached(one)
    project = _project(session, one)
    if project is None or base.base is None or not base.behind:
        return
    for revision in {pin.revision for pin in project.pins if pin.revision is not None}:
        if git.run("merge-base", "--is-ancestor", base.base, f"{revision}^{{commit}}").returncode == 0:
            yield looks.on_old_base(one, base, revision)
            return


def _checked(
    session: Session, one: Outgoing, base: Upstream | None, arguments: argparse.Namespace, screen: Screen
) -> Iterator[Finding]:
    commands = one.destination.venue.check
    top = session.place.top
    if not commands or top is None or "checker" in ",".join(arguments.skip_check):
        return
    shown = [shlex.join(command) for command in commands]
    trust = Trust(state_folder(os.environ))
    key = digest(top, commands)
    if not trust.is_given(key):
        words = "\n".join(f"    {text}" for text in shown)
        if not arguments.allow_checker:
            if not screen.can_confirm:
                why = f"not run, for nobody has allowed it here: {'; '.join(shown)}"
                yield looks.checker_not_run(one.destination, why, "--allow-checker lets it run, now and from now on")
                return
            screen.note(f"{one.destination.project} checks patches with its own commands, in {top}:\n{words}")
            if not screen.confirm("Run them, now and from now on?"):
                why = f"not run, for you have not allowed it: {'; '.join(shown)}"
                yield looks.checker_not_run(one.destination, why, "--allow-checker lets it run")
                return
        trust.give(key)
    first = None if base is None else one.written[0].patch.base
    for ran in checker.run(commands, one.written, top, session.place.git.environment, first):
        if ran.status:
            yield looks.checker(one.destination, ran.written, ran.command, ran.status, ran.output)
