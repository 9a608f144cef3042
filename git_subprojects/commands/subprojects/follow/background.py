"""What a hook starts, and what then updates the clones in the background."""

import os
import time

from git_subprojects.cli.screen import Screen
from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.git.process import Git
from git_subprojects.workspace.follow import SETTING, Background, Last, unattended
from git_subprojects.workspace.repository import Repository, at, discover

LONGEST_WAIT = 3
"""Seconds that a rebase, which has several hooks, may take to its end; one that stops has another when it goes on."""


def start(screen: Screen) -> int:
    """Note that an update is wanted, start it, and return at once: a hook is waiting."""
    host = discover(Git(os.environ))
    if host.top is None or not host.config.flag(SETTING, default=False):
        return 0
    background = Background(host.common_dir)
    undone = background.undone()
    if undone is not None:
        screen.warning(undone)
    background.want(host.top)
    git = host.git.elsewhere(host.top)
    with open(background.log, "ab") as log:
        git = git._replace(environment=unattended(git.environment))
        git.detach("subprojects", "follow", "--run", output=log.fileno())
    return 0


def update(screen: Screen) -> int:
    """Update where that is wanted, as long as it is; leave if another run does so, which will see what is wanted."""
    host = discover(Git(os.environ))
    background = Background(host.common_dir)
    status = 0
    while background.wanted():
        with background.alone() as had:
            if not had:
                return status
            busy = _settle(host.git, background)
            for top in background.take():
                status = max(status, _update_in(host, top, busy, background, screen))
            background.shorten()
        # What was wanted while the lock was being given up is seen by the next look.
    return status


def _settle(git: Git, background: Background) -> dict[str, str]:
    """Wait until what is going on where updates are wanted has ended; return where it has not, and what it is."""
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        going_on = {top: refs.operation(git, top) for top in background.wanted()}
        busy = {top: operation for top, operation in going_on.items() if operation}
        if not busy or time.monotonic() > deadline:
            return busy
        time.sleep(0.05)


def _update_in(host: Repository, top: str, busy: dict[str, str], background: Background, screen: Screen) -> int:
    """Update in one work tree; return the exit status."""
    # A hook has no time to load this.
    from datetime import datetime

    from git_subprojects.commands.updating import update_clones
    from git_subprojects.context.context import current_context

    date = datetime.now().astimezone().isoformat(timespec="seconds")
    repository = at(host.git, top)
    reason = None
    if repository is None or os.path.realpath(repository.common_dir) != os.path.realpath(host.common_dir):
        reason = "no longer a work tree of this repository"
    elif top in busy:
        reason = f"{busy[top]} in progress"
    if reason is not None:
        screen.note(f"== {date} {top}\nskipped: {reason}")
        return 0
    background.remember(Last(date, None))
    screen.note(f"== {date} {top}")
    os.chdir(top)
    try:
        status = update_clones(current_context(None, screen, use_cache=True), screen)
    except Error as error:
        screen.error(error.message, error.hint)
        status = error.code
    background.remember(Last(date, status))
    return status
