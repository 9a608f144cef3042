"""``west.yml`` of Zephyr's west, https://docs.zephyrproject.org/latest/develop/west/manifest.html."""

from collections.abc import Iterable, Mapping

from git_subprojects.manifest.interchange.common import (
    Entry,
    Raw,
    Read,
    loaded_yaml,
    table_at,
    tables_at,
    text_of,
    words_at,
)

DEFAULT_REVISION = "master"
"""What west takes where none is named, whatever the remote's HEAD is."""

_NOT_TAKEN = ("import", "west-commands", "userdata")


def read(content: bytes) -> Read:
    """Return the projects of a file. Raises FormatError where it is none of that kind."""
    manifest = table_at(loaded_yaml(content), "manifest")
    defaults = manifest.get("defaults")
    defaults = defaults if isinstance(defaults, dict) else {}
    bases = {text_of(one.get("name")): text_of(one.get("url-base")) or "" for one in tables_at(manifest, "remotes")}
    left_out = []
    if isinstance(manifest.get("self"), dict) and "import" in manifest["self"]:
        left_out.append("self.import: other files are not read")
    if "group-filter" in manifest:
        left_out.append("group-filter: every project is taken")
    entries = []
    for raw in tables_at(manifest, "projects"):
        name = text_of(raw.get("name")) or "project"
        url = _url(raw, name, defaults, bases)
        if url is None:
            left_out.append(f"{name}: it has no url, and no remote that is known")
            continue
        left_out += [f"{name}: its '{key}'" for key in _NOT_TAKEN if key in raw]
        entries.append(_entry(raw, name, url, defaults))
    return Read(tuple(entries), tuple(left_out))


def _url(raw: Raw, name: str, defaults: Raw, bases: Mapping[str | None, str]) -> str | None:
    url = text_of(raw.get("url"))
    if url is not None:
        return url
    base = bases.get(text_of(raw.get("remote")) or text_of(defaults.get("remote")))
    return None if base is None else f"{base.rstrip('/')}/{text_of(raw.get('repo-path')) or name}"


def _entry(raw: Raw, name: str, url: str, defaults: Raw) -> Entry:
    depth = text_of(raw.get("clone-depth")) or ""
    return Entry(
        name,
        url,
        text_of(raw.get("path")) or name,
        text_of(raw.get("revision")) or text_of(defaults.get("revision")) or DEFAULT_REVISION,
        words_at(raw, "groups"),
        int(depth) if depth.isascii() and depth.isdigit() and depth.strip("0") and len(depth) < 10 else None,
        submodules=isinstance(raw.get("submodules"), list) or text_of(raw.get("submodules")) == "true",
        description=text_of(raw.get("description")) or "",
    )


def written(entries: Iterable[Entry]) -> str:
    """Return the text of a file with these projects."""
    import yaml

    projects = []
    for entry in entries:
        raw: Raw = {"name": entry.name, "url": entry.url}
        if entry.description:
            raw["description"] = entry.description
        if entry.directory != entry.name:
            raw["path"] = entry.directory
        if entry.revision is not None:
            raw["revision"] = entry.revision
        if entry.groups:
            raw["groups"] = list(entry.groups)
        if entry.depth is not None:
            raw["clone-depth"] = entry.depth
        if entry.submodules:
            raw["submodules"] = True
        projects.append(raw)
    text: str = yaml.safe_dump({"manifest": {"projects": projects}}, sort_keys=False, allow_unicode=True)
    return text
