"""Series by mail: prepared, and then sent by git send-email, written to a folder, or shown."""

from __future__ import annotations

import os
import shutil
import sys
import time
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.errors import Error
from git_subprojects.plural import counted
from git_subprojects.sending import edit_cover_letter, envelope, format_patch, send_email, store
from git_subprojects.sending.compose import Added, below_cover_letter, compose
from git_subprojects.sending.series import AlreadySentError, dropped, has_cover, new_record, plan_series

if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.git.process import Git
    from git_subprojects.sending.format_patch import Files
    from git_subprojects.sending.options import SendOptions
    from git_subprojects.sending.outgoing import Outgoing
    from git_subprojects.sending.parts import Part
    from git_subprojects.sending.record import Record
    from git_subprojects.sending.series import Series


class Prepared(NamedTuple):
    """A series that can be sent: its plan, its record, its files, and what is to be added to them."""

    plan: Series
    record: Record
    files: Files
    added: Added


class Mailer:
    """Sends series by mail, writes them to a folder, or shows them; records what was sent.

    ``is_alone``: there is one such series. ``is_linked``: other projects get a part of the same change, which its cover
    letter is to name. Raises Error where no mail can be sent at all.
    """

    def __init__(
        self,
        part: Part,
        options: SendOptions,
        screen: Screen,
        folder: str,
        *,
        is_alone: bool,
        is_linked: bool,
    ) -> None:
        self._part = part
        self._options = options
        self._screen = screen
        self._folder = folder
        self._is_alone = is_alone
        self._is_linked = is_linked
        self._git: Git = part.git
        self._tagger = self._identity()
        self._records_before = store.records(self._git)
        self._wished = envelope.wishes(self._git.config(r"^sendemail\."), options.send_email_options)
        self._taken: set[str] = set()
        self.records: list[Record] = []
        if options.output is None:
            send_email.require(self._git, self._git.environment)
        if options.is_to_send:
            send_email.require_server(self._git, self._git.environment, options.send_email_options)

    def _identity(self) -> str:
        identity = self._git.run("var", "GIT_COMMITTER_IDENT")
        if identity.returncode != 0:
            raise Error(
                "git does not know who you are, so nobody could answer",
                'git config --global user.email YOU@EXAMPLE.ORG\ngit config --global user.name "Your Name"',
            )
        return identity.stdout.decode("utf-8", "replace").strip()

    def prepare(self, outgoing: Outgoing) -> Prepared | Record:
        """Return what can be sent to one destination; or its record, where all was sent before, which is reported.

        Raises:
            Error: it cannot be sent.
        """
        try:
            plan = plan_series(self._git, self._records_before, self._taken, outgoing, self._options)
        except AlreadySentError as error:
            if not self._options.is_to_send:
                raise
            self._screen.note(f"{outgoing.destination.project}: {error.message}; {error.hint}")
            return error.record
        self._taken.add(plan.name)
        is_covered = has_cover(plan, self._options, is_linked=self._is_linked)
        place = os.path.join(self._folder, plan.name)
        files = format_patch.write(
            self._git, plan.commits, place, prefix=plan.prefix, version=plan.version, base=plan.base, cover=is_covered
        )
        added = self._added(plan, files)
        if files.cover is not None and plan.record is None:
            letter = edit_cover_letter.draft(plan, self._options, self._git)
            if self._options.is_to_send:
                below = below_cover_letter(files.cover, added)
                letter = edit_cover_letter.edit(plan, letter, below, self._git, self._screen)
            plan = plan._replace(letter=letter)
        self._tell_of_earlier(plan)
        added_by_hand = envelope.added_by_hand(self._wished)
        record = plan.record or new_record(
            plan, has_cover=is_covered, stamp=_stamp(plan.draft), address=self._address(), added=added_by_hand
        )
        if self._options.is_to_send and record.letter is not None and not plan.is_again:
            # Now, so that no words are lost where another series cannot be sent.
            self._store(record, plan.draft)
        return Prepared(plan, record, files, added)

    def finish(self, ready: Prepared, linked: str) -> None:
        """Send it, write it out, or show it, as the options say; ``linked`` is about other parts of the same change.

        Raises:
            Error: not all of it is done.
        """
        compose(ready.plan, ready.record, ready.files, ready.added._replace(linked=linked))
        if self._options.output is not None:
            self._write_out(ready.record, ready.files, self._options.output)
        else:
            for wish in self._wished:
                self._screen.note(f"{ready.record.project}: each mail goes to {wish.who} too, by {wish.where}")
            if self._options.dry_run:
                self._show(ready.record, ready.files)
            elif ready.plan.is_again:
                self._send_again(ready)
            else:
                self._send(ready)

    def _tell_of_earlier(self, plan: Series) -> None:
        """Say who gets a version only because of the one before, and who does not get it though they had that."""
        project, previous = plan.destination.project, plan.previous
        if previous is None or plan.record is not None:
            return
        for person in plan.kept:
            self._screen.note(f"{project}: {person.address} had v{previous.version}, and gets v{plan.version}")
        for text in dropped(plan):
            self._screen.note(f"{project}: {text} had v{previous.version}, and does not get v{plan.version}")

    def _address(self) -> str:
        return self._tagger.partition("<")[2].partition(">")[0]

    def _added(self, plan: Series, files: Files) -> Added:
        patches = plan.patches
        is_whole = all(second.base == first.commit for first, second in pairwise(patches))
        # git adds it itself where the commits follow each other.
        stat = ""
        if files.cover is not None and not is_whole:
            stat = format_patch.diffstat(self._git, self._part.top, files.patches)
        previous = plan.previous
        if previous is None or patches[0].base is None:
            return Added(stat)
        # Commits between the patches that are not part of the series are left out by their paths.
        paths = [] if is_whole else sorted({path for patch in patches for path in patch.paths})
        old, new = (f"{previous.commits[0]}^", previous.commits[-1]), (patches[0].base, plan.commits[-1])
        is_single = len(previous.commits) == len(patches) == 1
        differences = format_patch.range_diff(self._git, old, new, paths, is_single=is_single)
        return Added(stat, f"Range-diff against v{previous.version}:\n{differences}" if differences else "")

    def _write_out(self, record: Record, files: Files, folder: str) -> None:
        if not self._is_alone:
            folder = os.path.join(folder, record.project)
        os.makedirs(folder, exist_ok=True)
        names = [os.path.basename(path) for path in files.all]
        there = next((name for name in names if os.path.lexists(os.path.join(folder, name))), None)
        if there is not None:
            raise Error(f"{os.path.join(folder, there)} is there already", "name another folder, or move it away")
        for path, name in zip(files.all, names, strict=True):
            shutil.copyfile(path, os.path.join(folder, name))
        self.records.append(record)
        self._screen.note(f"{record.project}: wrote {counted(len(names), 'file')} to {folder}")
        if record.letter is not None and not record.letter.subject:
            self._screen.note(f"write the cover letter first: {os.path.join(folder, names[0])}")
        self._screen.note(f"send them: git send-email --no-thread --to-cmd=true {folder}")

    def _show(self, record: Record, files: Files) -> None:
        options = list(self._options.send_email_options)
        # Beside an answer in JSON, mails are messages.
        show = self._screen.say if self._options.json else self._screen.answer
        for path in files.all if self._screen.verbose else filter(None, [files.cover]):
            with open(path, encoding="utf-8", errors="replace") as file:
                show(file.read())
        if record.letter is not None and not record.letter.subject:
            options.append("--force")
            self._screen.note(f"{record.project}: the cover letter is to be written yet")
        status = send_email.send(
            self._git, self._unsent(record, files), ["--dry-run", *options], output=self._output(), sent=lambda _: None
        )
        self.records.append(record)
        if status != 0:
            raise Error(f"git send-email --dry-run ended with status {status}, and says why above")

    def _send(self, ready: Prepared) -> None:
        record = ready.record
        self._store(record, ready.plan.draft)

        def mark(message_id: str) -> None:
            nonlocal record
            record = record.with_sent(message_id, _now())
            self._store(record)

        before = sum(message.sent is not None for message in record.messages)
        if before:
            self._screen.note(f"{record.project}: {before} of {len(record.messages)} messages were sent before")
        options = self._options.send_email_options
        try:
            status = send_email.send(
                self._git, self._unsent(record, ready.files), options, output=self._output(), sent=mark
            )
        finally:
            if not record.is_begun and record.letter is None:
                store.forget(self._git, record)
        self.records.append(record)
        self._tell(record, status)

    def _send_again(self, ready: Prepared) -> None:
        """Send what was sent before, which is not recorded: the record of the first time stays."""
        record = ready.record

        def mark(message_id: str) -> None:
            nonlocal record
            record = record.with_sent(message_id, _now())

        options = self._options.send_email_options
        status = send_email.send(self._git, ready.files.all, options, output=self._output(), sent=mark)
        self.records.append(record)
        self._tell(record, status)

    def _store(self, record: Record, draft: Record | None = None) -> None:
        store.store(self._git, record, self._tagger)
        if draft is not None and draft.ref != record.ref:
            store.forget(self._git, draft)

    def _tell(self, record: Record, status: int) -> None:
        total = len(record.messages)
        number = sum(message.sent is not None for message in record.messages)
        if record.is_complete:
            version = f" as v{record.version}" if record.version > 1 else ""
            self._screen.note(f"{record.project}: sent {counted(total, 'message')}{version}")
            page = record.url(record.messages[0].id)
            if page is not None:
                self._screen.note(f"read it at {page}")
            return
        why = "" if status == 0 else f"; git send-email ended with status {status}, and says why above"
        raise Error(
            f"{number} of {counted(total, 'message')} sent{why}",
            "the same command sends the rest; to leave a recipient out, --exclude ADDRESS",
        )

    def _unsent(self, record: Record, files: Files) -> list[str]:
        return [path for path, message in zip(files.all, record.messages, strict=True) if message.sent is None]

    def _output(self) -> int:
        sys.stdout.flush()
        return (sys.stderr if self._options.json else sys.stdout).fileno()


def _stamp(draft: Record | None) -> str:
    """Return the beginning of message ids, found in no others but a ``draft``'s, whose first other parts may name."""
    if draft is not None:
        return draft.messages[0].id.partition("-")[0]
    return f"{time.strftime('%Y%m%d%H%M%S', time.gmtime())}.{os.urandom(4).hex()}"


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
