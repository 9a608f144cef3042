"""``git subprojects follow --run``: what runs in the background after a hook."""

import argparse
import os
import time
from datetime import datetime

from git_subprojects.cli.screen import Screen
from git_subprojects.commands.subprojects import update
from git_subprojects.context.context import current_context
from git_subprojects.errors import Error
from git_subprojects.git import refs as layout
from git_subprojects.git.process import Git
from git_subprojects.workspace.follow import Background, Last
from git_subprojects.workspace.repository import Repository, at, discover

LONGEST_WAIT = 3
"""Seconds that a rebase, which has several hooks, may take to its end; one that stops has another when it goes on."""


def run(screen: Screen) -> int:
    """Update where that is wanted, as long as it is; leave if another run is at it, which will see the wish."""
    place = discover(Git(os.environ))
    background = Background(place.common_dir)
    status = 0
    while background.wanted():
        with background.alone() as had:
            if not had:
                return status
            busy = _settle(background)
            for top in background.take():
                status = max(status, _round(place, top, busy, background, screen))
            background.shorten()
        # What was wished for while the lock was being given up is seen by the next look.
    return status


def _settle(background: Background) -> dict[str, str]:
    """Wait until what is going on where updates are wanted has ended; return where it has not, and what it is."""
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        going_on = {top: layout.operation(layout.git_dir(top)) for top in background.wanted()}
        busy = {top: operation for top, operation in going_on.items() if operation}
        if not busy or time.monotonic() > deadline:
            return busy
        time.sleep(0.05)


def _round(place: Repository, top: str, busy: dict[str, str], background: Background, screen: Screen) -> int:
    """Update in one work tree; return the exit status."""
    date = datetime.now().astimezone().isoformat(timespec="seconds")
    found = at(place.git, top)
    reason = None
    if found is None or os.path.realpath(found.common_dir) != os.path.realpath(place.common_dir):
        reason = "it is no work tree of this repository any more"
    elif top in busy:
        reason = f"there is a {busy[top]} in progress"
    if reason is not None:
        screen.note(f"== {date} {top}\nleft, for {reason}")
        return 0
    background.remember(Last(date, None))
    screen.note(f"== {date} {top}")
    os.chdir(top)
    words = argparse.Namespace(manifest=None, json=False)
    try:
        status = update.bring(current_context(None, screen, kept=True), words, screen)
    except Error as error:
        screen.error(error.message, error.hint)
        status = error.code
    background.remember(Last(date, status))
    return status
