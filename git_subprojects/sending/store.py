"""What was sent, recorded in the repository's own refs: an annotated tag on the last commit of each version.

``refs/subprojects/sent/SERIES/vN`` names a tag object whose message is a line for people and an object of JSON. So the
commits of an earlier version stay there to be compared with, and nothing lies in the work tree.
"""

import json
import os
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from git_subprojects.errors import Error
from git_subprojects.git.process import Git
from git_subprojects.sending.record import REFS, CoverLetter, Message, Record
from git_subprojects.system import locks

MESSAGE_ID = r"[!-;=?A-~]+@[!-;=?A-~]+"
"""A message's id without ``<>`` (RFC 5322, msg-id, in ASCII)."""

_FORM = 1
_LONGEST_NAME = 50
_NAME = r"[a-z0-9-]+"
_COMMIT = r"[0-9a-f]{40}(?:[0-9a-f]{24})?"


def records(git: Git) -> list[Record]:
    """Return all records, by series and version. What cannot be read is skipped."""
    listed = git.output("for-each-ref", "--format=%(contents:body)%00", REFS).decode("utf-8", "replace")
    records = [_record(text) for text in listed.split("\0")]
    return sorted(
        (record for record in records if record is not None), key=lambda record: (record.series, record.version)
    )


def store(git: Git, record: Record, tagger: str) -> None:
    """Store a record, in the place of an earlier one of the same version.

    ``tagger`` is what ``git var GIT_COMMITTER_IDENT`` says.

    Raises:
        Error: the repository cannot be written to.
    """
    sent = sum(message.sent is not None for message in record.messages)
    head = f"{record.project} v{record.version}: {record.changes[0]} ({sent} of {len(record.messages)} sent)"
    body = json.dumps({"form": _FORM, **_plain(record)}, indent=1)
    lines = [
        f"object {record.commits[-1]}", "type commit", f"tag {record.ref.removeprefix('refs/')}", f"tagger {tagger}",
        "", "".join(c if c.isprintable() else " " for c in head), "", body, "",
    ]  # fmt: skip
    made = git.run("mktag", stdin="\n".join(lines).encode("utf-8", "replace"))
    if made.returncode == 0:
        written = git.run("update-ref", record.ref, made.stdout.decode().strip())
        if written.returncode == 0:
            return
        made = written
    problem = made.stderr.decode("utf-8", "replace").strip()
    raise Error(f"what is sent cannot be recorded in {record.ref}: {problem}", "see what git fsck says")


def forget(git: Git, record: Record) -> None:
    """Delete a record."""
    git.output("update-ref", "-d", record.ref)


def related(
    git: Git, records: Sequence[Record], project: str, commits: Sequence[str], subjects: Sequence[str]
) -> Record | None:
    """Return the newest version of the series that ``commits`` are a version of; None if they are a new one.

    They are where some are the same commits; or where a subject is the same, and the old commits are not in the
    history of the new ones: a second patch of the same name, on top of the first, is another series.
    """
    newest: dict[str, Record] = {}
    for record in records:
        if record.project == project:
            newest[record.series] = record
    for record in newest.values():
        if set(record.commits) & set(commits):
            return record
    for record in newest.values():
        if set(record.changes) & set(subjects):
            within = git.run("merge-base", "--is-ancestor", record.commits[-1], commits[-1])
            if within.returncode != 0:
                return record
    return None


def new_name(taken: Collection[str], subject: str) -> str:
    """Return a name for a new series, made of its first subject, that is not ``taken``."""
    words = re.sub(r"[^a-z0-9]+", "-", subject.lower())[:_LONGEST_NAME].strip("-") or "series"
    name, number = words, 1
    while name in taken:
        number += 1
        name = f"{words}-{number}"
    return name


@contextmanager
def locked(git: Git) -> Iterator[None]:
    """Lock the records: nobody else sends from this repository meanwhile.

    Raises:
        Error: somebody is at it.
    """
    folder = git.output("rev-parse", "--path-format=absolute", "--git-common-dir").removesuffix(b"\n")
    descriptor = os.open(folder, os.O_RDONLY)
    name = os.path.join(os.fsdecode(folder), "subprojects-sending")
    try:
        if not locks.take(descriptor, name):
            raise Error("another git route-patch is sending from this repository", "wait until it has ended")
        yield
    finally:
        locks.release(name)
        os.close(descriptor)


def _plain(record: Record) -> dict[str, object]:
    plain: dict[str, object] = record._asdict()
    plain["messages"] = [message._asdict() for message in record.messages]
    plain["letter"] = None if record.letter is None else record.letter._asdict()
    return plain


def _record(text: str) -> Record | None:
    """Return the record in a text; None for anything else: a ref may come from another repository."""
    try:
        raw: dict[str, Any] = json.loads(text)
        if raw.pop("form") != _FORM:
            return None
        letter = raw.pop("letter")
        messages = tuple(Message(**one) for one in raw.pop("messages"))
        raw["added"] = raw.get("added", ())
        raw.update((key, tuple(raw[key])) for key in ("commits", "changes", "to", "cc", "added"))
        record = Record(**raw, messages=messages, letter=None if letter is None else CoverLetter(**letter))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return record if _is_sound(record) else None


def _is_sound(record: Record) -> bool:
    """Return whether all values are of their types, and those that go into commands and headers of their forms."""
    texts = [record.series, record.project, record.prefix, *record.changes, *record.to, *record.cc, *record.added]
    texts += [text for message in record.messages for text in (message.id, message.subject)]
    texts += record.letter or ()
    optional = [record.base, record.archive, record.in_reply_to, *(message.sent for message in record.messages)]
    ids = [*(message.id for message in record.messages), *([] if record.in_reply_to is None else [record.in_reply_to])]
    return (
        type(record.version) is int
        and record.version > 0
        and all(isinstance(text, str) for text in (*texts, *record.commits))
        and all(text is None or isinstance(text, str) for text in optional)
        and all(re.fullmatch(_COMMIT, commit) for commit in (*record.commits, *([record.base] if record.base else [])))
        and all(re.fullmatch(MESSAGE_ID, message_id) for message_id in ids)
        and re.fullmatch(_NAME, record.series) is not None
        and bool(record.commits and record.changes and record.messages)
    )
