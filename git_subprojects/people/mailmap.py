"""``.mailmap``: which name and address somebody goes by (gitmailmap(5))."""

from git_subprojects.people.mailbox import is_address

_SPACE = " \t\n\r"
"""What git takes for white space."""

_LOWER = {number: number + 32 for number in range(ord("A"), ord("Z") + 1)}


class _Entry:
    """What is known of one address in commits: for any name with it, and for single names."""

    __slots__ = ("address", "name", "named")

    def __init__(self) -> None:
        self.name = ""
        self.address = ""
        self.named: dict[str, tuple[str, str]] = {}


class Mailmap:
    """The content of a mailmap file; one without any maps everybody to themselves.

    ``exact``: names and addresses are those of the file only in the same case, as get_maintainer.pl has it.
    """

    def __init__(self, *, exact: bool = False) -> None:
        self._key = str if exact else _key
        self._entries: dict[str, _Entry] = {}

    def mapped(self, name: str, address: str) -> tuple[str, str]:
        """Return the proper name and address of somebody, as ``git check-mailmap`` does."""
        entry = self._entries.get(self._key(address))
        if entry is None:
            return name, address
        known_name, known_address = entry.named.get(self._key(name), (entry.name, entry.address))
        return known_name or name, known_address or address

    def add(self, proper_name: str, proper_address: str, commit_name: str, commit_address: str) -> None:
        """Add a line; what is empty has no effect, and a later line overrides an earlier one."""
        entry = self._entries.setdefault(self._key(commit_address), _Entry())
        if commit_name:
            entry.named[self._key(commit_name)] = (proper_name, proper_address)
            return
        entry.name = proper_name or entry.name
        entry.address = proper_address or entry.address


def parse(content: bytes, *, exact: bool = False) -> Mailmap:
    """Return the mailmap that a file holds, in UTF-8; ``exact`` as in Mailmap.

    Never raises: as git does, lines without an address are skipped. Unlike git, so are those that would give
    somebody an address that cannot stand in a mail, or a name that is not printable.
    """
    found = Mailmap(exact=exact)
    for line in content.decode("utf-8", "replace").split("\n"):
        if line.startswith("#"):
            continue
        # A line ends at a NUL, since git reads it as a C string.
        name, _, rest = line.partition("\0")[0].partition("<")
        address, closed, rest = rest.partition(">")
        if not closed or not address:
            continue
        name = name.strip(_SPACE)
        if not name.isprintable():
            continue
        commit_name, _, rest = rest.partition("<")
        commit_address, closed, _ = rest.partition(">")
        if not closed:
            found.add(name, "", "", address)
        elif is_address(address):
            found.add(name, address, commit_name.strip(_SPACE), commit_address)
    return found


def _key(text: str) -> str:
    """Return ``text`` as git compares it: without regard to the case of ASCII letters."""
    return text.lower() if text.isascii() else text.translate(_LOWER)
