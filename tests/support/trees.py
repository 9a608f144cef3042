"""Histories made of trees, and what our own code makes of patches on them, to hold against git's."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from git_subprojects.git.objects import Objects
from git_subprojects.git.process import Git
from git_subprojects.patches.changes import of_patches
from git_subprojects.patches.revisions import of_revisions
from git_subprojects.twins.explain import AppliedPatch
from git_subprojects.twins.paths import PathMap
from git_subprojects.twins.series import Repository, SeriesApplier
from git_subprojects.twins.tree import Trees

FILE, SCRIPT, LINK, SUBMODULE = "100644", "100755", "120000", "160000"

Tree = dict[str, tuple[str, bytes]]
"""What stands at each path: its mode, and its content; of a submodule its commit id."""


class Node(NamedTuple):
    """A commit that is to be: its tree, and the number of its parent among those made before; None for a root."""

    tree: Tree
    parent: int | None
    subject: str = "a change"


def imported(top: Path, nodes: Sequence[Node]) -> list[str]:
    """Make commits in the repository at ``top``, without any branch; return their ids."""
    stream = bytearray()
    who = "A. U. Thor <author@example.org> 1767323045 +0000"
    for number, node in enumerate(nodes, 1):
        message = node.subject.encode()
        stream += f"commit refs/made/{number}\nmark :{number}\nauthor {who}\ncommitter {who}\n".encode()
        stream += b"data %d\n%s\n" % (len(message), message)
        if node.parent is not None:
            stream += b"from :%d\ndeleteall\n" % (node.parent + 1)
        for path, (mode, content) in node.tree.items():
            if mode == SUBMODULE:
                stream += f"M {mode} {content.decode()} {path}\n".encode()
            else:
                stream += f"M {mode} inline {path}\ndata {len(content)}\n".encode() + content + b"\n"
        stream += b"\n"
    marks = top / ".git" / "marks"
    words = ["git", "fast-import", "--quiet", "--force", f"--export-marks={marks}"]
    subprocess.run(words, cwd=top, input=bytes(stream), check=True)
    ids = dict(line.split(" ") for line in marks.read_text().splitlines())
    return [ids[f":{number}"] for number in range(1, len(nodes) + 1)]


def opened(top: Path) -> Repository:
    """Return the repository at ``top``."""
    git = Git(os.environ, str(top))
    objects = Objects(git)
    return Repository(git, objects, Trees(objects))


def tried(source: Path, revisions: Sequence[str], target: Path, commit: str, paths: PathMap = ()) -> list[AppliedPatch]:
    """Return what becomes of a series of ``source``'s on a commit of ``target``'s."""
    mine = opened(source)
    theirs = mine if source == target else opened(target)
    try:
        patches = [patch for patch in of_revisions(mine.git, revisions) if patch.paths]
        changes = of_patches(mine.git, patches)
        applier = SeriesApplier(mine, theirs, commit, paths)
        return applier.apply_series([(patch, changes[patch.commit]) for patch in patches])
    finally:
        mine.objects.end()
        theirs.objects.end()


def outcome(patch: AppliedPatch, tree: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return what a patch has made of a tree, each path with its mode and the id of what stands there."""
    changed = dict(tree)
    for path, entry in patch.applied.changes.items():
        changed.pop(path.decode(), None)
        if entry is not None:
            changed[path.decode()] = (f"{entry.mode:06o}", entry.id)
    return changed


def listed(top: Path, commit: str) -> dict[str, tuple[str, str]]:
    """Return the tree of a commit, as ``outcome`` does."""
    out = subprocess.run(["git", "ls-tree", "-r", "-z", commit], cwd=top, check=True, capture_output=True).stdout
    entries = {}
    for line in out.decode().split("\0")[:-1]:
        facts, path = line.split("\t")
        mode, _, name = facts.split(" ")
        entries[path] = (mode, name)
    return entries
