"""What a format of rule files offers, and what it may ask of the tree that its files are in.

A format is a module that is a :class:`Format`, with an entry in :data:`git_subprojects.registries.RULE_FORMATS`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from git_subprojects.manifest.model import RuleFile
from git_subprojects.patches.model import Patch
from git_subprojects.perl_regex.search import Searcher
from git_subprojects.registries import RULE_FORMATS
from git_subprojects.routing.model import Recipient, Reviewer
from git_subprojects.routing.recipients import unmapped

CACHE_VERSION = 2
"""Of all that formats store in ``SourceTree.cache``: to be raised when any of them changes what it stores."""

Mapped = Callable[[str, str], tuple[str, str]]
"""(name, address) → the same person's proper ones, by ``.mailmap``."""

ProblemName = Literal[
    "syntax", "regex", "address", "nobody", "no-files", "no-status", "duplicate-section", "duplicate-line",
    "duplicate-person", "unmatched", "slow-regex", "unfinished",
]  # fmt: skip


class RuleProblem(NamedTuple):
    """Something wrong at a line of a rule file, counted from 1. ``section`` is the title of what the line is in."""

    file: str
    line: int
    severity: Literal["error", "warning"]
    name: ProblemName
    message: str
    section: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class UnreadableError(Exception):
    """A rule file is there but cannot be used; the message says why."""


class FixedCommit(NamedTuple):
    """A commit of the project's history: its author as ``Name <address>``, and its whole message."""

    id: str
    author: str
    message: str


class Answer(NamedTuple):
    """Whom a rule file names: in its order, and as often as it does."""

    recipients: Iterable[Recipient] = ()
    reviewers: Iterable[Reviewer] = ()


class FileRules:
    """The rules of one file, to be asked about many patches.

    ``reads_text``: what patches say matters, and not only which paths they touch. ``reads_paths``: it looks into
    files that patches touch and whose names end so. ``has_program``: the tree has a program that answers by this
    file, and ``lines`` is what that prints.
    """

    reads_text = False
    reads_paths: tuple[bytes, ...] = ()
    has_program = False

    def covers(self, path: bytes) -> bool:
        """Return whether the file names anybody for ``path``."""
        raise NotImplementedError

    def answer(self, patches: Sequence[Patch], paths: Iterable[bytes]) -> Answer:
        """Return whom the file names for what ``patches`` do to ``paths``."""
        raise NotImplementedError

    def lines(self, patches: Sequence[Patch], paths: Iterable[bytes], *, signers: bool) -> Iterable[str]:
        """Return what the tree's program prints; ``signers``: also who signed the commits that patches fix."""
        raise NotImplementedError

    def problems(self) -> Iterable[RuleProblem]:
        """Return what is wrong with the file, as far as it has come out."""
        return ()


class SourceTree(Protocol):
    """A project's tree, at the revisions that its rules are read from. Paths are relative to its top."""

    searcher: Searcher

    def read(self, path: str) -> bytes | None:
        """Return the content of a rule file; from the work tree where no revision has it. None: it is nowhere."""

    def content(self, path: bytes) -> bytes | None:
        """Return the content of any other file; the work tree counts only where there is no revision at all."""

    def blobs(self, path: str, *, everywhere: bool) -> list[tuple[str, str]]:
        """Return (path, id) of a file at the first revision that has it; ``everywhere``: of all files of its name."""

    def contents(self, ids: Sequence[str]) -> list[bytes]:
        """Return the contents of blobs by their ids."""

    def is_folder(self, path: bytes) -> bool:
        """Return whether the tree has a folder of that name."""

    def commit(self, commit_id: str) -> FixedCommit | None:
        """Return a commit by its abbreviated id."""

    def mailmap(self, *, exact: bool) -> Mapped:
        """Return what ``.mailmap`` makes of people; ``exact`` as in :mod:`git_subprojects.people.mailmap`."""

    @property
    def ignored(self) -> frozenset[str]:
        """The addresses of ``.get_maintainer.ignore``, as ``same_key`` gives them."""

    def stored(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return what ``make`` returned when it was last called for ``key``, which can be a file's name."""


class LintTree(Protocol):
    """The tree whose rule files are checked: its sorted ``paths``, and their contents."""

    paths: Sequence[bytes]
    searcher: Searcher

    def read(self, path: str) -> bytes | None:
        """Return a file's content, None where there is no such file."""


class Format(Protocol):
    """A module that reads one format. ``venue`` is the kind of the project's venue."""

    @property
    def READS(self) -> Sequence[str]:  # noqa: N802
        """Other files that ``load`` reads: the reader asks for all at once, which saves time."""

    def load(self, file: RuleFile, tree: SourceTree, venue: str) -> FileRules | None:
        """Return the rules of a file, None where there is no such file. Raises UnreadableError."""

    def find_problems(
        self, file: RuleFile, tree: LintTree, venue: str, *, alone: bool
    ) -> tuple[list[RuleProblem], int] | None:
        """Return what is wrong with a file, and how many were read; None where there is no such file.

        ``alone``: with this file, and not with others that belong to it.
        """


def format_named(name: str) -> Format:
    """Return a format by its key in RULE_FORMATS."""
    module: Any = RULE_FORMATS[name].load()
    return module  # type: ignore[no-any-return]


def format_of(path: str) -> str:
    """Return the key of the format that files of this name have; of the first one where the name tells nothing."""
    name = path.rpartition("/")[2]
    named = (key for key, entry in RULE_FORMATS.items() if name in (place.rpartition("/")[2] for place in entry.places))
    return next(named, next(iter(RULE_FORMATS)))


class TreeRules(NamedTuple):
    """What an owner's tree says of who gets its patches: the rules of its files, in the order of the registry.

    ``mapped`` is its ``.mailmap``, ``ignored`` the addresses, in lower case, of its ``.get_maintainer.ignore``;
    ``commit`` finds a commit of its history by an abbreviated id.
    """

    files: tuple[FileRules, ...] = ()
    mapped: Mapped = unmapped
    ignored: frozenset[str] = frozenset()
    commit: Callable[[str], FixedCommit | None] = lambda _: None


NO_RULES = TreeRules()
