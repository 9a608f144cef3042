"""``git subprojects add``: names a project in the manifest, and how it takes patches, as far as it can be found out."""

import argparse
import os
import re
from collections.abc import Mapping
from typing import Any

from git_subprojects.cli.confirm import agreed
from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import current_context
from git_subprojects.context.manifest_file import Editable
from git_subprojects.context.network import settings
from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.manifest import editing, values
from git_subprojects.manifest.proposal import proposed
from git_subprojects.output.forms import as_json
from git_subprojects.workspace import inspect_tree as survey
from git_subprojects.workspace.transport import Transport
from git_subprojects.workspace.urls import resolve_url


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Add the project at a URL to the manifest, after the user has seen what is written; return the exit status.

    Raises:
        Error: the URL or the name will not do, or nobody answers there.
    """
    context = current_context(arguments.manifest, screen)
    manifest = Editable(context)
    url = arguments.url
    expected = values.url(url)
    if expected is not None:
        raise Error(f"expected {expected}, found '{url}'", code=USAGE)
    name = checked_name(getattr(arguments, "name", None), url, context.manifest.projects)
    absolute = resolve_url(context.the_host().base_url, url)
    transport = Transport(context.git, settings(context), screen.warning, lambda _: None, lambda _: False)
    # It is the user's own word, so it may be a local one.
    branch, tree = survey.far_away(transport.for_url(absolute, relative=True), absolute)
    table: dict[str, Any] = {"url": url}
    for key in ("description", "branch", "directory"):
        if getattr(arguments, key, None) is not None:
            table[key] = getattr(arguments, key)
    if getattr(arguments, "group", []):
        table["groups"] = arguments.group
    table |= proposed(absolute, tree)
    screen.note(f"{name}: its default branch is {branch or 'none'}")
    return write(manifest, name, table, arguments, screen)


def write(manifest: Editable, name: str, table: dict[str, Any], arguments: argparse.Namespace, screen: Screen) -> int:
    """Write the table of a project into the manifest, if the user agrees; return the exit status."""
    text = manifest.edited(lambda text: editing.added(text, name, table))
    path = os.path.relpath(manifest.path)
    shown = editing.block(name, table).rstrip("\n")
    done = agreed(shown, f"Add this to {path}?", arguments, screen)
    if done:
        manifest.write(text)
        screen.note(f"{name}: added to {path}; git clone-project {name} clones it")
    if arguments.json:
        screen.answer(as_json(name=name, project=table, added=done))
    return 0 if done else FAILED


def checked_name(asked: str | None, url: str, known: Mapping[str, object]) -> str:
    """Return the name for a project: that which was asked for, else what the URL ends in.

    Raises:
        Error: it is none that a manifest may have, or there is one of that name.
    """
    name = asked or re.split(r"[/:]", url.rstrip("/"))[-1].removesuffix(".git")
    expected = values.name(name)
    if expected is not None:
        raise Error(f"expected {expected}, found '{name}'", "give another with --name", USAGE)
    if name in known:
        raise Error(f"the manifest has a project '{name}' already", "give another name with --name")
    return name
