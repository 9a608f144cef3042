"""``git route-patch --setup``: lets git send-email or b4 ask this program, by their own config."""

import shlex

from git_subprojects.cli.confirm import agreed
from git_subprojects.cli.screen import Screen
from git_subprojects.commands.route_patch.options import Setup
from git_subprojects.context.context import current_context
from git_subprojects.context.target_project import target_project
from git_subprojects.errors import FAILED
from git_subprojects.git.process import Git
from git_subprojects.manifest.model import Venue
from git_subprojects.output.forms.json import document


def run(options: Setup, screen: Screen) -> int:
    """Write the settings into the repository's own config, or remove them; return the exit status.

    They are shown first. Where one has another value, nothing is written.
    """
    context = current_context(options.manifest, screen)
    target = target_project(context, options.project)
    venue = Venue() if target.project is None else target.manifest.projects[target.project].venue
    if target.project is None and target.is_host:
        venue = target.manifest.host.venue
    wanted = settings(options.setup, venue)
    if options.remove:
        changes = {key: value for key, value in wanted.items() if _own(target.git, key) == value}
        shown = [f"git config --unset {key}" for key in changes]
    else:
        present = {key: _value(target.git, key) for key in wanted}
        for key, value in present.items():
            if value not in (None, wanted[key]):
                screen.error(
                    f"{key} is '{value}' already, so nothing is written", f"git config --unset {key}, and once more"
                )
                return FAILED
        changes = {key: value for key, value in wanted.items() if present[key] is None}
        shown = [shlex.join(["git", "config", key, value]) for key, value in changes.items()]
    done = not changes or agreed("\n".join(shown), "Run this?", screen, yes=options.yes)
    if done:
        _change(target.git, changes, remove=options.remove)
    if options.form == "json":
        screen.data(document(settings=wanted, changed=list(changes) if done else []))
    if not changes:
        screen.note(f"{options.setup} {'does not ask' if options.remove else 'asks'} git route-patch already")
    return 0 if done else FAILED


def settings(program: str, venue: Venue) -> dict[str, str]:
    """Return what makes ``program`` ("b4" or "send-email") do as a venue wants, by key."""
    if program == "send-email":
        return {"sendemail.toCmd": "git route-patch --to", "sendemail.ccCmd": "git route-patch --cc"}
    settings_of_b4 = {
        "b4.send-auto-to-cmd": "git route-patch --to -",
        "b4.send-auto-cc-cmd": "git route-patch --cc -",
        "b4.prep-perpatch-check-cmd": "git route-patch --quiet --check --terse -",
    }
    # b4 writes PATCH itself, and its own prefixes behind it.
    before, word, rest = (venue.prefix or "").partition("PATCH ")
    if word and not before:
        settings_of_b4["b4.send-prefixes"] = rest
    return settings_of_b4


def _value(git: Git, key: str) -> str | None:
    return git.config(f"^{key.lower().replace('.', '[.]')}$").text(key)


def _own(git: Git, key: str) -> str | None:
    own = git.run("config", "--local", "--get", key)
    return own.stdout.decode("utf-8", "replace").removesuffix("\n") if own.returncode == 0 else None


def _change(git: Git, changes: dict[str, str], *, remove: bool) -> None:
    for key, value in changes.items():
        git.output("config", "--local", *(["--unset", key] if remove else [key, value]))
