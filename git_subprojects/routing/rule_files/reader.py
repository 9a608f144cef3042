"""Reads the rule files in a project's tree, at the revision that patches are based on."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.errors import without_credentials
from git_subprojects.people.trailers import fixes
from git_subprojects.routing.recipients import unmapped
from git_subprojects.routing.rule_files.base import FixedCommit, TreeRules, UnreadableError, format_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from git_subprojects.git.objects import Info, Objects
    from git_subprojects.git.process import Git
    from git_subprojects.manifest.model import Route, RuleFile
    from git_subprojects.patches.model import Patch
    from git_subprojects.perl_regex.search import Searcher
    from git_subprojects.routing.model import Owner
    from git_subprojects.routing.rule_files.base import FileRules, Mapped
    from git_subprojects.system.cache import Cache

_MAILMAP = ".mailmap"
_IGNORE = ".get_maintainer.ignore"
_MOST_AHEAD = 2000
_LARGEST = 16 * 1024 * 1024
"""Bytes of a file in the work tree that are read; a byte more shows that there are more."""


class Revisions(NamedTuple):
    """Where files are looked for: ``base`` first, then ``tip``, each a commit's name; None where there is none.

    ``top`` is the work tree, for files that no commit has yet.
    """

    base: str | None
    tip: str | None
    top: str | None

    @property
    def names(self) -> list[str]:
        """The revisions, in the order in which they are asked."""
        return list(dict.fromkeys(name for name in (self.base, self.tip) if name is not None))


class RuleFileReader:
    """The rule files of one repository; the :class:`SourceTree` that formats read from.

    What git was asked for ahead of time is kept by its name: what files are, what is in them, and commits.
    """

    def __init__(self, git: Git, objects: Objects, at: Revisions, cache: Cache, searcher: Searcher) -> None:
        self.searcher = searcher
        self._git = git
        self._objects = objects
        self._at = at
        self._cache = cache
        self._rules: dict[tuple[RuleFile, str], FileRules | None] = {}
        self._missing: dict[str, None] = {}
        self._infos: dict[bytes, Info | None] = {}
        self._contents: dict[bytes, bytes | None] = {}
        self._commits: dict[bytes, tuple[str, bytes] | None] = {}

    def rules_of(self, owner: Owner) -> TreeRules:
        """Return what the files say that the owner's route names."""
        if self._at.names and not self._contents:
            self._prefetch(owner.route)
        rules = [self._loaded(owner, file) for file in owner.route.files]
        return TreeRules(tuple(filter(None, rules)), self._mapped, self.ignored, self.commit)

    def look_ahead(self, patches: Iterable[Patch]) -> None:
        """Ask at once for the files and the commits that routing these patches would ask for one by one."""
        suffixes = tuple(suffix for rules in self._rules.values() if rules is not None for suffix in rules.reads_paths)
        if not suffixes:
            return
        paths = [path for patch in patches for path in patch.paths if path.endswith(suffixes)]
        files = [self._at.names[0].encode() + b":" + path for path in paths]
        commits = [_commit_name(commit_id) for patch in patches for commit_id in fixes(patch.message)]
        names = [name for name in dict.fromkeys(files) if name not in self._contents]
        commits = [name for name in dict.fromkeys(commits) if name not in self._commits]
        if len(self._contents) + len(self._commits) > _MOST_AHEAD:
            self._contents.clear()
            self._commits.clear()
        found = self._objects.found([*names, *commits])
        # What the base lacks, later revisions may have.
        self._contents.update((name, blob[1]) for name, blob in zip(names, found, strict=False) if blob is not None)
        self._commits.update(zip(commits, found[len(names) :], strict=True))

    def all_problems(self) -> list[str]:
        """Return what is wrong with the rules that were asked for, as far as it has come out."""
        problems = (str(problem) for rules in self._rules.values() if rules is not None for problem in rules.problems())
        return list(dict.fromkeys((*self._missing, *problems)))

    def _prefetch(self, route: Route) -> None:
        """Ask at once for what loading these files will need."""
        base = self._at.names[0]
        files = [_name(base, file.path) for file in route.files]
        others = [path for file in route.files for path in format_named(file.format).READS]
        contents = [_name(base, path) for path in (_MAILMAP, _IGNORE, *others)]
        infos, found = self._objects.several(files, contents)
        self._infos.update(zip(files, infos, strict=True))
        self._contents.update(zip(contents, found, strict=True))

    def _loaded(self, owner: Owner, file: RuleFile) -> FileRules | None:
        key = file, owner.venue.kind
        if key not in self._rules:
            try:
                self._rules[key] = format_named(file.format).load(file, self, owner.venue.kind)
                why = f"there is no {file.path} at {self._place()}"
            except UnreadableError as error:
                self._rules[key] = None
                why = str(error)
            if self._rules[key] is None:
                self._missing[f"{owner.name}: {why}: whom it names is missing"] = None
        return self._rules[key]

    def read(self, path: str) -> bytes | None:
        """Return the content of a rule file; from the work tree where no revision has it. None: it is nowhere."""
        content = self.content(path.encode("utf-8", "surrogateescape"))
        return content if content is not None or not self._at.names else self._checked_out(path)

    def content(self, path: bytes) -> bytes | None:
        """Return the content of any other file; the work tree counts only where there is no revision at all."""
        for revision in self._at.names:
            name = revision.encode() + b":" + path
            content = self._contents[name] if name in self._contents else self._objects.content(name)
            if content is not None:
                return content
        return None if self._at.names else self._checked_out(os.fsdecode(path))

    def blobs(self, path: str, *, everywhere: bool) -> list[tuple[str, str]]:
        """Return (path, id) of a file at the first revision that has it; ``everywhere``: of all files of its name."""
        for revision in self._at.names:
            name = _name(revision, path)
            info = self._infos[name] if name in self._infos else self._objects.info(name)
            if info is not None:
                return self._named(path, revision) if everywhere else [(path, info.id)]
        return []

    def _named(self, path: str, revision: str) -> list[tuple[str, str]]:
        wanted = path.rpartition("/")[2].encode("utf-8", "surrogateescape")
        found = []
        for line in self._git.output("ls-tree", "-r", "-z", "--full-tree", revision).split(b"\0"):
            fields, _, file = line.partition(b"\t")
            if file.rpartition(b"/")[2] == wanted:
                found.append((file.decode("utf-8", "surrogateescape"), fields.split()[2].decode()))
        return found

    def contents(self, ids: Sequence[str]) -> list[bytes]:
        """Return the contents of blobs by their ids."""
        return self._objects.contents(list(ids))

    def is_folder(self, path: bytes) -> bool:
        """Return whether the tree has a folder of that name."""
        if not self._at.names:
            return self._at.top is not None and os.path.isdir(os.path.join(os.fsencode(self._at.top), path))
        infos = self._objects.infos([name.encode() + b":" + path for name in self._at.names])
        return any(info is not None and info.type == "tree" for info in infos)

    def commit(self, commit_id: str) -> FixedCommit | None:
        """Return a commit by its abbreviated id."""
        name = _commit_name(commit_id)
        found = self._commits[name] if name in self._commits else self._objects.commit(commit_id)
        if found is None:
            return None
        header, _, message = found[1].decode("utf-8", "replace").partition("\n\n")
        author = next((line for line in header.split("\n") if line.startswith("author ")), "author ")
        return FixedCommit(found[0], author[len("author ") :].rpartition(">")[0] + ">", message)

    def mailmap(self, *, exact: bool) -> Mapped:
        """Return what ``.mailmap`` makes of people; ``exact`` as in :mod:`git_subprojects.people.mailmap`."""
        content = self.content(_MAILMAP.encode())
        if not content:
            return unmapped
        from git_subprojects.people.mailmap import parse

        return parse(content, exact=exact).mapped

    @cached_property
    def _mapped(self) -> Mapped:
        return self.mailmap(exact=False)

    @cached_property
    def ignored(self) -> frozenset[str]:
        """The addresses of ``.get_maintainer.ignore``, as ``same_key`` gives them."""
        from git_subprojects.people.trailers import ignored

        return ignored(self.content(_IGNORE.encode()) or b"")

    def stored(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return what ``make`` returned when it was last called for ``key``, which can be a file's name."""
        content = self._cache.load(key)
        if content is None:
            content = make()
            self._cache.store(key, content)
        return content

    def _checked_out(self, path: str) -> bytes | None:
        """Return the content of a plain file in the work tree; links are not followed."""
        place = None if self._at.top is None else os.path.join(self._at.top, path)
        if place is None or os.path.islink(place) or not os.path.isfile(place):
            return None
        with open(place, "rb") as file:
            return file.read(_LARGEST + 1)

    def _place(self) -> str:
        return self._at.names[0][:12] if self._at.names else without_credentials(self._at.top or "this revision")


def _name(revision: str, path: str) -> bytes:
    return f"{revision}:{path}".encode("utf-8", "surrogateescape")


def _commit_name(commit_id: str) -> bytes:
    return commit_id.encode("utf-8", "surrogateescape") + b"^{commit}"
