"""git send-email and b4 as they ask ``git route-patch`` themselves: a host to send patches of, and what they send."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import Result, config, run, shell

MAINTAINERS = """
List of maintainers

MEMORY
M:	M. Maintainer <mm@example.org>
R:	R. Reviewer <reviewer@example.org>
L:	linux-mm@example.org
S:	Maintained
F:	mm/

FILE SYSTEMS
M:	Fée Système <fs@example.org>
L:	linux-fs@example.org
S:	Maintained
F:	fs/
"""

MANIFEST = """
schema = 1
[host]
name = "linux"
route.maintainers = "MAINTAINERS"
route.cc = ["linux-kernel@example.org"]
"""

MEMORY_TO = ["mm@example.org"]
MEMORY_CC = ["linux-kernel@example.org", "linux-mm@example.org", "reviewer@example.org"]
BOTH_TO = ["fs@example.org", "mm@example.org"]
BOTH_CC = ["linux-fs@example.org", *MEMORY_CC]


def has_send_email() -> bool:
    folder = subprocess.run(["git", "--exec-path"], capture_output=True, text=True).stdout.strip()
    return (Path(folder) / "git-send-email").exists()


needs_send_email = pytest.mark.skipif(not has_send_email(), reason="git send-email is not installed")
needs_b4 = pytest.mark.skipif(not Path(sys.executable).with_name("b4").exists(), reason="b4 is not installed")


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a host with a commit for mm/ and one for fs/."""
    # b4 looks for commits of the user's own.
    config("user.name", "C. O. Mitter")
    config("user.email", "committer@example.org")
    top = src / "linux"
    top.mkdir()
    (top / "MAINTAINERS").write_text(MAINTAINERS)
    (top / "subprojects.toml").write_text(MANIFEST)
    shell(
        """
        git init -q -b main .; git add .; git commit -qm begin
        git switch -qc topic
        mkdir mm fs
        echo 1 > mm/slab.c; git add .; git commit -qsm 'mm: add the slab'
        echo 1 > fs/ext.c; git add .; git commit -qsm 'fs: add ext'
        """,
        top,
    )
    return top


def mails(ended: Result) -> list[dict[str, list[str]]]:
    """Return the addresses in To and Cc of each mail that git send-email would send."""
    assert ended.code == 0, ended.err
    headers_of_mails: list[dict[str, list[str]]] = []
    text = ended.out.replace("\n\t", " ").replace("\n ", " ")
    for mail in re.split(r"(?m)^Dry-OK\. Log says:\n", text)[1:]:
        headers = {name: re.search(rf"(?m)^{name}: (.*)$", mail) for name in ("To", "Cc")}
        headers_of_mails.append({
            name: sorted(re.findall(r"[\w.-]+@[\w.-]+", match[1])) if match else [] for name, match in headers.items()
        })  # fmt: skip
    return headers_of_mails


SEND = ("git", "send-email", "--dry-run", "--confirm=never", "--from=author@example.org")
NOBODY_ELSE = ("--suppress-cc=self", "--suppress-cc=author", "--suppress-cc=body")


def b4(linux: Path, *words: str) -> Result:
    return run("b4", "--offline-mode", *words, cwd=linux, EMAIL="author@example.org")


def trailers(linux: Path, name: str) -> list[str]:
    """Return the addresses in the trailers of that name of b4's cover letter."""
    lines = run("git", "log", "--format=%B", "main..", cwd=linux).out.splitlines()
    values = [line.removeprefix(f"{name}: ") for line in lines if line.startswith(f"{name}: ")]
    return sorted(address for line in values for address in re.findall(r"[\w.-]+@[\w.-]+", line))
