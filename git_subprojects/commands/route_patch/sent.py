"""``git route-patch --sent``: what was sent from a repository, and where it can be read."""

import argparse
import os

from git_subprojects.cli.screen import Screen
from git_subprojects.commands.route_patch.namespace import namespace
from git_subprojects.git.process import Git
from git_subprojects.output import send as render_outgoing
from git_subprojects.sending.store import records
from git_subprojects.workspace.repository import discover


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Show the series that were sent, the newest last; return the exit status.

    Raises:
        Error: there is no repository here.
    """
    arguments = namespace(arguments)
    git = Git(os.environ)
    discover(git)
    found = sorted((one for one in records(git) if one.is_begun), key=lambda one: one.when or "")
    if arguments.json:
        screen.answer(render_outgoing.records_json(found))
    elif found:
        screen.answer(render_outgoing.records(found))
    else:
        screen.note("nothing was sent from here")
    return 0
