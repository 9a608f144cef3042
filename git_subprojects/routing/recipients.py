"""Who gets a patch: each once, with every reason why."""

from collections.abc import Callable, Collection, Iterable, Mapping

from git_subprojects.people.mailbox import same_key
from git_subprojects.routing.model import Reason, Recipient, Role

DEFAULT_HEADERS = {"maintainer": "to"}
"""Where each role goes unless the venue's ``roles`` say otherwise; all others go to Cc."""


def unmapped(name: str, address: str) -> tuple[str, str]:
    """Return both as they are: what ``.mailmap`` does where there is none."""
    return name, address


class Recipients:
    """Recipients in the order in which they were found; To outranks Cc.

    Two are the same if their addresses are or, unless they are lists, their names. ``headers`` says where a role goes,
    ``mapped`` is the tree's ``.mailmap``. ``excluded`` are addresses, as ``same_key`` spells them, that are left out;
    ``left_out`` are those that would have been recipients.
    """

    def __init__(
        self,
        headers: Mapping[str, str] = DEFAULT_HEADERS,
        mapped: Callable[[str, str], tuple[str, str]] = unmapped,
        excluded: Collection[str] = (),
    ) -> None:
        self._headers = headers
        self._mapped = mapped
        self._excluded = excluded
        self.left_out: set[str] = set()
        self._found: dict[str, Recipient] = {}
        self._by_name: dict[str, str] = {}
        self._reasons: dict[str, dict[Reason, None]] = {}
        self._header: dict[str, str] = {}

    def add(
        self,
        address: str,
        name: str,
        role: Role,
        reasons: Iterable[Reason],
        *,
        header: str = "",
        title: str = "",
    ) -> None:
        """Add a recipient, or more reasons to one who is there already.

        ``header`` is "to" or "cc"; empty: by ``role``. ``title`` is the role as get_maintainer.pl would print it.
        """
        before = same_key(address)
        name, address = self._mapped(name, address)
        key = same_key(address)
        left_out = {before, key}.intersection(self._excluded)
        if left_out:
            self.left_out |= left_out
            return
        if key not in self._found and name and role != "list":
            key = self._by_name.get(name.casefold(), key)
        known = self._found.get(key)
        if known is None:
            self._found[key] = Recipient(address, name, role, (), title)
            if name and role != "list":
                self._by_name[name.casefold()] = key
        elif not known.name and name:
            self._found[key] = known._replace(name=name)
        self._reasons.setdefault(key, {}).update(dict.fromkeys(reasons))
        header = header or self._headers.get(role, "cc")
        if header == "to" or key not in self._header:
            self._header[key] = header

    def headers(self, own: frozenset[str]) -> tuple[tuple[Recipient, ...], tuple[Recipient, ...]]:
        """Return To and Cc without the user's ``own`` addresses (in lower case), unless nobody else is left.

        To is empty only if Cc is, too: otherwise the lists move there, and without lists everybody.
        """
        keys = [key for key in self._found if key not in own] or list(self._found)
        to = [self._recipient(key) for key in keys if self._header[key] == "to"]
        cc = [self._recipient(key) for key in keys if self._header[key] == "cc"]
        if not to:
            to = [recipient for recipient in cc if recipient.role == "list"] or cc
            cc = [recipient for recipient in cc if recipient.role != "list"] if to is not cc else []
        return tuple(to), tuple(cc)

    def _recipient(self, key: str) -> Recipient:
        address, name, role, _, title = self._found[key]
        return Recipient(address, name, role, tuple(self._reasons[key]), title)
