"""How the paths of a project are called in its twin. Pure."""

from collections.abc import Iterator, Sequence

from git_subprojects.manifest.model import HOST, Manifest, Twin
from git_subprojects.manifest.values import TOP
from git_subprojects.patches.model import Change

PathMap = tuple[tuple[bytes, bytes], ...]
"""(Prefix here, prefix there), the longest first; a file's is its whole path."""


def twins_of(manifest: Manifest, project: str | None) -> dict[str, PathMap]:
    """Return the twins of a project (None: the host), whichever of the two says so, and the paths from here to there.

    The host is called "host" there.
    """
    own = project or HOST
    twins_and_paths: dict[str, PathMap] = {}
    for name, twins, mapped in _all(manifest):
        if name == own:
            for other in twins:
                twins_and_paths[_same(manifest, other)] = ()
            twins_and_paths.update((_same(manifest, twin.name), _map(twin.paths)) for twin in mapped)
    for name, twins, mapped in _all(manifest):
        if name != own and any(_same(manifest, other) == own for other in twins):
            theirs = next((twin.paths for twin in mapped if _same(manifest, twin.name) == own), ())
            if not twins_and_paths.get(name):
                twins_and_paths[name] = _map((there, here) for here, there in theirs)
    return twins_and_paths


def mapped(path: bytes, paths: PathMap) -> bytes:
    """Return what a path is called in the twin."""
    for here, there in paths:
        if path == here or (path.startswith(here) and (not here or here.endswith(b"/"))):
            return there + path[len(here) :]
    return path


def mapped_change(change: Change, paths: PathMap) -> Change:
    """Return a change of a file as the twin calls it."""
    return change._replace(old_path=mapped(change.old_path, paths), new_path=mapped(change.new_path, paths))


def _all(manifest: Manifest) -> Iterator[tuple[str, Sequence[str], Sequence[Twin]]]:
    yield HOST, manifest.host.twins, manifest.host.mapped
    for name, project in manifest.projects.items():
        yield name, project.twins, project.mapped


def _same(manifest: Manifest, name: str) -> str:
    return HOST if name == manifest.host.name and name not in manifest.projects else name


def _map(pairs: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]) -> PathMap:
    prefixes = [(_prefix(here), _prefix(there)) for here, there in pairs]
    return tuple(sorted(prefixes, key=lambda pair: -len(pair[0])))


def _prefix(path: str) -> bytes:
    return b"" if path == TOP else path.encode("utf-8", "surrogatepass")
