"""A series of patches to work on, a mail server to send it to, and what was sent."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import smtp
from tests.support.commands import Result, config, run
from tests.support.inside import inside
from tests.support.repositories import clone_to_work_on
from tests.support.smtp import Server

MAINTAINERS = """
List of maintainers

MEMORY
M:	Jürgen Größe <mm@example.org>
R:	王小明 <reviewer@example.org>
L:	linux-mm@example.org
S:	Maintained
F:	mm/

FILE SYSTEMS
M:	"F. S." <fs@example.org>
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
[host.venue]
archive = "https://lore.kernel.org/lkml/"
[project.perf]
within = ["tools/perf/"]
route.to = ["perf@example.org"]
venue.prefix = "PATCH perf"
"""

AUTHOR = "author@example.org"


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a clone whose branch ``topic`` is to be worked on."""
    return clone_to_work_on(src, {"MAINTAINERS": MAINTAINERS, "subprojects.toml": MANIFEST})


@pytest.fixture
def server() -> Iterator[Server]:
    with smtp.serving() as server:
        server.configure()
        # Or git send-email would add the author, and ask.
        config("sendemail.suppressCc", "author")
        config("sendemail.suppressCc", "self")
        config("sendemail.confirm", "never")
        yield server


def commit(top: Path, subject: str, path: str, line: str = "1", body: str = "") -> None:
    file = top / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as out:
        out.write(line + "\n")
    run("git", "add", ".", cwd=top)
    assert (
        run("git", "commit", "-qm", subject, "-m", f"{body}\n\nSigned-off-by: A. U. Thor <{AUTHOR}>", cwd=top).code == 0
    )


def series(top: Path) -> None:
    """Commit one patch for mm/ and one for fs/."""
    commit(top, "mm: größer", "mm/slab.c")
    commit(top, "fs: add ext", "fs/ext.c", "\n".join(map(str, range(11))))


def describe(top: Path, text: str = "mm, fs: two steps\n\nFirst the größer one.\n") -> None:
    run("git", "config", "branch.topic.description", text, cwd=top)


def send(top: Path, *words: str | Path) -> Result:
    return inside("route-patch", "--send", "--yes", *words, cwd=top)


def sent(top: Path) -> list[dict[str, object]]:
    records: list[dict[str, object]] = json.loads(inside("route-patch", "--sent", "--json", cwd=top).out)["series"]
    return records


def subjects(server: Server) -> list[str]:
    return [message.mail["Subject"] for message in server.messages]
