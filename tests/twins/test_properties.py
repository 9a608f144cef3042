"""Patches applied in memory make the trees that git makes, for trees and edits of any kind."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from git_subprojects.patches.model import Hunk
from git_subprojects.twins import hunks
from git_subprojects.twins import merge as merging
from git_subprojects.twins.verdicts import ALREADY, CLEAN
from tests.support.commands import shell
from tests.support.trees import FILE, LINK, SCRIPT, Node, Tree, imported, listed, outcome, tried

pytestmark = pytest.mark.slow

LINES = st.lists(
    st.sampled_from([b"one\n", b"two\n", b"three\n", b"four\r\n", b"\n", b"}\n", b"\xff\xe9\n"]), max_size=14
)


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    content = b"".join(draw(LINES))
    return content if draw(st.booleans()) else content.removesuffix(b"\n")


@st.composite
def edited(draw: st.DrawFn, content: bytes) -> bytes:
    """Return a text with some lines replaced by others."""
    lines = content.splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 2))):
        start = draw(st.integers(0, len(lines)))
        end = min(start + draw(st.integers(0, 2)), len(lines))
        lines[start:end] = draw(st.lists(st.sampled_from([b"new\n", b"other\n", b"two\n", b"}\n"]), max_size=2))
    return b"".join(lines)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    names = draw(st.lists(st.sampled_from(["a", "b", "d/a", "d/b", "e"]), min_size=1, unique=True))
    # Long enough that edits do not always meet; unlike each other, or git would see renames.
    return {
        name: (FILE, b"".join(b"%s %d\n" % (name.encode(), n) for n in range(12)) + draw(texts())) for name in names
    }


@st.composite
def changed(draw: st.DrawFn, tree: Tree) -> Tree:
    found = dict(tree)
    for name in draw(st.lists(st.sampled_from(sorted(tree)), min_size=1, max_size=3)):
        what = draw(st.sampled_from(["edit", "edit", "edit", "edit", "delete", "mode", "link", "binary"]))
        mode, content = found.get(name, (FILE, b"x\n"))
        match what:
            case "edit" if mode != LINK:
                found[name] = (mode, draw(edited(content)))
            case "delete":
                found.pop(name, None)
            case "mode":
                found[name] = (SCRIPT, content)
            case "link":
                found[name] = (LINK, b"elsewhere")
            case "binary":
                found[name] = (FILE, b"\0" + content)
    for name in draw(st.lists(st.sampled_from(["d", "new", "d/new", "a/below", "e"]), max_size=1)):
        inside = [other for other in found if other.startswith(f"{name}/") or name.startswith(f"{other}/")]
        is_instead: bool = draw(st.booleans())
        if inside and is_instead:
            found = {other: entry for other, entry in found.items() if other not in inside}
            inside = []
        if not inside:
            found[name] = (FILE, draw(texts()))
    return found


@st.composite
def cases(draw: st.DrawFn) -> tuple[Tree, Tree, Tree]:
    base = draw(trees())
    return base, draw(changed(base)), draw(changed(base))


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("properties")
    shell("git init -q -b main .", path)
    return path


@given(cases())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_patch_makes_the_tree_that_cherry_pick_makes(top: Path, case: tuple[Tree, Tree, Tree]) -> None:
    base, ours, theirs = case
    if theirs == base:
        return
    _, mine, patch = imported(top, [Node(base, None), Node(ours, 0), Node(theirs, 0)])
    (one,) = tried(top, [patch], top, mine)
    picked = _cherry_picked(top, mine, patch)
    event(f"{one.verdict.kind}, {'picked' if picked is not None else 'not picked'}")
    if one.verdict.by is not None:
        # git patch-id sees no difference of white space, and so finds this change in the other one.
        assert picked is None
    elif one.verdict.kind in (CLEAN, ALREADY):
        assert one.verdict.kind == (ALREADY if outcome(one, listed(top, mine)) == listed(top, mine) else CLEAN)
        if picked is not None:
            assert outcome(one, listed(top, mine)) == picked
        else:
            # What cherry-pick does not merge, git apply may find by its context.
            assert _applied(top, mine, patch) == outcome(one, listed(top, mine))
    else:
        assert picked is None


def _git(top: Path, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    plain = [
        "-c",
        "merge.renames=false",
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@example.org",
        "-c",
        "core.safecrlf=0",
    ]
    return subprocess.run(["git", *plain, *words], cwd=top, input=stdin, capture_output=True)


def _cherry_picked(top: Path, mine: str, patch: str) -> dict[str, tuple[str, str]] | None:
    assert _git(top, "checkout", "-q", "--force", "--detach", mine).returncode == 0
    picked = _git(top, "cherry-pick", "--keep-redundant-commits", "-Xdiff-algorithm=myers", patch)
    if picked.returncode != 0:
        _git(top, "cherry-pick", "--abort")
        _git(top, "clean", "-qfdx")
        return None
    return listed(top, "HEAD")


def _applied(top: Path, mine: str, patch: str) -> dict[str, tuple[str, str]] | None:
    diff = _git(top, "diff-tree", "-p", "--binary", "--full-index", "--no-renames", f"{patch}^", patch).stdout
    _git(top, "read-tree", mine)
    assert _git(top, "apply", "--cached", "--whitespace=nowarn", stdin=diff).returncode == 0
    return listed(top, _git(top, "write-tree").stdout.decode().strip())


NUMBERED = st.integers(0, 30).flatmap(lambda size: st.just([b"%d\n" % n for n in range(size)]))


@given(NUMBERED, st.data())
def test_a_place_is_told_by_the_hunks_that_lead_there(lines: list[bytes], data: st.DataObject) -> None:
    """A line that no hunk has taken away is found again, wherever it has gone."""
    new: list[bytes | None] = [*lines]
    found: list[Hunk] = []
    at = growth = 0
    while at < len(lines) and data.draw(st.booleans()):
        start = data.draw(st.integers(at, len(lines)))
        end = min(start + data.draw(st.integers(0, 3)), len(lines))
        size = data.draw(st.integers(0, 3))
        new[start + growth : end + growth] = [None] * size
        found.append(Hunk(start, end, start + growth, start + growth + size))
        growth += size - (end - start)
        at = end + 1
    for number, line in enumerate(new):
        if line is not None:
            old = lines.index(line)
            assert hunks.before((number, number + 1), found) == (old, old + 1)


@st.composite
def moved(draw: st.DrawFn) -> tuple[bytes, bytes, bytes]:
    """Return a text, an edit of it, and another version of it in which blocks have changed places or come twice."""
    blocks = [[b"%s %d\n" % (name, number) for number in range(draw(st.integers(1, 5)))] for name in (b"a", b"b", b"c")]
    common = draw(st.lists(st.sampled_from([b"}\n", b"\n"]), max_size=2))
    base = [line for block in blocks for line in (*block, *common)]
    order = draw(st.lists(st.integers(0, 2), min_size=1, max_size=4))
    ours = [line for at in order for line in (*blocks[at], *common)]
    return b"".join(base), draw(edited(b"".join(base))), b"".join(ours)


@given(moved())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hunks_go_where_git_apply_puts_them(top: Path, case: tuple[bytes, bytes, bytes]) -> None:
    base, theirs, ours = case
    if base == theirs:
        return
    (top / "file").write_bytes(base)
    (top / "other").write_bytes(theirs)
    diff = _git(top, "diff", "--no-index", "--no-color", "file", "other").stdout
    (top / "file").write_bytes(ours)
    # The new name is no other file's here.
    diff = diff.replace(b"b/other", b"b/file")
    applied = _git(top, "apply", "--whitespace=nowarn", stdin=diff)
    of_git = (top / "file").read_bytes() if applied.returncode == 0 else None
    lines = [text.splitlines(keepends=True) for text in case]
    found = hunks.placed(lines[0], lines[1], merging.hunks(base, theirs), lines[2])
    event("applies" if of_git is not None else "does not")
    assert (None if found is None else b"".join(found[0])) == of_git
