"""``git route-patch --lint``: what is wrong with the files that say who gets patches."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Command, shell
from tests.support.repositories import make_host

MANIFEST = """
schema = 1
[host]
name = "linux"
route.maintainers = "MAINTAINERS"
"""

GOOD = """\
Prose above the sections, with an example:

	M: *Mail* patches to: FullName <address@domain>

DRIVERS
M:	D. Driver <d@example.org>
S:	Maintained
F:	drivers/
N:	gpio

CORE
L:	core@example.org
S:	Maintained
F:	kernel
F:	*.c
K:	\\bfork\\b
"""

FILES = "mkdir -p drivers kernel; echo 1 > drivers/gpio.c; echo 1 > kernel/fork.c; echo 1 > main.c; git add ."


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a host with a few files and a MAINTAINERS file without fault."""
    top = make_host(src, MANIFEST, f"{FILES}; git commit -qm files", kept=True)
    (top / "MAINTAINERS").write_text(GOOD)
    return top


def findings(command: Command, top: Path, *words: str) -> list[tuple[int, str, str]]:
    """Return (line, severity, name) of what is found, as text and JSON tell it alike."""
    ended = command("route-patch", "--lint", "--json", *words, cwd=top)
    found = json.loads(ended.out)["problems"]
    assert ended.code == any(one["severity"] == "error" for one in found)
    text = command("route-patch", "--lint", *words, cwd=top).out.splitlines()
    assert [
        f"{one['file']}:{one['line']}: {one['severity']}: {one['message']} [{one['name']}]" for one in found
    ] == text
    return [(one["line"], one["severity"], one["name"]) for one in found]


def test_a_file_without_fault(command: Command, linux: Path) -> None:
    ended = command("route-patch", "--lint", cwd=linux)
    assert (ended.code, ended.out, ended.err) == (0, "", "0 errors, 0 warnings in 1 file\n")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("F:	drivers/", "F:	drivers/gone/", (8, "warning", "unmatched")),
        ("F:	drivers/", "F:	drivers/\nX:	drivers/gone*", (9, "warning", "unmatched")),
        ("F:	drivers/", "F:	drivers/g[po]*.h", (8, "warning", "unmatched")),
        ("N:	gpio", "N:	spi", (9, "warning", "unmatched")),
        ("F:	*.c", "F:	*.c\nF:	*.c", (16, "warning", "duplicate-line")),
        ("N:	gpio", "M:	D. Driver <d@example.org>", (9, "warning", "duplicate-line")),
        ("N:	gpio", "N:	[", (9, "error", "regex")),
        ("K:	\\bfork\\b", "K:	(", (16, "error", "regex")),
        ("M:	D. Driver <d@example.org>", "M:	D. Driver", (6, "error", "address")),
        ("M:	D. Driver <d@example.org>\n", "", (5, "warning", "nobody")),
        ("S:	Maintained\nF:	drivers/", "F:	drivers/", (5, "warning", "no-status")),
        ("CORE", "DRIVERS", (11, "warning", "duplicate-section")),
        ("N:	gpio", "N:	gpio\nZ:	what", (10, "warning", "syntax")),
        ("N:	gpio", "N:", (9, "error", "syntax")),
        ("F:	kernel\nF:	*.c\nK:	\\bfork\\b\n", "", (11, "warning", "no-files")),
        ("Prose above", "M:	a@b\nProse above", (1, "error", "syntax")),
    ],
)
def test_what_is_found(command: Command, linux: Path, old: str, new: str, found: tuple[int, str, str]) -> None:
    assert old in GOOD
    (linux / "MAINTAINERS").write_text(GOOD.replace(old, new, 1))
    assert found in findings(command, linux)


def test_an_orphan_needs_nobody(command: Command, linux: Path) -> None:
    orphan = GOOD.replace("M:	D. Driver <d@example.org>\nS:	Maintained", "S:	Orphan")
    (linux / "MAINTAINERS").write_text(orphan)
    assert findings(command, linux) == []


def test_strict_fails_for_a_warning(command: Command, linux: Path) -> None:
    (linux / "MAINTAINERS").write_text(GOOD.replace("drivers/", "gone/"))
    assert command("route-patch", "--lint", cwd=linux).code == 0
    assert command("route-patch", "--lint", "--strict", cwd=linux).code == 1


def test_at_a_revision_and_in_a_bare_repository(command: Command, linux: Path, src: Path) -> None:
    shell("git add . && git commit -qm 'MAINTAINERS' && git rm -q drivers/gpio.c && git commit -qm gone", linux)
    assert [name for _, _, name in findings(command, linux)] == ["unmatched", "unmatched"]
    assert findings(command, linux, "--rules-from", "HEAD~1") == []
    shell(f"git clone -q --bare '{linux}' bare.git", src)
    assert [name for _, _, name in findings(command, src / "bare.git")] == ["unmatched", "unmatched"]


def test_named_files_and_many_of_them(command: Command, linux: Path) -> None:
    (linux / "drivers" / "MAINTAINERS").write_text("GPIO\nM:	a@example.org\nS:	Maintained\nF:	drivers/spi.c\n")
    shell("git add .", linux)
    assert findings(command, linux, "drivers/MAINTAINERS") == [(4, "warning", "unmatched")]
    (linux / ".get_maintainer.conf").write_text("--find-maintainer-files\n")
    assert findings(command, linux) == [(4, "warning", "unmatched")]
    ended = command("route-patch", "--lint", "MAINTAINERS", "nowhere", cwd=linux)
    assert (ended.code, ended.err.splitlines()[0]) == (128, "fatal: nowhere: there is no such file")


def test_codeowners(command: Command, src: Path) -> None:
    manifest = "schema = 1\n[host]\nroute.codeowners = 'CODEOWNERS'\nvenue = { kind = 'github', guide = 'x' }\n"
    top = make_host(src, manifest, f"{FILES}; git commit -qm files", kept=True)
    (top / "CODEOWNERS").write_text("* @all\n!drivers/ @who\n")
    assert findings(command, top) == [(2, "error", "syntax")]
    assert findings(command, top, "CODEOWNERS") == [(2, "error", "syntax")]
    manifest = manifest.replace("github", "gitlab")
    (top / "subprojects.toml").write_text(manifest)
    assert findings(command, top) == [], "GitLab knows exclusions"
    (top / "CODEOWNERS").unlink()
    assert command("route-patch", "--lint", cwd=top).code == 128


def test_nothing_to_lint(command: Command, src: Path) -> None:
    ended = command("route-patch", "--lint", cwd=make_host(src, "schema = 1\n"))
    assert ended.code == 128
    assert "hint: name one: git route-patch --lint FILE" in ended.err


@pytest.mark.slow
def test_a_catastrophic_expression_ends(command: Command, linux: Path) -> None:
    (linux / f"{'a' * 60}!").write_text("")
    shell("git add .", linux)
    (linux / "MAINTAINERS").write_text(GOOD.replace("N:	gpio", "N:	(a+)+$x"))
    assert (9, "warning", "slow-regex") in findings(command, linux)
