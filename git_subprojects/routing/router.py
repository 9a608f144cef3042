"""Patches → destinations: whose each touched path is, and who gets it there."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from git_subprojects.manifest.model import HOST, Manifest, Route, Rule, Venue
from git_subprojects.patches.model import Patch
from git_subprojects.people.mailbox import Mailbox, format_mailbox, mailboxes, of_ident, same_key
from git_subprojects.registries import VENUES
from git_subprojects.routing.gitignore import Pattern, first_match
from git_subprojects.routing.model import Destination, Owner, Part, Reason, Reviewer, Role
from git_subprojects.routing.recipients import DEFAULT_HEADERS, Recipients
from git_subprojects.routing.rule_files.base import NO_RULES, FileRules, TreeRules


class People(NamedTuple):
    """Who else gets a patch, and who does not.

    ``own`` are the user's own addresses, ``excluded`` those that get nothing, in lower case. ``suppressed`` names
    trailers, in lower case, that bring nobody in; also "fixes". ``signers``: who signed what is fixed, too. ``history``
    tells who has lately changed these paths, as (name, address, what they did).
    """

    own: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    suppressed: frozenset[str] = frozenset()
    signers: bool = False
    history: Callable[[Owner, Sequence[Patch], Sequence[bytes]], list[tuple[str, str, str]]] | None = None


class _Rule:
    """A rule with its patterns ready."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._paths = [Pattern(text) for text in rule.paths]
        self._exclude = [Pattern(text) for text in rule.exclude]

    def match(self, path: bytes) -> str | None:
        """Return the pattern by which the rule covers ``path``."""
        pattern = first_match(self._paths, path)
        if pattern is None or first_match(self._exclude, path) is not None:
            return None
        return pattern.text


class Router:
    """A manifest, ready to route the patches of a sibling that is ``project`` or of the host (None).

    Unless ``is_host``, the manifest's host section and in-tree projects say nothing of this repository.
    ``rules_of`` returns what an owner's tree says; it is asked once for each. ``only`` is an in-tree project that the
    answer is limited to. ``left_out`` are the excluded addresses that would have been recipients.
    """

    def __init__(
        self,
        manifest: Manifest,
        project: str | None,
        rules_of: Callable[[Owner], TreeRules] = lambda _: NO_RULES,
        people: People | None = None,
        *,
        is_host: bool = True,
        only: str | None = None,
    ) -> None:
        self._manifest = manifest
        self._project = project
        self._rules_of = rules_of
        self._people = people or People()
        self._is_host = is_host
        self._only = only
        self._folders = _owners_of_folders(manifest) if is_host and project is None else {}
        self._longest = max(map(len, self._folders), default=0)
        self._owners: dict[str, _Ready] = {}
        self.left_out: set[str] = set()

    @property
    def excluded(self) -> frozenset[str]:
        """The addresses that get nothing, in lower case."""
        return self._people.excluded

    def reads_text(self, patches: Iterable[Patch] | None = None) -> bool:
        """Return whether it matters what these patches say, or any (None), and not only which paths they touch."""
        owners = dict.fromkeys((self._project or self._only or HOST, *self._folders.values()))
        names = owners if patches is None else self._parts(patches)
        return any(rules.reads_text for name in names for rules in self._ready(name).tree.files)

    def route(self, patches: Iterable[Patch]) -> list[Destination]:
        """Return the destinations of patches. One that touches several projects has a part at each of them."""
        return [self._destination(self._ready(name), parts) for name, parts in self._parts(patches).items()]

    def _parts(self, patches: Iterable[Patch]) -> dict[str, list[Part]]:
        parts: dict[str, list[Part]] = {}
        if not self._folders:
            whole = [Part(patch, patch.paths) for patch in patches if patch.paths]
            return {self._project or HOST: whole} if whole and self._only is None else {}
        for patch in patches:
            by_owner: dict[str, list[bytes]] = {}
            for path in patch.paths:
                owner = _owner_in_host(self._folders, self._longest, path)
                by_owner.setdefault(owner, []).append(path)
            for owner, paths in by_owner.items():
                if self._only is not None and owner != self._only:
                    continue
                parts.setdefault(owner, []).append(Part(patch, tuple(paths)))
        return parts

    def _ready(self, name: str) -> "_Ready":
        ready = self._owners.get(name)
        if ready is None:
            owner = _owner(self._manifest, name, is_host=self._is_host)
            ready = self._owners[name] = _Ready(owner, self._rules_of(owner))
        return ready

    def roles(self, patches: Sequence[Patch]) -> list[str]:
        """Return ``address (role)`` of everybody, as the trees' own programs would print them all at once.

        The recipients of an owner whose tree has no such program come with the plain name of their role.
        """
        lines: dict[str, None] = {}
        by_program: dict[int, tuple[FileRules, set[bytes]]] = {}
        for name, parts in self._parts(patches).items():
            ready = self._ready(name)
            rules = next((rules for rules in ready.tree.files if rules.has_program), None)
            if rules is None:
                destination = self._destination(ready, parts)
                for recipient in (*destination.to, *destination.cc):
                    lines[f"{format_mailbox(recipient.name, recipient.address)} ({recipient.role})"] = None
            else:
                _, paths = by_program.setdefault(id(rules), (rules, set()))
                paths.update(path for part in parts for path in part.paths)
        signers = "fixes" not in self._people.suppressed
        for rules, paths in by_program.values():
            lines.update(dict.fromkeys(rules.lines(patches, paths, signers=signers)))
        return [line for line in lines if not self._is_excluded(line)]

    def _is_excluded(self, line: str) -> bool:
        """Return whether a line of ``roles`` is about somebody who is left out."""
        if not self._people.excluded:
            return False
        left_out = {same_key(person.address) for person in mailboxes(line.rpartition(" (")[0])} & self._people.excluded
        self.left_out |= left_out
        return bool(left_out)

    def _destination(self, ready: "_Ready", parts: list[Part]) -> Destination:
        owner, tree = ready.owner, ready.tree
        recipients = Recipients(ready.headers, tree.mapped, self._people.excluded)
        patches = [part.patch for part in parts]
        paths = list(dict.fromkeys(path for part in parts for path in part.paths))
        ready.add_manifest(recipients, paths)
        reviewers = _add_files(recipients, tree.files, patches, paths)
        self._add_trailers(recipients, tree, patches)
        if self._people.history is not None:
            for name, address, what in self._people.history(owner, patches, paths):
                if same_key(address) not in tree.ignored:
                    recipients.add(address, name, "history", (Reason("history", None, what),))
        self.left_out |= recipients.left_out
        to, cc = recipients.headers(self._people.own)
        uncovered = tuple(path for path in paths if not ready.covers(path))
        return Destination(owner.name, owner.venue, owner.url, to, cc, tuple(parts), uncovered, reviewers)

    def _add_trailers(self, recipients: Recipients, tree: TreeRules, patches: list[Patch]) -> None:
        if not any(":" in patch.message for patch in patches):
            return
        from git_subprojects.people import trailers

        suppressed = self._people.suppressed
        for patch in patches:
            for key, (name, address) in trailers.people(patch.message):
                if key.lower() not in suppressed:
                    recipients.add(address, name, key, (Reason(key, section=patch.subject),))
            if "fixes" not in suppressed:
                for commit_id in trailers.fixes(patch.message):
                    self._add_fixed(recipients, tree, commit_id)

    def _add_fixed(self, recipients: Recipients, tree: TreeRules, commit_id: str) -> None:
        """Add the author of a commit that is fixed and, if asked for, who signed it; nobody who wants to be ignored."""
        commit = tree.commit(commit_id)
        if commit is None:
            return
        from git_subprojects.people import trailers

        reason = Reason("Fixes", section=f"{commit.id[:12]} {commit.message.partition(chr(10))[0]}")
        author = of_ident(commit.author)
        people: list[tuple[Role, Mailbox]] = [] if author is None else [("fixes", author)]
        if self._people.signers:
            people += [("signer", signer) for signer in trailers.signers(commit.message)]
        for role, (name, address) in people:
            if same_key(address) not in tree.ignored:
                recipients.add(address, name, role, (reason,))


def _add_files(
    recipients: Recipients, files: Iterable[FileRules], patches: list[Patch], paths: list[bytes]
) -> tuple[Reviewer, ...]:
    """Add whom the tree's files name, and return the accounts that they do."""
    accounts: dict[str, dict[Reason, None]] = {}
    for rules in files:
        answer = rules.answer(patches, paths)
        for recipient in answer.recipients:
            address, name, role, reasons, title = recipient
            recipients.add(address, name, role, reasons, title=title)
        for account, reasons in answer.reviewers:
            accounts.setdefault(account, {}).update(dict.fromkeys(reasons))
    return tuple(Reviewer(account, tuple(reasons)) for account, reasons in accounts.items())


class _Ready:
    """An owner with its rules ready, for any number of patches."""

    def __init__(self, owner: Owner, tree: TreeRules) -> None:
        self.owner = owner
        self.tree = tree
        self.headers = {**DEFAULT_HEADERS, **owner.venue.roles}
        self._rules = [_Rule(rule) for rule in owner.rules]

    def add_manifest(self, recipients: Recipients, paths: Iterable[bytes]) -> None:
        """Add who gets every patch, and whom the manifest's rules name for the paths."""
        for header, addresses in (("to", self.owner.route.to), ("cc", self.owner.route.cc)):
            for text in addresses:
                _add(recipients, text, header, Reason(f"{self.owner.key}.route.{header}"))
        for path in paths:
            for rule in self._rules:
                pattern = rule.match(path)
                if pattern is not None:
                    for header, addresses in (("to", rule.rule.to), ("cc", rule.rule.cc)):
                        for text in addresses:
                            _add(recipients, text, header, Reason(f"{rule.rule.key}.{header}", path, pattern))

    def covers(self, path: bytes) -> bool:
        """Return whether any rule is about ``path``; without files, who gets every patch counts, too."""
        if any(rules.covers(path) for rules in self.tree.files):
            return True
        if any(rule.match(path) is not None for rule in self._rules if rule.rule.to or rule.rule.cc):
            return True
        return not self.tree.files and bool(self.owner.route.to or self.owner.route.cc)


def _add(recipients: Recipients, text: str, header: str, reason: Reason) -> None:
    ((name, address),) = mailboxes(text)  # One, as the manifest's reader has checked.
    # The manifest tells a person from a list only by a name before the address.
    recipients.add(address, name, "reviewer" if name else "list", (reason,), header=header)


def _owners_of_folders(manifest: Manifest) -> dict[bytes, str]:
    """Return folder → in-tree project; the first of several that claim it has it."""
    owners: dict[bytes, str] = {}
    for name, project in manifest.projects.items():
        for folder in project.within:
            owners.setdefault(folder.encode(), name)
    return owners


def _owner_in_host(owners: dict[bytes, str], longest: int, path: bytes) -> str:
    """Return the in-tree project whose ``within``, of ``longest`` bytes at most, holds ``path`` best, or "host"."""
    end = longest
    while (end := path.rfind(b"/", 0, end)) >= 0:
        owner = owners.get(path[: end + 1])
        if owner is not None:
            return owner
    return HOST


def _owner(manifest: Manifest, name: str, *, is_host: bool) -> Owner:
    if name != HOST:
        project = manifest.projects[name]
        return Owner(name, f"project.{name}", project.venue, project.route, project.rules, _web_url(name, manifest))
    host = manifest.host
    if not is_host:
        return Owner(HOST, HOST, Venue(), Route(), (), None)
    return Owner(host.name, HOST, host.venue, host.route, host.rules, None)


def _web_url(name: str, manifest: Manifest) -> str | None:
    """Return where patches to a project are proposed: the URL that looks like its venue's site, else the first."""
    project = manifest.projects[name]
    urls, kind = project.urls, VENUES[project.venue.kind]
    found = next((url for url in urls if kind.is_named_in(url)), urls[0] if urls else None)
    return None if found is None else found.removesuffix(".git")
