"""The submodules of a clone: put to the commits that it records, unless the user works in them.

git itself leaves them where they are when another commit is checked out (gitsubmodules(7)).
"""

import os
import shlex
import shutil
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from git_subprojects.git.process import Git
from git_subprojects.workspace.revision import FETCH
from git_subprojects.workspace.transport import TransferError, Transport

_MOST_STEPS = 100
"""How far back it is looked which commits the clone recorded before."""


_EMPTY = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""The tree without files, which every repository has, by the length of its ids."""


class Submodule(NamedTuple):
    """A submodule as a commit of the clone records it: its commit, and its name and URL in ``.gitmodules``."""

    commit: str
    name: str
    url: str


def recorded(git: Git, commit: str) -> dict[str, Submodule]:
    """Return the submodules that a commit records, by their paths."""
    config = git.run("config", "-z", "--no-includes", f"--blob={commit}:.gitmodules", "--list")
    if config.returncode != 0:
        return {}
    names: dict[str, str] = {}
    urls: dict[str, str] = {}
    for entry in config.stdout.decode("utf-8", "surrogateescape").split("\0"):
        key, _, value = entry.partition("\n")
        section, _, rest = key.partition(".")
        name, _, what = rest.rpartition(".")
        if section == "submodule" and what == "path":
            names[value] = name
        elif section == "submodule" and what == "url":
            urls[name] = value
    listed = git.output("ls-tree", "-r", "-z", "--full-tree", commit).decode("utf-8", "surrogateescape")
    found = {}
    for line in listed.split("\0"):
        facts, _, path = line.partition("\t")
        if facts.startswith("160000 ") and path in names:
            found[path] = Submodule(facts.split(" ")[2], names[path], urls.get(names[path], ""))
    return found


def give_up_unfinished(git: Git, top: str) -> None:
    """Empty the folders of submodules in the clone at ``top`` of which no file is checked out.

    When git cannot clone one submodule it checks out none; and takes those that it has cloned for finished.
    """
    for path in recorded(git.elsewhere(top), "HEAD"):
        folder = os.path.join(top, path)
        if not os.path.lexists(os.path.join(folder, ".git")):
            continue
        if len(os.listdir(folder)) > 1:
            give_up_unfinished(git, folder)
        else:
            os.unlink(os.path.join(folder, ".git"))


class Move:
    """What becomes of the submodules of the clone at ``top`` when it goes from HEAD to the commit ``target``.

    A ``target`` of None: HEAD stays.
    """

    def __init__(self, git: Git, top: str, target: str | None = None) -> None:
        self._git = git.elsewhere(top)
        self._top = top
        self._before = recorded(self._git, "HEAD")
        self._emptied: list[str] = []
        self._after = self._before if target is None else recorded(self._git, target)

    def refusal(self) -> tuple[str, str] | None:
        """Return why HEAD cannot move, and what to look at: the user works in a submodule that would change."""
        for path, old in self._before.items():
            new = self._after.get(path)
            if new == old or not self._is_populated(path):
                continue
            work = self._work(path, old, is_leaving=new is None or new.name != old.name)
            if work:
                return f"its submodule {path} {work}", f"git -C {shlex.quote(os.path.join(self._top, path))} status"
        return None

    def make_room(self) -> None:
        """Empty the folders of those that are gone, or another, at the target; their commits stay in git's folder."""
        for path, old in self._before.items():
            new = self._after.get(path)
            if (new is None or new.name != old.name) and self._is_populated(path):
                self._emptied.append(path)
                folder = os.path.join(self._top, path)
                shutil.rmtree(folder)
                os.mkdir(folder)

    def put_back(self) -> None:
        """Undo ``make_room``, where HEAD could not move."""
        if self._emptied:
            self._git.run("submodule", "--quiet", "update", "--init", "--recursive", "--", *self._emptied)

    def settle(self, transport: Transport, depth: int | None, say: Callable[[str], None]) -> bool:
        """Put them to what HEAD records, and return whether any was moved.

        One that the clone never had is made; one that the user has not got, or works in, stays so.

        Raises:
            TransferError: what it needs cannot be had.
        """
        strict = transport.for_submodules().in_folder(self._top)
        paths = [path for path in self._after if self._is_due(path, say)]
        for path in paths:
            try:
                self._settle(path, strict, () if depth is None else (f"--depth={depth}",), say)
            except TransferError as error:
                raise TransferError(error.kind, f"its submodule {path}: {error.message}", error.hint) from None
        return bool(paths)

    def _settle(self, path: str, strict: Transport, depth: tuple[str, ...], say: Callable[[str], None]) -> None:
        update = ("submodule", "update", "--init", "--progress", *depth)
        if not self._is_populated(path):
            strict.retrying(lambda: strict.run(*update, "--recursive", "--", path), path)
            return
        if self._has_other_url(path):
            self._git.output("submodule", "--quiet", "sync", "--", path)
        folder, commit = os.path.join(self._top, path), self._after[path].commit
        inside = strict.in_folder(folder)
        for words in ((*depth, "--", "origin"), (*depth, "--", "origin", commit)):
            if inside.git.commit(commit) is None:
                inside.retrying(partial(inside.run, *FETCH, *words), path)
        inner = Move(self._git, folder, commit)
        inner.make_room()
        strict.retrying(lambda: strict.run(*update, "--", path), path)
        inner.settle(strict, None, say)

    def _is_due(self, path: str, say: Callable[[str], None]) -> bool:
        new, old = self._after[path], self._before.get(path)
        if not self._is_populated(path):
            # Once it is known to git's config it is wanted: "git submodule deinit" takes it from there.
            is_known = self._git.run("config", "--get", f"submodule.{new.name}.url").returncode == 0
            return old is None or new.name != old.name or is_known
        if self._head(path) == new.commit:
            return False
        work = self._work(path, new, is_leaving=False)
        if work:
            say(f"its submodule {path} stays: it {work}")
        return not work

    def _is_populated(self, path: str) -> bool:
        return os.path.lexists(os.path.join(self._top, path, ".git"))

    def _head(self, path: str) -> str | None:
        return self._git.elsewhere(os.path.join(self._top, path)).commit("HEAD")

    def _has_other_url(self, path: str) -> bool:
        """Return whether ``.gitmodules`` has had another URL for it: only then the user's own is no wish of theirs."""
        name, url = self._after[path].name, self._after[path].url
        for blob in _earlier(self._git, ".gitmodules"):
            config = self._git.run("config", "-z", "--no-includes", f"--blob={blob}", f"submodule.{name}.url")
            if config.returncode == 0 and config.stdout.decode("utf-8", "surrogateescape").rstrip("\0") != url:
                return True
        return False

    def _work(self, path: str, known: Submodule, *, is_leaving: bool) -> str:
        """Return in words what of the user's is in a submodule; empty: nothing."""
        return _work(
            self._git.elsewhere(os.path.join(self._top, path)),
            {known.commit, *_earlier(self._git, path)},
            is_leaving=is_leaving,
        )


def _earlier(git: Git, path: str) -> set[str]:
    """Return the objects at a path of HEAD and of the last commits that HEAD was at."""
    words = ("log", f"-{_MOST_STEPS}", "--format=%T")
    trees = git.run(*words, "--walk-reflogs", "HEAD", "--").stdout.decode().split()
    trees += git.run(*words[:1], "-1", *words[2:], "HEAD", "--").stdout.decode().split()
    pairs = "".join(f"{_EMPTY[len(tree)]} {tree}\n" for tree in dict.fromkeys(trees))
    # cat-file does not tell the id of a submodule's commit, because that is no object of the clone.
    lines = git.output("diff-tree", "--stdin", "-r", "-z", "--", f":(literal){path}", stdin=pairs.encode()).split(b":")
    return {line.split(b" ")[3].decode() for line in lines if line.startswith(b"000000 ")}


def _work(git: Git, known: set[str], *, is_leaving: bool) -> str:
    """Return what of the user's is in a submodule, which was put at one of the commits ``known``."""
    status = git.run("status", "--porcelain=v2", "--branch", "-z", f"--untracked-files={'all' if is_leaving else 'no'}")
    if status.returncode != 0:
        return "cannot be read"
    entries = status.stdout.decode("utf-8", "surrogateescape").split("\0")
    heads = dict(entry.removeprefix("# branch.").split(" ", 1) for entry in entries if entry.startswith("# branch."))
    head, branch = heads.get("oid", ""), heads.get("head", "")
    if branch != "(detached)":
        return f"is on a branch, {branch}"
    if head not in known:
        return f"is at {head[:12]}, where no update has put it"
    nested = []
    for entry in entries:
        mark, _, rest = entry.partition(" ")
        fields = rest.split(" ", 7)
        if mark == "1" and fields[0] == ".M" and fields[1].startswith("S"):
            nested.append(fields[7])
        elif mark in ("1", "2", "u", "?"):
            return "has changed files"
    inner = git.directory or os.curdir
    if is_leaving and not os.path.isfile(os.path.join(inner, ".git")):
        return "has its repository in its own folder"
    for path in nested or (recorded(git, "HEAD") if is_leaving else ()):
        if os.path.lexists(os.path.join(inner, path, ".git")):
            work = _work(git.elsewhere(os.path.join(inner, path)), _earlier(git, path), is_leaving=is_leaving)
            if work:
                return f"has a submodule {path} that {work}"
    return ""
