"""What the user's config says of the network: how many transfers at a time, how patient, over which protocols."""

import os

from git_subprojects.context.context import Context
from git_subprojects.workspace.transport import PROTOCOLS, Settings

CLONES_AT_LEAST = 4
"""Clones mostly wait for the network, so more of them run than there are cores."""

FETCHES_AT_LEAST = 8
"""Fetches do hardly anything but wait: mostly there is nothing new. An ssh server lets ten log in at a time."""


def jobs(asked: int | None, context: Context, at_least: int = CLONES_AT_LEAST) -> int:
    """Return how many transfers run at a time: what was asked for, else what the config says, else by the cores."""
    if asked is not None:
        return asked
    return context.config.number("subprojects.jobs", max(os.cpu_count() or 1, at_least), least=1)


def settings(context: Context) -> Settings:
    """Return the user's patience, and which protocols may be used."""
    config, usual = context.config, Settings()
    return Settings(
        stall=config.number("subprojects.stallTimeout", usual.stall),
        retries=config.number("subprojects.retries", usual.retries),
        pause=config.number("subprojects.retryPause", usual.pause),
        file_allowed=config.text("protocol.file.allow") == "always",
        forbidden=tuple(
            protocol
            for protocol in (*PROTOCOLS, "file")
            if (config.text(f"protocol.{protocol}.allow") or config.text("protocol.allow")) == "never"
        ),
    )
