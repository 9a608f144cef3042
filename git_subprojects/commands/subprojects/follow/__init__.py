"""``git subprojects follow``: ``git pull`` in the host updates the clones, in the background."""

from __future__ import annotations

import os

from git_subprojects.cli.options import Common, flag, form
from git_subprojects.errors import FAILED, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.workspace.facts import FollowState
    from git_subprojects.workspace.repository import Repository

DESCRIPTION = "Let git pull, rebase and switch in the host update the clones too, in the background."


class Options(Common):
    """What is done: without any of the first four, it is switched on."""

    off: bool = flag("--off", exclusive="action", about="stop, and restore the hooks")
    status: bool = flag("--status", exclusive="action", about="say whether it is on, and how the last update went")
    hook: bool = flag(
        "--hook", exclusive="action", hidden=True, about="what the hooks run: have the clones updated in the background"
    )
    run: bool = flag(
        "--run",
        exclusive="action",
        hidden=True,
        about="what runs in the background: update where a hook has asked for it",
    )
    form: str = form()


def run(options: Options, screen: Screen) -> int:
    """Switch it on or off, say how it is, or do a hook's work; return the exit status."""
    if options.hook or options.run:
        from git_subprojects.commands.subprojects.follow import background

        return background.start(screen) if options.hook else background.update(screen)
    from git_subprojects.context.host import locate
    from git_subprojects.git.process import Git
    from git_subprojects.output import follow, forms
    from git_subprojects.workspace.repository import discover

    host = locate(discover(Git(os.environ))).host
    assert host is not None  # noqa: S101 - what is discovered is a host or has one
    status = 0
    if not options.status:
        status = _off(host, screen) if options.off else _on(host, screen)
    if options.status or options.form != "text":
        state = _state(host)
        screen.show(forms.render(options.form, follow, state))
        if options.form == "text" and state.follows:
            status = _warn_of_hooks(state, screen)
    return status


def _on(host: Repository, screen: Screen) -> int:
    from git_subprojects.workspace import hooks
    from git_subprojects.workspace.follow import SETTING, Background

    if host.top is None:
        raise Error(f"{host.anchor} is bare: nothing is pulled there", "run this in one of its work trees")
    hooks.add(hooks.own_folder(host))
    host.git.output("config", SETTING, "true")
    screen.note("from now on git pull, rebase and switch here update the clones, in the background")
    screen.note(f"log: {Background(host.common_dir).log}")
    return 0


def _off(host: Repository, screen: Screen) -> int:
    from git_subprojects.git.process import GitError
    from git_subprojects.workspace import hooks
    from git_subprojects.workspace.follow import SETTING, Background

    words = ("config", "--unset-all", SETTING)
    ended = host.git.run(*words)
    # 5: there was no such setting.
    if ended.returncode not in (0, 5):
        raise GitError(words, ended.returncode, ended.stderr)
    # The user may have set core.hooksPath since.
    folders = {hooks.folder(host), os.path.join(host.common_dir, "hooks")}
    errors = [error for folder in sorted(folders) for error in hooks.remove(folder)]
    for error in errors:
        screen.error(error.message, error.hint)
    background = Background(host.common_dir)
    if not background.clear():
        screen.note(f"an update is running, and will be finished: {background.log}")
    screen.note("git pull here no longer updates the clones")
    return FAILED if errors else 0


def _state(host: Repository) -> FollowState:
    from git_subprojects.workspace import hooks
    from git_subprojects.workspace.facts import FollowState
    from git_subprojects.workspace.follow import SETTING, Background
    from git_subprojects.workspace.repository import discover

    background = Background(host.common_dir)
    folder = hooks.folder(host)
    return FollowState(
        follows=discover(host.git).config.flag(SETTING, default=False),
        folder=folder,
        hooks={name: hooks.state(os.path.join(folder, name)) for name in hooks.CONDITIONS},
        running=background.is_running(),
        last=background.last(),
        log=background.log,
        has_log=os.path.exists(background.log),
    )


def _warn_of_hooks(state: FollowState, screen: Screen) -> int:
    """Say which hooks are not as they should be; return the exit status."""
    wrong = [name for name, how in state.hooks.items() if how != "on"]
    if wrong:
        screen.warning(f"missing, or changed since they were written: {' '.join(wrong)}; again: git subprojects follow")
    return FAILED if wrong else 0
