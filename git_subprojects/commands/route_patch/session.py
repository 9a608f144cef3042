"""What routes the patches that the operands of ``git route-patch`` name, set up once and ended afterwards."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.commands.route_patch.patch_input import Operands, read_operands
from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.git.objects import Objects
from git_subprojects.git.process import FastGit
from git_subprojects.workspace.repository import start_discover

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.options import Patches, Routing
    from git_subprojects.context.context import Context
    from git_subprojects.context.target_project import TargetProject
    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Patch
    from git_subprojects.patches.revisions import Texts
    from git_subprojects.perl_regex.limit import TimeLimit
    from git_subprojects.routing.model import Destination
    from git_subprojects.routing.router import Router
    from git_subprojects.routing.rule_files.reader import Revisions, RuleFileReader


class Session(NamedTuple):
    """All that routing needs: whatever is asked of a repository is asked through ``objects``.

    ``patches`` are those of the operands. ``project`` is what the user called their project, None where they did not.
    """

    context: Context
    target: TargetProject
    objects: Objects
    limit: TimeLimit
    trees: RuleFileReader
    router: Router
    project: str | None
    patches: Sequence[Patch] = ()

    def route(self, patches: Sequence[Patch]) -> list[Destination]:
        """Return where patches go."""
        self.limit.restart()
        return self.router.route(patches)

    def with_texts(self, patches: Sequence[Patch], texts: Texts) -> list[Patch]:
        """Return commits with what they say, if there is any rule about that."""
        if not self.router.reads_text(patches):
            texts.end()
            return list(patches)
        by_commit = texts.read()
        return [patch._replace(text=by_commit.get(patch.commit)) for patch in patches]


@contextmanager
def session(
    options: Patches, screen: Screen, folder: str | None = None, *, first_parent: bool = False
) -> Iterator[Session]:
    """Give what routes the patches that the operands name, and those patches.

    With a ``folder``, each patch of a file or on standard input has a file of its own, there if need be. With
    ``first_parent``, a merge is a patch: all that it has brought.

    Raises:
        Error: the operands name no patches, or there is nothing to route them by.
    """
    # git works on what is asked in any case, while Python is still loading what routes patches.
    git = FastGit(os.environ)
    discovered = start_discover(git)
    objects = Objects(git)

    def read(where: Git) -> Operands:
        return read_operands(where, options.revisions, first_parent=first_parent, folder=folder)

    operands = None if options.project is not None else read(git)
    try:
        objects.start()
        from git_subprojects.context.context import current_context
        from git_subprojects.context.target_project import target_project

        context = current_context(options.manifest, screen, git=git, discovered=discovered, use_cache=True)
        target = target_project(context, options.project)
        operands = operands or read(target.git)
        patches = operands.patches()
        if not operands.are_files and not first_parent:
            _tell_merges(patches, screen)
        if not any(patch.paths for patch in patches):
            raise Error(f"{' '.join(operands.words)}: {_why_nothing(patches)}", code=FAILED)
        revisions = _revisions(patches, options.rules_from, target)
        if target.git is not git:
            objects.end()
            objects = Objects(target.git)
        routed = start_session(options, context, target, revisions, objects)
        if operands.texts is not None:
            patches = routed.with_texts(patches, operands.texts)
        yield routed._replace(patches=patches)
    finally:
        objects.end()
        if operands is not None:
            operands.end()


def start_session(
    options: Routing, context: Context, target: TargetProject, revisions: Revisions, objects: Objects
) -> Session:
    """Return what routes any patches by the rules at ``revisions``; whoever has asked for it ends ``objects``."""
    from git_subprojects.context.context import cache_folder
    from git_subprojects.perl_regex.limit import TimeLimit
    from git_subprojects.perl_regex.search import Searcher
    from git_subprojects.routing.router import People, Router
    from git_subprojects.routing.rule_files.base import CACHE_VERSION
    from git_subprojects.routing.rule_files.reader import RuleFileReader
    from git_subprojects.system.cache import Cache

    limit = TimeLimit()
    cache = Cache(cache_folder(os.environ), CACHE_VERSION)
    trees = RuleFileReader(target.git, objects, revisions, cache, Searcher(limit))
    history = None
    if options.history:
        from git_subprojects.routing.history import History

        history = History(target.git, options.history_since, options.history_max).of
    people = People(
        _own(context), _excluded(options.exclude), _suppressed(options.suppress_cc), options.signers, history
    )
    router = Router(target.manifest, target.project, trees.rules_of, people, is_host=target.is_host, only=target.only)
    return Session(context, target, objects, limit, trees, router, options.project)


def _tell_merges(patches: Sequence[Patch], screen: Screen) -> None:
    merges = [patch.commit[:12] for patch in patches if patch.parents > 1]
    if len(merges) == 1:
        screen.warning(f"{merges[0]} is a merge: it makes no patch, and is skipped")
    elif merges:
        screen.warning(f"{len(merges)} merges make no patches, and are skipped")


def _why_nothing(patches: Sequence[Patch]) -> str:
    if not patches:
        return "names no commits"
    if patches[0].is_file:
        return "no file is changed there: is it a cover letter, or the text of a mail?"
    if all(patch.parents > 1 for patch in patches):
        return "names only merges; what one brings is named by MERGE^1..MERGE"
    return "no commit there changes any file"


def _revisions(patches: Sequence[Patch], rules_from: str | None, target: TargetProject) -> Revisions:
    """Return where the rules are read: at what the patches are based on, unless the user says ``rules_from``."""
    from git_subprojects.routing.rule_files.reader import Revisions

    if rules_from is not None:
        return Revisions(commit_id(target.git, rules_from), None, None)
    first = patches[0]
    if not first.is_file:
        return Revisions(first.base or first.commit, patches[-1].commit, target.top)
    head = target.git.commit("HEAD")
    # A patch file is meant for what is checked out, unless it says for what.
    if first.base and target.git.run("cat-file", "-e", f"{first.base}^{{commit}}").returncode == 0:
        return Revisions(first.base, head, target.top)
    return Revisions(head, None, target.top)


def commit_id(git: Git, revision: str) -> str:
    """Return the id of the commit to read the rules from. Raises Error where there is none."""
    commit = git.commit(revision)
    if commit is None:
        raise Error(f"{revision} is not a commit; rules are read from a commit", "name another with --rules-from")
    return commit


def _suppressed(values: Iterable[str]) -> frozenset[str]:
    from git_subprojects.people.trailers import PEOPLE

    known = [*(key.lower() for key in PEOPLE), "fixes"]
    names = [name.strip().lower() for value in values for name in value.split(",")]
    for name in names:
        if name not in known and name != "all":
            raise Error(f"--suppress-cc: there is no '{name}'", f"one of {', '.join(known)}, or all", USAGE)
    return frozenset(known if "all" in names else names)


def _own(context: Context) -> frozenset[str]:
    """Return the user's own addresses, in lower case."""
    from git_subprojects.people.mailbox import mailboxes, same_key

    addresses = (context.config.text("user.email"), context.git.environment.get("GIT_AUTHOR_EMAIL"))
    sender = mailboxes(context.config.text("sendemail.from") or "")
    return frozenset(same_key(address) for address in (*addresses, *(person.address for person in sender)) if address)


def _excluded(values: Iterable[str]) -> frozenset[str]:
    from git_subprojects.people.mailbox import mailboxes, same_key

    for value in values:
        if len(mailboxes(value)) != 1:
            raise Error(
                f"--exclude: '{value}' is not one mail address", "such as --exclude somebody@example.org", USAGE
            )
    return frozenset(same_key(mailbox.address) for value in values for mailbox in mailboxes(value))
