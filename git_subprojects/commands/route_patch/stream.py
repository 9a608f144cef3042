"""``git route-patch --stdin``: commit ids in, lines of JSON out, one after the other."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from git_subprojects.commands.route_patch.problems import report_rules
from git_subprojects.commands.route_patch.session import commit_id, start_session
from git_subprojects.context.context import current_context
from git_subprojects.context.target_project import target_project
from git_subprojects.errors import FAILED
from git_subprojects.git.objects import Objects
from git_subprojects.git.process import FastGit
from git_subprojects.output.forms.json import line
from git_subprojects.output.routes import line_object
from git_subprojects.patches.stream import of_lines
from git_subprojects.routing.rule_files.reader import Revisions

if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.apply import Targets
    from git_subprojects.commands.route_patch.options import Stream
    from git_subprojects.commands.route_patch.session import Session


def run(options: Stream, screen: Screen) -> int:
    """Answer each commit id on standard input as git comes to it, by the rules at one revision for all."""
    context = current_context(options.manifest, screen, git=FastGit(os.environ), use_cache=True)
    target = target_project(context, options.project)
    revisions = Revisions(commit_id(target.git, options.rules_from or "HEAD"), None, target.top)
    session = start_session(options, context, target, revisions, Objects(target.git))
    status = 0
    with ExitStack() as stack:
        stack.callback(session.objects.end)
        elsewhere = _targets(session, options, screen, stack)
        with_text = session.router.reads_text()
        gc.freeze()  # What has been read by now stays to the end: it need not be looked through again and again.
        for answers in of_lines(target.git, sys.stdin.fileno(), with_text=with_text):
            patches = [patch for _, patch in answers if patch is not None]
            session.trees.look_ahead(patches)
            if elsewhere is not None:
                elsewhere.look_ahead(patches)
            for word, patch in answers:
                if patch is None:
                    status = FAILED
                    screen.data(line(line_object(word, None, (), error="there is no such commit")))
                    continue
                answer = line_object(word, patch, session.route([patch]))
                screen.data(line(answer if elsewhere is None else {**answer, **elsewhere.of(patch)}))
    report_rules(session, screen)
    return FAILED if options.strict and session.trees.all_problems() else status


def _targets(session: Session, options: Stream, screen: Screen, stack: ExitStack) -> Targets | None:
    """Return where each patch is applied, if that was asked for, until ``stack`` ends."""
    if not (options.twins or options.twin or options.onto):
        return None
    from git_subprojects.commands.route_patch.apply import Targets

    return stack.enter_context(Targets(session, options, screen))
