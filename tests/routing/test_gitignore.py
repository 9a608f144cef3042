"""gitignore(5) patterns: what git check-ignore says of them is right, and no pattern takes long."""

import itertools
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from git_subprojects.routing.gitignore import Pattern, first_match
from tests.support.limits import within

FOREVER = 10.0
"""Seconds: many times what the patterns below take, and nothing beside what a backtracking matcher would."""

TOKENS = [
    *("/", "*", "?", "[", "]", "!", "^", "-", "\\", " ", "a", "b", "é"),
    *("**", "***", "**/", "/**", "/**/", "\\/", "[]", "[a-b]", "[!a]", "[^a]", "[b-a]", "[a/b]", "[\\]]", "[a-]"),
    *("[[:alpha:]]", "[![:punct:]]", "[[:upper:]a]", "[[:bogus:]]", "[[.a.]]", "[:digit:]"),
]
NAMES = [
    "a",
    "b",
    "ab",
    "ba",
    "aa",
    "a b",
    " ",
    "a ",
    "-",
    "!a",
    "^",
    "]",
    "[a]",
    "a-",
    "\\",
    "a\\b",
    "*",
    "**",
    "?",
    "é",
    "A",
]

patterns = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=7).map("".join)
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=5).map("/".join)

USUAL_PATHS = [
    *NAMES,
    *("/".join(pair) for pair in itertools.product(["a", "b", "ab", "*"], NAMES)),
    "a/b/ab",
    "b/a/b/a",
]


def is_told_apart(pattern: str) -> bool:
    """Return whether git reads a pattern as gitignore(5) says, and the manifest takes it.

    ``a**/b`` is ``a*/b`` by the manual. git matches the ``a`` before it looks at the rest, which then begins with
    ``**/``. A manifest refuses ``!`` and ``#`` at the beginning, and an empty pattern.
    """
    return bool(pattern.strip()) and pattern[0] not in "!#" and not re.match(r"[^*?\[\\]*[^*?\[\\/]\*\*+\\?/", pattern)


def ignored_by_git(repository: Path, patterns: list[str], paths: list[str]) -> dict[str, set[str]]:
    """Return which paths git check-ignore takes for ignored by each pattern, all from one git."""
    for number, pattern in enumerate(patterns):
        folder = repository / str(number)
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_bytes(pattern.encode() + b"\n")
    asked = [f"{number}/{path}" for number in range(len(patterns)) for path in paths]
    ended = subprocess.run(
        [
            "git", "-c", "core.excludesFile=/dev/null", "-c", "core.ignoreCase=false",
            "check-ignore", "--no-index", "--verbose", "--non-matching", "-z", "--stdin",
        ],
        cwd=repository,
        input="\0".join(asked).encode(),
        capture_output=True,
    )  # fmt: skip
    assert ended.returncode in (0, 1), ended.stderr
    # For each path: source, line, pattern, path; the first three empty where nothing matches.
    fields = ended.stdout.decode().split("\0")[:-1]
    assert fields[3::4] == asked
    ignored: dict[str, set[str]] = {pattern: set() for pattern in patterns}
    for (pattern, path), source in zip(itertools.product(patterns, paths), fields[::4], strict=True):
        if source:
            ignored[pattern].add(path)
    return ignored


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository in which no path is there, so that git takes each for a file."""
    path = tmp_path_factory.mktemp("ignoring")
    subprocess.run(["git", "init", "--quiet", path], check=True)
    return path


@pytest.mark.slow
@given(st.lists(patterns.filter(is_told_apart), min_size=1, max_size=20, unique=True), st.lists(paths, max_size=20))
@example(["a/**", "**/", "a/**/", "[a/b]", "b[a/b]", "\\/a", "a\\/b", "**\\/a", "a\\ ", "a  ", "/", "//"], [])
@settings(max_examples=120, deadline=None)
def test_agrees_with_git_check_ignore(repository: Path, patterns: list[str], paths: list[str]) -> None:
    paths = [*USUAL_PATHS, *paths]
    expected = ignored_by_git(repository, patterns, paths)
    compiled = {pattern: Pattern(pattern) for pattern in patterns}
    found = {pattern: {path for path in paths if compiled[pattern].covers(path.encode())} for pattern in patterns}
    assert found == expected


@pytest.mark.parametrize(
    ("pattern", "covered", "others"),
    [
        ("*.json", ["a.json", "deep/er/b.json"], ["json", "a.json5"]),
        ("hw/virtio/", ["hw/virtio/a.c", "hw/virtio/deep/a.c"], ["hw/virtio", "hw/virtio-blk/a.c", "x/hw/virtio/a.c"]),
        ("virtio/", ["virtio/a", "hw/virtio/a"], ["virtio", "hw/virtio"]),
        ("/Makefile", ["Makefile", "Makefile/a"], ["sub/Makefile"]),
        ("a/*.c", ["a/x.c"], ["a/b/x.c", "b/a/x.c"]),
        ("a/**/x.c", ["a/x.c", "a/b/x.c", "a/b/c/x.c"], ["x.c", "a/bx.c"]),
        ("a**/b", ["a/b", "axy/b"], ["a/x/b", "b", "ab"]),
        ("\\!odd", ["!odd"], ["odd"]),
        ("x[", [], ["x[", "x"]),
        ("x\\", [], ["x\\", "x"]),
    ],
)
def test_what_the_manual_says(pattern: str, covered: list[str], others: list[str]) -> None:
    compiled = Pattern(pattern)
    assert [path for path in covered + others if compiled.covers(path.encode())] == covered


def test_bytes_that_are_no_text() -> None:
    assert Pattern("*.c").covers(b"caf\xe9.c")
    assert Pattern("caf?.c").covers(b"caf\xe9.c")
    assert not Pattern("caf?.c").covers("café.c".encode()), "a question mark is a byte, as it is to git"
    assert Pattern("café.c").covers("café.c".encode())
    assert Pattern("*.c").covers(b"a\nb\x01.c")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*a*a*a*b", "a" * 4096),
        ("*a" * 400 + "b", "a" * 4096),
        ("**/" * 300 + "b", "a/" * 2047 + "a"),
        ("**/*a/" * 150 + "b", "a/" * 2047 + "a"),
        ("[" * 1000, "a" * 4096),
        ("[[:alpha:]]*" * 80 + "0", "a" * 4096),
        ("?" * 999, "a" * 4096),
        ("[a/" * 333, "a" * 4096),
    ],
    ids=lambda text: text[:20],
)
def test_no_pattern_takes_long(pattern: str, path: str) -> None:
    with within(FOREVER):
        assert not Pattern(pattern).covers(path.encode())


def test_the_first_match_is_found() -> None:
    compiled = [Pattern("*.h"), Pattern("/a/"), Pattern("a/b.c")]
    assert first_match(compiled, b"a/b.c") is compiled[1]
    assert first_match(compiled, b"b.c") is None
    assert first_match([], b"b.c") is None
