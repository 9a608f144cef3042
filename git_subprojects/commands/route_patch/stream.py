"""``git route-patch --stdin``: commit ids in, lines of JSON out, one after the other."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from git_subprojects.commands.route_patch.namespace import namespace
from git_subprojects.commands.route_patch.session import begin, commit_id, tell_rule_problems
from git_subprojects.context.context import current_context
from git_subprojects.context.target_project import target_project
from git_subprojects.errors import FAILED
from git_subprojects.git.fast import Quick
from git_subprojects.git.objects import Objects
from git_subprojects.output.forms.json import line
from git_subprojects.routing.rule_files.reader import Revisions

if TYPE_CHECKING:
    import argparse

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.apply import Trials
    from git_subprojects.commands.route_patch.session import Session


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Answer each commit id on standard input as git comes to it, by the rules at one revision for all."""
    arguments = namespace(arguments)
    from git_subprojects.output.routes import line_object
    from git_subprojects.patches.stream import of_lines

    context = current_context(arguments.manifest, screen, git=Quick(os.environ), kept=True)
    here = target_project(context, arguments.project)
    revisions = Revisions(commit_id(here.git, arguments.rules_from or "HEAD"), None, here.top)
    session = begin(arguments, context, here, revisions, Objects(here.git))
    code = 0
    trials = _trials(session, arguments, screen)
    with_text = session.router.reads_text()
    gc.freeze()  # What has been read by now stays to the end: it need not be looked through again and again.
    try:
        for answers in of_lines(here.git, sys.stdin.fileno(), with_text=with_text):
            patches = [patch for _, patch in answers if patch is not None]
            session.trees.look_ahead(patches)
            if trials is not None:
                trials.look_ahead(patches)
            for word, patch in answers:
                session.limit.restart()
                if patch is None:
                    code = FAILED
                    screen.data(line(line_object(word, None, (), error="there is no such commit")))
                    continue
                answer = line_object(word, patch, session.router.route([patch]))
                screen.data(line(answer if trials is None else {**answer, **trials.of(patch)}))
    finally:
        if trials is not None:
            trials.end()
        session.objects.end()
    tell_rule_problems(session, screen)
    return FAILED if arguments.strict and session.trees.all_problems() else code


def _trials(session: Session, arguments: argparse.Namespace, screen: Screen) -> Trials | None:
    """Return what tries each patch elsewhere, if that was asked for."""
    if not (arguments.twins or arguments.twin or arguments.onto):
        return None
    from git_subprojects.commands.route_patch.apply import Trials

    found = Trials(session, arguments, screen)
    found.begin()
    return found
