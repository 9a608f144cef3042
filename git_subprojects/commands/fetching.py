"""Fetches for clones, and says what came of it: what ``update``, ``follow`` and ``status --fetch`` share."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import Context
from git_subprojects.context.network import FETCHES_AT_LEAST, settings
from git_subprojects.context.network import jobs as fetches
from git_subprojects.plural import counted
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.fetch import fetch
from git_subprojects.workspace.fetch_clone import REMOTE, Fetched
from git_subprojects.workspace.transport import TransferError

T = TypeVar("T")


def fetch_all(
    context: Context, clones: Sequence[State], jobs: int | None, screen: Screen, *, follow: bool, prune: bool = False
) -> Iterator[Fetched]:
    """Fetch in each clone, ``jobs`` at a time, and yield each as it ends; ``follow``, ``prune``: see ``fetch``.

    What needs a password is tried once more in the end, where the user can be asked for one.
    """

    def say(name: str, text: str) -> None:
        screen.warning(f"{name}: {text}")

    patience = settings(context)
    locked = []
    number = fetches(jobs, context, FETCHES_AT_LEAST)
    for fetched in fetch(clones, context.git, patience, say, number, follow=follow, prune=prune):
        if isinstance(fetched.error, TransferError) and fetched.error.kind == "auth" and screen.can_ask:
            locked.append(fetched.state)
        else:
            _say_what_has_moved(fetched, screen)
            yield fetched
    for state in locked:
        screen.note(f"{state.name}: trying once more; git may ask you to log in")
        for fetched in fetch([state], context.git, patience, say, 1, follow=follow, prune=prune, foreground=True):
            _say_what_has_moved(fetched, screen)
            yield fetched


def with_password(screen: Screen, name: str, attempt: Callable[[bool], T]) -> T:
    """Return what ``attempt`` does; where it needs a password that the user can be asked for, once more.

    It takes whether git is in the foreground, where it may ask.
    """
    try:
        return attempt(False)  # noqa: FBT003 - it takes just that
    except TransferError as error:
        if error.kind != "auth" or not screen.can_ask:
            raise
    screen.note(f"{name}: trying once more; git may ask you to log in")
    return attempt(True)  # noqa: FBT003


def _say_what_has_moved(fetched: Fetched, screen: Screen) -> None:
    state = fetched.state
    if fetched.moved_from is not None:
        screen.note(f"{state.name}: its URL was {fetched.moved_from}, and is what the manifest says now")
    if fetched.pruned:
        number = counted(len(fetched.pruned), "branch", "branches")
        screen.note(f"{state.name}: removed {number} that {REMOTE} has no more: {', '.join(fetched.pruned)}")
    for tag in fetched.moved_tags:
        ref = shlex.quote(f"+refs/tags/{tag}:refs/tags/{tag}")
        screen.warning(f"{state.name}: the tag {tag} was moved at {REMOTE}; here it is what it was")
        screen.note(f"hint: to take it: git -C {shlex.quote(state.path)} fetch {REMOTE} {ref}")


def report_failures(failed: Sequence[Fetched], reached: int, screen: Screen) -> None:
    """Say why clones could not be fetched; ``reached`` is how many could be. That there is no network is said once."""
    offline = [each for each in failed if isinstance(each.error, TransferError) and each.error.is_offline]
    is_one_cause = len(offline) > 1
    for fetched in failed:
        error = fetched.error
        if error is None:
            continue
        if is_one_cause and fetched in offline:
            screen.detail(f"{fetched.state.name}: {error.message}")
        else:
            screen.error(f"{fetched.state.name}: {error.message}", error.hint)
    if is_one_cause and offline[0].error is not None:
        number = counted(len(offline), "project")
        if reached or len(offline) < len(failed):
            screen.error(
                f"{number} not reached: {', '.join(each.state.name for each in offline)}", "-v shows the reasons"
            )
        else:
            screen.error(f"no network: {number} not reached", offline[0].error.hint)
