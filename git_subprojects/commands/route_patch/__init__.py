"""``git route-patch``: say who must get which patches, and on which list or pull request."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from git_subprojects.cli.parser import Parser
    from git_subprojects.cli.screen import Screen

NAME = "route-patch"

USAGE = """git route-patch [--explain | --to | --cc | --roles | --uncovered | --json] [--per-patch]
                       [<options>] REVISION... | PATCHFILE... | -
   or: git route-patch --check [<options>] REVISION... | PATCHFILE... | -
   or: git route-patch --send [--dry-run] [-v N] [<options>] REVISION... [-- <git send-email options>]
   or: git route-patch --output DIR [-v N] [<options>] REVISION...
   or: git route-patch --sent [--json]
   or: git route-patch --setup b4 | send-email [--remove]
   or: git route-patch [--check | --send] [<options>] PROJECT:REVISION...
   or: git route-patch (--twins | --twin PROJECT | --onto REV) [--fetch] [<options>] REVISION... | PATCHFILE...
   or: git route-patch --port PROJECT [--branch NAME] [-x] [--conflicts] REVISION... | PATCHFILE...
   or: git route-patch --stdin [<options>]
   or: git route-patch --lint [--json] [FILE...]"""

DESCRIPTION = """Say who must get the patches, and why: the paths that each touches, and its words, are matched against
the rules of the project they belong to, its MAINTAINERS and its CODEOWNERS. Look them over, and send them there in the
form that the project wants."""

EPILOG = """REVISION is what git log takes: HEAD~3.. or -3 or A..B. A single commit, such as HEAD~2, is that commit.
PATCHFILE is what git format-patch, git show or git diff writes, or a mailbox; - is standard input, also where
nothing is named and it is no terminal.
Run it in the repository that carries the manifest, in a clone made by git clone-project, or in any repository
with a MAINTAINERS or CODEOWNERS file."""


_TOGETHER = (
    ("remove", ("setup",)),
    ("dry_run", ("send",)),
    ("terse", ("check",)),
    ("branch", ("port",)),
    ("origin", ("port",)),
    ("conflicts", ("port",)),
    ("fetch", ("twins", "twin", "port")),
    ("clone", ("twins", "twin", "port")),
    ("first_parent", ("twins", "twin", "onto", "port")),
)
"""Options that say something only beside one of others."""

_ANSWERS = ("to", "cc", "roles", "uncovered", "lint", "check", "send", "sent", "setup", "output", "per_patch")
_ELSEWHERE = ("twins", "twin", "onto", "port")


def main(words: Sequence[str] | None = None) -> int:
    """Run the command with ``words`` (None: those of the process) and return its exit status."""
    if "_ARGCOMPLETE" in os.environ:
        from git_subprojects.cli.completion import complete

        return complete(NAME, parser, os.environ)
    from git_subprojects.cli.run import run

    return run(parser, route_patch, words)


def parser() -> Parser:
    """Return the parser of the command line."""
    import argparse

    from git_subprojects.cli import parser as common

    made = common.parser(f"git {NAME}", USAGE, DESCRIPTION, EPILOG)
    made.add_argument("revisions", metavar="REVISION", nargs="*", help="commits, as git log takes them, or patch files")
    answer = made.add_mutually_exclusive_group()
    answer.add_argument("--explain", action="store_true", help="show every reason of every recipient")
    answer.add_argument("--to", action="store_true", help="only the addresses in To, one a line")
    answer.add_argument("--cc", action="store_true", help="only the addresses in Cc, one a line")
    answer.add_argument("--roles", action="store_true", help="what get_maintainer.pl prints: address (role)")
    answer.add_argument("--uncovered", action="store_true", help="only the paths that no rule covers")
    answer.add_argument("--lint", action="store_true", help="report what is wrong with MAINTAINERS and CODEOWNERS")
    answer.add_argument("--check", action="store_true", help="look the patches over, as is done before they are sent")
    answer.add_argument("--send", action="store_true", help="send them: by git send-email, or as a pull request")
    answer.add_argument("--sent", action="store_true", help="show what was sent")
    answer.add_argument("--setup", choices=("b4", "send-email"), help="let that program ask this one")
    made.add_argument("--remove", action="store_true", help="with --setup: undo it")
    made.add_argument("-o", "--output", metavar="DIR", help="write the mails there instead of sending them")
    made.add_argument("--dry-run", action="store_true", help="with --send: show all, and send nothing")
    made.add_argument("-y", "--yes", action="store_true", help="do not ask before what others will see")
    made.add_argument("--reroll-count", metavar="N", type=common.count, help="the version of the series; -vN for short")
    made.add_argument("--rfc", action="store_true", help="send for comments: RFC before the prefix")
    made.add_argument("--subject-prefix", metavar="PREFIX", help="another than the project's own")
    made.add_argument(
        "--cover-letter",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="whether to write one; by default where there are several patches",
    )
    made.add_argument("--description-file", metavar="FILE", help="take the words of the cover letter from this file")
    made.add_argument("--in-reply-to", metavar="ID", help="answer this message")
    made.add_argument("--exclude", metavar="ADDRESS", action="append", default=[], help="leave this recipient out")
    made.add_argument(
        "--skip-check", metavar="NAME", action="append", default=[], help="leave a check out, by its name"
    )
    made.add_argument("--terse", action="store_true", help="with --check: a line for each finding, notes left out")
    made.add_argument("--allow-checker", action="store_true", help="let the project's own checker run from now on")
    made.add_argument("--per-patch", action="store_true", help="answer for each patch alone")
    made.add_argument("--stdin", action="store_true", help="read commit ids, and answer each with a line of JSON")
    made.add_argument("--project", metavar="NAME", help="the project that the patches are for")
    made.add_argument("--twins", action="store_true", help="try them on the project's twins, and route them there")
    made.add_argument("--twin", metavar="PROJECT", action="append", default=[], help="try them on this project")
    made.add_argument("--onto", metavar="REV", action="append", default=[], help="try them on this revision")
    made.add_argument("--port", metavar="PROJECT", help="make a branch of them in this project")
    made.add_argument("--branch", metavar="NAME", help="with --port: call the branch so")
    made.add_argument("-x", "--origin", action="store_true", help="with --port: say which commit each is from")
    made.add_argument("--conflicts", action="store_true", help="with --port: leave conflicts to be resolved")
    made.add_argument("--fetch", action="store_true", help="fetch twins before")
    made.add_argument("--clone", action="store_true", help="clone twins that are not there")
    made.add_argument("--first-parent", action="store_true", help="a merge stands for all that it has brought")
    made.add_argument("--rules-from", metavar="REV", help="read MAINTAINERS and CODEOWNERS at this revision")
    made.add_argument(
        "--suppress-cc",
        metavar="WHAT",
        action="append",
        default=[],
        help="trailers that bring nobody in: cc, fixes, all",
    )
    made.add_argument("--signers", action="store_true", help="also who signed a commit that Fixes: names")
    made.add_argument("--history", action="store_true", help="also who has lately changed the same lines and files")
    made.add_argument("--history-since", metavar="DATE", default="1 year ago", help="how far back that looks")
    made.add_argument("--history-max", metavar="N", type=common.count, default=5, help="how many people it adds")
    made.add_argument("--strict", action="store_true", help="fail where a rule is broken or a path not covered")
    return made


def route_patch(arguments: argparse.Namespace, screen: Screen) -> int:
    """Carry the command out; return its exit status."""
    _refuse_misplaced(arguments)
    if arguments.lint:
        from git_subprojects.commands.route_patch import lint as linting

        return linting.run(arguments, screen)
    if arguments.setup is not None:
        from git_subprojects.commands.route_patch import setup

        return setup.run(arguments, screen)
    if arguments.sent:
        from git_subprojects.commands.route_patch.sent import show

        return show(arguments, screen)
    if _is_linked(arguments):
        from git_subprojects.commands.route_patch.several_projects import run as run_linked

        return run_linked(arguments, screen)
    if arguments.check or arguments.send or arguments.output is not None:
        from git_subprojects.commands.route_patch.send import run

        return run(arguments, screen)
    if arguments.port is not None:
        from git_subprojects.commands.route_patch.port import run as run_port

        return run_port(arguments, screen)
    if arguments.stdin:
        from git_subprojects.commands.route_patch.stream import route_stream

        return route_stream(arguments, screen)
    if arguments.twins or arguments.twin or arguments.onto:
        from git_subprojects.commands.route_patch.apply import run as run_trials

        return run_trials(arguments, screen)
    from git_subprojects.commands.route_patch.prefetch import begin

    begun = begin(arguments)
    from git_subprojects.commands.route_patch.session import route_once

    return route_once(arguments, screen, begun)


def _refuse_misplaced(arguments: argparse.Namespace) -> None:
    from git_subprojects.errors import USAGE, Error

    answer = next((one for one in _ANSWERS if getattr(arguments, one)), None)
    place = next((one for one in _ELSEWHERE if getattr(arguments, one)), None)
    if answer is not None and place is not None:
        raise Error(
            f"--{place} has an answer of its own, and does not go with --{answer.replace('_', '-')}", code=USAGE
        )
    if arguments.port and arguments.stdin:
        raise Error("--port takes revisions, and none from --stdin", code=USAGE)
    for option, others in _TOGETHER:
        if getattr(arguments, option) and not any(getattr(arguments, one) for one in others):
            *some, last = (f"--{one}" for one in others)
            names = f"{', '.join(some)} or {last}" if some else last
            raise Error(f"--{option.replace('_', '-')} goes with {names}", code=USAGE)


def _is_linked(arguments: argparse.Namespace) -> bool:
    if ":" not in "".join(arguments.revisions):
        return False
    from git_subprojects.commands.route_patch.several_projects import is_linked

    return is_linked(arguments.revisions)
