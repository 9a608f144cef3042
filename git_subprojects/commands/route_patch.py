"""``git route-patch``: say who must get which patches, and on which list or pull request."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from git_subprojects.commands.common import Parser
    from git_subprojects.commands.surroundings import Surroundings
    from git_subprojects.model import Destination, Patch
    from git_subprojects.ui import Screen

NAME = "route-patch"

USAGE = """git route-patch [--explain | --to | --cc | --json] [--manifest FILE|REV:PATH] [-q | -v] REVISION..."""

DESCRIPTION = """Say who must get the patches of these commits, and why: the paths that each commit touches are
matched against the rules of the project they belong to."""

EPILOG = """REVISION is what git log takes: HEAD~3.. or -3 or A..B. A single commit, such as HEAD~2, is that commit.
Run it in the repository that carries the manifest, or in a clone made by git clone-project."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the command with ``words`` (None: those of the process) and return its exit status."""
    if "_ARGCOMPLETE" in os.environ:
        from git_subprojects.completion import complete

        return complete(NAME, parser, os.environ)
    from git_subprojects.commands.common import run

    return run(parser, route_patch, words)


def parser() -> Parser:
    """Return the parser of the command line."""
    from git_subprojects.commands import common

    made = common.parser(f"git {NAME}", USAGE, DESCRIPTION, EPILOG)
    made.add_argument("revisions", metavar="REVISION", nargs="+", help="commits, as git log takes them")
    answer = made.add_mutually_exclusive_group()
    answer.add_argument("--explain", action="store_true", help="show every reason of every recipient")
    answer.add_argument("--to", action="store_true", help="only the addresses in To, one a line")
    answer.add_argument("--cc", action="store_true", help="only the addresses in Cc, one a line")
    return made


def route_patch(arguments: argparse.Namespace, screen: Screen) -> int:
    """Carry the command out; return its exit status."""
    from git_subprojects import patches, render_routes
    from git_subprojects.commands.surroundings import surroundings
    from git_subprojects.errors import FAILED
    from git_subprojects.routing.router import route

    around = surroundings(arguments.manifest, screen)
    found = patches.of_revisions(around.git, arguments.revisions)
    _skip_merges(found, screen)
    if not any(patch.paths for patch in found):
        screen.error(f"{' '.join(arguments.revisions)}: {_why_nothing(found)}")
        return FAILED
    project = _project(around)
    destinations = route(around.manifest, project, found, _own(around), is_host=around.is_host)
    if arguments.json:
        screen.answer(render_routes.routes_json(destinations))
    elif arguments.to or arguments.cc:
        headers = [header for header in ("to", "cc") if getattr(arguments, header)]
        by_mail = [one for one in destinations if one.venue.kind == "email"]
        answer = render_routes.addresses(by_mail, headers)
        if answer:
            screen.answer(answer)
    else:
        screen.answer(render_routes.routes(destinations, explain=arguments.explain))
    return FAILED if _tell_problems(destinations, arguments, around, screen) else 0


def _why_nothing(found: list[Patch]) -> str:
    if not found:
        return "names no commits"
    if all(patch.parents > 1 for patch in found):
        return "names only merges; what one brings is named by MERGE^1..MERGE"
    return "no commit there changes any file"


def _skip_merges(found: list[Patch], screen: Screen) -> None:
    merges = [patch.commit[:12] for patch in found if patch.parents > 1]
    if len(merges) == 1:
        screen.warning(f"{merges[0]} is a merge: it makes no patch, and is passed over")
    elif merges:
        screen.warning(f"{len(merges)} merges make no patches, and are passed over")


def _project(around: Surroundings) -> str | None:
    """Return which project this repository is; None for the host itself.

    Raises:
        Error: a sibling's host no longer names it.
    """
    if around.sibling is None:
        return None
    if around.project in around.manifest.projects:
        return around.project
    from git_subprojects.errors import Error
    from git_subprojects.manifest.checks import nearest_names

    near = nearest_names(around.project or "", around.manifest.projects)
    raise Error(
        f"this is a sibling called '{around.project}', and {around.manifest_name} has no such project",
        f"name it anew: git config subprojects.project {near[0] if near else 'NAME'}",
    )


def _own(around: Surroundings) -> frozenset[str]:
    """Return the user's own addresses, in lower case."""
    found = (around.config.text("user.email"), around.git.environment.get("GIT_AUTHOR_EMAIL"))
    return frozenset(address.casefold() for address in found if address)


def _tell_problems(
    destinations: list[Destination], arguments: argparse.Namespace, around: Surroundings, screen: Screen
) -> bool:
    """Say what the answer lacks; return whether somebody who sends by it would send to nobody."""
    from collections import Counter

    from git_subprojects import render_routes

    nobody = False
    owners = Counter(part.patch.commit for one in destinations for part in one.parts)
    for commit in [commit for commit, count in owners.items() if count > 1]:
        screen.warning(f"{commit[:12]} touches several projects, and each would get all of it; better split it")
    for one in destinations:
        for file in one.unread:
            screen.warning(f"{one.project}: {file} is not read yet: the people it names are missing here")
        if one.venue.kind != "email":
            if arguments.to or arguments.cc:
                where = "" if one.url is None else f", at {one.url}"
                screen.error(f"{one.project} takes no mail but pull requests{where}", one.venue.guide)
                nobody = True
        elif not one.to:
            what = f"{around.manifest_name} does not say where patches to {one.project} go"
            if not around.is_host and around.sibling is None:
                what = f"{around.manifest_name} is not about this repository"
            screen.error(
                what,
                f"add rules for {render_routes.quoted(one.uncovered[0])} to a manifest; see gitsubprojects(5)",
            )
            nobody = True
    return nobody
