"""Who gets a patch: each once, with every reason why."""

from git_subprojects.model import Reason, Recipient


def split_address(text: str) -> tuple[str, str]:
    """Return (address, name) of ``Name <address>`` or a bare address, as the manifest's reader has checked it."""
    if not text.endswith(">"):
        return text, ""
    name, _, address = text[:-1].rpartition("<")
    return address, name.strip().strip('"')


class Recipients:
    """Recipients in the order in which they were found; To outranks Cc."""

    def __init__(self) -> None:
        self._found: dict[str, Recipient] = {}
        self._reasons: dict[str, dict[Reason, None]] = {}
        self._header: dict[str, str] = {}

    def add(self, text: str, header: str, role: str, reason: Reason) -> None:
        """Add a recipient to ``header`` ("to" or "cc"), or another reason to one who is there already."""
        address, name = split_address(text)
        key = address.casefold()
        known = self._found.get(key)
        if known is None:
            self._found[key] = Recipient(address, name, role, ())
        elif not known.name and name:
            self._found[key] = known._replace(name=name)
        self._reasons.setdefault(key, {})[reason] = None
        if header == "to" or key not in self._header:
            self._header[key] = header

    def headers(self, own: frozenset[str]) -> tuple[tuple[Recipient, ...], tuple[Recipient, ...]]:
        """Return To and Cc, less one's ``own`` addresses (in lower case) unless nobody else is left.

        To is never empty while there is anybody: the lists move there, and without lists all do.
        """
        found = {key: one._replace(reasons=tuple(self._reasons[key])) for key, one in self._found.items()}
        found = {key: one for key, one in found.items() if key not in own} or found
        to = [one for key, one in found.items() if self._header[key] == "to"]
        cc = [one for key, one in found.items() if self._header[key] == "cc"]
        if not to:
            to = [one for one in cc if one.role == "list"] or cc
            cc = [one for one in cc if one.role != "list"] if to is not cc else []
        return tuple(to), tuple(cc)
