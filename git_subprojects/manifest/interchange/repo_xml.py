"""The XML manifests of repo, https://gerrit.googlesource.com/git-repo/+/HEAD/docs/manifest-format.md."""

from typing import NamedTuple

from git_subprojects.manifest.interchange.common import LARGEST, Entry, FormatError, Read

_SAID = ("include", "extend-project", "remove-project", "submanifest", "superproject", "project-hook", "repo-hooks")
_DROPPED = ("copyfile", "linkfile", "annotation")


class _Element(NamedTuple):
    name: str
    attributes: dict[str, str]
    parent: str


def read(content: bytes) -> Read:
    """Return the projects of a file. Raises FormatError where it is none of that kind."""
    elements = _elements(content)
    if not elements or elements[0].name != "manifest":
        raise FormatError("expected an element 'manifest'")
    remotes = {one.attributes.get("name", ""): one.attributes for one in elements if one.name == "remote"}
    default = next((one.attributes for one in elements if one.name == "default"), {})
    left_out = [f"{one.name} {_called(one)}".rstrip() for one in elements if one.name in _SAID]
    dropped = sum(one.name in _DROPPED for one in elements)
    if dropped:
        left_out.append(f"{dropped} of {', '.join(_DROPPED)}")
    entries = []
    for one in elements:
        if one.name != "project" or one.parent != "manifest":
            continue
        name = one.attributes.get("name", "")
        remote = remotes.get(one.attributes.get("remote", default.get("remote", "")))
        if remote is None or not name:
            left_out.append(f"project {name}: it has no remote that is known")
            continue
        entries.append(_entry(one.attributes, name, remote, default))
    return Read(tuple(entries), tuple(left_out))


def _called(one: _Element) -> str:
    return one.attributes.get("name") or one.attributes.get("path") or ""


def _entry(project: dict[str, str], name: str, remote: dict[str, str], default: dict[str, str]) -> Entry:
    fetch = remote.get("fetch", "").rstrip("/")
    # repo takes the manifest's URL for that of a file, git that of the host for a folder.
    url = f"../{fetch}/{name}" if fetch.startswith(".") else f"{fetch}/{name}"
    groups = project.get("groups", "").replace(",", " ").split()
    depth = project.get("clone-depth", "")
    return Entry(
        name,
        url,
        project.get("path", name),
        project.get("revision") or remote.get("revision") or default.get("revision"),
        tuple(groups),
        int(depth) if depth.isascii() and depth.isdigit() and depth.strip("0") and len(depth) < 10 else None,
        submodules=project.get("sync-s", default.get("sync-s", "")) in ("true", "1", "yes"),
    )


def _elements(content: bytes) -> list[_Element]:
    """Return the elements in their order. Raises FormatError where it is no XML, or declares entities."""
    from xml.parsers import expat

    if len(content) > LARGEST:
        raise FormatError(f"expected {LARGEST:,} bytes at most")
    found: list[_Element] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append(_Element(name, attributes, inside[-1] if inside else ""))
        inside.append(name)

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
    return found
