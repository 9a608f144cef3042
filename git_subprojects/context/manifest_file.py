"""The manifest that a subcommand may write to."""

from collections.abc import Callable

from git_subprojects.context.context import Context
from git_subprojects.errors import Error
from git_subprojects.manifest.reader import read
from git_subprojects.manifest.source import Source
from git_subprojects.system import files


class Editable:
    """The manifest's file: its path, and its text when it was read."""

    def __init__(self, context: Context) -> None:
        """Raise Error where what holds is no file that can be written to."""
        if context.found.path is None:
            raise Error(
                f"the manifest that holds here is {context.manifest_name}, which cannot be written to",
                "git subprojects init makes a subprojects.toml",
            )
        self.path = context.found.path
        self._source = context.found.source
        self.text = self._source.content.decode("utf-8")

    def edited(self, edit: Callable[[str], str]) -> str:
        """Return the text after an edit, if it is still a manifest. Raises ManifestError where it is none."""
        text = edit(self.text)
        read(Source(self._source.name, text.encode()))
        return text

    def write(self, text: str) -> None:
        """Write it. Raises Error where it was changed since it was read; nothing is lost then."""
        files.replace(self.path, self._source.content, text.encode())
