"""The tags that the manifest pins, as a clone has them: a remote may have moved them since."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from git_subprojects.git.process import Git
from git_subprojects.manifest.model import Project

_TAGS = "refs/tags/"


class MovedTag(NamedTuple):
    """A tag that is another object at the remote (``there``) than in the clone (``here``)."""

    name: str
    here: str
    there: str

    @property
    def text(self) -> str:
        """What there is to say of it."""
        return f"the tag {self.name} was moved: it is {self.there[:12]} at the remote, and {self.here[:12]} here"


def names(project: Project) -> list[str]:
    """Return the names of the tags that the manifest may pin."""
    revisions = {pin.revision for pin in project.pins if pin.revision is not None}
    return sorted({name.removeprefix(_TAGS) for name in revisions})


def pinned_tags(git: Git, project: Project) -> dict[str, str]:
    """Return the object of each tag that the manifest pins and the clone has."""
    wanted = names(project)
    if not wanted:
        return {}
    patterns = [f"{_TAGS}{name}" for name in wanted]
    listed = git.output("for-each-ref", "--format=%(objectname) %(refname:strip=2)", *patterns)
    found = (line.split(" ", 1) for line in listed.decode("utf-8", "surrogateescape").splitlines())
    return {name: tag for tag, name in found if name in wanted}


def moved(here: Mapping[str, str], there: Mapping[str, str]) -> Iterator[MovedTag]:
    """Yield the tags that are another object among the refs ``there`` than ``here``, where they are by their names."""
    for name, tag in here.items():
        other = there.get(f"{_TAGS}{name}", tag)
        if other != tag:
            yield MovedTag(name, tag, other)
