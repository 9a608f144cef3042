"""The people and lists of MAINTAINERS sections, gathered in the order, and each once, as get_maintainer.pl does it."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Literal, NamedTuple

from git_subprojects.routing.model import Reason, Role
from git_subprojects.routing.rule_files.base import Mapped, RuleProblem
from git_subprojects.routing.rule_files.maintainers.dialects import Style
from git_subprojects.routing.rule_files.maintainers.parse import Section, list_kind, roles

_LONGEST_NAME = 1000
_LONGEST_ADDRESS = 320
_NAME_AND_ADDRESS = re.compile(r"([^<]+)<(.+@.*)>")
_ADDRESS_IN_BRACKETS = re.compile(r"\s*<(.+@\S*)>")
_ADDRESS = re.compile(r"(.+@\S*)")
_MUST_QUOTE = re.compile(r"[^\w \-]", re.ASCII)


class Contact(NamedTuple):
    """Somebody, or a list, as a section names them; ``role`` is what get_maintainer.pl prints for them.

    ``kind`` is "subscriber" for a list that takes mail of its subscribers only.
    """

    name: str
    address: str
    kind: Literal["maintainer", "reviewer", "list", "subscriber", "in file", "fixes"]
    role: str


class Member:
    """A contact that has been gathered, with all reasons for it."""

    def __init__(self, contact: Contact, reasons: Mapping[Reason, None]) -> None:
        self.name = contact.name
        self.address = contact.address
        self.kind: Role = "list" if contact.kind == "subscriber" else contact.kind
        self.role = contact.role
        self.reasons = dict(reasons)

    def add_role(self, role: str) -> None:
        """Add a role, unless the member has it."""
        if role not in self.role:
            self.role = f"{self.role},{role}" if self.role else role


def contacts(section: Section, style: Style, *, says_supporter: bool = True) -> tuple[list[Contact], list[RuleProblem]]:
    """Return the people of a section, then its lists, and the lines that name nobody."""
    maintainer, reviewer, of_list = roles(section, style, says_supporter=says_supporter)
    people: list[Contact] = []
    lists: list[Contact] = []
    problems: list[RuleProblem] = []
    title = section.title.decode("utf-8", "replace")
    for letter, value, line in section.entries:
        if letter == "L":
            address, kind = list_kind(value)
            parts = [("", address.decode("utf-8", "surrogateescape"))]
            if style.drops_the_rest and b"<" in value:
                parts = parsed(value.decode("utf-8", "surrogateescape"))
            if parts and "@" in parts[0][1] and _is_clean(*parts[0]):
                lists.append(
                    Contact(*parts[0], "subscriber" if kind == "subscriber" else "list", f"{kind} list{of_list}")
                )
            else:
                problems.append(RuleProblem(section.file, line, "error", "address", "L: names no address", title))
        elif letter in "MR":
            mailboxes = [mailbox for mailbox in parsed(value.decode("utf-8", "surrogateescape")) if _is_clean(*mailbox)]
            if letter == "M":
                people += [Contact(*mailbox, "maintainer", maintainer) for mailbox in mailboxes]
            else:
                people += [Contact(*mailbox, "reviewer", reviewer) for mailbox in mailboxes]
            if not mailboxes:
                message = f"{letter}: names no address"
                problems.append(RuleProblem(section.file, line, "error", "address", message, title))
    return people + lists, problems


def _is_clean(name: str, address: str) -> bool:
    """Return whether name and address can stand in a mail's header."""
    return (
        len(name) <= _LONGEST_NAME
        and len(address) <= _LONGEST_ADDRESS
        and name.replace("\t", " ").isprintable() | any("\udc80" <= char <= "\udcff" for char in name)
        and address.isprintable()
        and not set(address) & set(' ,;<>"()')
    )


def parsed(value: str) -> list[tuple[str, str]]:
    """Return the (name, address) of all mailboxes in a value; the name without its quotes."""
    return [mailbox for piece in _pieces(value) if (mailbox := _parsed_mailbox(piece)) is not None]


def _pieces(value: str) -> list[str]:
    if value.count("@") < 2:
        return [value]
    pieces = [""]
    quoted = False
    depth = 0
    for char in value:
        quoted ^= char == '"'
        depth += (char in "<(") - (char in ">)")
        if char == "," and not quoted and depth <= 0:
            pieces.append("")
        else:
            pieces[-1] += char
    return [piece for piece in pieces if piece.strip()]


def _parsed_mailbox(text: str) -> tuple[str, str] | None:
    match = _NAME_AND_ADDRESS.match(text)
    if match is not None:
        name, address = match[1], match[2]
    else:
        match = _ADDRESS_IN_BRACKETS.match(text) or _ADDRESS.match(text)
        if match is None:
            return None
        name, address = "", match[1]
    return name.strip().removeprefix('"').removesuffix('"'), address.strip()


def formatted(name: str, address: str) -> str:
    """Return a mailbox as the original prints it: a name with anything but ASCII words in it is quoted."""
    if not name:
        return address
    if _MUST_QUOTE.search(name):
        name = '"' + re.sub(r'(?<!\\)"', r"\"", name) + '"'
    return f"{name} <{address}>"


class Gathering:
    """Contacts, each once: somebody whose name or address is there already is no other.

    ``by_address``: the name does not count, and an address does as it is written.
    """

    def __init__(self, *, by_address: bool = False) -> None:
        self._by_address_only = by_address
        self.people: list[Member] = []
        self.lists: list[Member] = []
        self.dropped: list[Member] = []
        self._by_name: dict[str, Member] = {}
        self._by_address: dict[str, Member] = {}
        self._by_list: dict[str, Member] = {}
        self._identity_by_name: dict[str, tuple[str, str]] = {}
        self._identity_by_address: dict[str, tuple[str, str]] = {}

    def add(self, contact: Contact, reasons: Mapping[Reason, None]) -> None:
        """Add a contact, or more reasons to the one that is there already, whose role stays.

        A list for subscribers only is skipped, because others cannot write there.
        """
        if contact.kind == "subscriber":
            return
        name, address = contact.name.lower(), self._key(contact.address)
        if contact.kind == "list":
            address = address.lower()
            known = self._by_list.get(address)
        else:
            known = (self._by_name.get(name) if name else None) or self._by_address.get(address)
        if known is not None:
            known.reasons.update(reasons)
            return
        member = Member(contact, reasons)
        if contact.kind == "list":
            self._by_list[address] = member
            self.lists.append(member)
            return
        self.people.append(member)
        self._by_address[address] = member
        if name and not self._by_address_only:
            self._by_name[name] = member

    def _key(self, address: str) -> str:
        return address if self._by_address_only else address.lower()

    def map_names(self, mapped: Mapped) -> None:
        """Give all their names and addresses of ``.mailmap``; several that are one by then get the first one's."""
        for member in [*self.people, *self.lists]:
            person = member.name, member.address
            member.name, member.address = mapped(*person) if self._by_address_only else self.identify(*person, mapped)

    def identify(self, name: str, address: str, mapped: Mapped) -> tuple[str, str]:
        """Return name and address by ``.mailmap``, or those of the first who was asked about and shares one of them."""
        person = mapped(name, address)
        known = self._identity_by_name.get(person[0].lower()) if person[0] else None
        known = known or self._identity_by_address.get(person[1].lower())
        if known is None:
            known = self._identity_by_name[person[0].lower()] = self._identity_by_address[person[1].lower()] = person
        return mapped(*known)

    def drop(self, people: Collection[tuple[str, str]]) -> None:
        """Take out who is in ``people``, as (name, address); they stay in ``dropped``."""
        self.dropped += [member for member in self.people if (member.name, member.address) in people]
        self.people = [member for member in self.people if (member.name, member.address) not in people]

    def also(self, name: str, address: str, role: str, kind: Literal["in file", "fixes"], reason: Reason) -> None:
        """Add somebody found elsewhere than in a section; who is there already gets the role beside theirs."""
        self.add(Contact(name, address, kind, ""), {})
        for member in self.people:
            if member.name == name or member.address == address:
                member.add_role(role)
                member.reasons[reason] = None

    def lines(self) -> Iterator[str]:
        """Yield ``address (role)`` of people, then lists, each address once."""
        seen = set()
        for member in [*self.people, *self.lists]:
            address = formatted(member.name, member.address)
            if address not in seen:
                seen.add(address)
                yield f"{address} ({member.role})"
