"""``.repos`` files of vcs2l and vcstool, https://github.com/ros-infrastructure/vcs2l."""

from collections.abc import Iterable

from git_subprojects.manifest.interchange.common import (
    Entry,
    FormatError,
    Raw,
    Read,
    full_revision,
    loaded_yaml,
    table_at,
    text_of,
)


def read(content: bytes) -> Read:
    """Return the repositories of a file. Raises FormatError where it is none of that kind."""
    entries = []
    lost = []
    for path, raw in table_at(loaded_yaml(content), "repositories").items():
        if not isinstance(raw, dict):
            raise FormatError(f"expected a table at 'repositories.{path}'")
        url = text_of(raw.get("url"))
        kind = text_of(raw.get("type")) or "git"
        if kind != "git" or url is None:
            lost.append(f"{path}: it is of type {kind}" if url is not None else f"{path}: it has no url")
            continue
        entries.append(Entry(str(path), url, str(path), full_revision(text_of(raw.get("version")))))
    return Read(tuple(entries), lost=tuple(lost))


def written(entries: Iterable[Entry]) -> str:
    """Return the text of a file with these projects."""
    import yaml

    repositories: dict[str, Raw] = {}
    for entry in entries:
        repositories[entry.directory] = {"type": "git", "url": entry.url}
        if entry.revision is not None:
            repositories[entry.directory]["version"] = entry.revision
    text: str = yaml.safe_dump({"repositories": repositories}, sort_keys=False, allow_unicode=True)
    return text
