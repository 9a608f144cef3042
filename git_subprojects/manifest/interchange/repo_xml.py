"""The XML manifests of repo, https://gerrit.googlesource.com/git-repo/+/HEAD/docs/manifest-format.md."""

from collections.abc import Iterator, Sequence

from git_subprojects.manifest import values
from git_subprojects.manifest.interchange.common import (
    LARGEST,
    NOT_DEFAULT,
    Entry,
    Files,
    FormatError,
    NoFiles,
    Read,
    bare,
)

_SAID = ("superproject", "project-hook", "repo-hooks", "manifest-server")
_DROPPED = ("copyfile", "linkfile", "annotation")
_DEEPEST = 20


class _Element:
    """An element with those inside; ``groups`` and ``revision`` are what the elements that include it add."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[_Element] = []
        self.groups: tuple[str, ...] = ()
        self.revision: str | None = None

    def get(self, key: str) -> str | None:
        return self.attributes.get(key) or None


class _Project:
    """A project while the elements that change it are read; a value that is not given is None."""

    def __init__(self, element: _Element, parent: "_Project | None") -> None:
        name, path = element.get("name") or "", element.get("path")
        self.name: str = name if parent is None else f"{parent.name}/{name}"
        self.path: str = path or name if parent is None else f"{parent.path}/{path or name}"
        self.has_name = bool(name)
        self.remote: str | None = element.get("remote") or (None if parent is None else parent.remote)
        self.revision = element.get("revision") or element.revision
        self.groups = [*_words(element.get("groups")), *element.groups]
        self.depth = element.get("clone-depth") or ""
        self.submodules = element.get("sync-s")
        self.upstream = element.get("upstream")
        self.destination = element.get("dest-branch")


def read(content: bytes, files: Files | None = None) -> Read:
    """Return the projects of a file, and of the ``files`` beside it that it includes.

    Raises:
        FormatError: it is none of that kind.
    """
    return _Reader(files or NoFiles()).read(content)


class _Reader:
    def __init__(self, files: Files) -> None:
        self._files = files
        self._left_out: list[str] = []
        self._lost: list[str] = []
        self._projects: list[_Project] = []

    def read(self, content: bytes) -> Read:
        elements = list(self._spliced(_root(content).children, (), "", None, ()))
        remotes: dict[str, _Element] = {}
        for element in elements:
            if element.name == "remote":
                remotes.setdefault(element.get("name") or "", element)
        default = next((one for one in elements if one.name == "default"), _Element("default", {}))
        dropped = sum(one.name in _DROPPED for element in elements for one in (element, *element.children))
        if dropped:
            self._left_out.append(f"{dropped} of {', '.join(_DROPPED)}")
        pushed = [name for name, remote in remotes.items() if remote.get("pushurl")]
        if pushed:
            self._left_out.append(f"pushurl of the remote {', '.join(pushed)}: set remote.origin.pushurl in the clones")
        for element in elements:
            self._take(element)
        entries = [entry for project in self._projects if (entry := self._entry(project, remotes, default))]
        groups = (f"-{NOT_DEFAULT}",) if any(NOT_DEFAULT in entry.groups for entry in entries) else ()
        return Read(tuple(entries), tuple(self._left_out), tuple(self._lost), groups)

    def _spliced(
        self,
        elements: Sequence[_Element],
        trail: tuple[str, ...],
        at: str,
        revision: str | None,
        groups: tuple[str, ...],
    ) -> Iterator[_Element]:
        """Yield the elements, those of an included file in the place of ``include``; ``trail`` are the files around."""
        for element in elements:
            element.groups, element.revision = groups, revision
            if element.name != "include":
                yield element
                continue
            name = element.get("name") or ""
            added = (*groups, *_words(element.get("groups")))
            try:
                if name in trail:
                    raise ValueError(f"{name}: it is included by itself, through {at}")  # noqa: TRY301 - said below
                if len(trail) == _DEEPEST:
                    raise ValueError(f"{name}: expected files included {_DEEPEST} levels deep at most")  # noqa: TRY301
                inside = _root(self._files.read(name)).children
            except ValueError as error:
                self._lost.append(f"include {error}" if str(error).startswith(name) else f"include {name}: {error}")
                continue
            yield from self._spliced(inside, (*trail, name), name, element.get("revision") or revision, added)

    def _take(self, element: _Element) -> None:
        if element.name == "project":
            self._add(element, None)
        elif element.name == "extend-project":
            self._extend(element)
        elif element.name == "remove-project":
            chosen = self._chosen(element)
            if not chosen and element.get("optional") not in ("true", "1", "yes"):
                self._left_out.append(f"remove-project {_called(element)}: there is no such project before it")
            self._projects = [one for one in self._projects if one not in chosen]
        elif element.name == "submanifest":
            self._lost.append(f"submanifest {_called(element)}: it is in a repository of its own")
        elif element.name in _SAID:
            self._left_out.append(f"{element.name} {_called(element)}".rstrip())

    def _add(self, element: _Element, parent: _Project | None) -> None:
        project = _Project(element, parent)
        self._projects.append(project)
        for child in element.children:
            if child.name == "project":
                child.groups, child.revision = element.groups, element.revision
                self._add(child, project)

    def _chosen(self, element: _Element) -> list[_Project]:
        """Return the projects that an element names, by name or by path or both."""
        name, path = element.get("name"), element.get("path")
        if name is None and path is None:
            return []
        return [one for one in self._projects if name in (None, one.name) and path in (None, one.path)]

    def _extend(self, element: _Element) -> None:
        chosen = self._chosen(element)
        if not chosen:
            self._left_out.append(f"extend-project {_called(element)}: there is no such project before it")
        for project in chosen:
            project.revision = element.get("revision") or project.revision
            project.remote = element.get("remote") or project.remote
            project.upstream = element.get("upstream") or project.upstream
            project.destination = element.get("dest-branch") or project.destination
            project.path = element.get("dest-path") or project.path
            project.groups += [*_words(element.get("groups")), *element.groups]

    def _entry(self, project: _Project, remotes: dict[str, _Element], default: _Element) -> Entry | None:
        remote = remotes.get(project.remote or default.get("remote") or "")
        if remote is None or not project.has_name:
            self._lost.append(f"project {project.name}: it has no remote that is known")
            return None
        fetch = (remote.get("fetch") or "").rstrip("/")
        # repo takes the manifest's URL for that of a file, git that of the host for a folder.
        url = f"../{fetch}/{project.name}" if fetch.startswith(".") else f"{fetch}/{project.name}"
        revision = _full(project.revision or remote.get("revision") or default.get("revision"))
        upstream = project.upstream or default.get("upstream")
        destination = project.destination or default.get("dest-branch")
        branch = None
        if revision is not None and not revision.startswith("refs/heads/"):
            branch = bare(upstream) or bare(destination)
        self._compare(project, revision if branch is None else branch, destination)
        return Entry(
            project.name,
            url,
            project.path,
            revision,
            tuple(dict.fromkeys(project.groups)),
            _depth(project.depth),
            submodules=(project.submodules or default.get("sync-s")) in ("true", "1", "yes"),
            branch=branch,
            venue="gerrit" if remote.get("review") else None,
        )

    def _compare(self, project: _Project, branch: str | None, destination: str | None) -> None:
        """Say where changes go for another branch than the one that is followed."""
        if destination is not None and bare(destination) != bare(branch):
            name = f"{project.name} at {project.path}"
            self._left_out.append(f"project {name}: its dest-branch {destination}: patches go where it follows")


def _full(revision: str | None) -> str | None:
    """Return a revision in full: what is no id and has no ``refs/`` is a branch to repo; None for the remote's HEAD."""
    if revision in (None, "HEAD"):
        return None
    if revision is None or revision.startswith("refs/") or values.commit(revision) is None:
        return revision
    return f"refs/heads/{revision}"


def _called(element: _Element) -> str:
    return element.get("name") or element.get("path") or ""


def _words(text: str | None) -> tuple[str, ...]:
    return tuple((text or "").replace(",", " ").split())


def _depth(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and text.strip("0") and len(text) < 10 else None


def _root(content: bytes) -> _Element:
    """Return the outermost element. Raises FormatError where it is no manifest, no XML, or declares entities."""
    from xml.parsers import expat

    if len(content) > LARGEST:
        raise FormatError(f"expected {LARGEST:,} bytes at most")
    top = _Element("", {})
    inside = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        element = _Element(name, attributes)
        inside[-1].children.append(element)
        inside.append(element)
        if len(inside) > _DEEPEST:
            raise FormatError(f"expected XML nested {_DEEPEST} levels deep at most")

    def doctype(*_: object) -> None:
        raise FormatError("expected XML without a DOCTYPE, whose entities may grow without bounds")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: inside.pop()
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)  # noqa: FBT003 - it takes no keyword
    except expat.ExpatError as error:
        raise FormatError(f"expected XML: {error}") from error
    if not top.children or top.children[0].name != "manifest":
        raise FormatError("expected an element 'manifest'")
    return top.children[0]
