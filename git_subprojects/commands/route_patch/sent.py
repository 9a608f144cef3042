"""``git route-patch --sent``: what was sent from a repository, and where it can be read."""

import os

from git_subprojects.cli.screen import Screen
from git_subprojects.commands.route_patch.options import Sent
from git_subprojects.git.process import Git
from git_subprojects.output import forms, sent
from git_subprojects.sending.store import records
from git_subprojects.workspace.repository import discover


def run(options: Sent, screen: Screen) -> int:
    """Show the series that were sent, the newest last; return the exit status.

    Raises:
        Error: there is no repository here.
    """
    git = Git(os.environ)
    discover(git)
    series = sorted((record for record in records(git) if record.is_begun), key=lambda record: record.when or "")
    screen.show(forms.render(options.form, sent, series))
    if not series and options.form == "text":
        screen.note("nothing was sent from here")
    return 0
