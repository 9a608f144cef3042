"""``git route-patch`` for patches that are all known at once: gather, route, answer."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from git_subprojects.context.context import cache_folder, current_context
from git_subprojects.context.target_project import TargetProject, target_project
from git_subprojects.errors import FAILED, USAGE, Error
from git_subprojects.git.objects import Objects
from git_subprojects.output import routes as render_routes
from git_subprojects.patches.revisions import Texts, of_revisions
from git_subprojects.people.mailbox import same_key
from git_subprojects.perl_regex.limit import TimeLimit
from git_subprojects.perl_regex.search import Searcher
from git_subprojects.registries import VENUES
from git_subprojects.routing.router import People, Router
from git_subprojects.routing.rule_files.base import CACHE_VERSION
from git_subprojects.routing.rule_files.reader import Revisions, RuleFileReader
from git_subprojects.system.cache import Cache

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.prefetch import Begun
    from git_subprojects.context.context import Context
    from git_subprojects.git.process import Git
    from git_subprojects.patches.model import Patch
    from git_subprojects.routing.model import Destination

_MOST_PROBLEMS = 10


class Session(NamedTuple):
    """All that routing needs, set up once: whatever is asked of a repository is asked through ``objects``."""

    context: Context
    target: TargetProject
    objects: Objects
    limit: TimeLimit
    trees: RuleFileReader
    router: Router


def route_once(
    arguments: argparse.Namespace,
    screen: Screen,
    begun: Begun,
    carry_out: Callable[[Session, list[Patch]], int] | None = None,
) -> int:
    """Set up what routes the patches that the operands name, and answer, or ``carry_out`` something else with them.

    Returns the exit status.
    """
    objects = begun.objects
    try:
        context = current_context(arguments.manifest, screen, git=begun.git, discovered=begun.discovered, kept=True)
        here = target_project(context, arguments.project)
        words = _words(arguments.revisions)
        patches, are_files = _patches(words, here, begun, screen, first_parent=arguments.first_parent)
        if not any(patch.paths for patch in patches):
            screen.error(f"{' '.join(words)}: {_why_nothing(patches, are_files=are_files)}")
            return FAILED
        revisions = _revisions(patches, arguments.rules_from, here, are_files=are_files)
        if here.git is not begun.git:
            objects.end()
            objects = Objects(here.git)
        session = begin(arguments, context, here, revisions, objects)
        if not are_files:
            patches = with_texts(session, patches, begun.texts or Texts(here.git, words))
        return _answer(arguments, session, patches, screen) if carry_out is None else carry_out(session, patches)
    finally:
        objects.end()
        if begun.texts is not None:
            begun.texts.end()


def begin(
    arguments: argparse.Namespace, context: Context, here: TargetProject, revisions: Revisions, objects: Objects
) -> Session:
    """Set up what routes patches by the rules at ``revisions``."""
    limit = TimeLimit()
    cache = Cache(cache_folder(os.environ), CACHE_VERSION)
    trees = RuleFileReader(here.git, objects, revisions, cache, Searcher(limit))
    history = None
    if arguments.history:
        from git_subprojects.routing.history import History

        history = History(here.git, arguments.history_since, arguments.history_max).of
    people = People(
        _own(context) | _excluded(arguments.exclude), _suppressed(arguments.suppress_cc), arguments.signers, history
    )
    router = Router(here.manifest, here.project, trees.rules_of, people, is_host=here.is_host, only=here.only)
    return Session(context, here, objects, limit, trees, router)


def _words(words: list[str]) -> list[str]:
    if words:
        return words
    if sys.stdin.isatty():
        raise Error(
            "which patches? no revision and no patch file is named",
            "git route-patch HEAD, or HEAD~3.., or a patch file",
            USAGE,
        )
    return ["-"]


def _patches(
    words: Sequence[str], here: TargetProject, begun: Begun, screen: Screen, *, first_parent: bool
) -> tuple[list[Patch], bool]:
    from git_subprojects.commands.route_patch.patch_input import are_files, of_files

    if begun.patches is None and are_files(here.git, words):
        return of_files(words), True
    found = begun.patches() if begun.patches is not None else of_revisions(here.git, words, first_parent=first_parent)
    merges = [patch.commit[:12] for patch in found if patch.parents > 1 and not first_parent]
    if len(merges) == 1:
        screen.warning(f"{merges[0]} is a merge: it makes no patch, and is passed over")
    elif merges:
        screen.warning(f"{len(merges)} merges make no patches, and are passed over")
    return found, False


def _why_nothing(found: Sequence[Patch], *, are_files: bool) -> str:
    if are_files:
        return "no file is changed there: is it a cover letter, or the text of a mail?"
    if not found:
        return "names no commits"
    if all(patch.parents > 1 for patch in found):
        return "names only merges; what one brings is named by MERGE^1..MERGE"
    return "no commit there changes any file"


def _revisions(patches: Sequence[Patch], asked: str | None, here: TargetProject, *, are_files: bool) -> Revisions:
    """Return where the rules are read: at what the patches are based on, unless something else is ``asked``."""
    if asked is not None:
        return Revisions(commit_id(here.git, asked), None, None)
    first = patches[0]
    if not are_files:
        return Revisions(first.base or first.commit, patches[-1].commit, here.top)
    head = here.git.run("rev-parse", "-q", "--verify", "HEAD^{commit}").stdout.decode().strip() or None
    # A patch file is meant for what is checked out, unless it says for what.
    if first.base and here.git.run("cat-file", "-e", f"{first.base}^{{commit}}").returncode == 0:
        return Revisions(first.base, head, here.top)
    return Revisions(head, None, here.top)


def commit_id(git: Git, asked: str) -> str:
    """Return the id of the commit that ``asked`` names. Raises Error where there is none."""
    found = git.run("rev-parse", "-q", "--verify", "--end-of-options", f"{asked}^{{commit}}")
    if found.returncode != 0:
        raise Error(f"{asked}: there is no such commit to read the rules from", "name another with --rules-from")
    return found.stdout.decode().strip()


def with_texts(session: Session, patches: list[Patch], texts: Texts) -> list[Patch]:
    """Return the patches with what they say, if there is any rule about that."""
    if not session.router.reads_text(patches):
        texts.end()
        return patches
    found = texts.read()
    return [patch._replace(text=found.get(patch.commit)) for patch in patches]


def _suppressed(asked: Iterable[str]) -> frozenset[str]:
    from git_subprojects.people.trailers import PEOPLE

    known = [*(key.lower() for key in PEOPLE), "fixes"]
    words = [word.strip().lower() for text in asked for word in text.split(",")]
    for word in words:
        if word not in known and word != "all":
            raise Error(f"--suppress-cc: there is no '{word}'", f"one of {', '.join(known)}, or all", USAGE)
    return frozenset(known if "all" in words else words)


def _own(context: Context) -> frozenset[str]:
    """Return the user's own addresses, in lower case."""
    found = (context.config.text("user.email"), context.git.environment.get("GIT_AUTHOR_EMAIL"))
    return frozenset(same_key(address) for address in found if address)


def _excluded(asked: Iterable[str]) -> frozenset[str]:
    from git_subprojects.people.mailbox import mailboxes

    for text in asked:
        if len(mailboxes(text)) != 1:
            raise Error(f"--exclude: '{text}' is not one mail address", "such as --exclude somebody@example.org", USAGE)
    return frozenset(same_key(one.address) for text in asked for one in mailboxes(text))


def _answer(arguments: argparse.Namespace, session: Session, patches: list[Patch], screen: Screen) -> int:
    destinations, text = answer_texts(arguments, session, patches)
    if text:
        screen.answer(text)
    return tell_problems(destinations, arguments, session, screen)


def answer_texts(
    arguments: argparse.Namespace, session: Session, patches: list[Patch]
) -> tuple[list[Destination], str]:
    """Return where patches go, and the answer in the form that was asked for."""
    groups = [[patch] for patch in patches if patch.paths] if arguments.per_patch else [patches]
    answers: list[tuple[list[Patch], list[Destination]]] = []
    roles: list[str] = []
    for group in groups:
        session.limit.restart()
        answers.append((group, session.router.route(group)))
        if arguments.roles:
            roles.append("\n".join(session.router.roles(group)))
    destinations = [one for _, found in answers for one in found]
    if arguments.json:
        return destinations, render_routes.routes_json(answers, per_patch=arguments.per_patch)
    if arguments.uncovered:
        return destinations, render_routes.uncovered(destinations)
    if arguments.roles:
        texts = roles
    elif arguments.to or arguments.cc:
        headers = ["to"] if arguments.to else ["cc"]
        texts = [
            render_routes.addresses([one for one in found if one.venue.takes_mail], headers) for _, found in answers
        ]
    else:
        texts = [render_routes.routes(found, explain=arguments.explain) for _, found in answers]
    return destinations, render_routes.by_patch(groups, texts, per_patch=arguments.per_patch)


def tell_problems(
    destinations: Sequence[Destination], arguments: argparse.Namespace, session: Session, screen: Screen
) -> int:
    """Say what the answer lacks; return the exit status: FAILED if somebody who sends by it would send to nobody."""
    if not destinations:
        tell_not_touched(arguments, screen)
        return FAILED
    for name in [name for name, projects in _owners(destinations).items() if len(projects) > 1]:
        screen.warning(f"{name} touches several projects, and each would get all of it; better split it")
    problems = tell_rule_problems(session, screen)
    if arguments.to or arguments.cc or arguments.roles:
        paths = list(dict.fromkeys(path for one in destinations if one.to for path in one.uncovered))
        for path in paths[:_MOST_PROBLEMS]:
            screen.warning(f"no rule covers {render_routes.quoted(path)}")
        if len(paths) > _MOST_PROBLEMS:
            screen.warning(f"nor {len(paths) - _MOST_PROBLEMS} more paths; see git route-patch --uncovered")
    missing = [one for one in destinations if _tell_missing(one, arguments, session, screen)]
    strict = arguments.strict and (problems or any(one.uncovered for one in destinations))
    return FAILED if missing or strict else 0


def tell_not_touched(arguments: argparse.Namespace, screen: Screen) -> None:
    """Say that the patches are for other projects than the one that was asked for."""
    screen.error(f"these patches touch nothing of {arguments.project}", "leave --project out to see whose they are")


def tell_rule_problems(session: Session, screen: Screen) -> bool:
    """Say what is wrong with the rules that have been read; return whether anything is."""
    problems = session.trees.all_problems()
    for problem in problems[:_MOST_PROBLEMS]:
        screen.warning(problem)
    if len(problems) > _MOST_PROBLEMS:
        screen.warning(f"and {len(problems) - _MOST_PROBLEMS} more like these; see git route-patch --lint")
    if session.limit.exhausted:
        screen.warning("the patch takes too long to search for all K: and N: expressions: some were left out")
    return bool(problems)


def _owners(destinations: Iterable[Destination]) -> dict[str, set[str]]:
    """Return the projects that each patch touches, by how the patch is called."""
    found: dict[str, set[str]] = {}
    for one in destinations:
        for part in one.parts:
            found.setdefault(part.patch.commit[:12] or part.patch.name or part.patch.subject, set()).add(one.project)
    return found


def _tell_missing(one: Destination, arguments: argparse.Namespace, session: Session, screen: Screen) -> bool:
    """Say if nobody would get patches to this destination; return whether that is so."""
    if not one.venue.takes_mail:
        if arguments.to or arguments.cc:
            where = "" if one.url is None else f", at {one.url}"
            screen.error(f"{one.project} takes no mail but {VENUES[one.venue.kind].noun}s{where}", one.venue.guide)
            return True
        return False
    if one.to or arguments.uncovered:
        return False
    context = session.context
    what = f"{context.manifest_name} does not say where patches to {one.project} go"
    if not context.is_host and context.sibling is None and session.target.project is None:
        what = f"{context.manifest_name} is not about this repository, which has no MAINTAINERS for these paths"
    path = one.uncovered[0] if one.uncovered else one.parts[0].paths[0]
    screen.error(what, f"add rules for {render_routes.quoted(path)} to a manifest; see gitsubprojects(5)")
    return True
