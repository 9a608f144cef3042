"""Small trees, what two people have made of them, and what git am -3 makes of the one's patch on the other's tree."""

import os
import random
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.support.trees import FILE, LINK, SCRIPT, Node, Tree, imported, listed

NAMES = ("a", "b", "c.c", "d/a", "d/b", "d/e/c.c", "f/long", "f/Makefile", "g/Makefile")
COMMON = (b"\n", b"{\n", b"}\n", b"\treturn 0;\n", b"same\n")


class Case(NamedTuple):
    """A tree that two trees were made of: ``ours``, where the patch that makes ``theirs`` is tried."""

    base: Tree
    ours: Tree
    theirs: Tree


class Made(NamedTuple):
    """What git has made of a case: whether it took the patch, and the tree then."""

    is_taken: bool
    tree: dict[str, tuple[str, str]]


class Author:
    """Makes trees and changes of any kind, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._number = 0

    def case(self) -> Case:
        """Return the next case; its patch changes something."""
        while True:
            base = self._tree()
            # Some histories go on from what the other has done.
            ours = self._changed(base, self._random.choice([1, 1, 2, 3]))
            theirs = self._changed(base, self._random.choice([1, 1, 2]))
            if self._random.random() < 0.2:
                ours = self._changed(theirs, 1)
            if self._random.random() < 0.2:
                ours = self._taken(base, ours, theirs)
            if theirs != base:
                return Case(base, ours, theirs)

    def _line(self) -> bytes:
        self._number += 1
        is_common = self._random.random() < 0.25
        return self._random.choice(COMMON) if is_common else b"line %d of this file\n" % self._number

    def _text(self) -> bytes:
        one = self._random
        lines = [self._line() for _ in range(one.choice([0, 1, 2, 5, 12, 12, 20, 30]))]
        if lines and one.random() < 0.15:
            block = lines[: one.randint(1, len(lines))]
            lines += [b"between\n", *block]
        content = b"".join(lines)
        if one.random() < 0.07:
            content = content.replace(b"\n", b"\r\n")
        if one.random() < 0.04:
            content = b"\0" + content
        return content.removesuffix(b"\n") if one.random() < 0.15 else content

    def _tree(self) -> Tree:
        tree: Tree = {"stays": (FILE, b"this one stays\n")}
        for name in self._random.sample(NAMES, self._random.randint(1, 6)):
            tree[name] = (SCRIPT if self._random.random() < 0.1 else FILE, self._text())
        if self._random.random() < 0.1:
            tree["link"] = (LINK, b"stays")
        if self._random.random() < 0.25:
            # Two files much alike: either may be taken for the other, renamed.
            name = self._random.choice(sorted(tree))
            if tree[name][0] != LINK:
                tree["like"] = (FILE, self._edited(tree[name][1]))
        return tree

    def _edited(self, content: bytes) -> bytes:
        one = self._random
        lines = content.splitlines(keepends=True)
        for _ in range(one.choice([1, 1, 2, 3])):
            start = one.randrange(len(lines) + 1)
            end = min(start + one.choice([0, 0, 1, 1, 2, 5]), len(lines))
            what = one.random()
            if what < 0.1 and lines:
                # A block that goes elsewhere, or comes twice.
                block = lines[start : start + one.randint(1, 8)]
                if one.random() < 0.5:
                    del lines[start : start + len(block)]
                at = one.randrange(len(lines) + 1)
                lines[at:at] = block
            elif what < 0.2:
                lines[start:start] = [self._line() for _ in range(one.randint(3, 12))]
            else:
                lines[start:end] = [self._line() for _ in range(one.choice([0, 1, 1, 2]))]
        return b"".join(lines)

    def _changed(self, tree: Tree, number: int) -> Tree:
        found = dict(tree)
        for _ in range(number):
            name = self._random.choice(sorted(found))
            mode, content = found[name]
            what = self._random.random()
            if what < 0.55:
                if mode != LINK:
                    found[name] = (mode, self._edited(content))
            elif what < 0.62:
                del found[name]
                found = found or {"stays": (FILE, b"")}
            elif what < 0.68:
                found[name] = ({FILE: SCRIPT, SCRIPT: FILE}.get(mode, mode), content)
            elif what < 0.82:
                new = self._free(found, name)
                if new is not None:
                    del found[name]
                    edits = self._random.choice([0, 0, 1, 3]) if mode != LINK else 0
                    for _ in range(edits):
                        content = self._edited(content)
                    found[new] = (mode, content)
            elif what < 0.86:
                found[name] = (FILE, self._text()) if mode == LINK else (LINK, b"elsewhere")
            elif what < 0.89 and mode != LINK:
                found[name] = (mode, self._text())
            elif (new := self._free(found, "")) is not None:
                found[new] = (FILE, self._text())
        return found

    def _free(self, tree: Tree, leaves: str) -> str | None:
        """Return a path where a file can be made once one has gone."""
        there = tree.keys() - {leaves}
        names = [*NAMES, "new", "d/new", "h/a", "f/new.c", "g", "d"]
        free = [
            name
            for name in names
            if not any(name == one or one.startswith(f"{name}/") or name.startswith(f"{one}/") for one in there)
        ]
        return self._random.choice(free) if free else None

    def _taken(self, base: Tree, ours: Tree, theirs: Tree) -> Tree:
        """Return ours with some of the files as they are in theirs."""
        found = dict(ours)
        for name in sorted(name for name in {*base, *theirs} if base.get(name) != theirs.get(name)):
            if self._random.random() < 0.7:
                if name in theirs and not any(
                    one.startswith(f"{name}/") or name.startswith(f"{one}/") for one in found
                ):
                    found[name] = theirs[name]
                elif name not in theirs:
                    found.pop(name, None)
        return found or ours


class Git:
    """A repository in which git tries patches."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._run("init", "-q", "-b", "main", ".")

    def commits(self, cases: Sequence[Case]) -> list[tuple[str, str]]:
        """Return for each case the commits of ours and of theirs."""
        nodes: list[Node] = []
        for base, ours, theirs in cases:
            at = len(nodes)
            nodes += [Node(base, None), Node(ours, at), Node(theirs, at)]
        ids = imported(self._top, nodes)
        return list(zip(ids[1::3], ids[2::3], strict=True))

    def am(self, mine: str, patch: str, *words: str) -> Made:
        """Return what git am makes of a patch."""
        self._run("checkout", "-q", "--force", "--detach", mine)
        mail = self._run("format-patch", "--full-index", "--binary", "--stdout", "-1", patch).stdout
        taken = self._run("am", "-q", "--keep-cr", *words, stdin=mail)
        if taken.returncode != 0:
            self._run("am", "--abort")
            self._run("reset", "-q", "--hard", mine)
            self._run("clean", "-qfdx")
        return Made(taken.returncode == 0, listed(self._top, "HEAD"))

    def _run(self, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        plain = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "advice.detachedHead=false"]
        return subprocess.run(["git", *plain, *words], cwd=self._top, input=stdin, capture_output=True, env=os.environ)
