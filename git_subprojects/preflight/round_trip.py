"""Whether git am makes the same commits of the patches: read back by git mailinfo, and applied in an index of its own.

git-mailinfo(1) tells what it takes for its own in a message: brackets and "Re:" in the subject, lines like a header
("From: ") that come first, and all from "---", "diff" or "Index:" on.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple

from git_subprojects.git.process import Git
from git_subprojects.patches.model import Patch
from git_subprojects.preflight.base import AMEND, Finding
from git_subprojects.sending.outgoing import Written

_SHOWN = 60
"""Characters of a line that are quoted."""


class _Mail(NamedTuple):
    """What git am takes from a mail: ``author`` as ``Name <address>``, the message, and the file of the changes."""

    author: str
    message: str
    changes: str


def differences(git: Git, top: str | None, commits: Sequence[Written]) -> Iterator[Finding]:
    """Yield the commits of the repository at ``top`` (None: a bare one) that would arrive as others, or not at all."""
    if not commits:
        return
    with tempfile.TemporaryDirectory(dir=os.path.dirname(commits[0].path)) as folder:
        # Below the top, git apply would look at that folder alone.
        environment = {**git.environment, "GIT_INDEX_FILE": os.path.join(folder, "index")}
        git = git._replace(environment=environment, directory=top or git.directory)
        mails = [_read(git, written, folder) for written in commits]
        originals = _originals(git, [written.patch.commit for written in commits])
        for written, mail, (author, message) in zip(commits, mails, originals, strict=True):
            problem = _letters(mail, author, message) or _split(git, written, folder)
            if problem is not None:
                # Notes below that line are meant for the readers of the mail.
                yield Finding("warning" if problem.endswith("the line '---'") else "error", problem, AMEND, written)
        yield from _changes(git, commits, mails)


def _read(git: Git, written: Written, folder: str) -> _Mail:
    message, changes = (os.path.join(folder, f"{written.patch.commit}.{part}") for part in ("message", "changes"))
    with open(written.path, "rb") as file:
        words = ("mailinfo", "--encoding=UTF-8", "--no-scissors", message, changes)
        info = git.output(*words, stdin=file.read()).decode("utf-8", "replace")
    fields = dict(line.partition(": ")[::2] for line in info.splitlines())
    with open(message, encoding="utf-8", errors="replace") as text:
        body = text.read()
    author = f"{fields.get('Author', '')} <{fields.get('Email', '')}>"
    return _Mail(author, _clean(f"{fields.get('Subject', '')}\n\n{body}"), changes)


def _originals(git: Git, commits: Sequence[str]) -> list[tuple[str, str]]:
    """Return the author and the message of each commit."""
    words = ("log", "--no-walk=unsorted", "--encoding=UTF-8", "--no-show-signature", "-z", "--format=%an <%ae>%n%B")
    listed = git.output(*words, "--stdin", stdin="\n".join(commits).encode()).decode("utf-8", "replace")
    items = [item.partition("\n") for item in listed.split("\0")]
    return [(author, _clean(message)) for author, _, message in items][: len(commits)]


def _clean(message: str) -> str:
    """Return a message without the white space that git stripspace removes, as git commit and git am do."""
    lines = "\n".join(line.rstrip() for line in message.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def _letters(mail: _Mail, author: str, message: str) -> str | None:
    """Return how author or message would differ; None: they would not."""
    if mail.message != message:
        for there, here in zip_longest(mail.message.split("\n"), message.split("\n")):
            if there is None and not here:
                continue
            if there is None:
                return f"git am would end its message before the line {_quoted(here or '')}"
            if here is None or there != here:
                return f"git am would have {_quoted(there)} in its message, and not {_quoted(here or '')}"
    if mail.author != author:
        return f"git am would make {mail.author} its author, who is {author}"
    return None


def _quoted(line: str) -> str:
    return repr(line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…")


def _split(git: Git, written: Written, folder: str) -> str | None:
    """Return that a mailbox would be split within the message; None: it would not."""
    with open(written.path, "rb") as file:
        content = file.read()
    if b"\nFrom " not in content:
        return None
    place = os.path.join(folder, f"{written.patch.commit}.split")
    os.mkdir(place)
    number = git.output("mailsplit", "-b", f"-o{place}", "--", written.path).strip()
    return None if number == b"1" else "git am would take a line that begins with 'From ' for the next mail"


def _changes(git: Git, commits: Sequence[Written], mails: Sequence[_Mail]) -> Iterator[Finding]:
    """Yield the patches that do not apply one after the other, or not to what the commits have."""
    patches = [written.patch for written in commits]
    paths = sorted({os.fsdecode(path) for patch in patches for path in patch.paths})
    if not paths:
        return
    _load(git, patches[0], paths)
    for number, (written, mail) in enumerate(zip(commits, mails, strict=True)):
        if not written.patch.paths:
            continue
        before = _staged(git, written.patch)
        applied = git.run("apply", "--cached", "--whitespace=nowarn", "--", mail.changes)
        if applied.returncode != 0:
            after = "" if number == 0 else ", after the patches before it"
            yield Finding("error", f"git am cannot apply it{after}", _WAY, written, _said(applied.stderr))
            return
        if _staged(git, written.patch) == _committed(git, written.patch.commit, written.patch):
            continue
        if written.patch.base is not None and before != _committed(git, written.patch.base, written.patch):
            left_out = number > 0 and _has_more(git, patches[: number + 1])
            message = "it changes files that commits between have changed, which are not sent"
            if not left_out:
                message = "it changes files that a merge before it has changed, which makes no patch"
            yield Finding("warning" if left_out else "error", message, _WAY, written)
        else:
            yield Finding("error", "git am would make other files of it than the commit has", _WAY, written)
        _load(git, written.patch, paths, after=True)


_WAY = "put the commits in a row with git rebase, and look at git format-patch's files"


def _load(git: Git, patch: Patch, paths: Sequence[str], *, after: bool = False) -> None:
    """Let the index hold what ``paths`` are below a patch, or ``after`` it, and nothing else."""
    git.output("read-tree", "--empty")
    commit = patch.commit if after else patch.base
    if commit is not None:
        listed = git.output("ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)
        git.output("update-index", "-z", "--index-info", stdin=listed)


def _staged(git: Git, patch: Patch) -> dict[bytes, bytes]:
    """Return the mode and id of each of a patch's paths in the index."""
    listed = git.output("ls-files", "-s", "-z", "--full-name", "--", *_pathspecs(patch))
    lines = (line.split(b"\t", 1) for line in listed.split(b"\0") if line)
    return {path: facts.rsplit(b" ", 1)[0] for facts, path in lines}


def _committed(git: Git, commit: str, patch: Patch) -> dict[bytes, bytes]:
    """Return the mode and id of each of a patch's paths in a commit."""
    paths = [os.fsdecode(path) for path in patch.paths]
    listed = git.output("ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)
    lines = (line.split(b"\t", 1) for line in listed.split(b"\0") if line)
    found = {path: facts.split(b" ") for facts, path in lines}
    return {path: b" ".join((mode, name)) for path, (mode, _, name) in found.items()}


def _pathspecs(patch: Patch) -> list[str]:
    return [f":(top,literal){os.fsdecode(path)}" for path in patch.paths]


def _has_more(git: Git, patches: Sequence[Patch]) -> bool:
    """Return whether commits that are no merges lie between the patches and are not among them."""
    own = {patch.commit for patch in patches}
    for first, second in pairwise(patches):
        listed = git.run("rev-list", "--no-merges", second.base or second.commit, f"^{first.commit}")
        if not own.issuperset(listed.stdout.decode().split()):
            return True
    return False


def _said(stderr: bytes) -> str:
    return stderr.decode("utf-8", "replace").replace("error: ", "").strip()
