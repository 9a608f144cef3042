"""``west.yml`` of Zephyr's west, https://docs.zephyrproject.org/latest/develop/west/manifest.html."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from git_subprojects.manifest.interchange.common import (
    Entry,
    Files,
    FormatError,
    NoFiles,
    Raw,
    Read,
    full_revision,
    loaded_yaml,
    table_at,
    tables_at,
    text_of,
    words_at,
)

DEFAULT_REVISION = "master"
"""What west takes where none is named, whatever the remote's HEAD is."""

_NOT_TAKEN = ("west-commands", "userdata")
_FILTERS = ("name-allowlist", "path-allowlist", "name-blocklist", "path-blocklist")
_DEEPEST = 20


class _Import(NamedTuple):
    """Which projects of an imported file are taken, and where they go: what the tables of ``import`` on the way say."""

    filters: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    prefix: str = ""

    def takes(self, entry: Entry) -> bool:
        return all(_is_taken(entry, lists) for lists in self.filters)


def _is_taken(entry: Entry, lists: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether the lists of a table take a project; being allowed counts for more than being blocked."""

    def is_in(kind: str) -> bool:
        names, paths = lists[f"name-{kind}"], lists[f"path-{kind}"]
        return entry.name in names or any(fnmatchcase(entry.directory, pattern) for pattern in paths)

    if is_in("allowlist"):
        return True
    return not (lists["name-allowlist"] or lists["path-allowlist"] or is_in("blocklist"))


def read(content: bytes, files: Files | None = None) -> Read:
    """Return the projects of a file, and of the ``files`` beside it that it imports.

    Raises:
        FormatError: it is none of that kind.
    """
    reader = _Reader(files or NoFiles())
    reader.add(content, _Import(), ())
    return reader.result()


class _Reader:
    """Of several definitions of a project the first holds, and imported files come before the projects of a file."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._entries: dict[str, Entry] = {}
        self._left_out: list[str] = []
        self._lost: list[str] = []
        self._disabled: dict[str, bool] = {}

    def result(self) -> Read:
        disabled = {group for group, is_disabled in self._disabled.items() if is_disabled}
        entries = [self._kept_active(entry, disabled) for entry in self._entries.values()]
        groups = tuple(f"-{group}" for group in self._disabled if group in disabled)
        return Read(tuple(entries), tuple(self._left_out), tuple(self._lost), groups)

    def _kept_active(self, entry: Entry, disabled: set[str]) -> Entry:
        """Return an entry without its disabled groups where another keeps it active, which a minus here does not do."""
        enabled = tuple(group for group in entry.groups if group not in disabled)
        if not enabled or enabled == entry.groups:
            return entry
        dropped = " ".join(group for group in entry.groups if group in disabled)
        self._left_out.append(f"{entry.name}: its group {dropped}, as {enabled[0]} keeps it active")
        return entry._replace(groups=enabled)

    def add(self, content: bytes, rules: _Import, trail: tuple[str, ...]) -> None:
        """Add what a file holds; ``trail`` are the imported files on the way to it, itself included."""
        manifest = table_at(loaded_yaml(content), "manifest")
        defaults = manifest.get("defaults")
        defaults = defaults if isinstance(defaults, dict) else {}
        bases = {text_of(one.get("name")): text_of(one.get("url-base")) or "" for one in tables_at(manifest, "remotes")}
        own = manifest.get("self")
        if isinstance(own, dict) and "import" in own:
            self._import(own["import"], rules, trail)
        for group in words_at(manifest, "group-filter"):
            self._disabled[group[1:]] = group.startswith("-")
        for raw in tables_at(manifest, "projects"):
            name = text_of(raw.get("name")) or "project"
            url = _url(raw, name, defaults, bases)
            if url is None:
                self._lost.append(f"{name}: it has no url, and no remote that is known")
                continue
            entry = _entry(raw, name, url, defaults)
            if name not in self._entries and rules.takes(entry):
                self._say(raw, name)
                self._entries[name] = entry._replace(directory=f"{rules.prefix}{entry.directory}")

    def _say(self, raw: Raw, name: str) -> None:
        """Say what a project has that is not taken over."""
        if "import" in raw and text_of(raw["import"]) != "false":
            self._lost.append(f"{name}: the projects that its 'import' names, in a file of its own repository")
        if isinstance(raw.get("submodules"), list):
            some = [text_of(one.get("path")) or "?" for one in tables_at(raw, "submodules")]
            self._left_out.append(f"{name}: that only some submodules are cloned, {' '.join(some)}: it gets all")
        self._left_out += [f"{name}: its '{key}'" for key in _NOT_TAKEN if key in raw]

    def _import(self, raw: object, rules: _Import, trail: tuple[str, ...]) -> None:
        if isinstance(raw, list):
            for item in raw:
                self._import(item, rules, trail)
            return
        if isinstance(raw, dict):
            prefix = text_of(raw.get("path-prefix")) or ""
            filters = {key: _texts(raw.get(key)) for key in _FILTERS}
            rules = _Import((*rules.filters, filters), f"{rules.prefix}{prefix.rstrip('/') + '/' if prefix else ''}")
            raw = raw.get("file")
        name = text_of(raw) or ""
        try:
            inside = self._files.names(name)
            names = [name] if inside is None else [f"{name.rstrip('/')}/{file}" for file in inside if _is_yaml(file)]
            for file in names:
                if file in trail:
                    raise FormatError(f"{file}: it is imported by itself, through {trail[-1]}")
                if len(trail) == _DEEPEST:
                    raise FormatError(f"{file}: expected files imported {_DEEPEST} levels deep at most")
                self.add(self._files.read(file), rules, (*trail, file))
        except ValueError as error:
            self._lost.append(f"self.import: {error}" if name in str(error) else f"self.import: {name}: {error}")


def _is_yaml(name: str) -> bool:
    return name.endswith((".yml", ".yaml"))


def _texts(raw: object) -> tuple[str, ...]:
    """Return the texts of a list, or a single one."""
    texts = [text_of(item) for item in (raw if isinstance(raw, list) else [raw])]
    return tuple(text for text in texts if text is not None)


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
        full_revision(text_of(raw.get("revision")) or text_of(defaults.get("revision")) or DEFAULT_REVISION),
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
