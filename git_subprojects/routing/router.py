"""Patches → destinations: whose each touched path is, and who gets it there."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.manifest.model import HOST, Manifest, Route, Rule, Venue
from git_subprojects.patches.model import Patch
from git_subprojects.people.mailbox import format_mailbox, same_key
from git_subprojects.registries import VENUES
from git_subprojects.routing.gitignore import Pattern, first_match
from git_subprojects.routing.model import Destination, Part, Reason, Reviewer
from git_subprojects.routing.recipients import DEFAULT_HEADERS, Recipients, split_address, unmapped

if TYPE_CHECKING:
    from git_subprojects.routing.rule_files.codeowners import Codeowners
    from git_subprojects.routing.rule_files.maintainers.maintained import Commit, Maintained


class Owner(NamedTuple):
    """A project, or the host, as far as routing goes; ``key`` begins its keys in the manifest."""

    name: str
    key: str
    venue: Venue
    route: Route
    rules: tuple[Rule, ...]
    url: str | None


class TreeRules(NamedTuple):
    """What the files in an owner's tree say of who gets its patches.

    ``codeowners_file`` is that file's path. ``mapped`` is its ``.mailmap``, ``ignored`` the addresses, in lower case,
    of its ``.get_maintainer.ignore``; ``commit`` finds a commit of its history by an abbreviated id.
    """

    maintained: "Maintained | None" = None
    codeowners: "Codeowners | None" = None
    codeowners_file: str = ""
    mapped: Callable[[str, str], tuple[str, str]] = unmapped
    ignored: frozenset[str] = frozenset()
    commit: "Callable[[str], Commit | None]" = lambda _: None

    @property
    def has_keywords(self) -> bool:
        """Whether what a patch says matters here, and not only what it touches."""
        return self.maintained is not None and bool(self.maintained.index.keywords)


NO_RULES = TreeRules()


class People(NamedTuple):
    """Who else gets a patch, and who does not.

    ``own`` are the user's own addresses, in lower case. ``suppressed`` names trailers, in lower case, that bring
    nobody in; also "fixes". ``signers``: who signed what is fixed, too. ``history`` tells who has
    lately changed these paths, as (name, address, what they did).
    """

    own: frozenset[str] = frozenset()
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
        found = first_match(self._paths, path)
        if found is None or first_match(self._exclude, path) is not None:
            return None
        return found.text


class Router:
    """A manifest, ready to route the patches of a sibling that is ``project`` or of the host (None).

    Unless ``is_host``, the manifest's host section and in-tree projects say nothing of this repository.
    ``rules_of`` returns what an owner's tree says; it is asked once for each. ``only`` is an in-tree project that the
    answer is limited to.
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
        self._owners: dict[str, _Ready] = {}

    def trees(self, patches: Iterable[Patch]) -> list[TreeRules]:
        """Return what the trees say whose paths the patches touch."""
        return [self._ready(name).tree for name in self._parts(patches)]

    def all_trees(self) -> list[TreeRules]:
        """Return what the trees say of all owners that paths here may have."""
        names = [self._project or self._only or HOST, *self._folders.values()]
        return [self._ready(name).tree for name in dict.fromkeys(names)]

    def route(self, patches: Iterable[Patch]) -> list[Destination]:
        """Return the destinations of patches. One that touches several projects has a part at each of them."""
        return [self._destination(self._ready(name), found) for name, found in self._parts(patches).items()]

    def _parts(self, patches: Iterable[Patch]) -> dict[str, list[Part]]:
        parts: dict[str, list[Part]] = {}
        if not self._folders:
            whole = [Part(patch, patch.paths) for patch in patches if patch.paths]
            return {self._project or HOST: whole} if whole and self._only is None else {}
        for patch in patches:
            by_owner: dict[str, list[bytes]] = {}
            for path in patch.paths:
                owner = _owner_in_host(self._folders, path)
                by_owner.setdefault(owner, []).append(path)
            for owner, paths in by_owner.items():
                if self._only is not None and owner != self._only:
                    continue
                parts.setdefault(owner, []).append(Part(patch, tuple(paths)))
        return parts

    def _ready(self, name: str) -> "_Ready":
        found = self._owners.get(name)
        if found is None:
            owner = _owner(self._manifest, name, is_host=self._is_host)
            found = self._owners[name] = _Ready(owner, self._rules_of(owner))
        return found

    def roles(self, patches: Sequence[Patch]) -> list[str]:
        """Return ``address (role)`` of everybody, as the trees' own get_maintainer.pl would print them all at once.

        An owner without MAINTAINERS has its recipients there, with the plain name of their role.
        """
        lines: dict[str, None] = {}
        by_tree: dict[int, tuple[Maintained, set[bytes]]] = {}
        for name, parts in self._parts(patches).items():
            ready = self._ready(name)
            if ready.tree.maintained is None:
                to_all = self._destination(ready, parts)
                for one in (*to_all.to, *to_all.cc):
                    lines[f"{format_mailbox(one.name, one.address)} ({one.role})"] = None
            else:
                _, paths = by_tree.setdefault(id(ready.tree.maintained), (ready.tree.maintained, set()))
                paths.update(path for part in parts for path in part.paths)
        for maintained, paths in by_tree.values():
            found = maintained.gather(patches, paths)
            if "fixes" not in self._people.suppressed:
                maintained.add_signers(found, patches)
            lines.update(dict.fromkeys(found.lines()))
        return list(lines)

    def _destination(self, ready: "_Ready", parts: list[Part]) -> Destination:
        owner, tree = ready.owner, ready.tree
        found = Recipients(ready.headers, tree.mapped)
        patches = [part.patch for part in parts]
        paths = list(dict.fromkeys(path for part in parts for path in part.paths))
        ready.add_manifest(found, paths)
        if tree.maintained is not None:
            _add_maintained(found, tree.maintained, patches, paths)
        reviewers = ready.add_codeowners(found, paths)
        self._add_trailers(found, tree, patches)
        if self._people.history is not None:
            for name, address, what in self._people.history(owner, patches, paths):
                if same_key(address) not in tree.ignored:
                    found.add(address, name, "history", {Reason("history", None, what): None})
        to, cc = found.headers(self._people.own)
        uncovered = tuple(path for path in paths if not ready.covers(path))
        return Destination(owner.name, owner.venue, owner.url, to, cc, tuple(parts), uncovered, reviewers)

    def _add_trailers(self, found: Recipients, tree: TreeRules, patches: list[Patch]) -> None:
        if not any(":" in patch.message for patch in patches):
            return
        from git_subprojects.people import trailers

        suppressed = self._people.suppressed
        for patch in patches:
            for key, (name, address) in trailers.people(patch.message):
                if key.lower() not in suppressed:
                    found.add(address, name, key, {Reason(key, section=patch.subject): None})
            if "fixes" not in suppressed:
                for commit_id in trailers.fixes(patch.message):
                    self._add_fixed(found, tree, commit_id)

    def _add_fixed(self, found: Recipients, tree: TreeRules, commit_id: str) -> None:
        """Add the author of a commit that is fixed and, if asked, who signed it; not who does not want that."""
        commit = tree.commit(commit_id)
        if commit is None:
            return
        from git_subprojects.people import trailers
        from git_subprojects.people.mailbox import mailboxes

        reason = {Reason("Fixes", section=f"{commit.id[:12]} {commit.message.partition(chr(10))[0]}"): None}
        people = [("fixes", one) for one in mailboxes(commit.author)]
        if self._people.signers:
            people += [("signer", one) for one in trailers.signers(commit.message)]
        for role, (name, address) in people:
            if same_key(address) not in tree.ignored:
                found.add(address, name, role, reason)


def _add_maintained(found: Recipients, maintained: "Maintained", patches: list[Patch], paths: list[bytes]) -> None:
    gathered = maintained.gather(patches, paths)
    people = [member for member in gathered.people if member.kind != "in file"]
    # The one whom the original leaves out of every answer is not left out where there is nobody else.
    for member in [*gathered.people, *([] if people else gathered.dropped), *gathered.lists]:
        # In a YAML file it may be an item of a list.
        name = member.name.lstrip("- ") if member.kind == "in file" else member.name
        found.add(member.address, name, member.kind, member.reasons, title=member.role)


class _Ready:
    """An owner with its rules ready, for any number of patches."""

    def __init__(self, owner: Owner, tree: TreeRules) -> None:
        self.owner = owner
        self.tree = tree
        self.headers = {**DEFAULT_HEADERS, **owner.venue.roles}
        self._rules = [_Rule(rule) for rule in owner.rules]

    def add_manifest(self, found: Recipients, paths: Iterable[bytes]) -> None:
        """Add who gets every patch, and whom the manifest's rules name for the paths."""
        for header, addresses in (("to", self.owner.route.to), ("cc", self.owner.route.cc)):
            for text in addresses:
                _add(found, text, header, Reason(f"{self.owner.key}.route.{header}"))
        for path in paths:
            for rule in self._rules:
                pattern = rule.match(path)
                if pattern is not None:
                    for header, addresses in (("to", rule.rule.to), ("cc", rule.rule.cc)):
                        for text in addresses:
                            _add(found, text, header, Reason(f"{rule.rule.key}.{header}", path, pattern))

    def add_codeowners(self, found: Recipients, paths: Iterable[bytes]) -> tuple[Reviewer, ...]:
        """Add the owners that are addresses, and return those that are accounts."""
        if self.tree.codeowners is None:
            return ()
        accounts: dict[str, dict[Reason, None]] = {}
        for path in paths:
            for owned in self.tree.codeowners.owners(path):
                key = f"{self.tree.codeowners_file}:{owned.line}"
                reason = Reason(key, path, owned.pattern, owned.section or None)
                for owner in owned.owners:
                    if owner.startswith("@"):
                        accounts.setdefault(owner, {})[reason] = None
                    else:
                        found.add(owner, "", "owner", {reason: None})
        return tuple(Reviewer(account, tuple(reasons)) for account, reasons in accounts.items())

    def covers(self, path: bytes) -> bool:
        """Return whether any rule is about ``path``; where there are none but for every patch, those."""
        tree = self.tree
        if tree.maintained is not None and tree.maintained.covering(path):
            return True
        if any(rule.match(path) is not None for rule in self._rules if rule.rule.to or rule.rule.cc):
            return True
        if tree.maintained is None and tree.codeowners is None:
            return bool(self.owner.route.to or self.owner.route.cc)
        return tree.codeowners is not None and any(owned.owners for owned in tree.codeowners.owners(path))


def _add(found: Recipients, text: str, header: str, reason: Reason) -> None:
    address, name = split_address(text)
    # The manifest tells a person from a list only by a name before the address.
    found.add(address, name, "reviewer" if name else "list", {reason: None}, header=header)


def _owners_of_folders(manifest: Manifest) -> dict[bytes, str]:
    """Return folder → in-tree project; the first of several that claim it has it."""
    owners: dict[bytes, str] = {}
    for name, project in manifest.projects.items():
        for folder in project.within:
            owners.setdefault(folder.encode(), name)
    return owners


def _owner_in_host(owners: dict[bytes, str], path: bytes) -> str:
    """Return the in-tree project whose ``within`` is the longest that holds ``path``, or "host"."""
    end = max(map(len, owners), default=0)
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
