"""The contents of files: those of two repositories, and those that merging has made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_subprojects.errors import Error
from git_subprojects.patches.model import SUBMODULE, Entry
from git_subprojects.twins.store import digest

if TYPE_CHECKING:
    from git_subprojects.git.objects import Objects


class Contents:
    """Contents by their ids, in the form of the repository that patches are tried on.

    ``source`` is where the patches are from; its ids may be of the other kind, SHA-1 or SHA-256. ``size`` is the length
    of an id in the target.
    """

    def __init__(self, source: Objects, target: Objects, size: int) -> None:
        self._source = source
        self._target = target
        self.size = size
        self._made: dict[str, bytes] = {}
        self._of_source: set[str] = set()
        self._translated: dict[str, str] = {}

    def of_source(self, entry: Entry | None) -> Entry | None:
        """Return an entry of the source's with the id that its content has in the target."""
        if entry is None or entry.mode == SUBMODULE:
            return entry
        if len(entry.id) == self.size:
            self._of_source.add(entry.id)
            return entry
        if entry.id not in self._translated:
            self._translated[entry.id] = self.add(_content(self._source, entry.id))
        return entry._replace(id=self._translated[entry.id])

    @property
    def is_of_one_kind(self) -> bool:
        """Whether the source has the same kind of ids, as far as is known by now."""
        return not self._translated

    def made(self, name: str) -> bytes | None:
        """Return the content of that id if it was made here, and no repository need have it."""
        return self._made.get(name)

    def of(self, name: str) -> bytes:
        """Return the content of that id. Raises Error where neither repository has it."""
        made = self._made.get(name)
        if made is not None:
            return made
        # Either is asked for its own only: a partial clone would try to fetch what is the other's.
        return _content(self._source if name in self._of_source else self._target, name)

    def add(self, content: bytes) -> str:
        """Keep a content; return its id."""
        name = digest("blob", content, self.size)
        self._made[name] = content
        return name


def _content(objects: Objects, name: str) -> bytes:
    try:
        content = objects.content(name.encode())
    except Error:
        # So git ends where a partial clone cannot fetch what it lacks; the next question starts another.
        objects.end()
        content = None
    if content is None:
        raise Error(
            f"the content {name[:12]} of a file is not there, and cannot be fetched",
            "git fetch where it is missing, or see what git fsck says",
        )
    return content
