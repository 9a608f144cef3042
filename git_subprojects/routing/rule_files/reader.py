"""What the files in a project's tree say of who gets its patches: read at the revision that a patch is based on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.errors import without_credentials
from git_subprojects.people.trailers import fixes
from git_subprojects.routing.recipients import unmapped
from git_subprojects.routing.router import TreeRules
from git_subprojects.routing.rule_files.maintainers import index as indexes
from git_subprojects.routing.rule_files.maintainers.maintained import Commit, Maintained, Tree
from git_subprojects.routing.rule_files.maintainers.parse import SETTINGS, STYLES, Style, recognised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from git_subprojects.git.objects import Info, Objects
    from git_subprojects.git.process import Git
    from git_subprojects.manifest.model import Route, TreeFile
    from git_subprojects.patches.model import Patch
    from git_subprojects.perl_regex.search import Searcher
    from git_subprojects.routing.router import Owner
    from git_subprojects.routing.rule_files.codeowners import Codeowners
    from git_subprojects.system.cache import Cache

_SCRIPT = "scripts/get_maintainer.pl"
_MAILMAP = ".mailmap"
_IGNORE = ".get_maintainer.ignore"
_MOST_AHEAD = 2000
_LARGEST = 16 * 1024 * 1024
"""Bytes of all MAINTAINERS files together; those of Linux have not one megabyte."""


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


class Trees:
    """The rules in the tree of one repository.

    ``problems`` are what is wrong with them, by message.
    """

    def __init__(self, git: Git, objects: Objects, at: Revisions, cache: Cache, searcher: Searcher) -> None:
        self._git = git
        self._objects = objects
        self._at = at
        self._cache = cache
        self._searcher = searcher
        self._maintained: dict[TreeFile, Maintained | None] = {}
        self._infos: dict[bytes, Info | None] = {}
        self._contents: dict[bytes, bytes | None] = {}
        self._ahead: dict[bytes, tuple[str, bytes] | None] = {}
        self._mapped: dict[bool, Callable[[str, str], tuple[str, str]]] = {}
        self._ignored: frozenset[str] = frozenset()
        self.problems: dict[str, None] = {}

    def rules_of(self, owner: Owner) -> TreeRules:
        """Return what the files say that the owner's route names."""
        self._prefetch(owner.route)
        maintained, codeowners, codeowners_file = None, None, ""
        if owner.route.maintainers is not None:
            maintained = self._maintainers(owner, owner.route.maintainers)
        if owner.route.codeowners is not None:
            codeowners_file = owner.route.codeowners.file
            codeowners = self._codeowners(owner, owner.route.codeowners)
        return TreeRules(maintained, codeowners, codeowners_file, self._people(), self._ignored, self._commit)

    def look_ahead(self, patches: Iterable[Patch]) -> None:
        """Ask at once for the files and the commits that routing these patches would ask for one by one."""
        if not any(maintained and maintained.style.finds_people for maintained in self._maintained.values()):
            return
        names = [
            name
            for patch in patches
            for name in (
                *(self._at.names[0].encode() + b":" + path for path in patch.paths if path.endswith(b".yaml")),
                *(_commit_name(commit_id) for commit_id in fixes(patch.message)),
            )
        ]
        unknown = [name for name in dict.fromkeys(names) if name not in self._ahead]
        if len(self._ahead) > _MOST_AHEAD:
            self._ahead.clear()
        self._ahead.update(zip(unknown, self._objects.found(unknown), strict=True))

    def all_problems(self) -> list[str]:
        """Return what is wrong with the rules that were asked for, as far as it has come out."""
        for maintained in self._maintained.values():
            if maintained is not None:
                self.problems.update(maintained.problems)
                for rule in (*maintained.index.names, *maintained.index.keywords):
                    if rule.value in self._searcher.slow:
                        file = maintained.index.section(rule.section).file
                        text = rule.value.decode("utf-8", "replace")
                        what = f"{file}:{rule.line}: {rule.letter}: {text} takes too long, and is passed over"
                        self.problems[what] = None
        return list(self.problems)

    def _prefetch(self, route: Route) -> None:
        """Ask at once for what is going to be needed."""
        if not self._at.names or self._infos:
            return
        base = self._at.names[0]
        files = [file.file for file in (route.maintainers, route.codeowners) if file is not None]
        infos = [_name(base, path) for path in (*files, _SCRIPT)]
        contents = [_name(base, path) for path in (_MAILMAP, _IGNORE, SETTINGS)]
        found = self._objects.several(infos, contents)
        self._infos.update(zip(infos, found[0], strict=True))
        self._contents.update(zip(contents, found[1], strict=True))

    def _info(self, name: bytes) -> Info | None:
        return self._infos[name] if name in self._infos else self._objects.info(name)

    def _maintainers(self, owner: Owner, file: TreeFile) -> Maintained | None:
        if file not in self._maintained:
            self._maintained[file] = self._read_maintainers(owner, file)
        return self._maintained[file]

    def _read_maintainers(self, owner: Owner, file: TreeFile) -> Maintained | None:
        style, revision = self._style(file)
        try:
            index = self._index(file.file, style, revision)
        except _TooLargeError as error:
            self.problems[f"{owner.name}: {error}: whom it names is missing"] = None
            return None
        if index is None:
            self.problems[f"{owner.name}: there is no {file.file} at {self._place()}: whom it names is missing"] = None
            return None
        program = self._program()
        tree = Tree(self._is_folder, self._content, self._commit, self._people(exact=True), self._ignored)
        return Maintained(
            index,
            style,
            tree,
            self._searcher,
            says_supporter=program is None or b"supporter" in program,
            whole_letters=program is not None and b"letters" in program,
        )

    def _program(self) -> bytes | None:
        """Return which of its habits the tree's own program has, as words; None where there is none.

        ``supporter``: it makes a role of the status. ``letters``: it knows those outside ASCII.
        """
        name = next((name for at in self._at.names if self._info(name := _name(at, _SCRIPT))), None)
        info = None if name is None else self._info(name)
        if info is None:
            return None
        key = f"program-{info.id}"
        stored = self._cache.load(key)
        if stored is None:
            program = self._objects.contents([info.id])[0]
            stored = b"supporter " * (b'"supporter"' in program) + b"letters" * (rb"\p{L}" in program)
            self._cache.store(key, stored)
        return stored

    def _style(self, file: TreeFile) -> tuple[Style, str | None]:
        """Return the style of a MAINTAINERS file, and the revision to read it at; None: the work tree."""
        revision = next((name for name in self._at.names if self._info(_name(name, file.file))), None)
        if file.style is not None:
            return STYLES[file.style], revision
        content = self._read(file.file, revision) or b""
        return recognised(file.file, content, self._content(SETTINGS.encode()) or b""), revision

    def _index(self, file: str, style: Style, revision: str | None) -> indexes.Index | None:
        """Return the index of a file, or of all of its name in the tree; None if there is none."""
        if revision is None:
            content = self._read(file, None)
            return None if content is None else _made([(file, content)], style)
        files = self._files(file, style, revision)
        key = _key(files, style)
        stored = self._cache.load(key)
        if stored is not None:
            return indexes.Index.loaded(stored)
        contents = self._objects.contents([blob for _, blob in files])
        found = _made([(name, content) for (name, _), content in zip(files, contents, strict=True)], style)
        self._cache.store(key, found.dumped())
        return found

    def _files(self, file: str, style: Style, revision: str) -> list[tuple[str, str]]:
        """Return the paths and blob ids of the files to read."""
        if not style.whole_tree:
            info = self._info(_name(revision, file))
            return [] if info is None else [(file, info.id)]
        listed = self._git.output("ls-tree", "-r", "-z", "--full-tree", revision)
        wanted = file.rpartition("/")[2].encode()
        found = []
        for line in listed.split(b"\0"):
            if line.endswith(wanted):
                fields, _, path = line.partition(b"\t")
                if path.rpartition(b"/")[2] == wanted:
                    found.append((path.decode("utf-8", "surrogateescape"), fields.split()[2].decode()))
        return found

    def _codeowners(self, owner: Owner, file: TreeFile) -> Codeowners | None:
        from git_subprojects.routing.rule_files import codeowners

        content = self._content(file.file.encode())
        if content is None:
            content = self._read(file.file, None)
        if content is None:
            self.problems[f"{owner.name}: there is no {file.file} at {self._place()}: whom it names is missing"] = None
            return None
        found = codeowners.parse(content, style=file.style or codeowners.style_at(file.file, owner.venue.kind))
        for problem in found.problems:
            self.problems[f"{file.file}:{problem.line}: {problem.message}"] = None
        return found

    def _people(self, *, exact: bool = False) -> Callable[[str, str], tuple[str, str]]:
        """Return what ``.mailmap`` makes of a name and an address, and read ``.get_maintainer.ignore``."""
        if exact not in self._mapped:
            from git_subprojects.people import mailmap, trailers

            content = self._content(_MAILMAP.encode())
            self._mapped[exact] = mailmap.parse(content, exact=exact).mapped if content else unmapped
            self._ignored = trailers.ignored(self._content(_IGNORE.encode()) or b"")
        return self._mapped[exact]

    def _commit(self, commit_id: str) -> Commit | None:
        name = _commit_name(commit_id)
        found = self._ahead[name] if name in self._ahead else self._objects.commit(commit_id)
        if found is None:
            return None
        header, _, message = found[1].decode("utf-8", "replace").partition("\n\n")
        author = next((line for line in header.split("\n") if line.startswith("author ")), "author ")
        return Commit(found[0], author[len("author ") :].rpartition(">")[0] + ">", message)

    def _is_folder(self, path: bytes) -> bool:
        if not self._at.names:
            return self._at.top is not None and os.path.isdir(os.path.join(os.fsencode(self._at.top), path))
        infos = self._objects.infos([name.encode() + b":" + path for name in self._at.names])
        return any(info is not None and info.type == "tree" for info in infos)

    def _content(self, path: bytes) -> bytes | None:
        """Return a file's content at the first of the revisions that has it."""
        for revision in self._at.names:
            name = revision.encode() + b":" + path
            ahead = self._ahead.get(name)
            if ahead is not None:
                return ahead[1]
            content = self._contents[name] if name in self._contents else self._objects.content(name)
            if content is not None:
                return content
        return None if self._at.names else self._read(os.fsdecode(path), None)

    def _read(self, path: str, revision: str | None) -> bytes | None:
        """Return a file's content at a revision, or in the work tree, where nothing but a plain file is read."""
        if revision is not None:
            return self._objects.content(_name(revision, path))
        place = None if self._at.top is None else os.path.join(self._at.top, path)
        if place is None or os.path.islink(place) or not os.path.isfile(place):
            return None
        with open(place, "rb") as file:
            return file.read(_LARGEST + 1)

    def _place(self) -> str:
        return self._at.names[0][:12] if self._at.names else without_credentials(self._at.top or "this revision")


class _TooLargeError(Exception):
    pass


def _made(files: list[tuple[str, bytes]], style: Style) -> indexes.Index:
    size = sum(len(content) for _, content in files)
    if size > _LARGEST:
        raise _TooLargeError(f"{files[0][0]} has {size:,} bytes, and no more than {_LARGEST:,} are read")
    return indexes.Index.of(files, style)


def _name(revision: str, path: str) -> bytes:
    return f"{revision}:{path}".encode("utf-8", "surrogateescape")


def _commit_name(commit_id: str) -> bytes:
    return commit_id.encode("utf-8", "surrogateescape") + b"^{commit}"


def _key(files: Sequence[tuple[str, str]], style: Style) -> str:
    if len(files) == 1:
        return f"{style.name}-{files[0][1]}"
    import hashlib

    listed = "\0".join(f"{path}\0{blob}" for path, blob in files)
    return f"{style.name}-{hashlib.sha1(listed.encode('utf-8', 'surrogateescape'), usedforsecurity=False).hexdigest()}"
