"""Who looks after the paths and the words of patches, by the MAINTAINERS files of one tree."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from git_subprojects.patches.model import Patch
from git_subprojects.people.mailbox import same_key
from git_subprojects.perl_regex.search import Searcher
from git_subprojects.routing.model import Reason, Recipient
from git_subprojects.routing.rule_files.base import Answer, FileRules, FixedCommit, Mapped, RuleProblem
from git_subprojects.routing.rule_files.maintainers.contacts import Contact, Gathering, contacts, formatted, parsed
from git_subprojects.routing.rule_files.maintainers.dialects import Style
from git_subprojects.routing.rule_files.maintainers.index import Hit, Index
from git_subprojects.routing.rule_files.maintainers.parse import THE_REST

_MOST_PATHS = 20_000
_SIGNATURES = ("Signed-off-by:", "Reviewed-by:", "Acked-by:")


class TreeQueries(NamedTuple):
    """What is asked of the repository, at the revisions that the rules are read from.

    ``content`` returns a file's content, None where there is no such file; ``commit`` a commit by its abbreviated id.
    ``ignored`` are the addresses of ``.get_maintainer.ignore``, in lower case.
    """

    is_folder: Callable[[bytes], bool]
    content: Callable[[bytes], bytes | None]
    commit: Callable[[str], FixedCommit | None]
    mapped: Mapped
    ignored: frozenset[str] = frozenset()


class MaintainersRules(FileRules):
    """The MAINTAINERS files of a tree, asked about many patches.

    ``says_supporter`` and ``whole_letters`` are habits of the tree's own program: see ``roles`` and ``people_in``.
    """

    has_program = True

    def __init__(
        self,
        index: Index,
        style: Style,
        tree: TreeQueries,
        searcher: Searcher,
        *,
        says_supporter: bool = True,
        whole_letters: bool = False,
    ) -> None:
        self.index = index
        self.style = style
        self.tree = tree
        self.searcher = searcher
        self.reads_text = bool(index.keywords)
        self.reads_paths = (b".yaml",) if style.finds_people else ()
        self._problems: dict[RuleProblem, None] = dict.fromkeys(index.problems)
        self._says_supporter = says_supporter
        self._whole_letters = whole_letters
        self._covering: dict[bytes, list[tuple[int, Reason]]] = {}
        self._in_files: dict[bytes, list[tuple[str, str]]] = {}
        self._contacts: dict[int, list[Contact]] = {}

    def covers(self, path: bytes) -> bool:
        """Return whether a section is about ``path``."""
        return bool(self.covering(path))

    def answer(self, patches: Sequence[Patch], paths: Iterable[bytes]) -> Answer:
        """Return people, then lists; whom the tree's program leaves out of every answer, only if they are alone."""
        gathered = self.gather(patches, paths)
        is_alone = all(member.kind == "in file" for member in gathered.people)
        members = [*gathered.people, *(gathered.dropped if is_alone else []), *gathered.lists]
        return Answer(
            Recipient(
                member.address,
                # In a YAML file it may be an item of a list.
                member.name.lstrip("- ") if member.kind == "in file" else member.name,
                member.kind,
                tuple(member.reasons),
                member.role,
            )
            for member in members
        )

    def lines(self, patches: Sequence[Patch], paths: Iterable[bytes], *, signers: bool) -> Iterator[str]:
        """Return ``address (role)`` of everybody, as get_maintainer.pl prints them."""
        gathered = self.gather(patches, paths)
        if signers:
            self._add_signers(gathered, patches)
        return gathered.lines()

    def problems(self) -> Iterator[RuleProblem]:
        """Yield what is wrong, as far as it has come out."""
        yield from self._problems
        for rule in (*self.index.names, *self.index.keywords):
            if rule.value in self.searcher.slow:
                message = f"{rule.letter}: {rule.value.decode('utf-8', 'replace')} takes too long, and is skipped"
                yield RuleProblem(self.index.section(rule.section).file, rule.line, "warning", "slow-regex", message)

    def covering(self, path: bytes) -> list[tuple[int, Reason]]:
        """Return the sections that cover ``path`` and the line that says so, the most specific ones first."""
        sections = self._covering.get(path)
        if sections is None:
            if len(self._covering) >= _MOST_PATHS:
                self._covering.clear()
            hits = [hit for _, hit in self.index.matches(path, self.searcher, self.tree.is_folder)]
            if self.style.edk2:
                hits = self._with_default(hits, path)
            sections = self._covering[path] = [(hit.section, self._reason(hit)) for hit in hits]
        return sections

    def _with_default(self, hits: list[Hit], path: bytes) -> list[Hit]:
        hits = sorted((hit for hit in hits if hit.value != b"<default>"), key=lambda hit: hit.section)
        if any(contact.kind == "maintainer" for hit in hits for contact in self.contacts(hit.section)):
            return hits
        return hits + [Hit(section, "F", b"<default>", self._line(section), path) for section in self.index.default()]

    def _line(self, section: int) -> int:
        return next(line for letter, value, line in self.index.section(section).entries if value == b"<default>")

    def contacts(self, section: int) -> list[Contact]:
        """Return the people, then the lists, of a section."""
        section_contacts = self._contacts.get(section)
        if section_contacts is None:
            section_contacts, problems = contacts(
                self.index.section(section), self.style, says_supporter=self._says_supporter
            )
            self._contacts[section] = section_contacts
            self._problems.update(dict.fromkeys(problems))
        return section_contacts

    def gather(self, patches: Sequence[Patch], paths: Iterable[bytes]) -> Gathering:
        """Return everybody whom the sections name for these paths and for the words of these patches."""
        ordered = sorted(set(paths))
        covering = [self.covering(path) for path in ordered]
        gathered = Gathering(by_address=self.style.by_address)
        without_rest = self.style.drops_the_rest and self._has_others(covering)
        reasons: dict[int, dict[Reason, None]] = {}
        for of_path in covering:
            for section, reason in of_path:
                reasons.setdefault(section, {})[reason] = None
        for hit in self._keyword_hits(patches):
            reasons.setdefault(hit.section, {})[self._reason(hit)] = None
        for section, why in reasons.items():
            without_people = without_rest and self.index.section(section).title == THE_REST
            for contact in self.contacts(section):
                if not without_people or contact.kind == "list":
                    gathered.add(contact, why)
        gathered.map_names(self.tree.mapped)
        gathered.drop(self.style.chiefs)
        if self.style.finds_people:
            self._add_people_in_files(gathered, ordered)
        return gathered

    def _has_others(self, covering: list[list[tuple[int, Reason]]]) -> bool:
        """Return whether each path has a section besides THE REST, and any of those sections a maintainer."""
        by_path = [[self.index.section(section) for section, _ in of_path] for of_path in covering]
        others = [[section for section in sections if section.title != THE_REST] for sections in by_path]
        return all(others) and any(section.values("M") for sections in others for section in sections)

    def _keyword_hits(self, patches: Sequence[Patch]) -> list[Hit]:
        if not self.index.keywords:
            return []
        from git_subprojects.routing.rule_files.maintainers.keywords import keyword_hits

        hits = [hit for patch in patches if patch.text for hit in keyword_hits(self.index, patch.text, self.searcher)]
        # Of several patches, as of one: in the order of the places, and each once.
        places = {(rule.section, rule.line): str(rule.place) for rule in self.index.keywords}
        return sorted(dict.fromkeys(hits), key=lambda hit: places[hit.section, hit.line])

    def _reason(self, hit: Hit) -> Reason:
        section = self.index.section(hit.section)
        return Reason(f"{section.file}:{hit.line}", hit.path, f"{hit.letter}: {_text(hit.value)}", _text(section.title))

    def _add_people_in_files(self, gathered: Gathering, paths: list[bytes]) -> None:
        for path in paths:
            if path.endswith(self.reads_paths):
                from git_subprojects.routing.rule_files.maintainers.yaml_people import people_in

                if path not in self._in_files:
                    if len(self._in_files) >= _MOST_PATHS:
                        self._in_files.clear()
                    self._in_files[path] = people_in(self.tree.content(path) or b"", whole_letters=self._whole_letters)
                for person in self._in_files[path]:
                    gathered.also(*self.tree.mapped(*person), "in file", "in file", Reason(_text(path), path))

    def _add_signers(self, gathered: Gathering, patches: Sequence[Patch]) -> None:
        """Add who signed the commits that Fixes: lines name, as the original does."""
        if not self.style.finds_people:
            return
        from git_subprojects.people.trailers import fixes

        for commit_id in dict.fromkeys(fixed for patch in patches for fixed in fixes(patch.message)):
            commit = self.tree.commit(commit_id)
            if commit is not None:
                reason = Reason("Fixes", section=commit.id)
                for (name, address), count in self._signers(commit, gathered):
                    gathered.also(name, address, f"blamed_fixes:{count}/1=100%", "fixes", reason)

    def _signers(self, commit: FixedCommit, gathered: Gathering) -> list[tuple[tuple[str, str], int]]:
        """Return who signed a commit off, acked or reviewed it, by the names that are known, and how many times."""
        counts: dict[tuple[str, str], int] = {}
        chiefs = [name.lower() for name, _ in self.style.chiefs]
        lines = [line.strip() for line in commit.message.splitlines()]
        signatures = [line for line in lines if line.startswith(_SIGNATURES) and "@" in line]
        if signatures:
            # The original asks about the author first, so that signers go by the name of the author whom they are.
            for mailbox in parsed(commit.author):
                gathered.identify(*mailbox, self.tree.mapped)
        for line in signatures:
            if not any(name in line.lower() for name in chiefs):
                for mailbox in parsed(line.rpartition(":")[2].strip())[:1]:
                    person = gathered.identify(*mailbox, self.tree.mapped)
                    if same_key(person[1]) not in self.tree.ignored:
                        counts[person] = counts.get(person, 0) + 1
        ordered = sorted(counts.items(), key=lambda item: (-item[1], formatted(*item[0])))
        return ordered[: self.style.most_signers]


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")
