"""The verdicts on a long series, tried on a branch that has gone its own way, are those of ``git am -3``."""

import os
import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from git_subprojects.twins.explain import AppliedPatch
from git_subprojects.twins.verdicts import ALREADY, CLEAN, CONFLICT, MISSING
from tests.support.commands import shell
from tests.support.trees import FILE, SCRIPT, Node, Tree, imported, listed, outcome, tried

pytestmark = pytest.mark.slow

PATCHES = 120
WORDS = ("buffer", "queue", "lock", "entry", "page", "flags", "index", "state", "count", "owner")


class Developer:
    """Somebody who changes a tree as people do: mostly a few lines near each other, sometimes whole files."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311

    def line(self) -> bytes:
        one = self._random
        return f"\t{one.choice(WORDS)}_{one.randrange(400)} = {one.choice(WORDS)}({one.randrange(1000)});\n".encode()

    def function(self) -> list[bytes]:
        body = [self.line() for _ in range(self._random.randint(3, 9))]
        head = f"static int {self._random.choice(WORDS)}_{self._random.randrange(10_000)}(void)\n".encode()
        return [head, b"{\n", *body, b"\treturn 0;\n", b"}\n", b"\n"]

    def file(self) -> bytes:
        return b"".join(line for _ in range(self._random.randint(3, 12)) for line in self.function())

    def edited(self, content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        for _ in range(self._random.choice([1, 1, 1, 2, 3])):
            start = self._random.randrange(len(lines) + 1)
            end = min(start + self._random.choice([0, 0, 1, 1, 2, 4]), len(lines))
            new = [self.line() for _ in range(self._random.choice([0, 1, 1, 2, 5]))]
            lines[start:end] = self.function() if self._random.random() < 0.1 else new
        return b"".join(lines) or b"\n"

    def changed(self, tree: Tree) -> Tree:
        found = dict(tree)
        what = self._random.random()
        name = self._random.choice(sorted(found))
        mode, content = found[name]
        if what < 0.04:
            found[f"{name.rpartition('/')[0]}/new-{self._random.randrange(10**6)}.c"] = (FILE, self.file())
        elif what < 0.07:
            del found[name]
        elif what < 0.10:
            found[name] = (SCRIPT if mode == FILE else FILE, content)
        elif what < 0.14:
            del found[name]
            found[f"{name}-{self._random.randrange(1000)}.c"] = (mode, self.edited(content))
        elif what < 0.18 and (image := [one for one in found if one.endswith(".png")]):
            found[image[0]] = (FILE, b"\x89PNG\0" + self._random.randbytes(200))
        else:
            for other in self._random.sample(sorted(found), self._random.choice([1, 1, 1, 2, 3])):
                if not other.endswith(".png"):
                    found[other] = (found[other][0], self.edited(found[other][1]))
        return found


def histories(seed: int) -> tuple[list[Node], int]:
    """Return the commits of main, oldest first, then those of stable; and how many main has."""
    somebody, other = Developer(seed), Developer(seed + 1)
    base: Tree = {f"{folder}/{name}.c": (FILE, somebody.file()) for folder in ("kernel", "lib") for name in WORDS}
    base["doc/logo.png"] = (FILE, b"\x89PNG\0first")
    nodes = [Node(base, None, "Begin")]
    tree = base
    for number in range(PATCHES):
        tree = somebody.changed(tree)
        nodes.append(Node(tree, number, f"main: change {number}"))
    stable = base
    parent = 0
    for number in range(PATCHES // 3):
        # A stable branch takes some of main's patches, and has some of its own.
        before, after = (nodes[2 * number + shift].tree for shift in (0, 1))
        picked = {name: entry for name, entry in after.items() if before.get(name) != entry}
        fits = all(stable.get(name) == before.get(name) for name in {*picked, *(before.keys() - after.keys())})
        if number % 3 == 0 and fits and before != after:
            stable = {
                name: entry for name, entry in stable.items() if name not in before.keys() - after.keys()
            } | picked
        else:
            stable = other.changed(stable)
        nodes.append(Node(stable, parent, f"stable: change {number}"))
        parent = len(nodes) - 1
    return nodes, PATCHES + 1


@pytest.mark.parametrize("seed", [2026])
def test_a_long_series_on_a_stable_branch(tmp_path: Path, seed: int) -> None:
    top = tmp_path / "repository"
    shell("git init -q -b main .", top)
    nodes, size = histories(seed)
    commits = imported(top, nodes)
    main, stable = commits[size - 1], commits[-1]
    found = tried(top, [f"{commits[0]}..{main}"], top, stable)
    assert len(found) >= 100
    shell(f"git checkout -q --detach {stable}", top)
    shell(f"git format-patch -q --full-index --binary -o ../patches {commits[0]}..{main}", top)
    files = {path.read_bytes()[5:45].decode(): path for path in (tmp_path / "patches").iterdir()}
    disagreements = Counter[str]()
    for one in found:
        before = listed(top, "HEAD")
        theirs = _of_git_am(top, files[one.patch.commit])
        mine = one.verdict.kind
        if (mine, theirs) in ((CLEAN, CLEAN), (ALREADY, ALREADY)):
            assert outcome(one, before) == listed(top, "HEAD"), one.patch.subject
        elif theirs == CONFLICT and mine in (CONFLICT, MISSING):
            pass
        else:
            disagreements[_explained(top, one, theirs)] += 1
            subprocess.run(
                ["git", "reset", "-q", "--hard", "HEAD~" if theirs == CLEAN else "HEAD"], cwd=top, check=True
            )
    counts = Counter(one.verdict.kind for one in found)
    assert all(counts[verdict] >= 3 for verdict in (CLEAN, ALREADY, CONFLICT, MISSING)), counts
    assert sum(disagreements.values()) <= 6, disagreements


def _of_git_am(top: Path, file: Path) -> str:
    before = _head(top)
    ended = subprocess.run(["git", "am", "-3", "-q", str(file)], cwd=top, capture_output=True)
    if ended.returncode != 0:
        subprocess.run(["git", "am", "--abort"], cwd=top, check=True, capture_output=True)
        return CONFLICT
    return ALREADY if _head(top) == before else CLEAN


def _head(top: Path) -> str:
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=top, check=True, capture_output=True, text=True).stdout


def _explained(top: Path, one: AppliedPatch, theirs: str) -> str:
    """Return why git am says something else; the test fails where that is not one of these reasons."""
    files = one.verdict.files
    if one.verdict.by is not None and theirs == CONFLICT:
        return "the same patch is there, and its lines have changed since: git am does not look for it"
    if one.verdict.kind == MISSING and theirs == CLEAN:
        assert all(file.there in (CLEAN, ALREADY) for file in files if file.kind == MISSING)
        return "git am follows a file that is renamed there; here the new name is told"
    if one.verdict.kind == ALREADY and theirs == CLEAN and listed(top, "HEAD") == listed(top, "HEAD~"):
        return "git am makes an empty commit of a mode that is there already"
    raise AssertionError((one.patch.subject, one.verdict, theirs, os.fspath(top)))
