"""The manifest that a subcommand may write to."""

import os
import re
from collections.abc import Callable, Mapping
from typing import Any

from git_subprojects.cli.confirm import agreed
from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import Context
from git_subprojects.errors import USAGE, Error
from git_subprojects.manifest import editing, values
from git_subprojects.manifest.reader import read
from git_subprojects.manifest.source import Source
from git_subprojects.system import files


class Editable:
    """The manifest's file: its path, and its text when it was read."""

    def __init__(self, context: Context) -> None:
        """Raise Error where what holds is no file that can be written to."""
        if context.files.path is None:
            raise Error(
                f"the manifest that holds here is {context.manifest_name}, which cannot be written to",
                "git subprojects init makes a subprojects.toml",
            )
        self.path = context.files.path
        self._source = context.files.source
        self.text = self._source.content.decode("utf-8")

    def edited(self, edit: Callable[[str], str]) -> str:
        """Return the text after an edit, if it is still a manifest. Raises ManifestError where it is none."""
        text = edit(self.text)
        read(Source(self._source.name, text.encode()))
        return text

    def write(self, text: str) -> None:
        """Write it. Raises Error where it was changed since it was read; nothing is lost then."""
        files.replace(self.path, self._source.content, text.encode())

    def add(self, name: str, table: Mapping[str, Any], screen: Screen, *, yes: bool) -> bool:
        """Add the table of a project, if the user agrees or has said ``yes``; return whether it was added.

        Raises:
            Error: the manifest cannot be added to, or would be none any more.
        """
        text = self.edited(lambda text: editing.added(text, name, table))
        path = os.path.relpath(self.path)
        if not agreed(editing.block(name, table).rstrip("\n"), f"Add this to {path}?", screen, yes=yes):
            return False
        self.write(text)
        screen.note(f"{name}: added to {path}; git clone-project {name} clones it")
        return True


def new_name(name: str | None, url: str, taken: Mapping[str, object]) -> str:
    """Return the name for a new project: the given one, else what the URL ends in.

    Raises:
        Error: it is none that a manifest may have, or is ``taken``.
    """
    name = name or re.split(r"[/:]", url.rstrip("/"))[-1].removesuffix(".git")
    expected = values.name(name)
    if expected is not None:
        raise Error(f"expected {expected}, found '{name}'", "give another with --name", USAGE)
    if name in taken:
        raise Error(f"the manifest has a project '{name}' already", "give another name with --name")
    return name
