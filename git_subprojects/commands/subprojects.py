"""``git subprojects``: tend the siblings and the manifest."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from git_subprojects.commands.common import Parser
    from git_subprojects.ui import Screen

NAME = "subprojects"

USAGE = """git subprojects list [--group G...] [--json]
   or: git subprojects info [--guide] [--json] [PROJECT]
   or: git subprojects status [--fetch [-j N]] [-v] [--group G...] [--porcelain=v1 | --json] [PROJECT...]
   or: git subprojects update [-j N] [--dry-run] [--group G...] [--json] [PROJECT...]
   or: git subprojects check [--manifest FILE|REV:PATH] [--json]
   or: git subprojects adopt [--json] FOLDER"""

DESCRIPTION = "Tend the clones of the projects that this repository's manifest names, and the manifest."


def main(words: Sequence[str] | None = None) -> int:
    """Run the command with ``words`` (None: those of the process) and return its exit status."""
    if "_ARGCOMPLETE" in os.environ:
        from git_subprojects.completion import complete

        return complete(NAME, parser, os.environ)
    from git_subprojects.commands.common import run

    return run(parser, lambda arguments, screen: _COMMANDS[arguments.command](arguments, screen), words)


def parser() -> Parser:
    """Return the parser of the command line."""
    from git_subprojects.commands import common

    made = common.parser(f"git {NAME}", USAGE, DESCRIPTION)
    verbs = made.add_subparsers(dest="command", metavar="COMMAND", required=True, prog=made.prog)
    listing = common.verb(verbs, "list", "show the projects", "Show the projects.")
    listing.add_argument("--group", metavar="G", action="append", default=[], help="only those of this group")
    info = common.verb(verbs, "info", "show how a project takes patches", "Show a project's process on one screen.")
    info.add_argument("--guide", action="store_true", help="show its guide for contributors instead")
    info.add_argument(
        "project", metavar="PROJECT", nargs="?", help="its name, or host; by default the one of this tree"
    )
    status = common.verb(verbs, "status", "show how it stands with the clones", "Show how it stands with each clone.")
    status.add_argument("--fetch", action="store_true", help="fetch before")
    status.add_argument("-j", "--jobs", metavar="N", type=common.count, help="how many fetch at the same time")
    status.add_argument("--group", metavar="G", action="append", default=[], help="only those of this group")
    status.add_argument("--porcelain", metavar="v1", choices=("v1",), help="a form for programs that stays as it is")
    status.add_argument("projects", metavar="PROJECT", nargs="*", help="their names; by default all that are cloned")
    update = common.verb(verbs, "update", "bring the clones to what is new", "Fetch, and bring each clone forward.")
    update.add_argument("-j", "--jobs", metavar="N", type=common.count, help="how many fetch at the same time")
    update.add_argument("--dry-run", action="store_true", help="show what would be done by what was last fetched")
    update.add_argument("--group", metavar="G", action="append", default=[], help="only those of this group")
    update.add_argument("projects", metavar="PROJECT", nargs="*", help="their names; by default all that are cloned")
    check = common.verb(verbs, "check", "report every problem of the manifest", "Check the manifest.")
    adopt = common.verb(
        verbs,
        "adopt",
        "take a clone that is there for a project's",
        "Take a clone that is there for the project's whose folder it stands in. Only its config changes.",
    )
    adopt.add_argument("folder", metavar="FOLDER", help="the clone")
    for verb in (listing, info, status, update, check, adopt):
        common.add_common(verb)
    return made


def _list(arguments: argparse.Namespace, screen: Screen) -> int:
    from git_subprojects.commands.listing import show

    return show(arguments, screen)


def _info(arguments: argparse.Namespace, screen: Screen) -> int:
    from git_subprojects.commands.info import show

    return show(arguments, screen)


def _status(arguments: argparse.Namespace, screen: Screen) -> int:
    from git_subprojects.commands.status import show

    return show(arguments, screen)


def _update(arguments: argparse.Namespace, screen: Screen) -> int:
    from git_subprojects.commands.update import run

    return run(arguments, screen)


def _check(arguments: argparse.Namespace, screen: Screen) -> int:
    from git_subprojects import render
    from git_subprojects.answers import counted
    from git_subprojects.commands.surroundings import surroundings
    from git_subprojects.errors import FAILED
    from git_subprojects.manifest.reader import ManifestError

    try:
        around = surroundings(arguments.manifest, screen, outside=True)
    except ManifestError as error:
        if arguments.json:
            screen.answer(render.problems_json(error.problems))
        else:
            screen.error(error.message)
        return FAILED
    if arguments.json:
        screen.answer(render.problems_json([]))
    projects = counted(len(around.manifest.projects), "project")
    screen.note(f"{around.manifest_name}: {projects}, no problems")
    return 0


def _adopt(arguments: argparse.Namespace, screen: Screen) -> int:
    from git_subprojects.answers import as_json
    from git_subprojects.commands.surroundings import surroundings
    from git_subprojects.workspace import adopt

    around = surroundings(arguments.manifest, screen)
    adopted = adopt.adopt(around.the_host(), around.manifest, os.path.abspath(arguments.folder))
    if arguments.json:
        screen.answer(as_json(project=adopted.name, path=adopted.path))
    screen.note(f"{adopted.name}: adopted {os.path.relpath(adopted.path)}")
    if adopted.note is not None:
        screen.warning(f"{adopted.name}: {adopted.note}")
    return 0


_COMMANDS = {"list": _list, "info": _info, "status": _status, "update": _update, "check": _check, "adopt": _adopt}
