"""The envelope of a mail is what was decided: git send-email neither adds people by itself nor leaves anybody out.

Its settings would do both: suppressCc, signedOffByCc, ccCmd, also those of an identity. An identity of our own, which
is in no file, has what the user's has but for these; those of an identity go before all others (git-send-email(1)).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from email import policy
from email.parser import BytesHeaderParser
from typing import NamedTuple

from git_subprojects.errors import USAGE, Error
from git_subprojects.git.config import Config
from git_subprojects.git.process import Git, GitError
from git_subprojects.people.mailbox import mailboxes, same_key

_IDENTITY = "git-subprojects"
_SUPPRESSED = ("author", "body", "self")
_WISHES = ("to", "cc", "bcc")
_OURS = ("in-reply-to", "reply-to-message-id", "reroll-count", "subject-prefix", "rfc", "cover-letter", "thread")
"""Options that git route-patch has itself, or of which it depends who answers what."""


class Wish(NamedTuple):
    """People whom the user adds to every mail: by which setting or option, and who; an alias is as it was written."""

    where: str
    who: str


def identity(config: Config, options: Sequence[str]) -> str | None:
    """Return the user's identity of git send-email, by an option or config ``sendemail.*``; None: there is none."""
    return given(options, "identity") or config.text("sendemail.identity")


def with_own_settings(git: Git, config: Config, options: Sequence[str]) -> tuple[Git, list[str]]:
    """Return git with the settings of our own identity, and the options of git send-email that go with it.

    Raises:
        Error: an option would change who gets the mails.
    """
    for option in options:
        word = option.partition("=")[0]
        if word.lstrip("-") in _OURS or re.fullmatch(r"-v\d*", word):
            raise Error(
                f"git send-email {word} would change the mails after git route-patch has written them",
                f"give {word} before the --",
                USAGE,
            )
    for value in _all_given(options, "suppress-cc"):
        if value in ("all", "cc"):
            raise Error(
                f"git send-email --suppress-cc={value} would leave out whom git route-patch has found",
                "leave people out with --exclude ADDRESS, or those of trailers with --suppress-cc before the --",
                USAGE,
            )
    prefix = f"sendemail.{identity(config, options)}."
    settings = {key.removeprefix(prefix): values for key, values in config.settings.items() if key.startswith(prefix)}
    settings |= {"suppresscc": [*_SUPPRESSED], "signedoffbycc": ["false"], "suppressfrom": ["true"]}
    if given(options, "cc-cmd") is None:
        settings["suppresscc"].append("cccmd")
    # It asks by default as if it had found copies by itself.
    settings.setdefault("confirm", [config.text("sendemail.confirm") or "auto"])
    pairs = [(f"sendemail.{_IDENTITY}.{key}", value) for key, values in settings.items() for value in values]
    words = [*_without(options, "identity"), f"--identity={_IDENTITY}"]
    if given(options, "to-cmd") is None:
        # It would ask to whom, though each file says it: so it gets a command that adds nobody.
        words.insert(0, "--to-cmd=true")
    return git.with_config(pairs), words


def wishes(config: Config, options: Sequence[str]) -> list[Wish]:
    """Return whom the user adds to each mail by git send-email's own settings and options."""
    found = []
    own = identity(config, options)
    for name in _WISHES:
        by_option = _all_given(options, name)
        keys = [f"sendemail.{own}.{name}"] if own and config.text(f"sendemail.{own}.{name}") else [f"sendemail.{name}"]
        if f"--no-{name}" not in options:
            found += [Wish(key, value) for key in keys for value in config.settings.get(key, []) if value]
        found += [Wish(f"--{name}", value) for value in by_option]
    return found


def added_by_hand(wished: Iterable[Wish]) -> list[str]:
    """Return whom the user has added by options, to be seen by all: they want later versions too."""
    return [wish.who for wish in wished if wish.where in ("--to", "--cc") and "@" in wish.who]


def verify(git: Git, command: Sequence[str], files: Sequence[str], wished: Sequence[Wish], *, is_open: bool) -> None:
    """Let git send-email say whom it would send each of ``files`` to, and compare that with what stands in it.

    ``command`` is as it will be run. ``is_open``: the user's own options add people that cannot be told before.

    Raises:
        Error: they are others.
    """
    words = [*command, "--dry-run", "--confirm=never", "--no-annotate", "--no-validate", *files]
    ended = git.run(*words)
    if ended.returncode != 0:
        raise Error(f"git send-email cannot send this: {GitError(words, ended.returncode, ended.stderr).message}")
    added = {same_key(person.address) for wish in wished for person in mailboxes(wish.who)}
    is_open = is_open or any("@" not in wish.who for wish in wished)
    for path, (sender, recipients) in zip(files, _envelopes(ended.stdout.decode("utf-8", "replace")), strict=True):
        decided = _in_head(path)
        missing, more = decided - recipients - sender, recipients - decided - added
        if missing:
            raise Error(f"git send-email would leave out {_some(missing)}, and nothing was sent", _HINT)
        if more and not is_open:
            raise Error(f"git send-email would add {_some(more)}, and nothing was sent", _HINT)


_HINT = "see what git send-email --dry-run says, and git config --get-regexp '^sendemail'"


def _envelopes(text: str) -> Iterator[tuple[set[str], set[str]]]:
    """Yield sender and recipients of each mail that a dry run tells of."""
    for part in re.split(r"(?m)^Dry-OK\. Log says:\n", text)[1:]:
        sender = {
            same_key(person.address) for line in re.findall(r"(?m)^From: (.*)$", part) for person in mailboxes(line)
        }
        program = re.match(r"Sendmail: (.*)", part)
        addresses = re.findall(r"(?m)^RCPT TO:<(.*)>$", part) if program is None else program[1].split(" ")
        yield sender, {same_key(word) for word in addresses if "@" in word and word[0] != "-"}


def _in_head(path: str) -> set[str]:
    with open(path, "rb") as file:
        head = BytesHeaderParser(policy=policy.compat32).parse(file)
    fields = [str(value) for name in ("To", "Cc") for value in head.get_all(name, [])]
    return {same_key(person.address) for field in fields for person in mailboxes(re.sub(r"\s*\n\s+", " ", field))}


def _some(addresses: Collection[str]) -> str:
    return ", ".join(sorted(addresses))


def given(options: Sequence[str], name: str) -> str | None:
    """Return the last value of an option among git send-email's own; empty where it needs none."""
    return next(iter(reversed(_all_given(options, name))), None)


def _all_given(options: Sequence[str], name: str) -> list[str]:
    found = []
    for at, option in enumerate(options):
        word, equals, value = option.lstrip("-").partition("=")
        if option.startswith("-") and word == name:
            found.append(value if equals else next(iter(options[at + 1 :]), ""))
    return found


def _without(options: Sequence[str], name: str) -> list[str]:
    kept: list[str] = []
    skips = False
    for option in options:
        if skips:
            skips = False
        elif option.startswith("-") and option.lstrip("-").partition("=")[0] == name:
            skips = "=" not in option
        else:
            kept.append(option)
    return kept
