"""What git's config says."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from git_subprojects.errors import Error


class Config(NamedTuple):
    """Settings by key (section and name in lower case), each with all its values, the last one winning."""

    settings: Mapping[str, list[str]]

    @classmethod
    def of(cls, items: Iterable[str]) -> "Config":
        """Return the settings that items of ``git config -z`` give: key, line feed, value; without a value: true."""
        settings: dict[str, list[str]] = {}
        for item in items:
            key, has_value, value = item.partition("\n")
            settings.setdefault(key, []).append(value if has_value else "true")
        return cls(settings)

    def text(self, key: str) -> str | None:
        """Return the value of ``key``."""
        values = self.settings.get(_normal(key))
        return values[-1] if values else None

    def number(self, key: str, default: int, least: int = 0) -> int:
        """Return the whole number at ``key``. Raises Error where it is something else."""
        value = self.text(key)
        if value is None:
            return default
        if not value.isascii() or not value.isdigit() or len(value) > 9 or int(value) < least:
            raise Error(f"config {key}: expected a whole number from {least} up, found '{value}'")
        return int(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """Return the boolean at ``key``, as git reads booleans."""
        value = self.text(key)
        if value is None:
            return default
        return value.lower() not in ("false", "no", "off", "0", "")

    def matching(self, prefix: str, suffix: str) -> list[str]:
        """Return the values of all keys that begin and end so (``remote.`` … ``.url``)."""
        return [
            value
            for key, values in self.settings.items()
            if key.startswith(prefix) and key.endswith(suffix)
            for value in values
        ]


def _normal(key: str) -> str:
    section, _, rest = key.partition(".")
    subsection, dot, name = rest.rpartition(".")
    return f"{section.lower()}.{subsection}{dot}{name.lower()}"
