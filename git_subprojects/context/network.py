"""The user's settings for the network: how many transfers at a time, how patient, over which protocols."""

import os
from collections.abc import Callable

from git_subprojects.context.context import Context
from git_subprojects.git.process import Git
from git_subprojects.workspace import transport as transports
from git_subprojects.workspace.conditional_config import CONDITION
from git_subprojects.workspace.transport import PROTOCOLS, Settings, Transport

CLONES_AT_LEAST = 4
"""Clones mostly wait for the network, so more of them run than there are cores."""

FETCHES_AT_LEAST = 8
"""Fetches do hardly anything but wait: mostly there is nothing new. An ssh server lets ten log in at a time."""


def jobs(requested: int | None, context: Context, at_least: int = CLONES_AT_LEAST) -> int:
    """Return how many transfers run at a time: as requested, else as the config says, else by the cores."""
    if requested is not None:
        return requested
    return context.config.number("subprojects.jobs", max(os.cpu_count() or 1, at_least), least=1)


def settings(context: Context) -> Settings:
    """Return the user's patience, and which protocols may be used."""
    config, default = context.config, Settings()
    return Settings(
        stall=config.number("subprojects.stallTimeout", default.stall),
        retries=config.number("subprojects.retries", default.retries),
        pause=config.number("subprojects.retryPause", default.pause),
        file_allowed=config.text("protocol.file.allow") == "always",
        forbidden=tuple(
            protocol
            for protocol in (*PROTOCOLS, "file")
            if (config.text(f"protocol.{protocol}.allow") or config.text("protocol.allow")) == "never"
        ),
        has_conditions=bool(config.matching(CONDITION, ".path")),
    )


def transport(
    context: Context, say: Callable[[str], None] = lambda _: None, git: Git | None = None, *, foreground: bool = False
) -> Transport:
    """Return what fetches one project, with the user's settings; ``git`` is another than the context's.

    Only in the ``foreground`` may git ask the user.
    """
    return transports.transport(git or context.git, settings(context), say, foreground=foreground)
