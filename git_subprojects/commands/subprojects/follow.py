"""``git subprojects follow``: ``git pull`` in the host updates the siblings, in the background."""

import argparse
import os

from git_subprojects.cli.screen import Screen
from git_subprojects.context import host
from git_subprojects.errors import FAILED, Error
from git_subprojects.git.process import Git, GitError
from git_subprojects.output.forms import as_json
from git_subprojects.workspace import hooks
from git_subprojects.workspace.follow import SETTING, Background, unattended
from git_subprojects.workspace.repository import Repository, discover


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Do what is asked for: switch it on or off, say how it stands, or do a hook's work; return the exit status."""
    action = getattr(arguments, "action", None)
    if action == "hook":
        return _hook(screen)
    if action == "run":
        from git_subprojects.commands.subprojects import follow_run as following

        return following.run(screen)
    place = host.locate(discover(Git(os.environ))).host
    assert place is not None  # noqa: S101 - what is discovered is a host or has one
    if action == "off":
        status = _off(place, screen)
    elif action == "status":
        status = 0
    else:
        status = _on(place, screen)
    if arguments.json:
        screen.answer(as_json(**_state(place)))
    elif action == "status":
        status = _tell(place, screen)
    return status


def _on(place: Repository, screen: Screen) -> int:
    if place.top is None:
        raise Error(f"{place.anchor} is bare: nothing is pulled there", "run this in one of its work trees")
    hooks.add(hooks.own_folder(place))
    place.git.output("config", SETTING, "true")
    screen.note("from now on git pull, rebase and switch here update the clones, in the background")
    screen.note(f"what is done is told in {Background(place.common_dir).log}")
    return 0


def _off(place: Repository, screen: Screen) -> int:
    words = ("config", "--unset-all", SETTING)
    ended = place.git.run(*words)
    # 5: there was no such setting.
    if ended.returncode not in (0, 5):
        raise GitError(words, ended.returncode, ended.stderr)
    # The user may have set core.hooksPath since.
    places = {hooks.folder(place), os.path.join(place.common_dir, "hooks")}
    wrong = [error for one in sorted(places) for error in hooks.remove(one)]
    for error in wrong:
        screen.error(error.message, error.hint)
    if not Background(place.common_dir).clear():
        screen.note(f"an update is running, and comes to its end: {Background(place.common_dir).log}")
    screen.note("git pull here updates the clones no more")
    return FAILED if wrong else 0


def _state(place: Repository) -> dict[str, object]:
    """Return how it stands, for JSON."""
    background = Background(place.common_dir)
    folder = hooks.folder(place)
    last = background.last()
    running = background.is_running()
    return {
        "follows": discover(place.git).config.flag(SETTING, default=False),
        "folder": folder,
        "hooks": {name: hooks.state(os.path.join(folder, name)) for name in hooks.CONDITIONS},
        "running": running,
        "last": None if last is None else {"date": last.date, "status": last.status},
        "log": background.log,
    }


def _tell(place: Repository, screen: Screen) -> int:
    """Say how it stands; return the exit status."""
    background = Background(place.common_dir)
    folder = hooks.folder(place)
    off = [name for name in hooks.CONDITIONS if hooks.state(os.path.join(folder, name)) != "on"]
    follows = place.config.flag(SETTING, default=False)
    lines = [f"{'on' if follows else 'off'}, by the hooks in {folder}" if follows else "off"]
    last = background.last()
    if background.is_running():
        lines.append("an update is running")
    elif last is not None:
        lines.append(f"the last update began {last.date} and {'did all' if last.status == 0 else 'left something'}")
    if os.path.exists(background.log):
        lines.append(f"log: {background.log}")
    screen.answer("\n".join(lines))
    if follows and off:
        screen.warning(f"not there, or not as they were written: {' '.join(off)}; again: git subprojects follow")
    return FAILED if follows and off else 0


def _hook(screen: Screen) -> int:
    """Note that an update is wanted, start it, and return at once."""
    found = discover(Git(os.environ))
    if found.top is None or not found.config.flag(SETTING, default=False):
        return 0
    background = Background(found.common_dir)
    undone = background.undone()
    if undone is not None:
        screen.warning(undone)
    background.want(found.top)
    git = found.git.elsewhere(found.top)
    with open(background.log, "ab") as log:
        git = git._replace(environment=unattended(git.environment))
        git.detach("subprojects", "follow", "--run", output=log.fileno())
    return 0
