"""Which projects have their folders inside those of others. Pure."""

from collections.abc import Mapping

from git_subprojects.manifest.checks import folded
from git_subprojects.manifest.model import Project


class Nesting:
    """The folders of projects, as a file system may compare them that takes small letters for large ones."""

    def __init__(self, projects: Mapping[str, Project]) -> None:
        self._names = {folded(project.directory): name for name, project in projects.items() if not project.within}

    def around(self, directory: str) -> list[str]:
        """Return the projects in whose folders a directory lies, the nearest first."""
        if "/" not in directory:
            return []
        parts = folded(directory)
        names = (self._names.get(parts[:number]) for number in range(len(parts) - 1, 0, -1))
        return [name for name in names if name is not None]

    def inside(self, directory: str) -> list[str]:
        """Return the projects whose folders lie in a directory."""
        parts = folded(directory)
        depth = len(parts)
        return [name for other, name in self._names.items() if len(other) > depth and other[:depth] == parts]
